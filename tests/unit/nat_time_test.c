/*
 * How long a NAT remembers, on invented time. Each timeout has a value of its
 * own here, so that the wrong one shows.
 */
#include "nat_fixture.h"

#define TIMEOUTS "timeout-syn = 11\ntimeout-established = 1000\n"	\
	"timeout-closing = 17\ntimeout-rst = 5\ntimeout-udp = 7\n"	\
	"timeout-icmp = 3\n"

/* remembered - does a packet in find its session after @seconds? */
static bool remembered(const char *steps, double seconds)
{
	struct profile p = profile_with(TIMEOUTS);
	struct nat_fixture f;
	bool passes;

	fixture_start(&f, &p);
	ladder_on(&f, steps);
	pass_time(&f, seconds);
	give(&f, NAT_OUTSIDE, tcp(ACK, PEER, B_PORT, OUTSIDE, A_PORT, Q + 1,
				  P + 1));
	passes = f.result.verdict == NAT_FORWARD;
	fixture_end(&f);
	return passes;
}

#define HANDSHAKE "SYN-out SYNACK-in ACK-out "

static void each_state_expires_at_its_timeout(void **state)
{
	static const struct {
		const char *steps;
		double seconds;
	} rows[] = {
		{ "SYN-out", 11 },
		/* RFC 7857 2: INIT, and the other side's SYN */
		{ "SYN-out SYN-in", 1000 },
		{ "SYN-out SYNACK-in", 1000 },
		{ "SYN-out SYNACK-out", 11 },
		{ "SYN-out RST-in", 11 },
		{ HANDSHAKE, 1000 },
		{ "SYN-out SYN-in SYNACK-out SYNACK-in", 1000 },
		{ "SYN-out SYN-in SYNACK-out ACK-in", 1000 },
		{ "SYN-out SYNACK-out SYNACK-in", 1000 },
		{ HANDSHAKE "FIN-out", 1000 },	/* half-closed is open */
		{ HANDSHAKE "FIN-in", 1000 },
		{ HANDSHAKE "FIN-out FIN-in ACK-out", 17 },
		{ HANDSHAKE "FIN-in FIN-out ACK-in", 17 },
		{ HANDSHAKE "RST-in", 5 },
		{ HANDSHAKE "RST-out", 5 },
		{ HANDSHAKE "FIN-out FIN-in SYN2-out", 11 },
		/* The next connection begins without FINs. */
		{ HANDSHAKE "FIN-out FIN-in SYN2-in SYNACK-out ACK-in FIN-in",
		  1000 },
		{ HANDSHAKE "FIN-out FIN-in SYN2-out SYNACK-in ACK-out "
		  "FIN-out", 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!remembered(rows[i].steps, rows[i].seconds - 0.001))
			fail_msg("%s: forgotten too early", rows[i].steps);
		if (remembered(rows[i].steps, rows[i].seconds))
			fail_msg("%s: remembered too long", rows[i].steps);
	}
}

/* What the inside host sends refreshes; what comes in doesn't, nor do its
   RSTs (RFC 4787 REQ-6, RFC 7857 7.1). */
static void only_packets_from_inside_refresh(void **state)
{
	struct profile p = profile_with(TIMEOUTS);
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, HANDSHAKE);
	for (int i = 0; i < 5; i++) {
		pass_time(&f, 999);
		ladder_on(&f, "ACK-out");
	}
	for (int i = 0; i < 3; i++) {
		pass_time(&f, 333);
		ladder_on(&f, "ACK-in");
	}
	pass_time(&f, 1);
	ladder_on(&f, "!ACK-in");
	fixture_end(&f);

	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	pass_time(&f, 10);
	ladder_on(&f, "RST-out");	/* its kernel: no socket any more */
	pass_time(&f, 1);
	ladder_on(&f, "!SYNACK-in");
	fixture_end(&f);
}

/* Refused packets refresh nothing: RFC 7857 7. */
static void refused_packets_refresh_nothing(void **state)
{
	struct profile p = profile_with(TIMEOUTS
					"after-rst-in = none\n"
					"syn-ack-out-after-syn-out = drop");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out RST-in");
	for (int i = 0; i < 10; i++) {
		pass_time(&f, 1);
		ladder_on(&f, "!SYN-in !SYNACK-in !SYNACK-out");
	}
	pass_time(&f, 1);
	assert_string_equal(ladder_on(&f, "!SYNACK-out"), "non-syn = drop");
	fixture_end(&f);
}

static void udp_expires_at_its_timeout(void **state)
{
	struct profile p = profile_with(TIMEOUTS);
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, udp(HOST, 7, PEER, 9));
	pass_time(&f, 6);
	give(&f, NAT_INSIDE, udp(HOST, 7, PEER, 9));
	pass_time(&f, 6.5);
	give(&f, NAT_OUTSIDE, udp(PEER, 9, OUTSIDE, 7));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	pass_time(&f, 0.5);
	give(&f, NAT_OUTSIDE, udp(PEER, 9, OUTSIDE, 7));
	assert_int_equal(f.result.verdict, NAT_DROP);
	fixture_end(&f);
}

/* An error about a query neither refreshes nor ends it: RFC 5508 REQ-6. */
static void error_about_a_query_neither_refreshes_nor_ends_it(void **state)
{
	struct profile p = profile_with(TIMEOUTS "after-unreachable-in = end\n"
					"after-time-exceeded-in = end");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, echo(8, HOST, PEER, 7));
	pass_time(&f, 2);
	give(&f, NAT_OUTSIDE, icmp_error(11, 0, ROUTER, &f.last_out, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	pass_time(&f, 0.9);
	give(&f, NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 7));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	pass_time(&f, 0.1);
	give(&f, NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 7));
	assert_int_equal(f.result.verdict, NAT_DROP);
	fixture_end(&f);
}

/* A mapping lives as long as its longest session, and gives its port back. */
static void mapping_lives_as_long_as_its_longest_session(void **state)
{
	struct profile p = profile_with(TIMEOUTS);
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, HANDSHAKE);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, STRANGER, 1, P, 0));
	pass_time(&f, 500);
	give(&f, NAT_INSIDE, tcp(SYN, HOST + 1, A_PORT, STRANGER, 1, P, 0));
	assert_int_equal(source_port(&f), A_PORT + 1);
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 2);
	assert_int_equal(c.mappings, 2);
	pass_time(&f, 500);
	give(&f, NAT_INSIDE, tcp(SYN, HOST + 1, A_PORT, STRANGER, 1, P, 0));
	assert_int_equal(source_port(&f), A_PORT);
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 1);
	assert_int_equal(c.mappings, 1);
	fixture_end(&f);
}

/* A session that was ended still holds its mapping until it would have
   expired; then nothing of it is left. */
static void ended_session_holds_its_mapping_until_it_expires(void **state)
{
	struct profile p = profile_with(TIMEOUTS "after-rst-in = end");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out RST-in");
	pass_time(&f, 10.9);
	assert_string_equal(ladder_on(&f, "!SYN-in"),
			    "after-rst-in = end, unsolicited-syn = drop");
	pass_time(&f, 0.1);
	assert_string_equal(ladder_on(&f, "!SYN-in"),
			    "no mapping, unsolicited-syn = drop");
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions + c.mappings, 0);
	fixture_end(&f);
}

/* The profile rfc5382, second by second as the RFCs ask. */
static void profile_rfc5382_keeps_the_rfcs_times(void **state)
{
	static const struct {
		const char *steps;
		double seconds;
	} rows[] = {
		{ "SYN-out", 240 },			/* REQ-5 */
		{ HANDSHAKE, 7440 },			/* REQ-5 */
		{ HANDSHAKE "FIN-out FIN-in", 240 },	/* REQ-5 */
		{ HANDSHAKE "FIN-out", 7440 },	/* FIN_WAIT is established */
		{ HANDSHAKE "RST-in", 239 },		/* RFC 7857 2.2 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct profile p = profile_with("base = rfc5382");
		struct nat_fixture f;

		fixture_start(&f, &p);
		ladder_on(&f, rows[i].steps);
		pass_time(&f, rows[i].seconds - 0.001);
		ladder_on(&f, "ACK-in");
		fixture_end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_expires_at_its_timeout),
		cmocka_unit_test(only_packets_from_inside_refresh),
		cmocka_unit_test(refused_packets_refresh_nothing),
		cmocka_unit_test(udp_expires_at_its_timeout),
		cmocka_unit_test(
			error_about_a_query_neither_refreshes_nor_ends_it),
		cmocka_unit_test(mapping_lives_as_long_as_its_longest_session),
		cmocka_unit_test(
			ended_session_holds_its_mapping_until_it_expires),
		cmocka_unit_test(profile_rfc5382_keeps_the_rfcs_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
