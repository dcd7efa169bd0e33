/*
 * Every topology has two sides, A and B, and S:
 *
 *	host - NAT (- NAT ...) - router - router - (... NAT -) NAT - host
 *	                           |
 *	                           S
 *
 * or, `adjacent`, a hub where the routers' link is. The outside is made of
 * the documentation networks (RFC 5737) and the benchmarking one (RFC 2544):
 * a router's address is never private, which is how hosts find out where
 * the outside begins. Between a side's NATs are private networks (RFC 1918)
 * and the shared address space of carriers (RFC 6598), no two alike in one
 * topology.
 */
#include "lab/topology.h"

#include <string.h>

#define SIDES 2
#define LEVELS 4		/* NATs on each side, at most */

#define NET(a, b, c) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | \
		      (uint32_t)(c) << 8)

static const uint32_t outer_networks[SIDES] = {
	NET(192, 0, 2), NET(198, 51, 100)
};
static const uint32_t server_network = NET(203, 0, 113);
static const uint32_t backbone_network = NET(198, 18, 0);

/* What is on the inner side of a side's first NAT, second NAT ... */
static const uint32_t inner_networks[SIDES][LEVELS] = {
	{ NET(10, 0, 0), NET(100, 64, 0), NET(172, 16, 0), NET(192, 168, 0) },
	{ NET(192, 168, 1), NET(100, 64, 1), NET(172, 17, 0), NET(10, 1, 0) },
};

static const char *const host_names[SIDES] = { "host-a", "host-b" };
static const char *const router_names[SIDES] = { "router-a", "router-b" };
static const char *const only_nat_names[SIDES] = { "nat-a", "nat-b" };
/* from the host outwards */
static const char *const nat_names[SIDES][LEVELS] = {
	{ "nat-a1", "nat-a2", "nat-a3", "nat-a4" },
	{ "nat-b1", "nat-b2", "nat-b3", "nat-b4" },
};

static uint8_t add_node(struct topology *t, const char *name,
			enum node_kind kind, int which)
{
	t->nodes[t->node_count] = (struct node){
		.name = name,
		.kind = kind,
		.which = which,
	};
	return (uint8_t)t->node_count++;
}

static void add_link(struct topology *t, const struct link *link)
{
	t->links[t->link_count++] = *link;
}

/*
 * add_side - a host and its @depth NATs, in a chain
 * Return: the outermost NAT, whose outside is not linked yet
 */
static uint8_t add_side(struct topology *t, int side, int depth)
{
	uint8_t inner = add_node(t, host_names[side], NODE_HOST, side);

	for (int i = 0; i < depth; i++) {
		const char *name = depth == 1 ? only_nat_names[side] :
			nat_names[side][i];
		uint8_t nat = add_node(t, name, NODE_NAT, side);
		uint32_t network = inner_networks[side][i];

		add_link(t, &(struct link){
			.from = inner,
			.to = nat,
			.from_address = network | 2,
			.to_address = network | 1,
			.prefix = 24,
		});
		inner = nat;
	}
	return inner;
}

static void add_server(struct topology *t, uint8_t router)
{
	add_link(t, &(struct link){
		.from = add_node(t, "s", NODE_SERVER, 0),
		.to = router,
		.from_address = server_network | 2,
		.to_address = server_network | 1,
		.prefix = 24,
		.share = SHARE_SERVER,
	});
}

static void build_routed(struct topology *t, int depth)
{
	uint8_t routers[SIDES];

	for (int side = 0; side < SIDES; side++) {
		uint8_t nat = add_side(t, side, depth);

		routers[side] = add_node(t, router_names[side], NODE_ROUTER,
					 side);
		add_link(t, &(struct link){
			.from = nat,
			.to = routers[side],
			.from_address = outer_networks[side] | 2,
			.to_address = outer_networks[side] | 1,
			.prefix = 24,
			.share = SHARE_NAT,
		});
	}
	add_link(t, &(struct link){
		.from = routers[0],
		.to = routers[1],
		.from_address = backbone_network | 1,
		.to_address = backbone_network | 2,
		.prefix = 30,
	});
	add_server(t, routers[0]);
}

static void build_adjacent(struct topology *t, int depth)
{
	uint8_t hub = add_node(t, "hub", NODE_HUB, 0);
	uint8_t router = add_node(t, "router", NODE_ROUTER, 0);

	add_link(t, &(struct link){
		.from = router,
		.to = hub,
		.from_address = outer_networks[0] | 1,
		.prefix = 24,
	});
	for (int side = 0; side < SIDES; side++)
		add_link(t, &(struct link){
			.from = add_side(t, side, depth),
			.to = hub,
			.from_address = outer_networks[0] |
				(uint32_t)(2 + side),
			.prefix = 24,
			.share = SHARE_NAT,
		});
	add_server(t, router);
}

const struct topology_row topologies[] = {
	{ "two-nats", "each host behind a NAT of its own, routers between "
	  "them, S on A's router", build_routed, 1 },
	{ "nested-1", "the same as two-nats", build_routed, 1 },
	{ "nested-2", "each host behind two NATs, one behind the other",
	  build_routed, 2 },
	{ "nested-3", "each host behind three NATs", build_routed, 3 },
	{ "nested-4", "each host behind four NATs", build_routed, 4 },
	{ "adjacent", "both NATs' outside interfaces and S's router on one "
	  "hub", build_adjacent, 1 },
};
const size_t topology_count = sizeof(topologies) / sizeof(topologies[0]);

const struct topology_row *topology_find(const char *name)
{
	for (size_t i = 0; i < topology_count; i++)
		if (!strcmp(topologies[i].name, name))
			return &topologies[i];
	return NULL;
}

void topology_build(const struct topology_row *row, struct topology *t)
{
	memset(t, 0, sizeof(*t));
	t->name = row->name;
	t->summary = row->summary;
	row->build(t, row->argument);
}
