/* External ports: which are taken, and which one a new mapping gets. */
#ifndef TCPTRAV_NAT_PORT_H
#define TCPTRAV_NAT_PORT_H

#include "base/rng.h"
#include "nat/table.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stdint.h>

enum { PORT_FIRST = 1024, PORT_LAST = 65535 };	/* of those chosen freely */

struct port_pool {
	uint64_t taken[NAT_PROTOCOLS][1024];	/* one bit a port */
	uint16_t last[NAT_PROTOCOLS];		/* given by sequential */
	struct rng rng;
};

/* ports_init - none is taken */
void ports_init(struct port_pool *p, uint64_t seed);

/*
 * ports_take - the port for a new mapping, as the axis `ports` says
 * @inside: the inside port (for ICMP: the identifier)
 * @out:    the port, taken from now on
 * Return:  false when every port from 1024 to 65535 is taken
 */
bool ports_take(struct port_pool *p, const struct profile *profile,
		enum nat_protocol protocol, uint16_t inside, uint16_t *out);

void ports_release(struct port_pool *p, enum nat_protocol protocol,
		   uint16_t port);

#endif
