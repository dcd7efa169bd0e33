/* Who is next to whom in a topology, and which way packets go. Pure. */
#ifndef TCPTRAV_NET_PATH_H
#define TCPTRAV_NET_PATH_H

#include "net/topology.h"

#include <stdbool.h>

/* One end of a link: an interface. */
struct place {
	uint8_t link;
	bool to;		/* the link's `to` end */
};

uint8_t path_node(const struct topology *t, struct place p);
uint32_t path_address(const struct topology *t, struct place p);

/* path_network - the network of a link, which is its hub's if it has one */
uint32_t path_network(const struct topology *t, uint8_t link);

/* path_mac - the hardware address of an interface: its link and its end */
void path_mac(struct place p, uint8_t mac[6]);

/*
 * path_places - the interfaces of a node
 * Return: how many; @out has room for TOPOLOGY_LINKS
 */
size_t path_places(const struct topology *t, uint8_t node,
		   struct place out[TOPOLOGY_LINKS]);

/*
 * path_neighbours - the interfaces that one hears without a router: the
 * link's other end or, through a hub, those of all who are at it
 * Return: how many; @out has room for TOPOLOGY_LINKS
 */
size_t path_neighbours(const struct topology *t, struct place p,
		       struct place out[TOPOLOGY_LINKS]);

/* path_inside, path_outside - a NAT's interface; a host's is its outside */
struct place path_inside(const struct topology *t, uint8_t nat);
struct place path_outside(const struct topology *t, uint8_t node);

/* path_gateway - where a host's or NAT's default route goes */
struct place path_gateway(const struct topology *t, uint8_t node);

/*
 * path_next - the next hop from @node towards the network of @link
 * @forwards: which nodes pass on packets for others in both directions
 * Return:    false when @node is in that network or cannot reach it
 */
bool path_next(const struct topology *t, uint8_t node, uint8_t link,
	       const bool forwards[TOPOLOGY_NODES], struct place *here,
	       struct place *there);

#endif
