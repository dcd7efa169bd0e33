/* What the property test and the fuzzer found, each in its shortest form. */
#include "nat_fixture.h"

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

/* An inside host's error about a SYN that the NAT's own stack owns left with
   the host's own source. */
static void error_about_a_syn_of_the_nats_stack_is_dropped(void **state)
{
	struct packet_bytes syn = tcp(SYN, PEER, 80, OUTSIDE, 6000, 1, 0);
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-takes-port = yes\n");
	give(&f, NAT_OUTSIDE, syn);
	give(&f, NAT_INSIDE, icmp_error(3, 3, HOST, &syn, 28));
	assert_int_equal(f.result.verdict, NAT_DROP);
	fixture_end(&f);
}

/* The next port after one that is taken was the NAT's own, too. */
static void next_port_is_none_of_the_nats_stack(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-takes-port = yes\n");
	give(&f, NAT_OUTSIDE, tcp(SYN, PEER, 80, OUTSIDE, 6000, 1, 0));
	give(&f, NAT_OUTSIDE, tcp(SYN, PEER, 80, OUTSIDE, 6001, 1, 0));
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 6000, PEER, 80, 1, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_int_equal(source_port(&f), 6002);
	fixture_end(&f);
}

/* filtering = open made mappings beyond ports-per-host. */
static void filtering_open_respects_ports_per_host(void **state)
{
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = open\nports-per-host = 2\n");
	give(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	give(&f, NAT_OUTSIDE, udp(PEER, 80, OUTSIDE, 7000));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	give(&f, NAT_OUTSIDE, udp(PEER, 80, OUTSIDE, 7001));
	assert_int_equal(f.result.verdict, NAT_DROP);
	nat_counts(f.nat, &c);
	assert_int_equal(c.mappings, 2);
	fixture_end(&f);
}

/* An information request to the NAT was answered with an echo reply. */
static void information_request_to_the_nat_gets_no_echo_reply(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "icmp-deprecated = forward\n");
	give(&f, NAT_OUTSIDE, echo(15, PEER, OUTSIDE, 9));
	assert_int_equal(f.result.verdict, NAT_DROP);
	fixture_end(&f);
}

/* The complement of a sum of 0 is 0xffff: an echo reply without any bit. */
static void echo_reply_of_zeros_has_checksum_ffff(void **state)
{
	struct packet_bytes request = echo(8, PEER, OUTSIDE, 0);
	struct nat_fixture f;

	(void)state;
	memset(request.bytes + 24, 0, 12);
	seal(request.bytes);
	start(&f, "");
	give(&f, NAT_OUTSIDE, request);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(read16(f.result.reply + 22), 0xffff);
	fixture_end(&f);
}

/* A first fragment leaked as invalid where fragments are dropped. */
static void first_fragment_is_dropped_though_invalid_leaks(void **state)
{
	struct packet_bytes first = tcp(ACK, HOST, 5000, PEER, 80, 1, 1);
	struct nat_fixture f;

	(void)state;
	set16(first.bytes + 6, 0x2000);
	first.bytes[9] = 47;	/* what conntrack cannot read */
	set16(first.bytes + 10, 0);
	set16(first.bytes + 10, 0xffff & ~plain_sum(0, first.bytes, 20));
	start(&f, "tcp-state = conntrack\ninvalid = leak\n"
	      "fragments = drop\n");
	give(&f, NAT_INSIDE, first);
	assert_int_equal(f.result.verdict, NAT_DROP);
	assert_string_equal(f.result.reason, "fragments = drop");
	fixture_end(&f);
}

/* ---- events ---- */

static void count_gone(void *argument, enum nat_event_kind kind,
		       const struct nat_entry *view)
{
	(void)view;
	*(unsigned *)argument += kind == NAT_SESSION_GONE;
}

/* Nobody was told of a session that an axis ended. */
static void session_that_an_axis_ends_is_reported(void **state)
{
	struct nat_config config = {
		.profile = profile_with("after-rst-in = end\n"),
		.inside_address = INSIDE,
		.outside_address = OUTSIDE,
		.sessions = 8,
		.event = count_gone,
	};
	struct nat_fixture f = { .now = NS_PER_S };
	unsigned gone = 0;

	(void)state;
	config.argument = &gone;
	f.nat = nat_new(&config);
	assert_non_null(f.nat);
	ladder_on(&f, "SYN-out RST-in");
	assert_int_equal(gone, 1);
	f.now += 3600 * NS_PER_S;
	give(&f, NAT_INSIDE, (struct packet_bytes){ .length = 0 });
	assert_int_equal(gone, 1);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			error_about_a_syn_of_the_nats_stack_is_dropped),
		cmocka_unit_test(next_port_is_none_of_the_nats_stack),
		cmocka_unit_test(filtering_open_respects_ports_per_host),
		cmocka_unit_test(
			information_request_to_the_nat_gets_no_echo_reply),
		cmocka_unit_test(echo_reply_of_zeros_has_checksum_ffff),
		cmocka_unit_test(
			first_fragment_is_dropped_though_invalid_leaks),
		cmocka_unit_test(session_that_an_axis_ends_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
