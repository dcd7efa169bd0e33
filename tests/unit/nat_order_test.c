/*
 * What may come after what. The ladders are those of the seven approaches, as
 * each NAT sees them; the axes are those of the NAT model. A NAT's rows say
 * for each order of packets whether the last one passes.
 */
#include "nat_fixture.h"

/* The seven approaches, as their NATs see them. With all defaults all pass. */
static const char *const approaches[] = {
	/* STUNT #1, low TTL; no-TTL with silence, RST or ICMP */
	"SYN-out TE-in SYNACK-in ACK-out ACK-in",
	"SYN-out SYNACK-in ACK-out ACK-in",
	"SYN-out RST-in SYNACK-in ACK-out ACK-in",
	"SYN-out UNREACH-in SYNACK-in ACK-out ACK-in",
	/* STUNT #2 */
	"SYN-out TE-in SYN-in SYNACK-out ACK-in",
	"SYN-out SYN-in SYNACK-out ACK-in",
	"SYN-out RST-in SYN-in SYNACK-out ACK-in",
	"SYN-out UNREACH-in SYN-in SYNACK-out ACK-in",
	/* NATBlaster */
	"SYN-out TE-in SYNACK-out SYNACK-in ACK-out ACK-in",
	"SYN-out SYNACK-out SYNACK-in ACK-out ACK-in",
	"SYN-out RST-in SYNACK-out SYNACK-in ACK-out ACK-in",
	"SYN-out UNREACH-in SYNACK-out SYNACK-in ACK-out ACK-in",
	/* P2PNAT: crossing SYNs, and one SYN early */
	"SYN-out SYN-in SYNACK-out SYNACK-in",
	"SYN-out SYN-in SYNACK-out ACK-in",
};

static void approaches_pass_with_the_defaults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(approaches) / sizeof(*approaches); i++)
		ladder("", approaches[i]);
}

static void syn_in_after_syn_out_drop_drops_that_syn(void **state)
{
	const char *no = "syn-in-after-syn-out = drop";

	(void)state;
	ladder("syn-in-after-syn-out = pass", "SYN-out SYN-in");
	assert_string_equal(ladder(no, "SYN-out !SYN-in"), no);
	assert_string_equal(ladder(no, "SYN-out TE-in !SYN-in"), no);
	/* It says nothing of a SYN-ACK, or of a SYN to an open port. */
	ladder(no, "SYN-out !SYN-in SYNACK-in ACK-out");
	ladder(no, "SYN-out TE-in SYNACK-out SYNACK-in ACK-out");
	/* Nor of one after the handshake: that is no simultaneous open. */
	ladder(no, "SYN-out SYNACK-in ACK-out SYN-in");
}

static void syn_ack_out_after_syn_out_drop_drops_that_syn_ack(void **state)
{
	const char *no = "syn-ack-out-after-syn-out = drop";

	(void)state;
	ladder("syn-ack-out-after-syn-out = pass", "SYN-out SYNACK-out");
	assert_string_equal(ladder(no, "SYN-out !SYNACK-out"), no);
	assert_string_equal(ladder(no, "SYN-out TE-in !SYNACK-out"), no);
	/* NATBlaster's NAT still lets the peer's SYN-ACK in. */
	ladder(no, "SYN-out !SYNACK-out SYNACK-in ACK-out");
	/* Simultaneous open and STUNT #2: a SYN came in. */
	ladder(no, "SYN-out SYN-in SYNACK-out SYNACK-in");
	ladder(no, "SYN-out TE-in SYN-in SYNACK-out ACK-in");
}

/* The answer to a SYN that came in through a cone is no such SYN-ACK. */
static void syn_ack_of_a_server_behind_a_cone_passes(void **state)
{
	struct profile p = profile_with("syn-ack-out-after-syn-out = drop\n"
					"filtering = endpoint-independent");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	give(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 7, OUTSIDE, A_PORT, 9, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	give(&f, NAT_INSIDE, tcp(SYN | ACK, HOST, A_PORT, STRANGER, 7, 8, 10));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	fixture_end(&f);
}

static const struct {
	const char *value;
	bool syn, syn_ack;
} afters[] = {
	{ "both", true, true },
	{ "syn-ack", false, true },
	{ "syn", true, false },
	{ "none", false, false },
	{ "end", false, false },
};

/* after - one of the three axes in each of its values */
static void after(const char *axis, const char *packet)
{
	for (size_t i = 0; i < 5; i++) {
		bool end = !strcmp(afters[i].value, "end");
		char text[48], why[80], steps[80];
		const char *got;

		snprintf(text, sizeof(text), "%s = %s", axis, afters[i].value);
		snprintf(why, sizeof(why), "%s%s", text,
			 end ? ", unsolicited-syn = drop" : "");
		snprintf(steps, sizeof(steps), "SYN-out %s-in %sSYN-in",
			 packet, afters[i].syn ? "" : "!");
		got = ladder(text, steps);
		assert_string_equal(got, afters[i].syn ? "" : why);
		snprintf(steps, sizeof(steps), "SYN-out %s-in %sSYNACK-in",
			 packet, afters[i].syn_ack ? "" : "!");
		got = ladder(text, steps);
		assert_string_equal(got, afters[i].syn_ack ? "" : text);
		/* Without that packet both enter, whatever the value. */
		ladder(text, "SYN-out SYN-in");
		ladder(text, "SYN-out SYNACK-in ACK-out");
		/* An ended session is not there for a SYN-ACK out either. */
		snprintf(steps, sizeof(steps), "SYN-out %s-in %sSYNACK-out",
			 packet, end ? "!" : "");
		ladder(text, steps);
		/* A new SYN (a new connect()) starts anew. */
		snprintf(steps, sizeof(steps),
			 "SYN-out %s-in SYN2-out SYN-in", packet);
		ladder(text, steps);
		/* After the handshake such a packet ends nothing. */
		snprintf(steps, sizeof(steps),
			 "SYN-out SYNACK-in ACK-out %s-in ACK-in ACK-out",
			 packet);
		ladder(text, steps);
	}
}

static void after_rst_in_values_admit_what_they_say(void **state)
{
	(void)state;
	after("after-rst-in", "RST");
}

static void after_time_exceeded_in_values_admit_what_they_say(void **state)
{
	(void)state;
	after("after-time-exceeded-in", "TE");
}

static void after_unreachable_in_values_admit_what_they_say(void **state)
{
	(void)state;
	after("after-unreachable-in", "UNREACH");
}

/* Each of the three axes is deaf to the other two's packets. */
static void each_after_axis_ignores_the_others_packets(void **state)
{
	(void)state;
	ladder("after-rst-in = end", "SYN-out TE-in UNREACH-in SYN-in");
	ladder("after-time-exceeded-in = end",
	       "SYN-out RST-in UNREACH-in SYN-in");
	ladder("after-unreachable-in = end", "SYN-out TE-in RST-in SYNACK-in "
	       "ACK-out");
}

/* The same SYN sent again is no new start: what came in still counts. */
static void retransmitted_syn_restarts_nothing(void **state)
{
	(void)state;
	ladder("after-time-exceeded-in = none",
	       "SYN-out TE-in SYN-out !SYN-in !SYNACK-in");
	ladder("after-time-exceeded-in = syn-ack",
	       "SYN-out SYN-out TE-in !SYN-in SYNACK-in ACK-out");
	/* A peer's SYN that passed before may come again afterwards. */
	ladder("after-rst-in = none", "SYN-out SYN-in RST-in SYN-in");
}

/* An axis that ends a session ends it, also for a kernel that tries again
   with the same SYN: that is a new session. */
static void syn_after_an_axis_ended_the_session_opens_another(void **state)
{
	struct profile p = profile_with("after-rst-in = end");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out RST-in");
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 0);
	assert_int_equal(c.mappings, 1);	/* until its timeout */
	ladder_on(&f, "SYN-out");
	assert_int_equal(source_port(&f), A_PORT);
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 1);
	assert_int_equal(c.mappings, 1);
	ladder_on(&f, "SYN-in SYNACK-out ACK-in");
	fixture_end(&f);
}

/* Fragmentation needed is no answer of the peer's: path MTU discovery. */
static void fragmentation_needed_is_not_unreachable(void **state)
{
	struct profile p = profile_with("after-unreachable-in = end");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	assert_int_equal(give(&f, NAT_OUTSIDE,
			      icmp_error(3, 4, ROUTER, &f.last_out, 0)),
			 NAT_FORWARD);
	ladder_on(&f, "SYN-in");
	fixture_end(&f);
}

/* What belongs to no session and cannot open one. */
static void packets_that_cannot_open_a_session_are_dropped(void **state)
{
	static const char *const strays[] = {
		"!SYNACK-out", "!ACK-out", "!RST-out", "!FIN-out",
		"!SYNACK-in", "!ACK-in", "!RST-in", "!FIN-in",
	};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		assert_string_equal(ladder("", strays[i]), "non-syn = drop");
		ladder("filtering = open", strays[i]);
	}
}

/* A connection that is over: the peer's SYN opens another one in it, where
   filtering does not refuse every connection from outside. */
static void peers_syn_reopens_an_ended_connection(void **state)
{
	const char *over = "SYN-out SYNACK-in ACK-out FIN-out FIN-in ACK-out ";
	char steps[120];

	(void)state;
	snprintf(steps, sizeof(steps), "%sSYN2-in SYNACK-out ACK-in", over);
	ladder("filtering = address-port", steps);
	snprintf(steps, sizeof(steps), "%s!SYN2-in", over);
	assert_string_equal(ladder("filtering = connection", steps),
			    "filtering = connection, unsolicited-syn = drop");
	/* But a SYN of the session itself never meets filtering. */
	ladder("filtering = connection", "SYN-out SYN-in SYNACK-out");
}

/* The profiles' own promises, in the paper's orders. */
static void profiles_keep_their_promises_about_order(void **state)
{
	static const struct {
		const char *base, *steps;
	} rows[] = {
		{ "no-syn-in", "SYN-out !SYN-in SYNACK-in ACK-out" },
		{ "no-syn-ack-out", "SYN-out !SYNACK-out SYN-in SYNACK-out" },
		{ "rst", "?SYN-in SYN-out RST-in ?SYN-in !SYNACK-in" },
		{ "rst", "SYN-out TE-in UNREACH-in SYN-in" },
		{ "icmp", "?SYN-in SYN-out UNREACH-in ?SYN-in !SYNACK-in" },
		{ "icmp", "SYN-out TE-in RST-in SYNACK-in ACK-out" },
		{ "port-restricted-cone", "!SYN-in SYN-out SYN-in" },
		{ "full-cone", "!SYN-in SYN-out SYN-in" },
		{ "symmetric", "!SYN-in SYN-out SYN-in" },
		{ "symmetric-random", "!SYN-in SYN-out SYN-in" },
		{ "seq-rewriting", "!SYN-in SYN-out SYN-in SYNACK-out" },
		{ "rfc5382", "!SYN-in SYN-out SYN-in SYNACK-out SYNACK-in" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[64];

		snprintf(text, sizeof(text), "base = %s", rows[i].base);
		ladder(text, rows[i].steps);
	}
	for (size_t i = 0; i < sizeof(approaches) / sizeof(*approaches); i++)
		ladder("base = rfc5382", approaches[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(approaches_pass_with_the_defaults),
		cmocka_unit_test(syn_in_after_syn_out_drop_drops_that_syn),
		cmocka_unit_test(
			syn_ack_out_after_syn_out_drop_drops_that_syn_ack),
		cmocka_unit_test(syn_ack_of_a_server_behind_a_cone_passes),
		cmocka_unit_test(after_rst_in_values_admit_what_they_say),
		cmocka_unit_test(
			after_time_exceeded_in_values_admit_what_they_say),
		cmocka_unit_test(
			after_unreachable_in_values_admit_what_they_say),
		cmocka_unit_test(each_after_axis_ignores_the_others_packets),
		cmocka_unit_test(retransmitted_syn_restarts_nothing),
		cmocka_unit_test(
			syn_after_an_axis_ended_the_session_opens_another),
		cmocka_unit_test(fragmentation_needed_is_not_unreachable),
		cmocka_unit_test(
			packets_that_cannot_open_a_session_are_dropped),
		cmocka_unit_test(peers_syn_reopens_an_ended_connection),
		cmocka_unit_test(profiles_keep_their_promises_about_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
