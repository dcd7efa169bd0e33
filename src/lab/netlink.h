/*
 * Interfaces, addresses, routes and neighbours of the network namespace in
 * which the socket was opened (rtnetlink). The caller chooses interfaces'
 * numbers, so that nothing has to be looked up.
 * Each function returns false with a sentence that names what was asked for.
 */
#ifndef TCPTRAV_LAB_NETLINK_H
#define TCPTRAV_LAB_NETLINK_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct mnl_socket;

struct netlink {
	struct mnl_socket *socket;	/* NULL: not open */
	uint32_t sequence;
};

bool netlink_open(struct netlink *n, struct error *e);
void netlink_close(struct netlink *n);

/* One end of a pair. */
struct netlink_end {
	const char *name;
	int index;
	const uint8_t *mac;	/* NULL: any */
};

/*
 * netlink_pair - make a veth pair, both ends down
 * @there:     the other end, which begins its life ...
 * @namespace: ... in this namespace (a descriptor); -1: in this one too
 */
bool netlink_pair(struct netlink *n, const struct netlink_end *here,
		  const struct netlink_end *there, int namespace,
		  struct error *e);

bool netlink_bridge(struct netlink *n, const char *name, int index,
		    struct error *e);
/* netlink_attach - make an interface a port of a bridge */
bool netlink_attach(struct netlink *n, int index, int bridge,
		    struct error *e);

bool netlink_up(struct netlink *n, int index, struct error *e);

/*
 * netlink_await_up - until it is up, its other end too, and it sends
 * The kernel lets an interface send a moment after its other end is up.
 * @deadline: monotonic ns
 */
bool netlink_await_up(struct netlink *n, int index, int64_t deadline,
		      struct error *e);

bool netlink_address(struct netlink *n, int index, uint32_t address,
		     uint8_t prefix, struct error *e);

/* netlink_route - @prefix 0: the default route */
bool netlink_route(struct netlink *n, uint32_t network, uint8_t prefix,
		   uint32_t gateway, int index, struct error *e);

/* netlink_neighbour - a permanent one */
bool netlink_neighbour(struct netlink *n, int index, uint32_t address,
		       const uint8_t mac[6], struct error *e);

#endif
