/*
 * Make interfaces, addresses, routes and neighbour entries by rtnetlink, in the
 * network namespace in which the socket was opened. The kernel chooses the
 * indexes of interfaces: a new namespace can already have tunnel interfaces
 * (sit0, tunl0, ip6tnl0), and so no other index is known to be free.
 * Each function returns false with an error that names what could not be made.
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

/* One end of a veth pair. */
struct netlink_end {
	struct netlink *netlink;	/* of its namespace */
	const char *name;
	const uint8_t *mac;	/* NULL: any */
	int index;		/* set by netlink_pair() */
};

/*
 * netlink_pair - make a veth pair, both ends down
 * @there:     the other end
 * @namespace: descriptor of the namespace of @there
 */
bool netlink_pair(struct netlink_end *here, struct netlink_end *there,
		  int namespace, struct error *e);

/* netlink_bridge - make a bridge; @index: set to its index */
bool netlink_bridge(struct netlink *n, const char *name, int *index,
		    struct error *e);
/* netlink_attach - make an interface a port of a bridge */
bool netlink_attach(struct netlink *n, int index, int bridge,
		    struct error *e);

bool netlink_up(struct netlink *n, int index, struct error *e);

/*
 * netlink_await_up - wait until the interface can send
 * This takes a moment after both ends of a veth pair are up.
 * @deadline: monotonic ns
 */
bool netlink_await_up(struct netlink *n, int index, int64_t deadline,
		      struct error *e);

bool netlink_address(struct netlink *n, int index, uint32_t address,
		     uint8_t prefix, struct error *e);

/* netlink_route - @prefix 0: the default route */
bool netlink_route(struct netlink *n, uint32_t network, uint8_t prefix,
		   uint32_t gateway, int index, struct error *e);

/* netlink_neighbour - add a permanent neighbour entry */
bool netlink_neighbour(struct netlink *n, int index, uint32_t address,
		       const uint8_t mac[6], struct error *e);

#endif
