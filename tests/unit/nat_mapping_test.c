/*
 * Which external port a session gets: the axes `mapping` and `ports`, in the
 * terms of RFC 4787 4 and of the STUNT test suite, whose decision is: repeats
 * to one endpoint differ - Session; equal for all destinations - Independent;
 * for one address - Address; else Address and Port.
 */
#include "nat_fixture.h"

/* out_tcp - the external port of a SYN; each has its own sequence number */
static unsigned out_tcp(struct nat_fixture *f, uint32_t host, unsigned port,
			uint32_t to, unsigned to_port)
{
	static uint32_t sequence;

	give(f, NAT_INSIDE, tcp(SYN, host, port, to, to_port, sequence += 1000,
				0));
	assert_int_equal(f->result.verdict, NAT_FORWARD);
	assert_int_equal(read32(f->last.bytes + 12), OUTSIDE);
	return source_port(f);
}

static unsigned out_udp(struct nat_fixture *f, unsigned port, uint32_t to,
			unsigned to_port)
{
	give(f, NAT_INSIDE, udp(HOST, port, to, to_port));
	assert_int_equal(f->result.verdict, NAT_FORWARD);
	return source_port(f);
}

/* The four destinations of the suite, and one again: which mappings are
   equal to the first? */
static const struct {
	const char *value;
	bool other_port, other_address, both;
} mappings[] = {
	{ "endpoint-independent", true, true, true },
	{ "address", true, false, false },
	{ "address-port", false, false, false },
	{ "connection", false, false, false },
};

static void mapping_values_share_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char text[60];
		struct profile p;
		struct nat_fixture f;
		unsigned first;

		snprintf(text, sizeof(text), "mapping = %s",
			 mappings[i].value);
		p = profile_with(text);
		fixture_start(&f, &p);
		first = out_tcp(&f, HOST, 5000, PEER, 3478);
		assert_int_equal(first, 5000);
		assert_int_equal(out_tcp(&f, HOST, 5000, PEER, 3479) == first,
				 mappings[i].other_port);
		assert_int_equal(out_tcp(&f, HOST, 5000, STRANGER, 3478) ==
				 first, mappings[i].other_address);
		assert_int_equal(out_tcp(&f, HOST, 5000, STRANGER, 3479) ==
				 first, mappings[i].both);
		/* The session's own packets keep its mapping. */
		assert_int_equal(out_tcp(&f, HOST, 5000, PEER, 3478), first);
		fixture_end(&f);
	}
}

/* hang_up - a connection of PEER:B_PORT, opened and reset from inside, as
   the suite's clients do between their repeats */
static unsigned connect_once(struct nat_fixture *f, uint32_t isn)
{
	unsigned external;

	give(f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, PEER, B_PORT, isn, 0));
	assert_int_equal(f->result.verdict, NAT_FORWARD);
	external = source_port(f);
	give(f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, B_PORT, OUTSIDE, external, 1,
				 isn + 1));
	give(f, NAT_INSIDE, tcp(ACK, HOST, A_PORT, PEER, B_PORT, isn + 1, 2));
	give(f, NAT_INSIDE, tcp(RST, HOST, A_PORT, PEER, B_PORT, isn + 1, 0));
	assert_int_equal(f->result.verdict, NAT_FORWARD);
	assert_int_equal(source_port(f), external);
	return external;
}

/* Repeats to one endpoint: only `connection` gives each its own. */
static void only_mapping_connection_maps_each_repeat(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bool own = !strcmp(mappings[i].value, "connection");
		char text[60];
		struct profile p;
		struct nat_fixture f;

		snprintf(text, sizeof(text), "mapping = %s",
			 mappings[i].value);
		p = profile_with(text);
		fixture_start(&f, &p);
		for (unsigned j = 0; j < 3; j++)
			assert_int_equal(connect_once(&f, 1000 + j * 1000),
					 A_PORT + (own ? j : 0));
		fixture_end(&f);
	}
}

/* Mappings are per protocol: RFC 7857 5. */
static void mappings_are_per_protocol(void **state)
{
	struct profile p = profile_with("");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	assert_int_equal(out_tcp(&f, HOST, 5000, PEER, 1), 5000);
	assert_int_equal(out_udp(&f, 5000, PEER, 1), 5000);
	give(&f, NAT_INSIDE, echo(8, HOST, PEER, 5000));
	assert_int_equal(read16(f.last.bytes + 24), 5000);
	nat_counts(f.nat, &c);
	assert_int_equal(c.mappings, 3);
	assert_int_equal(c.sessions, 3);
	fixture_end(&f);
}

/* Preserve, collision next: two hosts with one port (RFC 5382 REQ-7). */
static void preserve_collision_takes_the_next_port(void **state)
{
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	assert_int_equal(out_tcp(&f, HOST, 5000, PEER, 1), 5000);
	assert_int_equal(out_tcp(&f, HOST + 1, 5000, PEER, 1), 5001);
	assert_int_equal(out_tcp(&f, HOST + 2, 5001, PEER, 1), 5002);
	assert_int_equal(out_tcp(&f, HOST + 3, 5000, PEER, 1), 5003);
	assert_int_equal(out_tcp(&f, HOST + 1, 5000, STRANGER, 1), 5001);
	/* Each one's answer finds its own host. */
	for (unsigned i = 0; i < 2; i++) {
		give(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 1, OUTSIDE,
					  5000 + i, 1, 1));
		assert_int_equal(read32(f.last.bytes + 16), HOST + i);
		assert_int_equal(destination_port(&f), 5000);
	}
	fixture_end(&f);
}

/* A low port is kept; its collision leaves the reserved range. */
static void preserved_low_port_collides_out_of_the_low_range(void **state)
{
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	assert_int_equal(out_tcp(&f, HOST, 80, PEER, 1), 80);
	assert_int_equal(out_tcp(&f, HOST + 1, 80, PEER, 1), 1024);
	assert_int_equal(out_tcp(&f, HOST, 65535, PEER, 1), 65535);
	assert_int_equal(out_tcp(&f, HOST + 1, 65535, PEER, 1), 1025);
	fixture_end(&f);
}

/* The profile `symmetric`: each further session gets the next number. */
static void symmetric_counts_up_by_one(void **state)
{
	struct profile p = profile_with("base = symmetric");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(out_tcp(&f, HOST, 40001, PEER, 100 + i),
				 40001 + i);
	fixture_end(&f);
}

static void sequential_adds_delta(void **state)
{
	struct profile p = profile_with("mapping = address-port\n"
					"ports = sequential\ndelta = 3");
	struct nat_fixture f;
	unsigned last;

	(void)state;
	fixture_start(&f, &p);
	last = out_tcp(&f, HOST, 5000, PEER, 1);
	for (unsigned i = 2; i < 50000; i++) {
		unsigned expected = 1024 + (last - 1024 + 3) % 64512;

		f.now += NS_PER_S;	/* so that old ones make room */
		last = out_tcp(&f, HOST, 5000, PEER, i);
		assert_int_equal(last, expected);
	}
	fixture_end(&f);
}

static void sequential_skips_taken_ports(void **state)
{
	struct profile p = profile_with("mapping = address-port\n"
					"ports = sequential");
	struct nat_fixture f;
	unsigned first;

	(void)state;
	fixture_sized(&f, &p, 70000);
	first = out_udp(&f, 5000, PEER, 1);
	/* Once around the whole range: the first one is still taken. */
	for (unsigned i = 1; i < 64512; i++)
		assert_int_not_equal(out_udp(&f, 5000, STRANGER, i), first);
	give(&f, NAT_INSIDE, udp(HOST, 5000, ROUTER, 9));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_string_equal(f.result.reason, "no port is left");
	/* The old mappings live on: RFC 6888 REQ-11. */
	assert_int_equal(out_udp(&f, 5000, PEER, 1), first);
	fixture_end(&f);
}

/* Random: in the range, not the inside's, not alike, by the seed alone. */
static void random_ports_are_in_range_and_unlike(void **state)
{
	struct profile p = profile_with("base = symmetric-random");
	unsigned preserved = 0, steps = 0, low = 0, last = 0;
	struct nat_fixture f, g;

	(void)state;
	fixture_sized(&f, &p, 5000);
	fixture_sized(&g, &p, 5000);
	for (unsigned i = 1; i <= 4000; i++) {
		unsigned port = out_tcp(&f, HOST, 5000, PEER, i);

		assert_int_equal(out_tcp(&g, HOST, 5000, PEER, i), port);
		assert_in_range(port, 1024, 65535);
		preserved += port == 5000;
		steps += port == last + 1;
		low += port < 1024 + 32256;
		last = port;
	}
	assert_true(preserved <= 1);
	assert_true(steps < 5);
	/* 4000 tosses: 2000, with a standard deviation of 32 */
	assert_in_range(low, 1800, 2200);
	fixture_end(&f);
	fixture_end(&g);
}

/* Another seed gives other ports. */
static void another_seed_gives_other_ports(void **state)
{
	struct nat_config config = {
		.profile = profile_with("base = symmetric-random"),
		.inside_address = INSIDE,
		.outside_address = OUTSIDE,
	};
	unsigned ports[2][10], same = 0;

	(void)state;
	for (unsigned seed = 0; seed < 2; seed++) {
		struct nat_fixture f = { .now = 1 };

		config.seed = seed;
		f.nat = nat_new(&config);
		assert_non_null(f.nat);
		for (unsigned i = 0; i < 10; i++)
			ports[seed][i] = out_udp(&f, 5000, PEER, 1 + i);
		fixture_end(&f);
	}
	for (unsigned i = 0; i < 10; i++)
		same += ports[0][i] == ports[1][i];
	assert_true(same < 2);
}

/* Identifiers run out as ports do, though 0 is one of them. */
static void identifiers_run_out_with_0_among_them(void **state)
{
	struct profile p = profile_with("mapping = address\nports = random");
	struct nat_fixture f;

	(void)state;
	fixture_sized(&f, &p, 65000);
	for (unsigned i = 0; i < 64512; i++) {
		give(&f, NAT_INSIDE, echo(8, HOST, PEER + i, 77));
		assert_int_equal(f.result.verdict, NAT_FORWARD);
	}
	give(&f, NAT_INSIDE, echo(8, HOST, STRANGER, 77));
	assert_string_equal(f.result.reason, "no port is left");
	fixture_end(&f);
}

static void full_table_refuses_new_sessions(void **state)
{
	struct profile p = profile_with("filtering = endpoint-independent");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_sized(&f, &p, 10);
	for (unsigned i = 1; i <= 10; i++)
		out_tcp(&f, HOST, 5000, PEER, i);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 11, 1, 0));
	assert_string_equal(f.result.reason, "sessions");
	give(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 1, OUTSIDE, 5000, 1, 0));
	assert_string_equal(f.result.reason, "sessions");
	out_tcp(&f, HOST, 5000, PEER, 3);
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 10);
	assert_int_equal(c.forwarded, 11);
	assert_int_equal(c.dropped, 1);
	assert_int_equal(c.replied, 1);		/* RFC 5508 REQ-8 */
	f.now += 61 * NS_PER_S;
	out_tcp(&f, HOST, 5000, PEER, 11);
	fixture_end(&f);
}

/* Inside hosts are told apart by address and port, remote ones too. */
static void endpoints_differ_by_address_and_port(void **state)
{
	struct profile p = profile_with("");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_sized(&f, &p, 4096);
	for (unsigned i = 0; i < 4096; i++)
		assert_int_equal(out_tcp(&f, HOST + i % 4, 10000 + i / 8 +
					 1000 * (i % 4), PEER + i % 8 / 4, 1),
				 10000 + i / 8 + 1000 * (i % 4));
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 4096);
	assert_int_equal(c.mappings, 2048);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mapping_values_share_what_they_say),
		cmocka_unit_test(only_mapping_connection_maps_each_repeat),
		cmocka_unit_test(mappings_are_per_protocol),
		cmocka_unit_test(preserve_collision_takes_the_next_port),
		cmocka_unit_test(
			preserved_low_port_collides_out_of_the_low_range),
		cmocka_unit_test(symmetric_counts_up_by_one),
		cmocka_unit_test(sequential_adds_delta),
		cmocka_unit_test(sequential_skips_taken_ports),
		cmocka_unit_test(random_ports_are_in_range_and_unlike),
		cmocka_unit_test(another_seed_gives_other_ports),
		cmocka_unit_test(identifiers_run_out_with_0_among_them),
		cmocka_unit_test(full_table_refuses_new_sessions),
		cmocka_unit_test(endpoints_differ_by_address_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
