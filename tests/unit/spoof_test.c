/* STUNT-1 at S: which SYN-ACKs it forges, to whom, and how often. */
#include "session_fixture.h"

/* SYNs as Linux sends them: MSS 1460 and 1400, TSval 1000 and 77 */
static const char spoof_a[] = "{\"type\":\"spoof\",\"isn\":100,"
	"\"window\":64240,"
	"\"options\":\"020405b40402080a000003e80000000001030307\"}";
static const char spoof_b[] = "{\"type\":\"spoof\",\"isn\":4294967295,"
	"\"window\":65535,"
	"\"options\":\"020405780402080a0000004d0000000001030302\"}";

static void spoofed_as(const struct segment *f, const struct endpoint *from,
		       const struct endpoint *to, uint32_t sequence,
		       uint32_t acknowledgement, uint16_t window,
		       const char *options)
{
	assert_true(endpoint_equal(&f->source, from));
	assert_true(endpoint_equal(&f->destination, to));
	assert_int_equal(f->sequence, sequence);
	assert_int_equal(f->acknowledgement, acknowledgement);
	assert_int_equal(f->window, window);
	assert_int_equal(f->flags, TCP_SYN | TCP_ACK);
	assert_int_equal(f->ttl, 64);
	assert_int_equal(f->payload, 0);
	assert_int_equal(f->options_length, 20);
	assert_memory_equal(f->options, options, 20);
}

/* Guha & Francis 2.1: to each member, from its peer, with the peer's ISN; the
   window is the peer's SYN's minus 1 */
static void both_members_get_a_spoofed_syn_ack(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	send_line(s, b, spoof_b);
	assert_no_more_actions();
	send_line(s, a, spoof_a);
	spoofed_as(&expect_action(ACTION_SPOOF, a)->segment, &seen_b, &seen_a,
		   4294967295, 101, 65534,
		   "\x02\x04\x05\x78\x04\x02\x08\x0a"
		   "\x00\x00\x00\x4d\x00\x00\x03\xe8\x01\x03\x03\x02");
	spoofed_as(&expect_action(ACTION_SPOOF, b)->segment, &seen_a, &seen_b,
		   100, 0, 64239,
		   "\x02\x04\x05\xb4\x04\x02\x08\x0a"
		   "\x00\x00\x03\xe8\x00\x00\x00\x4d\x01\x03\x03\x07");
	assert_sent_to(a, MESSAGE_SPOOFED);
	assert_sent_to(b, MESSAGE_SPOOFED);
	assert_no_more_actions();
	sessions_free(s);
}

static void spoofed_pairs_of_a_session_are_bounded(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	for (int i = 0; i < SESSION_SPOOFS; i++) {
		send_line(s, a, spoof_a);
		assert_no_more_actions();
		send_line(s, a, spoof_a); /* a repeated request adds nothing */
		assert_no_more_actions();
		send_line(s, b, spoof_b);
		expect_action(ACTION_SPOOF, a);
		expect_action(ACTION_SPOOF, b);
		assert_sent_to(a, MESSAGE_SPOOFED);
		assert_sent_to(b, MESSAGE_SPOOFED);
	}
	send_line(s, a, spoof_a);
	assert_error_sent_to(a, "no-spoofing");
	send_line(s, b, spoof_b);
	assert_error_sent_to(b, "no-spoofing");
	assert_no_more_actions();
	sessions_free(s);
}

static void server_that_cannot_spoof_says_so(void **state)
{
	struct sessions *s = new_sessions(8, false);
	uint32_t a = connect_and_greet(s, &seen_a),
		 b = connect_and_greet(s, &seen_b);

	(void)state;
	join(s, a, NAME_1, 1);
	join(s, b, NAME_1, 2);
	assert_false(expect_action(ACTION_SEND, a)->message.spoofing);
	assert_false(expect_action(ACTION_SEND, b)->message.spoofing);
	expect_action(ACTION_INTRODUCED, b);
	send_line(s, a, spoof_a);
	assert_error_sent_to(a, "no-spoofing");
	send_line(s, a, "{\"type\":\"relay\",\"sealed\":\"\"}");
	assert_sent_to(b, MESSAGE_RELAY);
	assert_no_more_actions();
	sessions_free(s);
}

static void failed_spoof_is_reported_to_both_members(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	spoof_fails = true;
	send_line(s, a, spoof_a);
	send_line(s, b, spoof_b);
	expect_action(ACTION_SPOOF, a);
	assert_error_sent_to(a, "no-spoofing");
	assert_error_sent_to(b, "no-spoofing");
	assert_no_more_actions();
	sessions_free(s);
}

/* S forges to an endpoint only while its connection is up. */
static void nothing_is_spoofed_after_the_peer_left(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	send_line(s, a, spoof_a);
	sessions_disconnected(s, a);
	assert_error_sent_to(b, "peer-left");
	send_line(s, b, spoof_b);
	assert_no_more_actions();
	sessions_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_members_get_a_spoofed_syn_ack),
		cmocka_unit_test(spoofed_pairs_of_a_session_are_bounded),
		cmocka_unit_test(server_that_cannot_spoof_says_so),
		cmocka_unit_test(failed_spoof_is_reported_to_both_members),
		cmocka_unit_test(nothing_is_spoofed_after_the_peer_left),
	};

	return cmocka_run_group_tests_name("spoof", tests, NULL, NULL);
}
