/*
 * What others see of the NAT's table, and what happens to it when the profile
 * is read again: nat_reload, nat_sessions, nat_mappings, events, counts; and
 * the axes refresh, half-close and syn-ack-out-after-syn-in.
 */
#include "nat_fixture.h"

enum { EVENTS = 64 };

struct log {
	unsigned count;
	enum nat_event_kind kinds[EVENTS];
	char states[EVENTS][24];
	struct nat_entry last;
};

static void note(void *argument, enum nat_event_kind kind,
		 const struct nat_entry *view)
{
	struct log *l = argument;

	assert_in_range(l->count, 0, EVENTS - 1);
	l->kinds[l->count] = kind;
	snprintf(l->states[l->count++], 24, "%s", view->state);
	l->last = *view;
}

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

static void start_logged(struct nat_fixture *f, struct log *l,
			 const char *axes_text)
{
	struct profile p = profile_with(axes_text);
	struct nat_config config = config_of(&p, 100);

	memset(l, 0, sizeof(*l));
	config.event = note;
	config.argument = l;
	fixture_configured(f, &config);
}

static void reload(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	nat_reload(f->nat, &p, f->now);
}

static void assert_event(const struct log *l, unsigned i,
			 enum nat_event_kind kind, const char *name)
{
	assert_true(i < l->count);
	assert_int_equal(l->kinds[i], kind);
	assert_string_equal(l->states[i], name);
}

/* ---- events ---- */

/* A mapping comes before its first session and goes after its last. */
static void mapping_events_enclose_session_events(void **state)
{
	struct log l;
	struct nat_fixture f;

	(void)state;
	start_logged(&f, &l, "timeout-syn = 10\ntimeout-rst = 5");
	ladder_on(&f, "SYN-out SYNACK-in ACK-out RST-in");
	pass_time(&f, 5);
	ladder_on(&f, "!ACK-in");
	assert_event(&l, 0, NAT_MAPPING_NEW, "mapped");
	assert_event(&l, 1, NAT_SESSION_NEW, "init");
	assert_event(&l, 2, NAT_SESSION_STATE, "established");
	assert_event(&l, 3, NAT_SESSION_STATE, "trans");
	assert_event(&l, 4, NAT_SESSION_GONE, "trans");
	assert_event(&l, 5, NAT_MAPPING_GONE, "mapped");
	assert_int_equal(l.count, 6);
	fixture_end(&f);
}

static void conntrack_states_are_reported(void **state)
{
	struct log l;
	struct nat_fixture f;

	(void)state;
	start_logged(&f, &l, "tcp-state = conntrack");
	ladder_on(&f, "SYN-out SYNACK-in ACK-out");
	assert_event(&l, 1, NAT_SESSION_NEW, "syn-sent");
	assert_event(&l, 2, NAT_SESSION_STATE, "syn-recv");
	assert_event(&l, 3, NAT_SESSION_STATE, "established");
	assert_int_equal(l.count, 4);
	fixture_end(&f);
}

/* One mapping, two sessions; the views are those of the packets. */
static void entries_show_the_endpoints_of_packets(void **state)
{
	struct nat_counts c;
	char text[NAT_ENDPOINT_TEXT];
	struct log l;
	struct nat_fixture f;

	(void)state;
	start_logged(&f, &l, "");
	passes(&f, NAT_INSIDE, udp(HOST + 1, 5000, PEER, 53));
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 53));
	assert_string_equal(l.last.protocol, "udp");
	assert_string_equal(nat_endpoint_text(&l.last.inside, text),
			    "192.168.1.2:5000");
	assert_string_equal(nat_endpoint_text(&l.last.external, text),
			    "203.0.113.1:5001");
	assert_string_equal(nat_endpoint_text(&l.last.remote, text),
			    "198.51.100.2:53");
	assert_int_equal(l.last.expires, f.now + 30 * NS_PER_S);
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 54));
	assert_int_equal(l.count, 5);	/* two mappings, three sessions */
	nat_counts(f.nat, &c);
	assert_int_equal(c.mappings, 2);
	assert_int_equal(c.sessions, 3);
	fixture_end(&f);
}

static void endpoints_are_written_out(void **state)
{
	struct nat_endpoint e = {
		.address = { 0x20, 1, 0x0d, 0xb8, [15] = 1 },
		.ipv6 = true, .port = 80,
	};
	char text[NAT_ENDPOINT_TEXT];

	(void)state;
	assert_string_equal(nat_endpoint_text(&e, text), "[2001:db8::1]:80");
	memset(e.address, 0xff, 16);
	e.port = 65535;
	assert_string_equal(nat_endpoint_text(&e, text),
			    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

/* ---- reading the table ---- */

static void tally(void *argument, const struct nat_entry *view)
{
	unsigned *count = argument;

	assert_non_null(view->protocol);
	assert_non_null(view->state);
	(*count)++;
}

static unsigned sessions(const struct nat_fixture *f)
{
	unsigned n = 0;

	nat_sessions(f->nat, tally, &n);
	return n;
}

static unsigned mappings(const struct nat_fixture *f)
{
	unsigned n = 0;

	nat_mappings(f->nat, tally, &n);
	return n;
}

/* Ended sessions are not told of; their mapping is, as long as it is held. */
static void ended_sessions_are_not_listed_but_their_mappings_are(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "after-rst-in = end\ntimeout-syn = 10");
	assert_int_equal(sessions(&f) + mappings(&f), 0);
	ladder_on(&f, "SYN-out");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1));
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 2));
	passes(&f, NAT_INSIDE, echo(8, HOST, PEER, 2));
	assert_int_equal(sessions(&f), 4);
	assert_int_equal(mappings(&f), 3);
	ladder_on(&f, "SYN-out RST-in");
	assert_int_equal(sessions(&f), 3);
	assert_int_equal(mappings(&f), 3);
	pass_time(&f, 10);
	reload(&f, "");			/* it forgets, too */
	assert_int_equal(sessions(&f), 3);
	assert_int_equal(mappings(&f), 2);
	fixture_end(&f);
}

/* ---- reload ---- */

/* Sessions stay; their remaining times change by as much as the timeouts. */
static void reloaded(int before, int after, int age, int left)
{
	char text[2][40];
	struct nat_fixture f;

	snprintf(text[0], 40, "timeout-udp = %d", before);
	snprintf(text[1], 40, "timeout-udp = %d", after);
	start(&f, text[0]);
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1));
	pass_time(&f, age);
	reload(&f, text[1]);
	assert_int_equal(sessions(&f), left > 0);
	if (left > 0) {
		pass_time(&f, left - 0.001);
		passes(&f, NAT_OUTSIDE, udp(PEER, 1, OUTSIDE, 5000));
		pass_time(&f, 0.001);
	}
	drops(&f, NAT_OUTSIDE, udp(PEER, 1, OUTSIDE, 5000), "no mapping");
	fixture_end(&f);
}

static void reload_shifts_running_timeouts(void **state)
{
	(void)state;
	reloaded(30, 30, 10, 20);
	reloaded(30, 100, 10, 90);
	reloaded(100, 30, 10, 20);
	reloaded(100, 30, 50, 0);
}

/* What the new profile says is so from the next packet on. */
static void reload_applies_from_the_next_packet(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	ladder_on(&f, "SYN-out");
	drops(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 1, OUTSIDE, A_PORT, 1, 0),
	      "filtering = address-port, unsolicited-syn = drop");
	reload(&f, "filtering = endpoint-independent\nttl = keep\n"
	       "syn-in-after-syn-out = drop");
	passes(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 1, OUTSIDE, A_PORT, 1, 0));
	assert_int_equal(f.last.bytes[8], 64);
	assert_string_equal(ladder_on(&f, "!SYN-in"),
			    "syn-in-after-syn-out = drop");
	ladder_on(&f, "SYNACK-in ACK-out");
	assert_int_equal(source_port(&f), A_PORT);
	fixture_end(&f);
}

/* Shares: who was counted is counted off, whatever the profile says then. */
static void reload_keeps_share_counts_right(void **state)
{
	static const char limited[] = "ports-per-host = 2\nexhausted = drop\n"
		"timeout-syn = 10";
	struct nat_fixture f;

	(void)state;
	start(&f, limited);
	for (unsigned i = 0; i < 2; i++)
		passes(&f, NAT_INSIDE, tcp(SYN, HOST, 5000 + i, PEER, 1, P,
					   0));
	reload(&f, "timeout-syn = 10");
	pass_time(&f, 10);		/* both go while nobody counts */
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, 6000, PEER, 1, P, 0));
	reload(&f, limited);
	for (unsigned i = 0; i < 2; i++)
		passes(&f, NAT_INSIDE, tcp(SYN, HOST, 7000 + i, PEER, 1, P,
					   0));
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 7002, PEER, 1, P, 0),
	      "ports-per-host");
	fixture_end(&f);
}

/* The tables' own size and kind stay. */
static void reload_keeps_what_tables_were_made_for(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	ladder_on(&f, "SYN-out");
	reload(&f, "tcp-state = conntrack\naddresses = 4\nsessions = 1");
	for (unsigned i = 0; i < 50; i++) {
		passes(&f, NAT_INSIDE, tcp(SYN, HOST + i, 5000, PEER, 1, P,
					   0));
		assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	}
	ladder_on(&f, "SYNACK-out");	/* to conntrack it were invalid */
	fixture_end(&f);
}

/* ---- refresh: RFC 4787 REQ-6 ---- */

/* lives - is a session of 30 s there after @side's packets at 20 and 40 s? */
static bool lives(const char *axes_text, enum nat_side side)
{
	struct packet_bytes out = udp(HOST, 5000, PEER, 1);
	struct packet_bytes in = udp(PEER, 1, OUTSIDE, 5000);
	bool there = true;
	struct nat_fixture f;

	start(&f, axes_text);
	passes(&f, NAT_INSIDE, out);
	for (unsigned i = 0; i < 2; i++) {
		pass_time(&f, 20);
		give(&f, side, side == NAT_INSIDE ? out : in);
	}
	there = sessions(&f) == 1 && f.result.verdict == NAT_FORWARD;
	pass_time(&f, 15);
	if (side == NAT_INSIDE)		/* was it a new one? */
		there = there && give(&f, NAT_OUTSIDE, in) == NAT_FORWARD;
	fixture_end(&f);
	return there;
}

static void refresh_values_count_the_sides_they_name(void **state)
{
	(void)state;
	assert_false(lives("refresh = outbound", NAT_OUTSIDE));
	assert_true(lives("refresh = outbound", NAT_INSIDE));
	assert_true(lives("refresh = inbound", NAT_OUTSIDE));
	assert_true(lives("refresh = both", NAT_OUTSIDE));
	assert_true(lives("refresh = both", NAT_INSIDE));
}

/* inbound: what the inside host sends keeps nothing alive. */
static void refresh_inbound_ignores_packets_from_inside(void **state)
{
	struct log l;
	struct nat_fixture f;

	(void)state;
	start_logged(&f, &l, "refresh = inbound");
	for (unsigned i = 0; i < 3; i++) {
		passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 1));
		pass_time(&f, 15);
	}
	/* it went at 30 s, and the packet then began another */
	assert_event(&l, 2, NAT_SESSION_GONE, "open");
	assert_event(&l, 5, NAT_SESSION_NEW, "open");
	fixture_end(&f);
}

/* RFC 7857 7.1, and 2.2 for the transitory state: an inbound RST holds the
   session for timeout-rst at least, an outbound one not. */
static void outbound_rst_never_refreshes(void **state)
{
	(void)state;
	for (unsigned in = 0; in < 2; in++) {
		struct nat_fixture f;

		start(&f, "timeout-syn = 10\ntimeout-rst = 8");
		ladder_on(&f, "SYN-out");
		pass_time(&f, 9);
		ladder_on(&f, in ? "RST-in" : "RST-out");
		pass_time(&f, 2);
		ladder_on(&f, in ? "RST-in" : "!SYNACK-in");
		/* a second RST in, or anything else, gives no more than that */
		pass_time(&f, 8);
		ladder_on(&f, "!SYNACK-in");
		fixture_end(&f);
	}
}

/* ---- half-close, syn-ack-out-after-syn-in ---- */

#define OPEN "SYN-out SYNACK-in ACK-out "

static void half_close_end_ends_the_session(void **state)
{
	(void)state;
	ladder("half-close = pass", OPEN "FIN-out ACK-in ACK-in FIN-in");
	ladder("half-close = pass", OPEN "FIN-in ACK-out ACK-out FIN-out");
	assert_string_equal(ladder("half-close = end",
				   OPEN "FIN-out !ACK-in"),
			    "half-close = end");
	assert_string_equal(ladder("half-close = end",
				   OPEN "FIN-in !ACK-out"),
			    "non-syn = drop");
	ladder("half-close = end", OPEN "FIN-out !ACK-in SYN2-out SYNACK-in");
}

static void syn_ack_out_after_syn_in_drop_drops_that_syn_ack(void **state)
{
	const char *no = "syn-ack-out-after-syn-in = drop";

	(void)state;
	ladder("syn-ack-out-after-syn-in = pass",
	       "SYN-out SYN-in SYNACK-out SYNACK-in");
	assert_string_equal(ladder(no, "SYN-out SYN-in !SYNACK-out"), no);
	/* the peer's own SYN-ACK still ends it well */
	ladder(no, "SYN-out SYN-in !SYNACK-out SYNACK-in ACK-out");
	/* It says nothing of one without a SYN in, nor of a server's. */
	ladder(no, "SYN-out SYNACK-out SYNACK-in");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mapping_events_enclose_session_events),
		cmocka_unit_test(conntrack_states_are_reported),
		cmocka_unit_test(entries_show_the_endpoints_of_packets),
		cmocka_unit_test(endpoints_are_written_out),
		cmocka_unit_test(
			ended_sessions_are_not_listed_but_their_mappings_are),
		cmocka_unit_test(reload_shifts_running_timeouts),
		cmocka_unit_test(reload_applies_from_the_next_packet),
		cmocka_unit_test(reload_keeps_share_counts_right),
		cmocka_unit_test(reload_keeps_what_tables_were_made_for),
		cmocka_unit_test(refresh_values_count_the_sides_they_name),
		cmocka_unit_test(refresh_inbound_ignores_packets_from_inside),
		cmocka_unit_test(outbound_rst_never_refreshes),
		cmocka_unit_test(half_close_end_ends_the_session),
		cmocka_unit_test(
			syn_ack_out_after_syn_in_drop_drops_that_syn_ack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
