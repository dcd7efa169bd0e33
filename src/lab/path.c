#include "lab/path.h"

#include <string.h>

uint8_t path_node(const struct topology *t, struct place p)
{
	const struct link *l = &t->links[p.link];

	return p.to ? l->to : l->from;
}

uint32_t path_address(const struct topology *t, struct place p)
{
	const struct link *l = &t->links[p.link];

	return p.to ? l->to_address : l->from_address;
}

uint32_t path_network(const struct topology *t, uint8_t link)
{
	const struct link *l = &t->links[link];

	return l->from_address & ~(uint32_t)0 << (32 - l->prefix);
}

void path_mac(struct place p, uint8_t mac[6])
{
	/* locally administered; the rest says which interface it is */
	const uint8_t bytes[6] = { 2, 0, 0, 0, p.link, (uint8_t)(p.to + 1) };

	memcpy(mac, bytes, sizeof(bytes));
}

size_t path_places(const struct topology *t, uint8_t node,
		   struct place out[TOPOLOGY_LINKS])
{
	size_t count = 0;

	for (uint8_t i = 0; i < t->link_count; i++) {
		if (t->links[i].from == node)
			out[count++] = (struct place){ i, false };
		else if (t->links[i].to == node)
			out[count++] = (struct place){ i, true };
	}
	return count;
}

size_t path_neighbours(const struct topology *t, struct place p,
		       struct place out[TOPOLOGY_LINKS])
{
	uint8_t far = path_node(t, (struct place){ p.link, !p.to });
	size_t count = 0;

	if (t->nodes[far].kind != NODE_HUB) {
		out[0] = (struct place){ p.link, !p.to };
		return 1;
	}
	for (uint8_t i = 0; i < t->link_count; i++)
		if (i != p.link && t->links[i].to == far)
			out[count++] = (struct place){ i, false };
	return count;
}

/* end_of - the first link of which @node is that end */
static struct place end_of(const struct topology *t, uint8_t node, bool to)
{
	uint8_t i = 0;

	while (i + 1u < t->link_count &&
	       (to ? t->links[i].to : t->links[i].from) != node)
		i++;
	return (struct place){ i, to };
}

struct place path_inside(const struct topology *t, uint8_t nat)
{
	return end_of(t, nat, true);
}

struct place path_outside(const struct topology *t, uint8_t node)
{
	return end_of(t, node, false);
}

struct place path_gateway(const struct topology *t, uint8_t node)
{
	struct place found[TOPOLOGY_LINKS];
	size_t count = path_neighbours(t, path_outside(t, node), found);

	for (size_t i = 0; i < count; i++)
		if (t->nodes[path_node(t, found[i])].kind == NODE_ROUTER)
			return found[i];
	return found[0];	/* an inner NAT's, or a host's: a NAT */
}

static bool in_network(const struct topology *t, uint8_t node, uint32_t network)
{
	struct place at[TOPOLOGY_LINKS];
	size_t count = path_places(t, node, at);

	for (size_t i = 0; i < count; i++)
		if (path_network(t, at[i].link) == network)
			return true;
	return false;
}

/*
 * reaches - is there a way from @node to @network that avoids the @visited?
 * Topologies are trees but for their hubs, so the first way is the only one.
 */
static bool reaches(const struct topology *t, uint8_t node, uint32_t network,
		    const bool forwards[TOPOLOGY_NODES],
		    bool visited[TOPOLOGY_NODES], struct place *here,
		    struct place *there)
{
	struct place at[TOPOLOGY_LINKS], next[TOPOLOGY_LINKS], a, b;
	size_t places = path_places(t, node, at);

	visited[node] = true;
	for (size_t i = 0; i < places; i++) {
		size_t count = path_neighbours(t, at[i], next);

		for (size_t j = 0; j < count; j++) {
			uint8_t n = path_node(t, next[j]);

			if (visited[n] || !forwards[n])
				continue;
			*here = at[i];
			*there = next[j];
			if (in_network(t, n, network) ||
			    reaches(t, n, network, forwards, visited, &a, &b))
				return true;
		}
	}
	return false;
}

bool path_next(const struct topology *t, uint8_t node, uint8_t link,
	       const bool forwards[TOPOLOGY_NODES], struct place *here,
	       struct place *there)
{
	bool visited[TOPOLOGY_NODES] = { false };
	uint32_t network = path_network(t, link);

	return !in_network(t, node, network) &&
		reaches(t, node, network, forwards, visited, here, there);
}
