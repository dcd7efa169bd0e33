/* Lists of NATs, and how they fall on the levels of a topology. */
#include "net/nat_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *complete(const char *topology, const char *a, const char *b,
			    int side)
{
	const char *lists[2] = { a, b };

	nat_list_complete(topology, lists);
	return lists[side];
}

static void missing_nats_default_by_topology(void **state)
{
	(void)state;
	assert_string_equal(complete("two-nats", NULL, NULL, 0),
			    NAT_LIST_DEFAULT);
	assert_string_equal(complete("two-nats", "rst", NULL, 0), "rst");
	assert_string_equal(complete("two-nats", "rst", NULL, 1),
			    NAT_LIST_DEFAULT);
	assert_string_equal(complete("one-nat", "rst", NULL, 1), "rst");
	assert_string_equal(complete("one-nat", NULL, NULL, 1),
			    NAT_LIST_DEFAULT);
	assert_string_equal(complete("public-b", NULL, NULL, 0),
			    NAT_LIST_DEFAULT);
	assert_string_equal(complete("public-b", NULL, NULL, 1), "none");
	assert_string_equal(complete("public-a", NULL, NULL, 0), "none");
	assert_string_equal(complete("public-a", "rst", NULL, 0), "rst");
	/* it is told elsewhere that there is no such topology */
	assert_string_equal(complete("two-nat", NULL, NULL, 1),
			    NAT_LIST_DEFAULT);
}

struct chosen {
	struct topology t;
	struct nat_spec choices[TOPOLOGY_NODES];
	struct error e;
};

static bool choose(const char *topology, const char *a, const char *b,
		   struct chosen *c)
{
	const char *const lists[2] = { a, b };

	memset(c, 0, sizeof(*c));
	topology_build(topology_find(topology), &c->t);
	return nat_list_resolve(&c->t, lists, c->choices, &c->e);
}

static const struct nat_spec *of(const struct chosen *c, const char *name)
{
	for (size_t i = 0; i < c->t.node_count; i++)
		if (!strcmp(c->t.nodes[i].name, name))
			return &c->choices[i];
	fail_msg("no node %s", name);
	return NULL;
}

static void nats_are_listed_from_the_host_outwards(void **state)
{
	struct chosen c;

	(void)state;
	assert_true(choose("nested-3", "linux,none,rst", "linux-rst", &c));
	assert_string_equal(of(&c, "nat-a1")->kernel->name, "linux");
	assert_int_equal(of(&c, "nat-a2")->kind, NAT_SPEC_NONE);
	assert_int_equal(of(&c, "nat-a3")->kind, NAT_SPEC_PROFILE);
	assert_string_equal(of(&c, "nat-b1")->kernel->name, "linux-rst");
	assert_string_equal(of(&c, "nat-b3")->kernel->name, "linux-rst");
}

static void a_nat_program_may_be_in_a_list(void **state)
{
	struct chosen c;

	(void)state;
	assert_true(choose("nested-2", "exec:/bin/true,rst", "exec:/bin/false",
			   &c));
	assert_string_equal(of(&c, "nat-a1")->path, "/bin/true");
	assert_int_equal(of(&c, "nat-a2")->kind, NAT_SPEC_PROFILE);
	assert_string_equal(of(&c, "nat-b2")->path, "/bin/false");
}

static void axes_can_be_changed_at_each_level(void **state)
{
	struct chosen c;

	(void)state;
	assert_true(choose("nested-2", "rst+ttl=keep+ports=random,linux",
			   "icmp+mapping=address", &c));
	assert_int_equal(of(&c, "nat-a1")->profile.ttl, TTL_KEEP);
	assert_int_equal(of(&c, "nat-a1")->profile.ports, PORTS_RANDOM);
	assert_int_equal(of(&c, "nat-a2")->kind, NAT_SPEC_KERNEL);
	assert_int_equal(of(&c, "nat-b1")->profile.mapping, MAPPING_ADDRESS);
	assert_int_equal(of(&c, "nat-b2")->profile.mapping, MAPPING_ADDRESS);
}

static void a_shared_nat_may_be_given_by_either_option(void **state)
{
	struct chosen c;

	(void)state;
	assert_true(choose("one-nat", "linux", "linux", &c));
	assert_string_equal(of(&c, "nat-ab")->kernel->name, "linux");
}

static void wrong_nat_lists_are_quoted(void **state)
{
	static const struct {
		const char *topology, *a, *b, *sentence;
	} cases[] = {
		{ "two-nats", "rfc5382,rst", "rst", "--nat-a \"rfc5382,rst\" "
		  "names 2 NATs, but the topology \"two-nats\" has 1 on that "
		  "side" },
		{ "nested-3", "rst", "rst,rst", "--nat-b \"rst,rst\" names 2 "
		  "NATs, but the topology \"nested-3\" has 3 on that side" },
		{ "nested-2", "rst,", "rst", "a NAT's name in --nat-a "
		  "\"rst,\" is empty" },
		{ "nested-2", "rst", "rst,rts", "unknown NAT \"rts\"; the "
		  "nearest is \"rst\"" },
		{ "nested-2", "rst,rst+tll=keep", "rst", "NAT "
		  "\"rst+tll=keep\": unknown axis \"tll\"; the nearest is "
		  "\"ttl\"" },
		{ "two-nats", "rts+ttl=keep", "rst", "unknown NAT \"rts\"; "
		  "the nearest is \"rst\"" },
		{ "two-nats", "rst", "linux+ttl=keep", "\"linux+ttl=keep\": "
		  "\"linux\" is no profile and takes no changes (+)" },
		{ "two-nats", "none+ttl=keep", "rst", "\"none+ttl=keep\": "
		  "\"none\" is no profile and takes no changes (+)" },
		{ "two-nats", "exec:/bin/true+ttl=keep", "rst", "there is no "
		  "NAT program \"/bin/true+ttl=keep\", and one takes no "
		  "changes (+)" },
		{ "one-nat", "rst", "icmp", "--nat-b \"icmp\": in the topology "
		  "\"one-nat\" both hosts are behind one NAT, which is "
		  "--nat-a" },
		{ "public-b", "rst", "rst", "--nat-b \"rst\": in the topology "
		  "\"public-b\" host B is public and has no NAT" },
		{ "public-a", "rst", "rst", "--nat-a \"rst\": in the topology "
		  "\"public-a\" host A is public and has no NAT" },
	};
	struct chosen c;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(choose(cases[i].topology, cases[i].a, cases[i].b,
				    &c));
		assert_int_equal(c.e.kind, ERROR_USE);
		assert_string_equal(c.e.text, cases[i].sentence);
	}
}

static void wrong_use_comes_before_a_missing_program(void **state)
{
	struct chosen c;

	(void)state;
	assert_false(choose("two-nats", "exec:/nowhere", "rts", &c));
	assert_int_equal(c.e.kind, ERROR_USE);
	assert_false(choose("two-nats", "exec:/nowhere", "rst", &c));
	assert_int_equal(c.e.kind, ERROR_MISSING);
	assert_non_null(strstr(c.e.text, "/nowhere"));
}

static void nat_names_that_are_too_long_are_refused(void **state)
{
	char name[2 * NAT_SPEC_PATH];
	struct chosen c;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memcpy(name, "exec:/", 6);
	assert_false(choose("two-nats", name, "rst", &c));
	assert_int_equal(c.e.kind, ERROR_USE);
	name[NAT_SPEC_PATH + 5] = '\0';
	assert_false(choose("two-nats", name, "rst", &c));
	assert_int_equal(c.e.kind, ERROR_USE);
	name[NAT_SPEC_PATH + 4] = '\0';	/* it fits, and is not there */
	assert_false(choose("two-nats", name, "rst", &c));
	assert_int_equal(c.e.kind, ERROR_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_nats_default_by_topology),
		cmocka_unit_test(nats_are_listed_from_the_host_outwards),
		cmocka_unit_test(a_nat_program_may_be_in_a_list),
		cmocka_unit_test(axes_can_be_changed_at_each_level),
		cmocka_unit_test(a_shared_nat_may_be_given_by_either_option),
		cmocka_unit_test(wrong_nat_lists_are_quoted),
		cmocka_unit_test(wrong_use_comes_before_a_missing_program),
		cmocka_unit_test(nat_names_that_are_too_long_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
