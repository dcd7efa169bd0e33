/* The external ports: which are taken, and which one a new mapping gets. */
#ifndef TCPTRAV_NAT_PORT_H
#define TCPTRAV_NAT_PORT_H

#include "base/rng.h"
#include "nat/table.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stdint.h>

enum { PORT_FIRST = 1024, PORT_LAST = 65535 };	/* the usual range */

/* The ports of one external address and protocol. */
struct port_bitmap {
	uint64_t taken[1024];		/* one bit for each port */
	uint16_t last;			/* port that sequential chose last */
};

/* A released port that cannot be taken again until a certain time. */
struct quarantined_port {
	int64_t until;
	uint16_t port;
	uint8_t address, protocol;
};

struct port_pool {
	struct port_bitmap (*bitmaps)[NAT_PROTOCOLS];	/* one row an address */
	unsigned addresses;
	struct quarantined_port *quarantined;	/* a ring, earliest end first,
						   with room for all ports;
						   NULL: no quarantine */
	uint32_t quarantine_first, quarantine_count;
	struct rng rng;
};

/*
 * ports_init - make a pool in which all ports are free
 * @quarantine: can ports be quarantined after use (port-reuse-delay)?
 * Return: false if out of memory; else release the pool with ports_destroy()
 */
bool ports_init(struct port_pool *p, unsigned addresses, bool quarantine,
		uint64_t seed);
void ports_destroy(struct port_pool *p);

/* What a new mapping needs. */
struct port_request {
	const struct profile *profile;	/* delta, parity, range, collision */
	enum ports policy;		/* of the protocol */
	enum nat_protocol protocol;
	uint8_t address;		/* external, from 0 */
	uint16_t inside;		/* port (for ICMP: identifier) */
	uint16_t first, last;		/* of the host's block; 0: none */
	bool cannot_preserve;		/* the NAT itself uses this port */
	/* Does another mapping have a session from that external port to the
	   same remote endpoint? Only PORTS_PRESERVE_OVERLAP calls it. */
	bool (*in_use)(void *argument, uint16_t port);
	void *argument;
};

/*
 * ports_take - choose and take a port for a new mapping, by the axes ports,
 * collision, parity, range and port-block
 * @out: the port
 * Return: false if no port is left
 */
bool ports_take(struct port_pool *p, const struct port_request *r,
		uint16_t *out);

/* ports_claim - take the port @port. Return: false if it is taken or
   quarantined */
bool ports_claim(struct port_pool *p, unsigned address,
		 enum nat_protocol protocol, uint16_t port);

/*
 * ports_release - release a port
 * @until: ns: the end of its quarantine; 0: it is free at once
 */
void ports_release(struct port_pool *p, unsigned address,
		   enum nat_protocol protocol, uint16_t port, int64_t until);

/* ports_release_due - free the ports whose quarantine has ended at @now */
void ports_release_due(struct port_pool *p, int64_t now);

#endif
