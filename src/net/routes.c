#include "net/routes.h"

#include <string.h>

uint8_t iface_node(const struct topology *t, struct iface p)
{
	const struct link *l = &t->links[p.link];

	return p.to ? l->to : l->from;
}

uint32_t iface_address(const struct topology *t, struct iface p)
{
	const struct link *l = &t->links[p.link];

	return p.to ? l->to_address : l->from_address;
}

uint32_t link_network(const struct topology *t, uint8_t link)
{
	const struct link *l = &t->links[link];
	uint32_t address = l->from_address ? l->from_address : l->to_address;

	return address & ~(uint32_t)0 << (32 - l->prefix);
}

void iface_mac(struct iface p, uint8_t mac[6])
{
	/* locally administered; the rest identifies the interface */
	const uint8_t bytes[6] = { 2, 0, 0, 0, p.link, (uint8_t)(p.to + 1) };

	memcpy(mac, bytes, sizeof(bytes));
}

size_t node_ifaces(const struct topology *t, uint8_t node,
		   struct iface out[TOPOLOGY_LINKS])
{
	size_t count = 0;

	for (uint8_t i = 0; i < t->link_count; i++) {
		if (t->links[i].from == node)
			out[count++] = (struct iface){ i, false };
		else if (t->links[i].to == node)
			out[count++] = (struct iface){ i, true };
	}
	return count;
}

size_t iface_neighbours(const struct topology *t, struct iface p,
			struct iface out[TOPOLOGY_LINKS])
{
	struct iface far = { p.link, !p.to }, ports[TOPOLOGY_LINKS];
	uint8_t hub = iface_node(t, far);
	size_t count = 0, port_count;

	if (t->nodes[hub].kind != NODE_HUB) {
		out[0] = far;
		return 1;
	}
	port_count = node_ifaces(t, hub, ports);
	for (size_t i = 0; i < port_count; i++)
		if (ports[i].link != p.link)
			out[count++] = (struct iface){ ports[i].link,
						       !ports[i].to };
	return count;
}

/* end_of - the first link of which @node is that end */
static struct iface end_of(const struct topology *t, uint8_t node, bool to)
{
	uint8_t i = 0;

	while (i + 1u < t->link_count &&
	       (to ? t->links[i].to : t->links[i].from) != node)
		i++;
	return (struct iface){ i, to };
}

struct iface node_inside_iface(const struct topology *t, uint8_t nat)
{
	return end_of(t, nat, true);
}

struct iface node_outside_iface(const struct topology *t, uint8_t node)
{
	return end_of(t, node, false);
}

struct iface node_default_gateway(const struct topology *t, uint8_t node)
{
	struct iface found[TOPOLOGY_LINKS];
	size_t count = iface_neighbours(t, node_outside_iface(t, node), found);

	for (size_t i = 0; i < count; i++)
		if (t->nodes[iface_node(t, found[i])].kind == NODE_ROUTER)
			return found[i];
	/* an inner NAT's, or a host's: a NAT */
	for (size_t i = 0; i < count; i++)
		if (t->nodes[iface_node(t, found[i])].kind == NODE_NAT &&
		    found[i].to)
			return found[i];
	return found[0];
}

static bool in_network(const struct topology *t, uint8_t node, uint32_t network)
{
	struct iface at[TOPOLOGY_LINKS];
	size_t count = node_ifaces(t, node, at);

	for (size_t i = 0; i < count; i++)
		if (link_network(t, at[i].link) == network)
			return true;
	return false;
}

/* A reachable node, and the first hop towards it. */
struct reachable_node {
	uint8_t node;
	struct iface here, there;
};

struct route_search {
	const struct topology *t;
	const bool *forwards;
	size_t count;
	struct reachable_node reached[TOPOLOGY_NODES];	/* nearest first */
	bool seen[TOPOLOGY_NODES];
};

/* expand - reach the neighbours of @from that forward and are not seen yet */
static void expand(struct route_search *s, struct reachable_node from,
		   bool is_start)
{
	struct iface at[TOPOLOGY_LINKS], next[TOPOLOGY_LINKS];
	size_t ifaces = node_ifaces(s->t, from.node, at);

	for (size_t i = 0; i < ifaces; i++) {
		size_t count = iface_neighbours(s->t, at[i], next);

		for (size_t j = 0; j < count; j++) {
			uint8_t n = iface_node(s->t, next[j]);

			if (s->seen[n] || !s->forwards[n])
				continue;
			s->seen[n] = true;
			s->reached[s->count++] = (struct reachable_node){
				.node = n,
				.here = is_start ? at[i] : from.here,
				.there = is_start ? next[j] : from.there,
			};
		}
	}
}

bool next_hop(const struct topology *t, uint8_t node, uint8_t link,
	      const bool forwards[TOPOLOGY_NODES], struct iface *here,
	      struct iface *there)
{
	uint32_t network = link_network(t, link);
	struct route_search s = { .t = t, .forwards = forwards };

	if (in_network(t, node, network))
		return false;
	s.seen[node] = true;
	expand(&s, (struct reachable_node){ .node = node }, true);
	for (size_t i = 0; i < s.count; i++) {
		if (in_network(t, s.reached[i].node, network)) {
			*here = s.reached[i].here;
			*there = s.reached[i].there;
			return true;
		}
		expand(&s, s.reached[i], false);
	}
	return false;
}
