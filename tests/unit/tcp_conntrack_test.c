/*
 * What Linux's connection tracking makes of a connection: its published
 * rules (state table, timeouts, RFC 5961), and what was measured of the
 * traversal methods behind a Linux NAT.
 */
#include "conntrack_fixture.h"

/*
 * both_syns - SYN out, SYN in; what runs goes on running, since nothing of
 * the peer's had been accepted before its SYN
 */
static struct tracked both_syns(bool liberal)
{
	struct tracked t = fresh();

	t.o.be_liberal = liberal;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	STAYS(in(&t, SYN, Q, 0), t, ACCEPT, SYN_SENT2);
	return t;
}

static void handshake_establishes(void **state)
{
	struct tracked t = fresh();

	(void)state;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	assert_false(conntrack_replied(&t.c));
	PASSES(in(&t, SYN_ACK, Q, P + 1), t, SYN_RECV);
	assert_true(conntrack_replied(&t.c));
	STAYS(in(&t, SYN_ACK, Q, P + 1), t, IGNORE, SYN_RECV);
	assert_false(conntrack_assured(&t.c));
	PASSES(out(&t, ACK, P + 1, Q + 1), t, ESTABLISHED);
	assert_true(conntrack_assured(&t.c));
	assert_true(sizeof(struct conntrack_tcp) <= 56);
}

/* Data leaves five minutes until it is acknowledged. */
static void unacknowledged_data_runs_the_short_timeout(void **state)
{
	struct tracked t = established();

	(void)state;
	assert_int_equal(data_out(&t, P + 1, 500), CONNTRACK_ACCEPT);
	assert_int_equal(t.timer, CONNTRACK_TIMER_UNACKNOWLEDGED);
	PASSES(in(&t, ACK, Q + 1, P + 501), t, ESTABLISHED);
}

static void close_passes_through_its_states(void **state)
{
	struct tracked t = established();

	(void)state;
	assert_int_equal(out(&t, FIN, P + 1, Q + 1), CONNTRACK_ACCEPT);
	assert_int_equal(t.c.state, CONNTRACK_FIN_WAIT);
	PASSES(in(&t, ACK, Q + 1, P + 2), t, CLOSE_WAIT);
	/* Half closed: the other side still sends. */
	assert_int_equal(give(&t, CONNTRACK_REPLY,
			      segment(ACK, Q + 1, P + 2, 100)),
			 CONNTRACK_ACCEPT);
	PASSES(out(&t, ACK, P + 2, Q + 101), t, CLOSE_WAIT);
	PASSES(in(&t, FIN, Q + 101, P + 2), t, LAST_ACK);
	PASSES(out(&t, ACK, P + 2, Q + 102), t, TIME_WAIT);
	/* Reopened, from either side (RFC 1122 4.2.2.13). */
	assert_int_equal(in(&t, SYN, Q + 70000, 0), CONNTRACK_RENEW);
	assert_int_equal(out(&t, SYN, P + 70000, 0), CONNTRACK_RENEW);
}

/* STUNT-2 as published: abort, listen, answer with another ISN. */
static void syn_ack_with_new_isn_passes_only_when_liberal(void **state)
{
	const uint32_t isn = P + 15625000;	/* a second later, RFC 6528 */
	struct tracked t = both_syns(false);

	(void)state;
	STAYS(out(&t, SYN_ACK, isn, Q + 1), t, INVALID, SYN_SENT2);
	PASSES(out(&t, SYN_ACK, P, Q + 1), t, SYN_RECV);

	t = both_syns(true);
	PASSES(out(&t, SYN_ACK, isn, Q + 1), t, SYN_RECV);
}

/* NATBlaster with low TTL: no setting helps. */
static void syn_ack_after_own_syn_is_invalid(void **state)
{
	struct tracked t = fresh();

	(void)state;
	t.o.be_liberal = true;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	STAYS(out(&t, SYN_ACK, P, Q + 1), t, INVALID, SYN_SENT);
}

static void simultaneous_open_establishes(void **state)
{
	struct tracked t = both_syns(false);

	(void)state;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT2);
	PASSES(in(&t, SYN_ACK, Q, P + 1), t, SYN_RECV);
	PASSES(out(&t, SYN_ACK, P, Q + 1), t, SYN_RECV);
	PASSES(in(&t, ACK, Q + 1, P + 1), t, ESTABLISHED);
}

/* Without a simultaneous open a server's ACK establishes nothing. */
static void reply_ack_in_syn_recv_does_not_establish(void **state)
{
	struct tracked t = fresh();

	(void)state;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	PASSES(in(&t, SYN_ACK, Q, P + 1), t, SYN_RECV);
	PASSES(in(&t, ACK, Q + 1, P + 1), t, SYN_RECV);
}

static void rst_to_a_syn_destroys_the_entry(void **state)
{
	struct tracked t = fresh();

	(void)state;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	assert_int_equal(in(&t, RST_ACK, 0, P + 1), CONNTRACK_DESTROY);

	/* Once a SYN has come in, a RST closes, and the entry stays. */
	t = both_syns(false);
	PASSES(in(&t, RST_ACK, Q + 1, P + 1), t, CLOSE);
}

/* The same SYN again does not keep an unanswered entry alive. */
static void retransmitted_syn_keeps_no_entry_alive(void **state)
{
	struct tracked t = fresh();

	(void)state;
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	assert_int_equal(out(&t, SYN, P, 0), CONNTRACK_ACCEPT);
	assert_int_equal(t.timer, CONNTRACK_TIMER_KEEP);
	/* Another SYN, with a higher ISN, begins anew. */
	assert_int_equal(out(&t, SYN, P + 99999, 0), CONNTRACK_ACCEPT);
	STAYS(in(&t, SYN_ACK, Q, P + 200000), t, INVALID, SYN_SENT);
	PASSES(in(&t, SYN_ACK, Q, P + 100000), t, SYN_RECV);
}

static void rst_closes_when_its_number_fits(void **state)
{
	struct tracked t = established();

	(void)state;
	/* Before what was acknowledged, or far beyond the window. */
	STAYS(in(&t, RST, Q, 0), t, INVALID, ESTABLISHED);
	STAYS(in(&t, RST, Q + 1 + 5 * WINDOW, 0), t, INVALID, ESTABLISHED);
	t.o.be_liberal = true;
	STAYS(in(&t, RST, Q, 0), t, INVALID, ESTABLISHED);
	t.o.ignore_invalid_rst = true;
	t.o.be_liberal = false;
	/* Near is not enough (RFC 5961 3.2), but it is not trusted again. */
	assert_int_equal(in(&t, RST, Q + 100, 0), CONNTRACK_ACCEPT);
	assert_int_equal(t.c.state, CONNTRACK_ESTABLISHED);
	assert_int_equal(t.timer, CONNTRACK_CLOSE);
	PASSES(in(&t, RST, Q + 1, 0), t, CLOSE);
	/* Who reset it may connect again; the other's SYN is held back. */
	STAYS(in(&t, SYN, Q + 70000, 0), t, INVALID, CLOSE);
	STAYS(out(&t, SYN, P + 70000, 0), t, IGNORE, CLOSE);
	PASSES(in(&t, SYN_ACK, Q + 70000, P + 70001), t, SYN_RECV);

	t = established();
	PASSES(out(&t, RST, P + 1, 0), t, CLOSE);
	assert_int_equal(out(&t, SYN, P + 70000, 0), CONNTRACK_RENEW);
}

/* A client that has rebooted: its server's answer tells the truth. */
static void syn_ack_to_an_ignored_syn_reopens(void **state)
{
	struct tracked t = established();

	(void)state;
	STAYS(out(&t, SYN, P + 500000, 0), t, IGNORE, ESTABLISHED);
	PASSES(in(&t, SYN_ACK, Q + 700000, P + 500001), t, SYN_RECV);
	PASSES(out(&t, ACK, P + 500001, Q + 700001), t, ESTABLISHED);

	t = established();
	STAYS(out(&t, SYN, P + 500000, 0), t, IGNORE, ESTABLISHED);
	PASSES(in(&t, RST_ACK, 0, P + 500001), t, CLOSE);
}

static void challenge_ack_is_ignored(void **state)
{
	struct tracked t = established();

	(void)state;
	assert_int_equal(out(&t, FIN, P + 1, Q + 1), CONNTRACK_ACCEPT);
	assert_int_equal(in(&t, FIN, Q + 1, P + 2), CONNTRACK_ACCEPT);
	STAYS(out(&t, SYN, P + 500000, 0), t, IGNORE, LAST_ACK);
	STAYS(in(&t, ACK, Q + 2, P + 2), t, IGNORE, LAST_ACK);
	assert_int_equal(in(&t, ACK, Q + 2, P + 2), CONNTRACK_ACCEPT);
	assert_int_equal(t.c.state, CONNTRACK_TIME_WAIT);

	/* One to a SYN of a connection that the peer still has; its RST. */
	t = fresh();
	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	STAYS(in(&t, ACK, Q, 77), t, IGNORE, SYN_SENT);
	PASSES(out(&t, RST, 77, 0), t, CLOSE);
}

static void repeated_acks_run_the_retransmission_timeout(void **state)
{
	struct tracked t = established();
	struct conntrack_segment closed = segment(ACK, Q + 1, P + 1, 0);

	(void)state;
	PASSES(out(&t, ACK, P + 1, Q + 1), t, ESTABLISHED);
	PASSES(out(&t, ACK, P + 1, Q + 1), t, ESTABLISHED);
	assert_int_equal(out(&t, ACK, P + 1, Q + 1), CONNTRACK_ACCEPT);
	assert_int_equal(t.timer, CONNTRACK_TIMER_MAX_RETRANS);
	PASSES(in(&t, ACK, Q + 1, P + 1), t, ESTABLISHED);
	closed.window = 0;
	assert_int_equal(give(&t, CONNTRACK_REPLY, closed), CONNTRACK_ACCEPT);
	assert_int_equal(t.timer, CONNTRACK_TIMER_MAX_RETRANS);
}

/* FIN and RST out of the window from both ends: out of step for good. */
static void fin_and_rst_out_of_window_shorten_the_timeout(void **state)
{
	static const struct { int64_t left; enum conntrack_timer timer; }
	rows[] = {
		{ DAYS_5, CONNTRACK_TIMER_UNACKNOWLEDGED },
		{ 301 * SECOND, CONNTRACK_TIMER_UNACKNOWLEDGED },
		{ 300 * SECOND, CONNTRACK_TIMER_KEEP },
		{ 100 * SECOND, CONNTRACK_TIMER_KEEP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tracked t = established();

		t.left = rows[i].left;
		STAYS(out(&t, FIN, P + 500000, Q + 1), t, INVALID,
		      ESTABLISHED);
		assert_int_equal(in(&t, FIN, Q + 500000, P + 1),
				 CONNTRACK_INVALID);
		assert_int_equal(t.timer, rows[i].timer);
	}
}

static void loose_picks_up_established_connections(void **state)
{
	static const uint8_t never[] = { SYN_ACK, FIN, RST, RST_ACK, 0,
					 SYN | TCP_FIN, SYN | TCP_RST,
					 TCP_FIN };
	struct tracked t = fresh();

	(void)state;
	assert_int_equal(data_out(&t, P, 10), CONNTRACK_ACCEPT);
	assert_int_equal(t.c.state, CONNTRACK_ESTABLISHED);
	/* Unanswered: five minutes at most; the first answer is still so. */
	assert_int_equal(t.o.seconds[t.timer], 300);
	assert_int_equal(in(&t, ACK, Q + 1, P + 10), CONNTRACK_ACCEPT);
	assert_int_equal(t.timer, CONNTRACK_TIMER_UNACKNOWLEDGED);
	assert_false(conntrack_assured(&t.c));
	PASSES(out(&t, ACK, P + 10, Q + 1), t, ESTABLISHED);
	assert_true(conntrack_assured(&t.c));

	t = fresh();
	t.o.loose = false;
	assert_int_equal(data_out(&t, P, 10), CONNTRACK_INVALID);
	t.o.loose = true;
	for (size_t i = 0; i < sizeof(never); i++)
		assert_int_equal(out(&t, never[i], P, Q),
				 CONNTRACK_INVALID);
	t = established();
	STAYS(out(&t, SYN | TCP_FIN, P + 1, 0), t, INVALID, ESTABLISHED);
	STAYS(out(&t, TCP_FIN, P + 1, 0), t, INVALID, ESTABLISHED);
}

/* A stream is what has been answered and lives longer than 2 s. */
static void answered_flow_is_a_stream_after_2_s(void **state)
{
	const enum conntrack_direction there = CONNTRACK_ORIGINAL,
				       back = CONNTRACK_REPLY;
	struct conntrack_udp u;

	(void)state;
	assert_int_equal(conntrack_udp_open(&u, SECOND),
			 CONNTRACK_TIMER_UDP);
	assert_int_equal(conntrack_udp_packet(&u, there, 9 * SECOND),
			 CONNTRACK_TIMER_UDP);
	assert_int_equal(conntrack_udp_packet(&u, back, 10 * SECOND),
			 CONNTRACK_TIMER_UDP);
	assert_false(u.assured);
	assert_int_equal(conntrack_udp_packet(&u, there, 10 * SECOND),
			 CONNTRACK_TIMER_UDP_STREAM);
	assert_true(u.assured);

	conntrack_udp_open(&u, SECOND);
	conntrack_udp_packet(&u, back, SECOND);
	assert_int_equal(conntrack_udp_packet(&u, back, 3 * SECOND),
			 CONNTRACK_TIMER_UDP);
	assert_int_equal(conntrack_udp_packet(&u, back, 3 * SECOND + 1),
			 CONNTRACK_TIMER_UDP_STREAM);
	assert_true(conntrack_icmp_opens(8));
	assert_false(conntrack_icmp_opens(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handshake_establishes),
		cmocka_unit_test(unacknowledged_data_runs_the_short_timeout),
		cmocka_unit_test(close_passes_through_its_states),
		cmocka_unit_test(syn_ack_with_new_isn_passes_only_when_liberal),
		cmocka_unit_test(syn_ack_after_own_syn_is_invalid),
		cmocka_unit_test(simultaneous_open_establishes),
		cmocka_unit_test(reply_ack_in_syn_recv_does_not_establish),
		cmocka_unit_test(rst_to_a_syn_destroys_the_entry),
		cmocka_unit_test(retransmitted_syn_keeps_no_entry_alive),
		cmocka_unit_test(rst_closes_when_its_number_fits),
		cmocka_unit_test(syn_ack_to_an_ignored_syn_reopens),
		cmocka_unit_test(challenge_ack_is_ignored),
		cmocka_unit_test(repeated_acks_run_the_retransmission_timeout),
		cmocka_unit_test(fin_and_rst_out_of_window_shorten_the_timeout),
		cmocka_unit_test(loose_picks_up_established_connections),
		cmocka_unit_test(answered_flow_is_a_stream_after_2_s),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
