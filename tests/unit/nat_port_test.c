/*
 * Which external port a mapping gets: the axes ports, parity, range,
 * collision, after-collision and port-reuse-delay. Expectations are those of
 * RFC 4787 4.2, RFC 5382 REQ-7, RFC 7857 3 and 9, RFC 6888 REQ-8 and of the
 * axes' own words.
 */
#include "nat_fixture.h"

/* port_of - the external port of a SYN from inside; 0: none */
static unsigned port_of(struct nat_fixture *f, uint32_t host, unsigned port,
			uint32_t to, unsigned to_port)
{
	give(f, NAT_INSIDE, tcp(SYN, host, port, to, to_port, P, 0));
	return f->result.verdict == NAT_FORWARD ? source_port(f) : 0;
}

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

/* preserve-overlap: RFC 7857 3, one port for several inside endpoints as long
   as their remote endpoints differ. */
static void overlap_shares_a_port_between_remote_endpoints(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "ports = preserve-overlap");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 80), 5000);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 81), 5000);
	assert_int_equal(port_of(&f, HOST + 2, 5000, STRANGER, 80), 5000);
	assert_int_equal(port_of(&f, HOST + 3, 5000, PEER, 80), 5001);
	/* Each answer finds the host that asked that remote endpoint. */
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, 1, 1));
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 81, OUTSIDE, 5000, 1, 1));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 1);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, STRANGER, 80, OUTSIDE, 5000, 1,
				    1));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 2);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5001, 1,
				    1));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 3);
	fixture_end(&f);
}

/* An endpoint that shares its port meets the other one's remote endpoint:
   that connection gets a port of its own, or none. */
static void overlap_gives_another_port_when_remotes_meet(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "ports = preserve-overlap");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 80), 5000);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 81), 5000);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 80), 5001);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, 1, 1));
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5001, 1, 1));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 1);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 82), 5000);
	fixture_end(&f);
	start(&f, "ports = preserve-overlap\ncollision = refuse\n"
	      "exhausted = drop");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 80), 5000);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 81), 5000);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST + 1, 5000, PEER, 80, P, 0),
	      "no port is left");
	fixture_end(&f);
}

/* preserve-overload: the inside port even if it is taken; an answer goes to
   whoever asked last. */
static void overload_sends_replies_to_the_newest(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "ports = preserve-overload");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 80), 5000);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 80), 5000);
	passes(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, 1, 1));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 1);
	fixture_end(&f);
}

/* A port that two share is free when both are gone, not before. */
static void overloaded_port_is_free_after_both_end(void **state)
{
	struct profile next = profile_with("timeout-syn = 10");
	struct nat_fixture f;

	(void)state;
	start(&f, "ports = preserve-overload\ntimeout-syn = 10");
	port_of(&f, HOST, 5000, PEER, 80);
	pass_time(&f, 5);
	port_of(&f, HOST + 1, 5000, PEER, 81);
	pass_time(&f, 5);			/* the first one is gone */
	nat_reload(f.nat, &next, f.now);	/* ports = preserve */
	assert_int_equal(port_of(&f, HOST + 2, 5000, PEER, 82), 5001);
	pass_time(&f, 5);
	assert_int_equal(port_of(&f, HOST + 3, 5000, PEER, 83), 5000);
	fixture_end(&f);
}

/* parity = keep, for each way of choosing (RFC 4787 REQ-4) */
static void parity_keep_keeps_parity_with_each_policy(void **state)
{
	static const char *const ways[] = {
		"ports = preserve", "ports = preserve\ncollision = random",
		"ports = sequential", "ports = sequential\ndelta = 2",
		"ports = sequential\ndelta = 7", "ports = random",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		char text[120];
		struct nat_fixture f;

		snprintf(text, sizeof(text), "parity = keep\n%s", ways[i]);
		start(&f, text);
		for (unsigned j = 0; j < 200; j++) {
			unsigned inside = 5000 + j % 5;
			unsigned port = port_of(&f, HOST + j, inside, PEER, 1);

			assert_int_not_equal(port, 0);
			assert_int_equal(port % 2, inside % 2);
		}
		fixture_end(&f);
	}
}

/* The half of a class that has the right parity runs out alone. */
static void ports_of_one_parity_run_out_alone(void **state)
{
	struct profile p = profile_with("parity = keep\nports = random\n"
					"mapping = address-port\n"
					"exhausted = drop");
	struct nat_fixture f;

	(void)state;
	fixture_sized(&f, &p, 40000);
	for (unsigned i = 0; i < 32256; i++)
		assert_int_equal(port_of(&f, HOST, 5000, PEER + i, 1) % 2, 0);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, STRANGER, 1, P, 0),
	      "no port is left");
	assert_int_equal(port_of(&f, HOST, 5001, STRANGER, 1) % 2, 1);
	fixture_end(&f);
}

/* range = keep: RFC 4787 REQ-3a, the two classes */
static void range_keep_keeps_the_class(void **state)
{
	static const char *const ways[] = {
		"ports = preserve", "ports = preserve\ncollision = random",
		"ports = sequential", "ports = random",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		for (unsigned keep = 0; keep < 2; keep++) {
			char text[120];
			struct nat_fixture f;

			snprintf(text, sizeof(text), "range = %s\n%s",
				 keep ? "keep" : "any", ways[i]);
			start(&f, text);
			if (i < 2)	/* somebody else has it */
				port_of(&f, HOST + 1, 700, PEER, 1);
			assert_int_equal(port_of(&f, HOST, 700, PEER, 1) <
					 1024, keep);
			assert_true(port_of(&f, HOST, 7000, PEER, 1) >= 1024);
			fixture_end(&f);
		}
}

static void range_keep_holds_at_1023_and_1024(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "range = keep");
	assert_int_equal(port_of(&f, HOST, 1023, PEER, 1), 1023);
	assert_int_equal(port_of(&f, HOST + 1, 1023, PEER, 1), 1);
	assert_int_equal(port_of(&f, HOST, 65535, PEER, 1), 65535);
	assert_int_equal(port_of(&f, HOST + 1, 65535, PEER, 1), 1024);
	fixture_end(&f);
}

/* range = netfilter: low ports in two classes, as Linux has them */
static void range_netfilter_splits_low_ports_as_linux(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "range = netfilter\nports = random");
	for (unsigned i = 0; i < 50; i++) {
		assert_in_range(port_of(&f, HOST + i, 511, PEER, 1), 1, 511);
		assert_in_range(port_of(&f, HOST + i, 512, PEER, 1), 600,
				1023);
		assert_in_range(port_of(&f, HOST + i, 1024, PEER, 1), 1024,
				65535);
	}
	fixture_end(&f);
}

/* collision = random: a free port, not the next one (RFC 7857 9) */
static void collision_random_takes_a_random_port(void **state)
{
	unsigned near = 0;
	struct nat_fixture f;

	(void)state;
	start(&f, "collision = random");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 1), 5000);
	for (unsigned i = 1; i <= 100; i++) {
		unsigned port = port_of(&f, HOST + i, 5000, PEER, 1);

		assert_in_range(port, 1024, 65535);
		assert_int_not_equal(port, 5000);
		near += port > 5000 && port < 5000 + 2 * i;
	}
	/* each has a chance of less than 200 / 64512 to be near */
	assert_true(near <= 3);
	fixture_end(&f);
}

static void collision_refuse_refuses(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "collision = refuse\nexhausted = drop");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 1), 5000);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST + 1, 5000, PEER, 1, P, 0),
	      "no port is left");
	/* another port of its own, another protocol, and its own again */
	assert_int_equal(port_of(&f, HOST + 1, 5001, PEER, 1), 5001);
	passes(&f, NAT_INSIDE, udp(HOST + 1, 5000, PEER, 1));
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 2), 5000);
	fixture_end(&f);
}

/* after-collision = connection: the nondeterminism that RFC 4787 REQ-11
   forbids; who kept his port is mapped as before. */
static void after_collision_connection_maps_each_connection(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "after-collision = connection");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 1), 5000);
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 2), 5000);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 1), 5001);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 2), 5002);
	assert_int_equal(port_of(&f, HOST + 1, 5000, STRANGER, 1), 5003);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 1), 5001);
	assert_int_equal(port_of(&f, HOST, 5000, STRANGER, 1), 5000);
	fixture_end(&f);
	start(&f, "after-collision = same");
	port_of(&f, HOST, 5000, PEER, 1);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 1), 5001);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 2), 5001);
	fixture_end(&f);
}

/* port-reuse-delay: RFC 6888 REQ-8 */
static void reuse_delay_quarantines_ports(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "port-reuse-delay = 120\ntimeout-syn = 10");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 1), 5000);
	pass_time(&f, 10);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 1), 5001);
	passes(&f, NAT_INSIDE, udp(HOST + 1, 5000, PEER, 1));
	assert_int_equal(source_port(&f), 5000);	/* of UDP */
	pass_time(&f, 119.9);
	assert_int_equal(port_of(&f, HOST + 2, 5000, PEER, 1), 5002);
	pass_time(&f, 0.1);
	assert_int_equal(port_of(&f, HOST + 3, 5000, PEER, 1), 5000);
	fixture_end(&f);
}

/* It runs from the end of the mapping, not of any session. */
static void reuse_delay_runs_from_the_end_of_the_mapping(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "port-reuse-delay = 20\ntimeout-syn = 10");
	port_of(&f, HOST, 5000, PEER, 1);
	pass_time(&f, 9);
	port_of(&f, HOST, 5000, PEER, 2);
	pass_time(&f, 10);			/* the mapping ends at 19 */
	assert_int_equal(port_of(&f, HOST + 1, 6000, PEER, 1), 6000);
	pass_time(&f, 19.9);
	assert_int_equal(port_of(&f, HOST + 1, 5000, PEER, 1), 5001);
	pass_time(&f, 0.1);
	assert_int_equal(port_of(&f, HOST + 2, 5000, PEER, 1), 5000);
	fixture_end(&f);
}

/* udp-ports, query-mapping and udp-mapping leave TCP's alone */
static void udp_axes_leave_tcp_alone(void **state)
{
	unsigned kept = 0;
	struct nat_fixture f;

	(void)state;
	start(&f, "udp-ports = random\nudp-mapping = address-port");
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 1), 5000);
	assert_int_equal(port_of(&f, HOST, 5000, PEER, 2), 5000);
	for (unsigned i = 0; i < 4; i++) {
		passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1 + i));
		kept += source_port(&f) == 5000;
	}
	assert_true(kept <= 1);
	fixture_end(&f);
	start(&f, "ports = sequential\nudp-ports = preserve");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1));
	assert_int_equal(source_port(&f), 5000);
	fixture_end(&f);
}

/* query-mapping: RFC 5508 REQ-1a */
static void query_mapping_has_its_own_value(void **state)
{
	unsigned first;
	struct nat_fixture f;

	(void)state;
	start(&f, "query-mapping = address");
	passes(&f, NAT_INSIDE, echo(8, HOST, PEER, 77));
	first = read16(f.last.bytes + 24);
	passes(&f, NAT_INSIDE, echo(8, HOST, STRANGER, 77));
	assert_int_not_equal(read16(f.last.bytes + 24), first);
	port_of(&f, HOST, 5000, PEER, 1);
	assert_int_equal(port_of(&f, HOST, 5000, STRANGER, 1), 5000);
	fixture_end(&f);
	start(&f, "mapping = address\nquery-mapping = endpoint-independent");
	passes(&f, NAT_INSIDE, echo(8, HOST, PEER, 77));
	first = read16(f.last.bytes + 24);
	passes(&f, NAT_INSIDE, echo(8, HOST, STRANGER, 77));
	assert_int_equal(read16(f.last.bytes + 24), first);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			overlap_shares_a_port_between_remote_endpoints),
		cmocka_unit_test(overlap_gives_another_port_when_remotes_meet),
		cmocka_unit_test(overload_sends_replies_to_the_newest),
		cmocka_unit_test(overloaded_port_is_free_after_both_end),
		cmocka_unit_test(parity_keep_keeps_parity_with_each_policy),
		cmocka_unit_test(ports_of_one_parity_run_out_alone),
		cmocka_unit_test(range_keep_keeps_the_class),
		cmocka_unit_test(range_keep_holds_at_1023_and_1024),
		cmocka_unit_test(range_netfilter_splits_low_ports_as_linux),
		cmocka_unit_test(collision_random_takes_a_random_port),
		cmocka_unit_test(collision_refuse_refuses),
		cmocka_unit_test(
			after_collision_connection_maps_each_connection),
		cmocka_unit_test(reuse_delay_quarantines_ports),
		cmocka_unit_test(reuse_delay_runs_from_the_end_of_the_mapping),
		cmocka_unit_test(udp_axes_leave_tcp_alone),
		cmocka_unit_test(query_mapping_has_its_own_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
