/* The topologies: what docs/lab.md says of them, and the ways through them. */
#include "base/endpoint.h"
#include "net/routes.h"
#include "net/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void build(const char *name, struct topology *t)
{
	const struct topology_row *row = topology_find(name);

	assert_non_null(row);
	topology_build(row, t);
}

static uint8_t node(const struct topology *t, const char *name)
{
	for (uint8_t i = 0; i < t->node_count; i++)
		if (!strcmp(t->nodes[i].name, name))
			return i;
	fail_msg("%s has no node %s", t->name, name);
	return 0;
}

static bool is_kind(const struct topology *t, uint8_t i, enum node_kind kind)
{
	return t->nodes[i].kind == kind;
}

static size_t count_kind(const struct topology *t, enum node_kind kind,
			 int which)
{
	size_t count = 0;

	for (uint8_t i = 0; i < t->node_count; i++)
		count += is_kind(t, i, kind) && t->nodes[i].which == which;
	return count;
}

/* RFC 5737's three, and RFC 2544's */
static bool is_for_documents(uint32_t address)
{
	return address >> 8 == 0xc00002 || address >> 8 == 0xc63364 ||
		address >> 8 == 0xcb0071 || address >> 17 == 0xc612 >> 1;
}

static void every_topology_has_two_hosts_and_one_server(void **state)
{
	struct topology t;

	(void)state;
	for (size_t i = 0; i < topology_count; i++) {
		topology_build(&topologies[i], &t);
		assert_string_equal(t.name, topologies[i].name);
		assert_true(strlen(t.summary) > 0);
		assert_ptr_equal(topology_find(t.name), &topologies[i]);
		assert_true(t.node_count <= TOPOLOGY_NODES);
		assert_true(t.link_count <= TOPOLOGY_LINKS);
		assert_int_equal(count_kind(&t, NODE_HOST, 0), 1);
		assert_int_equal(count_kind(&t, NODE_HOST, 1), 1);
		assert_int_equal(count_kind(&t, NODE_SERVER, 0), 1);
	}
	assert_null(topology_find("two-nat"));
}

static void the_documented_topologies_exist(void **state)
{
	static const char *const names[] = {
		"two-nats", "nested-1", "nested-2", "nested-3", "nested-4",
		"adjacent", "one-nat", "public-a", "public-b", "firewall",
		"busy"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(topology_find(names[i]));
}

static void nested_n_has_n_nats_on_each_side(void **state)
{
	struct topology t;
	char name[16];

	(void)state;
	for (unsigned n = 1; n <= 4; n++) {
		snprintf(name, sizeof(name), "nested-%u", n);
		build(name, &t);
		assert_int_equal(count_kind(&t, NODE_NAT, 0), n);
		assert_int_equal(count_kind(&t, NODE_NAT, 1), n);
	}
}

/* All interfaces that have an address: no two the same, in their network. */
static void addresses_in_a_topology_are_distinct(void **state)
{
	struct topology t;
	uint32_t seen[2 * TOPOLOGY_LINKS];

	(void)state;
	for (size_t i = 0; i < topology_count; i++) {
		size_t count = 0;

		topology_build(&topologies[i], &t);
		for (uint8_t l = 0; l < t.link_count; l++)
			for (int to = 0; to < 2; to++) {
				struct iface p = { l, to };
				uint32_t a = iface_address(&t, p);

				if (is_kind(&t, iface_node(&t, p), NODE_HUB)) {
					assert_int_equal(a, 0);
					continue;
				}
				assert_int_equal(a & ~0U << (32 -
						 t.links[l].prefix),
						 link_network(&t, l));
				for (size_t k = 0; k < count; k++)
					assert_int_not_equal(seen[k], a);
				seen[count++] = a;
			}
	}
}

/* Is that network behind something that translates? */
static bool is_inside(const struct topology *t, uint8_t link)
{
	struct iface ends[TOPOLOGY_LINKS + 1] = { { link, true } };
	size_t count = 1 + iface_neighbours(t, (struct iface){ link, false },
					    &ends[1]);

	for (size_t i = 0; i < count; i++) {
		const struct node *n = &t->nodes[iface_node(t, ends[i])];

		if (n->kind == NODE_NAT && ends[i].to && !n->firewall)
			return true;
	}
	return false;
}

/* TTL discovery counts on it: private behind a NAT, and only there. */
static void outside_addresses_are_documentation_addresses(void **state)
{
	struct topology t;

	(void)state;
	for (size_t i = 0; i < topology_count; i++) {
		topology_build(&topologies[i], &t);
		for (uint8_t l = 0; l < t.link_count; l++) {
			bool inside = is_inside(&t, l);
			uint32_t a = t.links[l].from_address;

			if (!a)
				continue;	/* a hub's */
			assert_int_equal(address_is_private(a), inside);
			assert_int_equal(is_for_documents(a), !inside);
		}
	}
}

/* A node's next hop on the default route */
static const struct node *gateway(const struct topology *t, const char *name)
{
	return &t->nodes[iface_node(t, node_default_gateway(t, node(t, name)))];
}

static void in_one_nat_both_hosts_share_a_nat(void **state)
{
	struct topology t;
	struct iface next[TOPOLOGY_LINKS];

	(void)state;
	build("one-nat", &t);
	assert_true(t.shared);
	assert_int_equal(topology_levels(&t, 0), 1);
	assert_int_equal(topology_levels(&t, 1), 0);
	assert_string_equal(gateway(&t, "host-a")->name, "nat-ab");
	assert_string_equal(gateway(&t, "host-b")->name, "nat-ab");
	assert_int_equal(
		iface_neighbours(&t, node_inside_iface(&t, node(&t, "nat-ab")),
				 next),
		2);
}

static void the_gateway_of_a_public_host_is_a_router(void **state)
{
	struct topology t;

	(void)state;
	build("public-a", &t);
	assert_int_equal(topology_levels(&t, 0), 0);
	assert_int_equal(topology_levels(&t, 1), 1);
	assert_int_equal(gateway(&t, "host-a")->kind, NODE_ROUTER);
	build("public-b", &t);
	assert_int_equal(topology_levels(&t, 0), 1);
	assert_int_equal(topology_levels(&t, 1), 0);
	assert_int_equal(gateway(&t, "host-b")->kind, NODE_ROUTER);
}

static void only_the_firewall_topology_has_firewalls(void **state)
{
	struct topology t;

	(void)state;
	for (size_t i = 0; i < topology_count; i++) {
		int walls = 0;

		topology_build(&topologies[i], &t);
		for (uint8_t n = 0; n < t.node_count; n++)
			walls += t.nodes[n].firewall;
		assert_int_equal(walls, strcmp(t.name, "firewall") ? 0 : 2);
	}
}

static void busy_clients_are_behind_the_nat_of_their_side(void **state)
{
	struct topology t;
	struct error e;

	(void)state;
	build("busy", &t);
	assert_int_equal(topology_clients(&t, 0), 3);
	assert_int_equal(topology_clients(&t, 1), 3);
	assert_string_equal(gateway(&t, "client-a3")->name, "nat-a");
	assert_string_equal(gateway(&t, "host-b")->name, "nat-b");
	assert_string_equal(gateway(&t, "nat-b")->name, "router-b");
	assert_true(topology_is_busy(&t));
	topology_build(topology_find("two-nats"), &t);
	assert_false(topology_is_busy(&t));
	assert_false(topology_named("bus", &t, &e));
	assert_string_equal(e.text, "unknown topology \"bus\"; the nearest is"
			    " \"busy\"");
}

static void nat_levels_count_from_the_host(void **state)
{
	struct topology t;

	(void)state;
	build("nested-3", &t);
	assert_int_equal(topology_levels(&t, 0), 3);
	assert_int_equal(t.nodes[node(&t, "nat-a1")].level, 0);
	assert_int_equal(t.nodes[node(&t, "nat-b3")].level, 2);
	assert_string_equal(gateway(&t, "host-a")->name, "nat-a1");
}

/* RFC 6598's addresses stand between a carrier's NATs, so they must occur. */
static void nested_nats_use_carriers_shared_addresses(void **state)
{
	struct topology t;
	bool found[2] = { false, false };

	(void)state;
	build("nested-2", &t);
	for (uint8_t l = 0; l < t.link_count; l++)
		if (t.links[l].from_address >> 22 == 0x64400000U >> 22)
			found[t.nodes[t.links[l].from].which] = true;
	assert_true(found[0] && found[1]);
}

/* add_up - the shares of the way out, to where the ways of both meet */
static unsigned add_up(const struct topology *t, uint8_t from)
{
	unsigned sum = 0;

	while (is_kind(t, from, NODE_HOST) || is_kind(t, from, NODE_NAT)) {
		sum += t->links[node_outside_iface(t, from).link].share;
		from = iface_node(t, node_default_gateway(t, from));
	}
	return sum;
}

/*
 * docs/lab.md, "Delay": direct d, which is half of --rtt and so 4/8; from a
 * host to S and on to the other 1.5 d, 6/8.
 */
static void delay_is_two_shares_per_host_and_one_for_s(void **state)
{
	struct topology t;

	(void)state;
	for (size_t i = 0; i < topology_count; i++) {
		unsigned a, b, s = 0, all = 0;

		topology_build(&topologies[i], &t);
		a = add_up(&t, node(&t, "host-a"));
		b = add_up(&t, node(&t, "host-b"));
		for (uint8_t l = 0; l < t.link_count; l++) {
			all += t.links[l].share;
			if (is_kind(&t, t.links[l].from, NODE_SERVER))
				s = t.links[l].share;
		}
		assert_int_equal(a, 2);
		assert_int_equal(b, 2);
		assert_int_equal(s, 1);
		assert_int_equal(all, a + b + s);
	}
}

static void a_plain_link_has_one_neighbour(void **state)
{
	struct topology t;
	struct iface next[TOPOLOGY_LINKS], inside;

	(void)state;
	build("two-nats", &t);
	inside = node_inside_iface(&t, node(&t, "nat-a"));
	assert_int_equal(iface_neighbours(&t, inside, next), 1);
	assert_int_equal(iface_node(&t, next[0]), node(&t, "host-a"));
	assert_int_equal(
		iface_node(&t, node_default_gateway(&t, node(&t, "nat-a"))),
		node(&t, "router-a"));
	assert_int_equal(
		iface_node(&t, node_default_gateway(&t, node(&t, "host-b"))),
		node(&t, "nat-b"));
	assert_int_equal(
		iface_node(&t, node_default_gateway(&t, node(&t, "s"))),
		node(&t, "router-a"));
}

/* An emulated NAT there has a next-hop table, not one gateway. */
static void a_hub_makes_all_attached_nodes_neighbours(void **state)
{
	struct topology t;
	struct iface next[TOPOLOGY_LINKS];
	bool peer = false, router = false;

	(void)state;
	build("adjacent", &t);
	assert_int_equal(
		iface_neighbours(&t, node_outside_iface(&t, node(&t, "nat-a")),
				 next),
		2);
	for (int i = 0; i < 2; i++) {
		peer |= iface_node(&t, next[i]) == node(&t, "nat-b");
		router |= iface_node(&t, next[i]) == node(&t, "router");
	}
	assert_true(peer && router);
	assert_int_equal(
		iface_node(&t, node_default_gateway(&t, node(&t, "nat-b"))),
		node(&t, "router"));
}

static void an_inner_nats_gateway_is_the_next_nat(void **state)
{
	struct topology t;

	(void)state;
	build("nested-3", &t);
	assert_int_equal(
		iface_node(&t, node_default_gateway(&t, node(&t, "nat-a1"))),
		node(&t, "nat-a2"));
	assert_int_equal(
		iface_node(&t, node_default_gateway(&t, node(&t, "nat-a3"))),
		node(&t, "router-a"));
}

static void hardware_addresses_are_distinct_and_local(void **state)
{
	uint8_t a[6], b[6];

	(void)state;
	iface_mac((struct iface){ 0, false }, a);
	iface_mac((struct iface){ 0, true }, b);
	assert_memory_not_equal(a, b, 6);
	iface_mac((struct iface){ 1, false }, b);
	assert_memory_not_equal(a, b, 6);
	/* unicast, locally administered (IEEE 802) */
	assert_int_equal(a[0] & 3, 2);
}

/* The link that a node is the inner end of. */
static uint8_t link_from(const struct topology *t, const char *name)
{
	return node_outside_iface(t, node(t, name)).link;
}

static void only_routers_forward(const struct topology *t,
				 bool forwards[TOPOLOGY_NODES])
{
	for (uint8_t i = 0; i < TOPOLOGY_NODES; i++)
		forwards[i] = i < t->node_count && is_kind(t, i, NODE_ROUTER);
}

static void routes_lead_from_router_to_router(void **state)
{
	struct topology t;
	bool forwards[TOPOLOGY_NODES];
	struct iface here, there;
	uint8_t a;

	(void)state;
	build("two-nats", &t);
	only_routers_forward(&t, forwards);
	a = node(&t, "router-a");
	assert_true(next_hop(&t, a, link_from(&t, "nat-b"), forwards, &here,
			     &there));
	assert_int_equal(iface_node(&t, here), a);
	assert_int_equal(iface_node(&t, there), node(&t, "router-b"));
	/* its own networks need no route */
	assert_false(
		next_hop(&t, a, link_from(&t, "s"), forwards, &here, &there));
	/* and what is behind a NAT has none */
	assert_false(next_hop(&t, a, link_from(&t, "host-b"), forwards, &here,
			      &there));
}

static void routes_lead_through_nodes_that_forward(void **state)
{
	struct topology t;
	bool forwards[TOPOLOGY_NODES];
	struct iface here, there;

	(void)state;
	build("nested-2", &t);
	only_routers_forward(&t, forwards);
	forwards[node(&t, "nat-b1")] = forwards[node(&t, "nat-b2")] = true;
	assert_true(next_hop(&t, node(&t, "router-a"), link_from(&t, "host-b"),
			     forwards, &here, &there));
	assert_int_equal(iface_node(&t, there), node(&t, "router-b"));
	assert_true(next_hop(&t, node(&t, "nat-b2"), link_from(&t, "host-b"),
			     forwards, &here, &there));
	assert_int_equal(iface_node(&t, there), node(&t, "nat-b1"));
}

static void the_network_behind_a_firewall_has_a_route(void **state)
{
	struct topology t;
	bool forwards[TOPOLOGY_NODES];
	struct iface here, there;

	(void)state;
	build("firewall", &t);
	only_routers_forward(&t, forwards);
	forwards[node(&t, "firewall-a")] = true;
	forwards[node(&t, "firewall-b")] = true;
	assert_true(next_hop(&t, node(&t, "router-a"), link_from(&t, "host-b"),
			     forwards, &here, &there));
	assert_int_equal(iface_node(&t, there), node(&t, "router-b"));
	assert_true(next_hop(&t, node(&t, "router-b"), link_from(&t, "host-b"),
			     forwards, &here, &there));
	assert_int_equal(iface_node(&t, there), node(&t, "firewall-b"));
}

static void routes_through_a_hub_are_shortest(void **state)
{
	struct topology t;
	bool forwards[TOPOLOGY_NODES];
	struct iface here, there;

	(void)state;
	build("adjacent", &t);
	only_routers_forward(&t, forwards);
	forwards[node(&t, "nat-a")] = forwards[node(&t, "nat-b")] = true;
	assert_true(next_hop(&t, node(&t, "router"), link_from(&t, "host-b"),
			     forwards, &here, &there));
	assert_int_equal(iface_node(&t, there), node(&t, "nat-b"));
	assert_true(next_hop(&t, node(&t, "nat-b"), link_from(&t, "host-a"),
			     forwards, &here, &there));
	assert_int_equal(iface_node(&t, there), node(&t, "nat-a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_topology_has_two_hosts_and_one_server),
		cmocka_unit_test(the_documented_topologies_exist),
		cmocka_unit_test(nested_n_has_n_nats_on_each_side),
		cmocka_unit_test(addresses_in_a_topology_are_distinct),
		cmocka_unit_test(outside_addresses_are_documentation_addresses),
		cmocka_unit_test(nested_nats_use_carriers_shared_addresses),
		cmocka_unit_test(delay_is_two_shares_per_host_and_one_for_s),
		cmocka_unit_test(a_plain_link_has_one_neighbour),
		cmocka_unit_test(a_hub_makes_all_attached_nodes_neighbours),
		cmocka_unit_test(an_inner_nats_gateway_is_the_next_nat),
		cmocka_unit_test(in_one_nat_both_hosts_share_a_nat),
		cmocka_unit_test(the_gateway_of_a_public_host_is_a_router),
		cmocka_unit_test(only_the_firewall_topology_has_firewalls),
		cmocka_unit_test(busy_clients_are_behind_the_nat_of_their_side),
		cmocka_unit_test(nat_levels_count_from_the_host),
		cmocka_unit_test(hardware_addresses_are_distinct_and_local),
		cmocka_unit_test(routes_lead_from_router_to_router),
		cmocka_unit_test(routes_lead_through_nodes_that_forward),
		cmocka_unit_test(the_network_behind_a_firewall_has_a_route),
		cmocka_unit_test(routes_through_a_hub_are_shortest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
