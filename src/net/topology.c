/*
 * Every topology has two sides, A and B, and S. Routers join the sides:
 *
 *	host - NAT (- NAT ...) - router - router - (... NAT -) NAT - host
 *	                           |
 *	                           S
 *
 * `adjacent` has a hub instead of the routers' link. `one-nat` has both hosts
 * on a hub behind one NAT. In some topologies a side has no NAT.
 *
 * The outside uses the documentation networks (RFC 5737) and the benchmarking
 * network (RFC 2544): a router's address is never private, so hosts can find
 * out where the outside begins. The networks between a side's NATs are private
 * (RFC 1918) or shared by carriers (RFC 6598), each different in a topology.
 * Hosts behind a firewall have addresses of the outside.
 */
#include "net/topology.h"

#include "base/nearest_name.h"

#include <string.h>

#define SIDES 2
#define LEVELS 4		/* NATs on each side, at most */
#define CLIENTS 3		/* further hosts behind a NAT */

#define NET(a, b, c) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | \
		      (uint32_t)(c) << 8)

static const uint32_t outer_networks[SIDES] = {
	NET(192, 0, 2), NET(198, 51, 100)
};
static const uint32_t server_network = NET(203, 0, 113);
static const uint32_t backbone_network = NET(198, 18, 0);

/* The inside network of a side's first NAT, second NAT ... */
static const uint32_t inner_networks[SIDES][LEVELS] = {
	{ NET(10, 0, 0), NET(100, 64, 0), NET(172, 16, 0), NET(192, 168, 0) },
	{ NET(192, 168, 1), NET(100, 64, 1), NET(172, 17, 0), NET(10, 1, 0) },
};

/* The networks behind firewalls. */
static const uint32_t firewalled_networks[SIDES] = {
	NET(198, 18, 10), NET(198, 18, 20)
};

static const char *const host_names[SIDES] = { "host-a", "host-b" };
static const char *const router_names[SIDES] = { "router-a", "router-b" };
static const char *const only_nat_names[SIDES] = { "nat-a", "nat-b" };
static const char *const firewall_names[SIDES] = {
	"firewall-a", "firewall-b"
};
static const char *const hub_names[SIDES] = { "hub-a", "hub-b" };
static const char *const client_names[SIDES][CLIENTS] = {
	{ "client-a1", "client-a2", "client-a3" },
	{ "client-b1", "client-b2", "client-b3" },
};
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

/* attach - link a host, a NAT's outside or a router to a hub */
static void attach(struct topology *t, uint8_t host, uint8_t hub,
		   uint32_t address, enum link_share share)
{
	add_link(t, &(struct link){
		.from = host,
		.to = hub,
		.from_address = address,
		.prefix = 24,
		.share = (uint8_t)share,
	});
}

/* put_behind - link @nat's inside to its inner neighbour, in @network */
static void put_behind(struct topology *t, uint8_t inner, uint8_t nat,
		       uint32_t network)
{
	bool hub = t->nodes[inner].kind == NODE_HUB;

	add_link(t, &(struct link){
		.from = inner,
		.to = nat,
		.from_address = hub ? 0 : network | 2,
		.to_address = network | 1,
		.prefix = 24,
	});
}

/*
 * add_side - add a host and its @depth NATs, in a chain
 * Return: the outermost NAT, or the host if there is none; its outside is not
 *         linked yet
 */
static uint8_t add_side(struct topology *t, int side, int depth)
{
	uint8_t inner = add_node(t, host_names[side], NODE_HOST, side);

	for (int i = 0; i < depth; i++) {
		const char *name = depth == 1 ? only_nat_names[side] :
			nat_names[side][i];
		uint8_t nat = add_node(t, name, NODE_NAT, side);

		t->nodes[nat].level = i;
		put_behind(t, inner, nat, inner_networks[side][i]);
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

/* add_router - add a side's router and link it to that side's outermost node */
static uint8_t add_router(struct topology *t, int side, uint8_t edge,
			  enum link_share share)
{
	uint8_t router = add_node(t, router_names[side], NODE_ROUTER, side);

	add_link(t, &(struct link){
		.from = edge,
		.to = router,
		.from_address = outer_networks[side] | 2,
		.to_address = outer_networks[side] | 1,
		.prefix = 24,
		.share = (uint8_t)share,
	});
	return router;
}

/* join_routers - link the routers to each other, and S to A's */
static void join_routers(struct topology *t, const uint8_t routers[SIDES])
{
	add_link(t, &(struct link){
		.from = routers[0],
		.to = routers[1],
		.from_address = backbone_network | 1,
		.to_address = backbone_network | 2,
		.prefix = 30,
	});
	add_server(t, routers[0]);
}

static void build_routed(struct topology *t, int depth)
{
	uint8_t routers[SIDES];

	for (int side = 0; side < SIDES; side++)
		routers[side] = add_router(t, side, add_side(t, side, depth),
					   SHARE_NAT);
	join_routers(t, routers);
}

static void build_public(struct topology *t, int public_side)
{
	uint8_t routers[SIDES];

	for (int side = 0; side < SIDES; side++)
		routers[side] = add_router(
			t, side, add_side(t, side, side != public_side),
			SHARE_NAT);
	join_routers(t, routers);
}

static void build_firewall(struct topology *t, int argument)
{
	uint8_t routers[SIDES];

	(void)argument;
	for (int side = 0; side < SIDES; side++) {
		uint8_t host = add_node(t, host_names[side], NODE_HOST, side);
		uint8_t firewall =
			add_node(t, firewall_names[side], NODE_NAT, side);

		t->nodes[firewall].firewall = true;
		put_behind(t, host, firewall, firewalled_networks[side]);
		routers[side] = add_router(t, side, firewall, SHARE_NAT);
	}
	join_routers(t, routers);
}

/* add_busy_side - add a host and further hosts behind a NAT
   Return: the NAT */
static uint8_t add_busy_side(struct topology *t, int side)
{
	uint32_t network = inner_networks[side][0];
	uint8_t host = add_node(t, host_names[side], NODE_HOST, side);
	uint8_t nat = add_node(t, only_nat_names[side], NODE_NAT, side);
	uint8_t hub = add_node(t, hub_names[side], NODE_HUB, side);

	attach(t, host, hub, network | 2, SHARE_NONE);
	put_behind(t, hub, nat, network);
	for (int i = 0; i < CLIENTS; i++)
		attach(t, add_node(t, client_names[side][i], NODE_CLIENT,
				   side), hub, network | (uint32_t)(3 + i),
		       SHARE_NONE);
	return nat;
}

static void build_busy(struct topology *t, int argument)
{
	uint8_t routers[SIDES];

	(void)argument;
	for (int side = 0; side < SIDES; side++)
		routers[side] =
			add_router(t, side, add_busy_side(t, side), SHARE_NAT);
	join_routers(t, routers);
}

/*
 * The delay is on the hosts' own links, as between a carrier's NAT and its
 * subscribers: hairpinned packets pass no other link.
 */
static void build_one_nat(struct topology *t, int argument)
{
	uint32_t network = inner_networks[0][0];
	uint8_t hub = add_node(t, "hub", NODE_HUB, 0), nat;

	(void)argument;
	t->shared = true;
	for (int side = 0; side < SIDES; side++)
		attach(t, add_node(t, host_names[side], NODE_HOST, side), hub,
		       network | (uint32_t)(2 + side), SHARE_NAT);
	nat = add_node(t, "nat-ab", NODE_NAT, 0);
	put_behind(t, hub, nat, network);
	add_server(t, add_router(t, 0, nat, SHARE_NONE));
}

static void build_adjacent(struct topology *t, int depth)
{
	uint8_t hub = add_node(t, "hub", NODE_HUB, 0);
	uint8_t router = add_node(t, "router", NODE_ROUTER, 0);

	attach(t, router, hub, outer_networks[0] | 1, SHARE_NONE);
	for (int side = 0; side < SIDES; side++) {
		uint32_t host = (uint32_t)(2 + TOPOLOGY_ADDRESSES * side);

		attach(t, add_side(t, side, depth), hub,
		       outer_networks[0] | host, SHARE_NAT);
	}
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
	{ "one-nat", "both hosts behind one NAT, which must turn their packets "
	  "around (hairpin)", build_one_nat, 0 },
	{ "public-a", "host A has a public address and no NAT, B is behind "
	  "its own", build_public, 0 },
	{ "public-b", "host B has a public address and no NAT, A is behind "
	  "its own", build_public, 1 },
	{ "firewall", "each host has a public address, behind a firewall that "
	  "does not translate", build_firewall, 0 },
	{ "busy", "two-nats, and three further hosts behind each NAT that "
	  "open connections (--background)", build_busy, 0 },
};
const size_t topology_count = sizeof(topologies) / sizeof(topologies[0]);

const struct topology_row *topology_find(const char *name)
{
	for (size_t i = 0; i < topology_count; i++)
		if (!strcmp(topologies[i].name, name))
			return &topologies[i];
	return NULL;
}

/* count_nodes - the number of nodes of @kind on @side */
static int count_nodes(const struct topology *t, enum node_kind kind, int side)
{
	int n = 0;

	for (size_t i = 0; i < t->node_count; i++)
		n += t->nodes[i].kind == kind && t->nodes[i].which == side;
	return n;
}

int topology_levels(const struct topology *t, int side)
{
	return count_nodes(t, NODE_NAT, side);
}

int topology_clients(const struct topology *t, int side)
{
	return count_nodes(t, NODE_CLIENT, side);
}

bool topology_is_busy(const struct topology *t)
{
	return topology_clients(t, 0) + topology_clients(t, 1) > 0;
}

void topology_build(const struct topology_row *row, struct topology *t)
{
	memset(t, 0, sizeof(*t));
	t->name = row->name;
	t->summary = row->summary;
	row->build(t, row->argument);
}

bool topology_named(const char *name, struct topology *t, struct error *e)
{
	const struct topology_row *row = topology_find(name);
	const char *names[sizeof(topologies) / sizeof(topologies[0])];

	if (row) {
		topology_build(row, t);
		return true;
	}
	for (size_t i = 0; i < topology_count; i++)
		names[i] = topologies[i].name;
	return error_set(e, ERROR_USE, "unknown topology \"%.60s\"; the "
			 "nearest is \"%s\"", name,
			 nearest_name(name, names, topology_count));
}
