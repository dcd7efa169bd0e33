/* Interfaces, neighbours and routes of a topology. Pure. */
#ifndef TCPTRAV_NET_ROUTES_H
#define TCPTRAV_NET_ROUTES_H

#include "net/topology.h"

#include <stdbool.h>

/* One end of a link: an interface. */
struct iface {
	uint8_t link;
	bool to;		/* the link's `to` end */
};

uint8_t iface_node(const struct topology *t, struct iface p);
uint32_t iface_address(const struct topology *t, struct iface p);

/* link_network - the network of a link; links of one hub share one */
uint32_t link_network(const struct topology *t, uint8_t link);

/* iface_mac - the hardware address of an interface: its link and its end */
void iface_mac(struct iface p, uint8_t mac[6]);

/*
 * node_ifaces - the interfaces of a node
 * Return: how many; @out has room for TOPOLOGY_LINKS
 */
size_t node_ifaces(const struct topology *t, uint8_t node,
		   struct iface out[TOPOLOGY_LINKS]);

/*
 * iface_neighbours - the on-link interfaces: the link's other end, or all
 * others at its hub
 * Return: how many; @out has room for TOPOLOGY_LINKS
 */
size_t iface_neighbours(const struct topology *t, struct iface p,
			struct iface out[TOPOLOGY_LINKS]);

/* node_inside_iface, node_outside_iface - a NAT's interface; a host's is its
   outside */
struct iface node_inside_iface(const struct topology *t, uint8_t nat);
struct iface node_outside_iface(const struct topology *t, uint8_t node);

/* node_default_gateway - the interface to which the default route of a host or
   NAT leads */
struct iface node_default_gateway(const struct topology *t, uint8_t node);

/*
 * next_hop - the next hop from @node towards the network of @link
 * @forwards: which nodes forward packets in both directions
 * @here, @there: the outgoing interface, and the next hop's
 * Return: false when @node is in that network or cannot reach it
 */
bool next_hop(const struct topology *t, uint8_t node, uint8_t link,
	      const bool forwards[TOPOLOGY_NODES], struct iface *here,
	      struct iface *there);

#endif
