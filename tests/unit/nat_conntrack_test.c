/*
 * tcp-state = conntrack at the NAT's level: what docs/linux.md ("What netfilter
 * lets through") says of the kernel's NAT, the axes window and invalid, and
 * every timeout in both state machines. The state machine itself is tested in
 * tcp_conntrack_test.c.
 */
#include "nat_fixture.h"

#define CONNTRACK "tcp-state = conntrack\n"
#define TRACKED CONNTRACK "window = tracked\n"
#define INVALID_PACKET "tcp-state = conntrack: invalid"

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

/* The host's SYN-ACK that answers the peer's SYN, with its own new number */
static struct packet_bytes syn_ack(uint32_t isn)
{
	return tcp(SYN | ACK, HOST, A_PORT, PEER, B_PORT, isn, Q + 1);
}

/* STUNT-2 as published: the listener's SYN-ACK has another initial sequence
   number than the SYN that made the hole. */
static void stunt2_syn_ack_with_another_isn_is_invalid(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, TRACKED);
	ladder_on(&f, "SYN-out SYN-in");
	drops(&f, NAT_INSIDE, syn_ack(P + 777777), INVALID_PACKET);
	fixture_end(&f);
	/* be_liberal: outside of the window, but not invalid */
	start(&f, CONNTRACK "window = unchecked");
	ladder_on(&f, "SYN-out SYN-in");
	passes(&f, NAT_INSIDE, syn_ack(P + 777777));
	fixture_end(&f);
	/* the variant that keeps its SYN_SENT socket, and its number */
	start(&f, TRACKED);
	ladder_on(&f, "SYN-out SYN-in SYNACK-out ACK-in");
	fixture_end(&f);
}

/* invalid = leak: it is routed on, untranslated, with its private source. */
static void invalid_leak_forwards_untranslated(void **state)
{
	struct packet_bytes want = syn_ack(P + 777777);
	struct nat_fixture f;

	(void)state;
	start(&f, TRACKED "invalid = leak");
	ladder_on(&f, "SYN-out SYN-in");
	passes(&f, NAT_INSIDE, want);
	want.bytes[8]--;
	seal(want.bytes);
	assert_memory_equal(f.last.bytes, want.bytes, want.length);
	/* so is an error about no session */
	want = udp(PEER, 80, HOST, 4444);
	passes(&f, NAT_INSIDE, icmp_error(11, 0, HOST, &want, 28));
	assert_int_equal(read32(f.last.bytes + 12), HOST);
	/* but nothing that comes in */
	drops(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, B_PORT, OUTSIDE, A_PORT,
				   Q + 999999999, P + 1), INVALID_PACKET);
	fixture_end(&f);
	/* nor does anything leak to the NAT's own address */
	start(&f, CONNTRACK "invalid = leak");
	drops(&f, NAT_INSIDE, tcp(SYN | ACK, HOST, 5000, OUTSIDE, 6000, P, Q),
	      INVALID_PACKET);
	fixture_end(&f);
	/* it dies of its TTL as all do */
	start(&f, CONNTRACK "invalid = leak");
	want = syn_ack(P);
	want.bytes[8] = 1;
	seal(want.bytes);
	assert_int_equal(give(&f, NAT_INSIDE, want), NAT_REPLY);
	fixture_end(&f);
}

/* NATBlaster with a low TTL: a SYN-ACK in the original direction while in
   SYN_SENT is invalid; no setting helps. */
static void natblaster_syn_ack_out_in_syn_sent_is_invalid(void **state)
{
	static const char *const settings[] = {
		CONNTRACK, TRACKED, CONNTRACK "non-syn = open",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(ladder(settings[i],
					   "SYN-out TE-in !SYNACK-out"),
				    INVALID_PACKET);
	/* without one it is a simultaneous open of the two kernels */
	ladder(TRACKED, "SYN-out SYN-in SYNACK-out SYNACK-in");
}

/* STUNT-1: the spoofed SYN-ACK is that of an ordinary handshake. */
static void stunt1_spoofed_syn_ack_passes(void **state)
{
	(void)state;
	ladder(TRACKED, "SYN-out TE-in SYNACK-in ACK-out ACK-in");
}

/* A SYN that is answered by a RST alone: its entry goes at once. */
static void rst_that_answers_a_syn_removes_the_session(void **state)
{
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	start(&f, CONNTRACK);
	ladder_on(&f, "SYN-out RST-in");
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions + c.mappings, 0);
	ladder_on(&f, "!SYN-in !SYNACK-in");
	fixture_end(&f);
}

/* RENEW: a new connection with an old one's ports, once it is over */
static void syn_after_the_end_opens_a_new_session(void **state)
{
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	start(&f, CONNTRACK);
	ladder_on(&f, "SYN-out SYNACK-in ACK-out FIN-out ACK-in FIN-in "
		  "ACK-out SYN2-out SYNACK-in ACK-out");
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 1);
	assert_int_equal(c.mappings, 1);
	fixture_end(&f);
}

/* wrong - a packet whose TCP or UDP checksum is not right */
static struct packet_bytes wrong(struct packet_bytes p)
{
	size_t at = plain_checksum_at(p.bytes);

	set16(p.bytes + at, read16(p.bytes + at) ^ 0x0101);
	return p;
}

/* A wrong checksum makes any packet invalid; none at all (UDP) does not. */
static void wrong_checksum_is_invalid(void **state)
{
	struct packet_bytes d = udp(HOST, 5000, PEER, 53);
	struct nat_fixture f;

	(void)state;
	start(&f, CONNTRACK);
	drops(&f, NAT_INSIDE, wrong(tcp(SYN, HOST, 1, PEER, 2, P, 0)),
	      INVALID_PACKET);
	drops(&f, NAT_INSIDE, wrong(d), INVALID_PACKET);
	passes(&f, NAT_INSIDE, d);
	drops(&f, NAT_INSIDE, wrong(d), INVALID_PACKET);
	set16(d.bytes + 26, 0);
	passes(&f, NAT_INSIDE, d);
	fixture_end(&f);
}

/* non-syn = open is tcp_loose: a segment from the middle begins a session. */
static void non_syn_open_takes_segments_of_unknown_connections(void **state)
{
	(void)state;
	assert_string_equal(ladder(CONNTRACK "non-syn = drop", "!ACK-out"),
			    INVALID_PACKET);
	ladder(CONNTRACK "non-syn = open", "ACK-out ACK-in");
}

/* ---- timeouts ---- */

static void keep_view(void *argument, const struct nat_entry *view)
{
	*(struct nat_entry *)argument = *view;
}

/* the_session - there is exactly one */
static struct nat_entry the_session(const struct nat_fixture *f)
{
	struct nat_entry v;
	struct nat_counts c;

	nat_counts(f->nat, &c);
	assert_int_equal(c.sessions, 1);
	nat_sessions(f->nat, keep_view, &v);
	return v;
}

#define TIMES "timeout-syn = 11\ntimeout-syn-recv = 12\n"		\
	"timeout-established = 1300\ntimeout-fin-wait = 14\n"		\
	"timeout-close-wait = 15\ntimeout-last-ack = 16\n"		\
	"timeout-time-wait = 17\ntimeout-rst = 18\ntimeout-closing = 19\n"

struct times_row {
	const char *steps, *state;
	int seconds;
};

static void times(const char *axes_text, const struct times_row *rows,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct nat_entry v;
		struct nat_fixture f;

		start(&f, axes_text);
		ladder_on(&f, rows[i].steps);
		v = the_session(&f);
		assert_string_equal(v.protocol, "tcp");
		assert_string_equal(v.state, rows[i].state);
		assert_int_equal((v.expires - f.now) / NS_PER_S,
				 rows[i].seconds);
		fixture_end(&f);
	}
}

#define OPEN "SYN-out SYNACK-in ACK-out"

static void each_conntrack_state_has_its_timeout(void **state)
{
	static const struct times_row rows[] = {
		{ "SYN-out", "syn-sent", 11 },
		{ "SYN-out SYN-in", "syn-sent2", 11 },
		{ "SYN-out SYNACK-in", "syn-recv", 12 },
		{ OPEN, "established", 1300 },
		{ OPEN " FIN-out", "fin-wait", 14 },
		{ OPEN " FIN-out ACK-in", "close-wait", 15 },
		{ OPEN " FIN-out ACK-in FIN-in", "last-ack", 16 },
		{ OPEN " FIN-out ACK-in FIN-in ACK-out", "time-wait", 17 },
		{ OPEN " RST-in", "close", 18 },
	};

	(void)state;
	times(CONNTRACK TIMES, rows, sizeof(rows) / sizeof(*rows));
}

/* Of RFC 7857's machine: INIT, ESTABLISHED, C-FIN and S-FIN, BOTH-FIN, TRANS */
static void each_rfc7857_state_has_its_timeout(void **state)
{
	static const struct times_row rows[] = {
		{ "SYN-out", "init", 11 },
		{ "SYN-out SYN-in", "established", 1300 },
		{ "SYN-out SYNACK-in", "established", 1300 },
		{ OPEN, "established", 1300 },
		{ OPEN " FIN-out", "client-fin", 14 },
		{ OPEN " FIN-in", "server-fin", 14 },
		{ OPEN " FIN-out FIN-in", "both-fin", 19 },
		{ OPEN " FIN-in FIN-out", "both-fin", 19 },
		{ OPEN " FIN-out FIN-out", "client-fin", 14 },
		{ OPEN " RST-in", "trans", 18 },
		{ OPEN " RST-out", "trans", 18 },
		{ OPEN " RST-in ACK-out", "trans", 18 },	/* no data */
	};

	(void)state;
	times(TIMES, rows, sizeof(rows) / sizeof(*rows));
}

/* 0: as another one */
static void timeout_of_0_is_another_axis_timeout(void **state)
{
	static const struct times_row rows[] = {
		{ "SYN-out SYNACK-in", "syn-recv", 11 },
		{ OPEN " FIN-out", "fin-wait", 1300 },
		{ OPEN " FIN-out ACK-in", "close-wait", 1300 },
		{ OPEN " FIN-out ACK-in FIN-in", "last-ack", 19 },
		{ OPEN " FIN-out ACK-in FIN-in ACK-out", "time-wait", 19 },
	};
	static const struct times_row fin[] = {
		{ OPEN " FIN-out ACK-in", "close-wait", 21 },
	};

	(void)state;
	times(CONNTRACK "timeout-syn = 11\ntimeout-established = 1300\n"
	      "timeout-closing = 19", rows, sizeof(rows) / sizeof(*rows));
	times(CONNTRACK "timeout-fin-wait = 21", fin, 1);
}

/* data_out - 5 bytes of the inside host's */
static struct packet_bytes data_out(void)
{
	struct packet_bytes p = tcp(ACK, HOST, A_PORT, PEER, B_PORT, P + 1,
				    Q + 1);

	memcpy(p.bytes + 40, "hello", 5);
	p.length = 45;
	set16(p.bytes + 2, 45);
	seal(p.bytes);
	return p;
}

/* RFC 7857 2: data brings a session back from TRANS. */
static void data_brings_a_session_back_from_trans(void **state)
{
	struct nat_entry v;
	struct nat_fixture f;

	(void)state;
	start(&f, TIMES);
	ladder_on(&f, OPEN " RST-in");
	passes(&f, NAT_INSIDE, data_out());
	v = the_session(&f);
	assert_string_equal(v.state, "established");
	assert_int_equal((v.expires - f.now) / NS_PER_S, 1300);
	fixture_end(&f);
}

static void unacknowledged_data_shortens_the_timeout(void **state)
{
	struct nat_entry v;
	struct nat_fixture f;

	(void)state;
	start(&f, CONNTRACK TIMES "timeout-unacknowledged = 7");
	ladder_on(&f, OPEN " ACK-in");
	passes(&f, NAT_INSIDE, data_out());
	v = the_session(&f);
	assert_int_equal((v.expires - f.now) / NS_PER_S, 7);
	passes(&f, NAT_OUTSIDE, tcp(ACK, PEER, B_PORT, OUTSIDE, A_PORT, Q + 1,
				    P + 6));
	v = the_session(&f);
	assert_int_equal((v.expires - f.now) / NS_PER_S, 1300);
	fixture_end(&f);
}

/* timeout-udp-stream: once datagrams have gone both ways for more than 2 s */
static void udp_times(const char *axes_text)
{
	struct packet_bytes out = udp(HOST, 5000, PEER, 53);
	struct nat_entry v;
	struct nat_fixture f;

	start(&f, axes_text);
	f.now += 900 * NS_PER_MS;	/* not at a whole second */
	passes(&f, NAT_INSIDE, out);
	pass_time(&f, 3);
	passes(&f, NAT_INSIDE, out);	/* one way alone is no stream */
	v = the_session(&f);
	assert_string_equal(v.state, "open");
	assert_int_equal((v.expires - f.now) / NS_PER_S, 20);
	fixture_end(&f);
	start(&f, axes_text);
	f.now += 900 * NS_PER_MS;
	passes(&f, NAT_INSIDE, out);
	passes(&f, NAT_OUTSIDE, udp(PEER, 53, OUTSIDE, 5000));
	pass_time(&f, 1.9);
	passes(&f, NAT_INSIDE, out);
	v = the_session(&f);
	assert_int_equal((v.expires - f.now) / NS_PER_S, 20);
	pass_time(&f, 0.2);
	passes(&f, NAT_INSIDE, out);
	v = the_session(&f);
	assert_string_equal(v.protocol, "udp");
	assert_string_equal(v.state, "stream");
	assert_int_equal((v.expires - f.now) / NS_PER_S, 50);
	fixture_end(&f);
}

static void udp_and_its_streams_have_their_timeouts(void **state)
{
	(void)state;
	udp_times("timeout-udp = 20\ntimeout-udp-stream = 50");
	udp_times(CONNTRACK "timeout-udp = 20\ntimeout-udp-stream = 50");
}

static void icmp_has_its_timeout(void **state)
{
	struct nat_entry v;
	struct nat_fixture f;

	(void)state;
	start(&f, CONNTRACK "timeout-icmp = 9");
	passes(&f, NAT_INSIDE, echo(8, HOST, PEER, 7));
	v = the_session(&f);
	assert_string_equal(v.protocol, "icmp");
	assert_int_equal((v.expires - f.now) / NS_PER_S, 9);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stunt2_syn_ack_with_another_isn_is_invalid),
		cmocka_unit_test(invalid_leak_forwards_untranslated),
		cmocka_unit_test(natblaster_syn_ack_out_in_syn_sent_is_invalid),
		cmocka_unit_test(stunt1_spoofed_syn_ack_passes),
		cmocka_unit_test(rst_that_answers_a_syn_removes_the_session),
		cmocka_unit_test(syn_after_the_end_opens_a_new_session),
		cmocka_unit_test(wrong_checksum_is_invalid),
		cmocka_unit_test(
			non_syn_open_takes_segments_of_unknown_connections),
		cmocka_unit_test(each_conntrack_state_has_its_timeout),
		cmocka_unit_test(each_rfc7857_state_has_its_timeout),
		cmocka_unit_test(timeout_of_0_is_another_axis_timeout),
		cmocka_unit_test(data_brings_a_session_back_from_trans),
		cmocka_unit_test(unacknowledged_data_shortens_the_timeout),
		cmocka_unit_test(udp_and_its_streams_have_their_timeouts),
		cmocka_unit_test(icmp_has_its_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
