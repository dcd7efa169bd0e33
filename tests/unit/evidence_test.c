/*
 * Mechanism and cause from packets. Each test feeds the packets that one host
 * captures in a ladder of the papers (Guha and Francis 2005; Ford et al. 2005)
 * and expects the mechanism or cause that base/result_codes.h defines for it.
 */
#include "method/evidence.h"

#include "wire/icmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct endpoint here = { 0x0a000002, 40001 };
static const struct endpoint there = { 0xcb007109, 40017 };
static const struct endpoint server = { 0xc0000202, 8123 };

enum { P = 1000, Q = 9000, WINDOW = 64240, THEIR_WINDOW = 65535 };

static void begin(struct evidence *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->server = server;
	ev->peer = there;
	ev->have_theirs = true;
	ev->theirs.isn = Q;
	ev->theirs.window = THEIR_WINDOW;
}

static struct segment segment(bool outgoing, uint8_t flags, uint32_t sequence,
			      uint32_t acknowledgement, uint16_t window)
{
	return (struct segment){
		.source = outgoing ? here : there,
		.destination = outgoing ? there : here,
		.flags = flags, .ttl = 64, .sequence = sequence,
		.acknowledgement = acknowledgement, .window = window,
	};
}

static void play(struct evidence *ev, bool outgoing, struct segment s)
{
	uint8_t bytes[100];
	size_t length = segment_build(&s, bytes, sizeof(bytes));

	assert_true(evidence_packet(ev, outgoing, bytes, length));
}

static void out(struct evidence *ev, uint8_t flags, uint32_t ack, uint16_t win)
{
	play(ev, true, segment(true, flags, P, ack, win));
}

static void in(struct evidence *ev, uint8_t flags, uint32_t ack, uint16_t win)
{
	play(ev, false, segment(false, flags, Q, ack, win));
}

static void marked_syn_ack_is_forged_or_spoofed(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	out(&ev, TCP_SYN | TCP_ACK, Q + 1, WINDOW - 1);
	assert_true(ev.forged_out);
	assert_false(ev.syn_ack_out);
	in(&ev, TCP_SYN | TCP_ACK, P + 1, THEIR_WINDOW - 1);
	assert_int_equal(evidence_mechanism(&ev, false),
			 MECHANISM_FORGED_SYN_ACK);
	ev.asked_spoofing = true;
	assert_int_equal(evidence_mechanism(&ev, false),
			 MECHANISM_SPOOFED_SYN_ACK);
}

/* IP_MINTTL is 2 (host/socket.c; ip(7)): the socket does not receive a SYN
   with TTL 1, but one with TTL 2. */
static void syn_with_ttl_1_is_captured_but_opens_nothing(void **state)
{
	struct segment s = segment(false, TCP_SYN, Q, 0, THEIR_WINDOW);
	struct evidence ev;

	(void)state;
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	s.ttl = 1;
	play(&ev, false, s);
	assert_false(ev.syn_in);
	in(&ev, TCP_SYN | TCP_ACK, P + 1, THEIR_WINDOW - 1);
	assert_int_equal(evidence_mechanism(&ev, false),
			 MECHANISM_FORGED_SYN_ACK);
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	s.ttl = 2;
	play(&ev, false, s);
	assert_true(ev.syn_in);
}

/* SYN-out SYN-in SYNACK-out SYNACK-in, both by the kernels. */
static void crossing_syns_are_a_simultaneous_open(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	in(&ev, TCP_SYN, 0, THEIR_WINDOW);
	out(&ev, TCP_SYN | TCP_ACK, Q + 1, WINDOW);
	in(&ev, TCP_SYN | TCP_ACK, P + 1, THEIR_WINDOW);
	assert_int_equal(evidence_mechanism(&ev, false),
			 MECHANISM_SIMULTANEOUS_OPEN);
}

/* The forged SYN-ACK after the SYN changes nothing, and the peer's kernel,
   which got our SYN-ACK, answers with a plain ACK. */
static void syn_before_the_forged_syn_ack_is_syn_through_hole(void **state)
{
	struct evidence a, b;

	(void)state;
	begin(&a);
	out(&a, TCP_SYN, 0, WINDOW);
	in(&a, TCP_SYN, 0, THEIR_WINDOW);
	in(&a, TCP_SYN | TCP_ACK, P + 1, THEIR_WINDOW - 1);
	in(&a, TCP_ACK, P + 1, 501);
	assert_int_equal(evidence_mechanism(&a, false),
			 MECHANISM_SYN_THROUGH_HOLE);
	begin(&b);
	out(&b, TCP_SYN, 0, WINDOW);
	in(&b, TCP_SYN | TCP_ACK, P + 1, THEIR_WINDOW);
	assert_int_equal(evidence_mechanism(&b, false),
			 MECHANISM_SYN_THROUGH_HOLE);
	assert_int_equal(evidence_mechanism(&b, true),
			 MECHANISM_SYN_THROUGH_HOLE);
}

static void without_packets_mechanism_and_cause_are_none(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	assert_int_equal(evidence_mechanism(&ev, false), MECHANISM_NONE);
	assert_int_equal(evidence_cause(&ev), CAUSE_NONE);
}

static void rst_and_wrong_syn_ack_tell_the_cause(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	in(&ev, TCP_RST | TCP_ACK, P + 1, 0);
	assert_true(evidence_answered(&ev));
	assert_int_equal(evidence_cause(&ev), CAUSE_RST_FROM_NAT);

	/* the peer had a SYN-ACK that this host never got, and gives up */
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	in(&ev, TCP_ACK, P + 1, THEIR_WINDOW);
	in(&ev, TCP_RST | TCP_ACK, P + 1, 0);
	assert_false(evidence_answered(&ev));
	assert_false(evidence_shared_link(&ev));
	assert_int_equal(evidence_cause(&ev), CAUSE_NONE);

	begin(&ev);
	in(&ev, TCP_SYN, 0, THEIR_WINDOW);
	out(&ev, TCP_RST | TCP_ACK, Q + 1, 0);
	assert_int_equal(evidence_cause(&ev), CAUSE_RST_FROM_HOST);

	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	in(&ev, TCP_SYN | TCP_ACK, P + 77, THEIR_WINDOW - 1);
	assert_int_equal(evidence_cause(&ev), CAUSE_SEQUENCE_REFUSED);
}

static void time_exceeded(struct evidence *ev, uint32_t from)
{
	struct segment s = segment(true, TCP_SYN, P, 0, WINDOW);
	uint8_t syn[100], error[576];
	size_t length = segment_build(&s, syn, sizeof(syn));

	length = icmp_error_build(error, sizeof(error), from,
				  ICMP_TYPE_TIME_EXCEEDED, 0, syn, length);
	assert_true(length > 0);
	assert_true(evidence_packet(ev, false, error, length));
}

static void time_exceeded_from_the_peers_address_is_a_shared_link(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	time_exceeded(&ev, 0xc6336401);
	assert_true(ev.exceeded.came);
	assert_false(evidence_shared_link(&ev));
	assert_false(evidence_answered(&ev));
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	time_exceeded(&ev, there.address);
	assert_true(evidence_shared_link(&ev));
}

static void packets_to_s_and_truncated_ones_are_ignored(void **state)
{
	struct segment s = segment(true, TCP_SYN, P, 0, WINDOW);
	struct evidence ev;
	uint8_t bytes[100];
	size_t length;

	(void)state;
	begin(&ev);
	s.destination = server;
	length = segment_build(&s, bytes, sizeof(bytes));
	assert_false(evidence_packet(&ev, true, bytes, length));
	s.destination = there;
	segment_build(&s, bytes, sizeof(bytes));
	for (size_t n = 0; n < 40; n++)
		assert_false(evidence_packet(&ev, true, bytes, n));
	assert_false(ev.have_mine);
}

/* By it the private candidate's packets are told from the public one's. */
static void the_other_end_of_a_packet_is_read(void **state)
{
	struct segment syn = segment(true, TCP_SYN, P, 0, WINDOW);
	struct segment back = segment(false, TCP_SYN | TCP_ACK, Q, P + 1, 1);
	uint8_t bytes[100], error[576];
	struct endpoint end;
	size_t length, quoted;

	(void)state;
	length = segment_build(&back, bytes, sizeof(bytes));
	assert_true(evidence_remote(false, bytes, length, &end));
	assert_true(endpoint_equal(&end, &there));
	length = segment_build(&syn, bytes, sizeof(bytes));
	assert_true(evidence_remote(true, bytes, length, &end));
	assert_true(endpoint_equal(&end, &there));
	quoted = icmp_error_build(error, sizeof(error), 0x0a000001,
				  ICMP_TYPE_TIME_EXCEEDED, 0, bytes, length);
	assert_true(evidence_remote(false, error, quoted, &end));
	assert_true(endpoint_equal(&end, &there));
	assert_false(evidence_remote(true, bytes, 3, &end));
}

/* A refused connect() is retried from a new socket. */
static void syn_with_a_new_isn_forgets_the_answers_to_the_old_one(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	out(&ev, TCP_SYN, 0, WINDOW);
	in(&ev, TCP_RST | TCP_ACK, P + 1, 0);
	play(&ev, true, segment(true, TCP_SYN, P + 5000, 0, WINDOW));
	assert_false(evidence_answered(&ev));
	in(&ev, TCP_SYN | TCP_ACK, P + 5001, THEIR_WINDOW);
	assert_int_equal(evidence_mechanism(&ev, false),
			 MECHANISM_SYN_THROUGH_HOLE);
}

/* --announce: the marks are those of the announced windows. */
static void announced_window_marks_the_forged_syn_ack(void **state)
{
	struct evidence ev;

	(void)state;
	begin(&ev);
	ev.announced_window = ev.theirs.window = 50000;
	out(&ev, TCP_SYN, 0, WINDOW);
	out(&ev, TCP_SYN | TCP_ACK, Q + 1, WINDOW - 1);
	assert_false(ev.forged_out);
	out(&ev, TCP_SYN | TCP_ACK, Q + 1, 49999);
	assert_true(ev.forged_out);
	in(&ev, TCP_SYN | TCP_ACK, P + 1, 49999);
	assert_int_equal(evidence_mechanism(&ev, false),
			 MECHANISM_FORGED_SYN_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marked_syn_ack_is_forged_or_spoofed),
		cmocka_unit_test(syn_with_ttl_1_is_captured_but_opens_nothing),
		cmocka_unit_test(crossing_syns_are_a_simultaneous_open),
		cmocka_unit_test(
			syn_before_the_forged_syn_ack_is_syn_through_hole),
		cmocka_unit_test(without_packets_mechanism_and_cause_are_none),
		cmocka_unit_test(rst_and_wrong_syn_ack_tell_the_cause),
		cmocka_unit_test(
			time_exceeded_from_the_peers_address_is_a_shared_link),
		cmocka_unit_test(packets_to_s_and_truncated_ones_are_ignored),
		cmocka_unit_test(the_other_end_of_a_packet_is_read),
		cmocka_unit_test(
			syn_with_a_new_isn_forgets_the_answers_to_the_old_one),
		cmocka_unit_test(announced_window_marks_the_forged_syn_ack),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
