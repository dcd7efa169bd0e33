/*
 * Which sessions may take a shortcut, and until when: src/nat/flow_offload.h
 * has the conditions; what they stand for is in the axes' own tests.
 */
#include "nat_fixture.h"

#include "nat/flow_offload.h"

#define HANDSHAKE "SYN-out SYNACK-in ACK-out "

/* Who watches a fixture's NAT. */
struct watcher {
	unsigned ended;
	uint32_t last;
};

static uint64_t note(void *argument, uint32_t session)
{
	struct watcher *w = argument;

	w->ended++;
	w->last = session;
	return 7;
}

/* take - the session of the last packet takes its shortcut */
static uint32_t take(struct nat_fixture *f, struct watcher *w)
{
	struct nat_offload s;

	*w = (struct watcher){ 0 };
	assert_true(nat_offload_candidate(f->nat, &s));
	nat_offload_watch(f->nat, note, w);
	nat_offload_begin(f->nat, s.session);
	return s.session;
}

static bool may_after(const char *profile, const char *steps)
{
	struct profile p = profile_with(profile);
	struct nat_offload s;
	struct nat_fixture f;
	bool may;

	fixture_start(&f, &p);
	ladder_on(&f, steps);
	may = nat_offload_candidate(f.nat, &s);
	fixture_end(&f);
	return may;
}

static void only_settled_sessions_are_candidates(void **state)
{
	static const struct {
		const char *steps;
		bool may;
	} rows[] = {
		{ "SYN-out", false },
		{ "SYN-out SYNACK-in", true },	/* RFC 7857 2 */
		{ HANDSHAKE, true },
		{ HANDSHAKE "FIN-out", false },
		{ HANDSHAKE "FIN-in", false },
		{ HANDSHAKE "FIN-in FIN-out ACK-in", false },
		{ HANDSHAKE "RST-in", false },
		{ HANDSHAKE "RST-out", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (may_after("", rows[i].steps) != rows[i].may)
			fail_msg("after %s", rows[i].steps);
}

static void each_preventing_value_is_named(void **state)
{
	static const char *const values[] = {
		"ports = preserve-overload", "udp-ports = preserve-overload",
		"tcp-state = conntrack", "sequence-numbers = rewrite",
		"payload = rewrite-addresses",
		"udp-payload = rewrite-addresses", "ttl = keep",
		"filtering = open", "udp-filtering = open",
		"unsolicited-syn = ban",
	};

	(void)state;
	assert_true(may_after("", HANDSHAKE));
	assert_true(may_after("ip-id = rewrite\n", HANDSHAKE));
	assert_true(may_after("timeout-established = 3\n", HANDSHAKE));
	assert_false(may_after("timeout-established = 2\n", HANDSHAKE));
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct profile p = profile_with(values[i]);

		assert_string_equal(nat_offload_refusal(&p), values[i]);
		if (may_after(values[i], HANDSHAKE))
			fail_msg("with %s", values[i]);
	}
}

/* The engine rewrites a packet to what the shortcut says. */
static void candidate_tells_what_the_engine_rewrites(void **state)
{
	struct profile p = profile_with("ports = sequential\n");
	struct nat_offload s;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, HANDSHAKE);
	assert_true(nat_offload_candidate(f.nat, &s));
	assert_int_equal(s.protocol, 6);
	assert_int_equal(s.directions[NAT_INSIDE].source.address, HOST);
	assert_int_equal(s.directions[NAT_INSIDE].source.port, A_PORT);
	assert_int_equal(s.directions[NAT_INSIDE].destination.address, PEER);
	assert_int_equal(s.directions[NAT_INSIDE].destination.port, B_PORT);
	assert_int_equal(s.directions[NAT_INSIDE].changed.address, OUTSIDE);
	assert_int_equal(s.directions[NAT_INSIDE].changed.port,
			 source_port(&f));
	assert_int_equal(s.directions[NAT_OUTSIDE].source.address, PEER);
	assert_int_equal(s.directions[NAT_OUTSIDE].source.port, B_PORT);
	assert_int_equal(s.directions[NAT_OUTSIDE].destination.address,
			 OUTSIDE);
	assert_int_equal(s.directions[NAT_OUTSIDE].destination.port,
			 source_port(&f));
	assert_int_equal(s.directions[NAT_OUTSIDE].changed.address, HOST);
	assert_int_equal(s.directions[NAT_OUTSIDE].changed.port, A_PORT);
	fixture_end(&f);
}

static void packets_that_change_the_state_end_offload(void **state)
{
	static const char *const steps[] = { "FIN-out", "FIN-in", "RST-in",
					     "RST-out", "SYN2-out" };
	struct profile p = profile_with("");
	struct nat_counts counts;
	struct watcher w;
	struct nat_fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		uint32_t session;

		fixture_start(&f, &p);
		ladder_on(&f, HANDSHAKE);
		session = take(&f, &w);
		ladder_on(&f, "ACK-in");
		assert_int_equal(w.ended, 0);
		ladder_on(&f, steps[i]);
		assert_int_equal(w.ended, 1);
		assert_int_equal(w.last, session);
		nat_counts(f.nat, &counts);	/* and those seven */
		assert_int_equal(counts.forwarded, 5 + 7);
		assert_int_equal(counts.offloaded, 7);
		fixture_end(&f);
	}
}

static void candidate_is_offered_once(void **state)
{
	struct profile p = profile_with("");
	struct nat_offload s;
	struct watcher w;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, HANDSHAKE);
	take(&f, &w);
	ladder_on(&f, "ACK-in");
	assert_false(nat_offload_candidate(f.nat, &s));
	nat_offload_end(f.nat, w.last ? w.last : 1);
	assert_int_equal(w.ended, 1);
	ladder_on(&f, "ACK-in");
	assert_true(nat_offload_candidate(f.nat, &s));
	fixture_end(&f);
}

static void reload_ends_offload(void **state)
{
	struct profile p = profile_with(""), keep = profile_with("ttl = keep");
	struct nat_offload s;
	struct watcher w;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, HANDSHAKE);
	take(&f, &w);
	nat_reload(f.nat, &keep, f.now);
	assert_int_equal(w.ended, 1);
	ladder_on(&f, "ACK-in");
	assert_false(nat_offload_candidate(f.nat, &s));
	fixture_end(&f);
}

/* lives - is the session there after two times 8 s of 10, with a packet of
   @side on the shortcut between? */
static bool lives(const char *refresh, enum nat_side side)
{
	char text[128];
	struct profile p;
	struct watcher w;
	struct nat_fixture f;
	uint32_t session;
	bool ended;

	snprintf(text, sizeof(text), "timeout-established = 10\nrefresh = %s\n",
		 refresh);
	p = profile_with(text);
	fixture_start(&f, &p);
	ladder_on(&f, HANDSHAKE);
	session = take(&f, &w);
	pass_time(&f, 8);
	nat_touch(f.nat, session, side, 1, f.now);
	pass_time(&f, 8);
	nat_expire(f.nat, f.now);
	ended = w.ended;
	fixture_end(&f);
	return !ended;
}

/* RFC 4787 REQ-6 */
static void touch_refreshes_by_the_axis_refresh(void **state)
{
	(void)state;
	assert_true(lives("outbound", NAT_INSIDE));
	assert_false(lives("outbound", NAT_OUTSIDE));
	assert_false(lives("inbound", NAT_INSIDE));
	assert_true(lives("inbound", NAT_OUTSIDE));
	assert_true(lives("both", NAT_INSIDE));
	assert_true(lives("both", NAT_OUTSIDE));
}

static bool may_udp(const char *profile, bool answered, double later)
{
	struct profile p = profile_with(profile);
	struct nat_offload s;
	struct nat_fixture f;
	bool may;

	fixture_start(&f, &p);
	passes(&f, NAT_INSIDE, udp(HOST, A_PORT, PEER, B_PORT));
	if (answered)
		passes(&f, NAT_OUTSIDE, udp(PEER, B_PORT, OUTSIDE, A_PORT));
	pass_time(&f, later);
	passes(&f, NAT_INSIDE, udp(HOST, A_PORT, PEER, B_PORT));
	may = nat_offload_candidate(f.nat, &s) && s.protocol == 17;
	fixture_end(&f);
	return may;
}

static void udp_is_a_candidate_after_both_directions(void **state)
{
	(void)state;
	assert_false(may_udp("", false, 0));
	assert_true(may_udp("", true, 0));
	assert_false(may_udp("timeout-udp-stream = 120\n", true, 0));
	/* as in Linux, from 2 s on it is a stream */
	assert_true(may_udp("timeout-udp-stream = 120\n", true, 3));
	assert_false(may_udp("udp-payload = rewrite-addresses\n", true, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_settled_sessions_are_candidates),
		cmocka_unit_test(each_preventing_value_is_named),
		cmocka_unit_test(candidate_tells_what_the_engine_rewrites),
		cmocka_unit_test(packets_that_change_the_state_end_offload),
		cmocka_unit_test(candidate_is_offered_once),
		cmocka_unit_test(reload_ends_offload),
		cmocka_unit_test(touch_refreshes_by_the_axis_refresh),
		cmocka_unit_test(udp_is_a_candidate_after_both_directions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
