/*
 * Stories written by hand, for the tests of what is drawn from them: packets
 * between A (behind 192.0.2.1) and B (behind 198.51.100.1), times in ms.
 */
#ifndef TCPTRAV_TEST_LADDER_FIXTURE_H
#define TCPTRAV_TEST_LADDER_FIXTURE_H

#include "report/ladder.h"
#include "report/record.h"
#include "wire/icmp.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define MS(x) ((int64_t)((x) * NS_PER_MS))

#define P UINT32_C(1000000)	/* A's ISN */
#define Q UINT32_C(3000000000)	/* B's */

static const struct endpoint a_in = { 0x0a000002, 40001 };	/* 10.0.0.2 */
static const struct endpoint b_in = { 0x0a010002, 40017 };	/* 10.1.0.2 */
static const struct endpoint a_out = { 0xc0000201, 40001 };	/* 192.0.2.1 */
static const struct endpoint b_out = { 0xc6336401, 40017 };	/* 198.51... */

struct ladder_scene {
	struct attempt_result a, b;
	struct trace middle;
	struct ladder ladder;
};

static inline struct ladder_scene *scene_new(void)
{
	struct ladder_scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->a.local = a_in;
	s->a.seen = s->b.peer = a_out;
	s->b.local = b_in;
	s->b.seen = s->a.peer = b_out;
	s->a.isn[0] = s->b.isn[1] = P;
	s->b.isn[0] = s->a.isn[1] = Q;
	s->ladder.a = &s->a;
	s->ladder.b = &s->b;
	s->ladder.zero = MS(1000);
	return s;
}

static inline void add(struct trace *s, double ms, enum trace_event_kind kind,
		       const struct segment *g, const char *text)
{
	uint8_t bytes[128];
	size_t n = segment_build(g, bytes, sizeof(bytes));

	assert_true(n > 0);
	trace_packet(s, MS(1000 + ms), kind, bytes, n, n, text);
}

/* A segment with the addresses that A's, or B's, own network sees. */
static inline struct segment from_a(uint8_t flags, uint32_t seq, uint32_t ack,
				    uint16_t window, uint16_t id)
{
	return (struct segment){ .source = a_in, .destination = b_out,
		.flags = flags, .sequence = P + seq, .ttl = 64, .id = id,
		.acknowledgement = flags & TCP_ACK ? Q + ack : 0,
		.window = window };
}

static inline struct segment from_b(uint8_t flags, uint32_t seq, uint32_t ack,
				    uint16_t window, uint16_t id)
{
	return (struct segment){ .source = b_in, .destination = a_out,
		.flags = flags, .sequence = Q + seq, .ttl = 64, .id = id,
		.acknowledgement = flags & TCP_ACK ? P + ack : 0,
		.window = window };
}

/* The same as the other side's network sees it. */
static inline struct segment translated(struct segment s)
{
	if (s.source.address == a_in.address) {
		s.source = a_out;
		s.destination = b_in;
	} else {
		s.source = b_out;
		s.destination = a_in;
	}
	return s;
}

static inline void passes(struct ladder_scene *s, struct segment g, double from,
			  double to)
{
	bool a = g.source.address == a_in.address;
	struct segment far = translated(g);

	add(a ? &s->a.trace : &s->b.trace, from, TRACE_PACKET_OUT, &g, NULL);
	add(a ? &s->b.trace : &s->a.trace, to, TRACE_PACKET_IN, &far, NULL);
}

static inline void exceeded(struct trace *s, double ms, uint32_t from,
			    const struct segment *g)
{
	uint8_t packet[128], bytes[576];
	size_t n = segment_build(g, packet, sizeof(packet));

	n = icmp_error_build(bytes, sizeof(bytes), from,
			     ICMP_TYPE_TIME_EXCEEDED, 0, packet, n);
	assert_true(n > 0);
	trace_packet(s, MS(1000 + ms), TRACE_PACKET_IN, bytes, n, n, NULL);
}

static inline void says_about(struct trace *s, double ms,
			      enum trace_event_kind kind,
			      enum trace_subject subject, const char *text)
{
	trace_about(s, MS(1000 + ms), kind, subject, "%s", text);
}

static inline void says(struct trace *s, double ms, enum trace_event_kind kind,
			const char *text)
{
	trace_text(s, MS(1000 + ms), kind, "%s", text);
}

/* NATBlaster, low TTL: d = 20 ms, 1.5 d through S, a TE after 10 ms. */
static inline struct ladder_scene *natblaster_low_scene(void)
{
	struct ladder_scene *s = scene_new();
	struct segment syn_a = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment syn_b = from_b(TCP_SYN, 0, 0, 64240, 9);

	syn_a.ttl = syn_b.ttl = 2;
	says(&s->a.trace, 0.0, TRACE_STATE, "introduced");
	says(&s->b.trace, 0.1, TRACE_STATE, "introduced");
	add(&s->a.trace, 0.2, TRACE_PACKET_OUT, &syn_a, NULL);
	add(&s->b.trace, 0.3, TRACE_PACKET_OUT, &syn_b, NULL);
	says_about(&s->a.trace, 0.4, TRACE_MESSAGE_OUT, SUBJECT_SYN,
		   "SYN's numbers");
	says_about(&s->b.trace, 0.4, TRACE_MESSAGE_OUT, SUBJECT_SYN,
		   "SYN's numbers");
	exceeded(&s->a.trace, 10.2, 0xcb007101, &syn_a);
	exceeded(&s->b.trace, 10.3, 0xcb007102, &syn_b);
	says_about(&s->b.trace, 30.4, TRACE_MESSAGE_IN, SUBJECT_SYN,
		   "SYN's numbers");
	says_about(&s->a.trace, 30.4, TRACE_MESSAGE_IN, SUBJECT_SYN,
		   "SYN's numbers");
	passes(s, from_a(TCP_SYN | TCP_ACK, 0, 1, 64239, 11), 30.5, 50.5);
	passes(s, from_b(TCP_SYN | TCP_ACK, 0, 1, 64239, 12), 30.6, 50.6);
	passes(s, from_b(TCP_ACK, 1, 1, 502, 13), 50.5, 70.5);
	says_about(&s->b.trace, 50.5, TRACE_STATE, SUBJECT_ESTABLISHED,
		   "ESTABLISHED");
	passes(s, from_a(TCP_ACK, 1, 1, 502, 14), 50.6, 70.6);
	says_about(&s->a.trace, 50.6, TRACE_STATE, SUBJECT_ESTABLISHED,
		   "ESTABLISHED");
	return s;
}

/* STUNT-1: each host's SYN-ACK comes from S, which spoofs it. */
static inline struct ladder_scene *stunt1_spoofed_scene(void)
{
	struct ladder_scene *s = scene_new();
	struct segment for_a = translated(from_b(TCP_SYN | TCP_ACK, 0, 1,
						 64239, 0));
	struct segment at_s = for_a;

	s->ladder.middle = &s->middle;
	s->a.mechanism = s->b.mechanism = MECHANISM_SPOOFED_SYN_ACK;
	at_s.destination = a_out;
	for_a.id = 77;		/* given by S's kernel */
	says(&s->a.trace, 1.0, TRACE_MESSAGE_OUT, "spoof, to S");
	add(&s->middle, 11.0, TRACE_SPOOFED, &at_s, NULL);
	at_s.source = a_out;
	at_s.destination = b_out;
	add(&s->middle, 11.1, TRACE_SPOOFED, &at_s, NULL);
	add(&s->middle, 26.0, TRACE_DROPPED, &at_s, "nat-b: filtering");
	says(&s->a.trace, 16.0, TRACE_STATE, "before it came");
	add(&s->a.trace, 26.0, TRACE_PACKET_IN, &for_a, NULL);
	return s;
}

/* P2P-NAT, one SYN early: it dies at B's NAT, B's enters through A's hole. */
static inline struct ladder_scene *p2pnat_one_early_scene(void)
{
	struct ladder_scene *s = scene_new();
	struct segment early = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment at_nat = translated(early);
	struct segment rst = translated(from_b(TCP_RST | TCP_ACK, 0, 1, 0, 0));

	s->ladder.middle = &s->middle;
	at_nat.destination = b_out;
	rst.sequence = 0;
	add(&s->a.trace, 0.0, TRACE_PACKET_OUT, &early, NULL);
	add(&s->middle, 20.0, TRACE_ANSWERED, &at_nat,
	    "nat-b: unsolicited-syn = rst");
	add(&s->a.trace, 40.0, TRACE_PACKET_IN, &rst, NULL);
	passes(s, from_b(TCP_SYN, 0, 0, 64240, 8), 60.0, 80.0);
	passes(s, from_a(TCP_SYN | TCP_ACK, 0, 1, 65160, 0), 80.0, 100.0);
	return s;
}

#endif
