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
	struct sessions *s = begin(8, true);
	uint32_t a, b;

	(void)state;
	pair(s, NAME_1, &a, &b);
	line(s, b, spoof_b);
	nothing_more();
	line(s, a, spoof_a);
	spoofed_as(&next(ACTION_SPOOF, a)->segment, &seen_b, &seen_a,
		   4294967295, 101, 65534, "\x02\x04\x05\x78\x04\x02\x08\x0a"
		   "\x00\x00\x00\x4d\x00\x00\x03\xe8\x01\x03\x03\x02");
	spoofed_as(&next(ACTION_SPOOF, b)->segment, &seen_a, &seen_b,
		   100, 0, 64239, "\x02\x04\x05\xb4\x04\x02\x08\x0a"
		   "\x00\x00\x03\xe8\x00\x00\x00\x4d\x01\x03\x03\x07");
	says(a, MESSAGE_SPOOFED);
	says(b, MESSAGE_SPOOFED);
	nothing_more();
	sessions_free(s);
}

static void spoofed_pairs_of_a_session_are_bounded(void **state)
{
	struct sessions *s = begin(8, true);
	uint32_t a, b;

	(void)state;
	pair(s, NAME_1, &a, &b);
	for (int i = 0; i < SESSION_SPOOFS; i++) {
		line(s, a, spoof_a);
		nothing_more();
		line(s, a, spoof_a);	/* a repeated request adds nothing */
		nothing_more();
		line(s, b, spoof_b);
		next(ACTION_SPOOF, a);
		next(ACTION_SPOOF, b);
		says(a, MESSAGE_SPOOFED);
		says(b, MESSAGE_SPOOFED);
	}
	line(s, a, spoof_a);
	complains(a, "no-spoofing");
	line(s, b, spoof_b);
	complains(b, "no-spoofing");
	nothing_more();
	sessions_free(s);
}

static void server_that_cannot_spoof_says_so(void **state)
{
	struct sessions *s = begin(8, false);
	uint32_t a = greeted(s, &seen_a), b = greeted(s, &seen_b);

	(void)state;
	join(s, a, NAME_1, 1);
	join(s, b, NAME_1, 2);
	assert_false(next(ACTION_SEND, a)->message.spoofing);
	assert_false(next(ACTION_SEND, b)->message.spoofing);
	next(ACTION_INTRODUCED, b);
	line(s, a, spoof_a);
	complains(a, "no-spoofing");
	line(s, a, "{\"type\":\"relay\",\"sealed\":\"\"}");
	says(b, MESSAGE_RELAY);
	nothing_more();
	sessions_free(s);
}

static void failed_spoof_is_reported_to_both_members(void **state)
{
	struct sessions *s = begin(8, true);
	uint32_t a, b;

	(void)state;
	pair(s, NAME_1, &a, &b);
	spoof_fails = true;
	line(s, a, spoof_a);
	line(s, b, spoof_b);
	next(ACTION_SPOOF, a);
	complains(a, "no-spoofing");
	complains(b, "no-spoofing");
	nothing_more();
	sessions_free(s);
}

/* S forges to an endpoint only while its connection is up. */
static void nothing_is_spoofed_after_the_peer_left(void **state)
{
	struct sessions *s = begin(8, true);
	uint32_t a, b;

	(void)state;
	pair(s, NAME_1, &a, &b);
	line(s, a, spoof_a);
	sessions_disconnected(s, a);
	complains(b, "peer-left");
	line(s, b, spoof_b);
	nothing_more();
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
