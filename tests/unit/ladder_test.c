/*
 * Ladders drawn from stories written by hand, after the ladders of the paper
 * (NATBlaster with low TTL; STUNT-1; P2P-NAT with one SYN early).
 */
#include "method/record.h"
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
static const struct endpoint b_out = { 0xc6336401, 40017 };	/* 198.51.100.1 */

struct scene {
	struct attempt_result a, b;
	struct story middle;
	struct ladder ladder;
};

static struct scene *scene_new(void)
{
	struct scene *s = calloc(1, sizeof(*s));

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

static void add(struct story *s, double ms, enum event_kind kind,
		const struct segment *g, const char *text)
{
	uint8_t bytes[128];
	size_t n = segment_build(g, bytes, sizeof(bytes));

	assert_true(n > 0);
	story_packet(s, MS(1000 + ms), kind, bytes, n, n, text);
}

/* A segment with the addresses that A's, or B's, own network sees. */
static struct segment from_a(uint8_t flags, uint32_t seq, uint32_t ack,
			     uint16_t window, uint16_t id)
{
	return (struct segment){ .source = a_in, .destination = b_out,
		.flags = flags, .sequence = P + seq, .ttl = 64, .id = id,
		.acknowledgement = flags & TCP_ACK ? Q + ack : 0,
		.window = window };
}

static struct segment from_b(uint8_t flags, uint32_t seq, uint32_t ack,
			     uint16_t window, uint16_t id)
{
	return (struct segment){ .source = b_in, .destination = a_out,
		.flags = flags, .sequence = Q + seq, .ttl = 64, .id = id,
		.acknowledgement = flags & TCP_ACK ? P + ack : 0,
		.window = window };
}

/* The same as the other side's network sees it. */
static struct segment translated(struct segment s)
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

static void passes(struct scene *s, struct segment g, double from, double to)
{
	bool a = g.source.address == a_in.address;
	struct segment far = translated(g);

	add(a ? &s->a.story : &s->b.story, from, EVENT_PACKET_OUT, &g, NULL);
	add(a ? &s->b.story : &s->a.story, to, EVENT_PACKET_IN, &far, NULL);
}

static void exceeded(struct story *s, double ms, uint32_t from,
		     const struct segment *g)
{
	uint8_t packet[128], bytes[576];
	size_t n = segment_build(g, packet, sizeof(packet));

	n = icmp_error_build(bytes, sizeof(bytes), from,
			     ICMP_TYPE_TIME_EXCEEDED, 0, packet, n);
	assert_true(n > 0);
	story_packet(s, MS(1000 + ms), EVENT_PACKET_IN, bytes, n, n, NULL);
}

static void says(struct story *s, double ms, enum event_kind kind,
		 const char *text)
{
	story_say(s, MS(1000 + ms), kind, "%s", text);
}

static char *drawn(const struct scene *s)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	ladder_print(&s->ladder, f);
	fclose(f);
	return text;
}

/* cmocka cuts long strings in its complaint: show both whole. */
static void check(struct scene *s, const char *expected)
{
	char *text = drawn(s);
	bool same = !strcmp(text, expected);

	if (!same)
		fprintf(stderr, "expected:\n%sdrawn:\n%s", expected, text);
	free(text);
	free(s);
	assert_true(same);
}

#define HEAD \
"         A 10.0.0.2:40001                                              B 10.1.0.2:40017\n" \
"     ms  public 192.0.2.1:40001                               public 198.51.100.1:40017       ms\n"

/* NATBlaster, low TTL: d = 20 ms, 1.5 d through S, a TE after 10 ms. */
static void natblaster_low(void **state)
{
	struct scene *s = scene_new();
	struct segment syn_a = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment syn_b = from_b(TCP_SYN, 0, 0, 64240, 9);

	(void)state;
	syn_a.ttl = syn_b.ttl = 2;
	says(&s->a.story, 0.0, EVENT_STATE, "introduced");
	says(&s->b.story, 0.1, EVENT_STATE, "introduced");
	add(&s->a.story, 0.2, EVENT_PACKET_OUT, &syn_a, NULL);
	add(&s->b.story, 0.3, EVENT_PACKET_OUT, &syn_b, NULL);
	says(&s->a.story, 0.4, EVENT_MESSAGE_OUT, "SYN's numbers");
	says(&s->b.story, 0.4, EVENT_MESSAGE_OUT, "SYN's numbers");
	exceeded(&s->a.story, 10.2, 0xcb007101, &syn_a);
	exceeded(&s->b.story, 10.3, 0xcb007102, &syn_b);
	says(&s->b.story, 30.4, EVENT_MESSAGE_IN, "SYN's numbers");
	says(&s->a.story, 30.4, EVENT_MESSAGE_IN, "SYN's numbers");
	passes(s, from_a(TCP_SYN | TCP_ACK, 0, 1, 64239, 11), 30.5, 50.5);
	passes(s, from_b(TCP_SYN | TCP_ACK, 0, 1, 64239, 12), 30.6, 50.6);
	passes(s, from_b(TCP_ACK, 1, 1, 502, 13), 50.5, 70.5);
	says(&s->b.story, 50.5, EVENT_STATE, "ESTABLISHED");
	passes(s, from_a(TCP_ACK, 1, 1, 502, 14), 50.6, 70.6);
	says(&s->a.story, 50.6, EVENT_STATE, "ESTABLISHED");
	check(s, HEAD
"    0.0 | introduced                                                        introduced |     0.1\n"
"    0.2 |--- SYN 0:0(0) ttl 2 ---> x                        x <--- SYN 0:0(0) ttl 2 ---|     0.3\n"
"    0.4 |=== SYN's numbers ==================== S ====================================>|    30.4\n"
"   30.4 |<===================================== S =================== SYN's numbers ===|     0.4\n"
"   10.2 |<-- time exceeded from 203.0.113.1          time exceeded from 203.0.113.2 -->|    10.3\n"
"   30.5 |--- forged SYN-ACK 0:0(0) ack 1 --------------------------------------------->|    50.5\n"
"   50.6 |<--------------------------------------------- forged SYN-ACK 0:0(0) ack 1 ---|    30.6\n"
"   70.5 |<-------------------------------------------------------- ACK 1:1(0) ack 1 ---|    50.5\n"
"        |                                                                  ESTABLISHED |    50.5\n"
"   50.6 |--- ACK 1:1(0) ack 1 -------------------------------------------------------->|    70.6\n"
"   50.6 | ESTABLISHED                                                                  |\n");
}

/* STUNT-1: each host's SYN-ACK comes from S, which spoofs it. */
static void stunt1_spoofed(void **state)
{
	struct scene *s = scene_new();
	struct segment for_a = translated(from_b(TCP_SYN | TCP_ACK, 0, 1,
						 64239, 0));
	struct segment at_s = for_a;

	(void)state;
	s->ladder.middle = &s->middle;
	s->a.mechanism = s->b.mechanism = MECHANISM_SPOOFED_SYN_ACK;
	at_s.destination = a_out;
	for_a.id = 77;		/* given by S's kernel */
	says(&s->a.story, 1.0, EVENT_MESSAGE_OUT, "spoof, to S");
	add(&s->middle, 11.0, EVENT_SPOOFED, &at_s, NULL);
	at_s.source = a_out;
	at_s.destination = b_out;
	add(&s->middle, 11.1, EVENT_SPOOFED, &at_s, NULL);
	add(&s->middle, 26.0, EVENT_DROPPED, &at_s, "nat-b: filtering");
	says(&s->a.story, 16.0, EVENT_STATE, "before it came");
	add(&s->a.story, 26.0, EVENT_PACKET_IN, &for_a, NULL);
	check(s, HEAD
"    1.0 |=== spoof, to S ===> S                                                        |\n"
"        |                                  nat-b: filtering S -- spoofed SYN-ACK --> x |    11.1\n"
"   16.0 | before it came                                                               |\n"
"   26.0 |<-- spoofed SYN-ACK 0:0(0) ack 1 -- S                                         |\n");
}

/* P2P-NAT, one SYN early: it dies at B's NAT, B's enters through A's hole. */
static void p2pnat_one_early(void **state)
{
	struct scene *s = scene_new();
	struct segment early = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment at_nat = translated(early);
	struct segment rst = translated(from_b(TCP_RST | TCP_ACK, 0, 1, 0, 0));

	(void)state;
	s->ladder.middle = &s->middle;
	at_nat.destination = b_out;
	rst.sequence = 0;
	add(&s->a.story, 0.0, EVENT_PACKET_OUT, &early, NULL);
	add(&s->middle, 20.0, EVENT_ANSWERED, &at_nat,
	    "nat-b: unsolicited-syn = rst");
	add(&s->a.story, 40.0, EVENT_PACKET_IN, &rst, NULL);
	passes(s, from_b(TCP_SYN, 0, 0, 64240, 8), 60.0, 80.0);
	passes(s, from_a(TCP_SYN | TCP_ACK, 0, 1, 65160, 0), 80.0, 100.0);
	check(s, HEAD
"    0.0 |--- SYN 0:0(0) ---> x nat-b: unsolicited-syn = rst                            |\n"
"   40.0 |<-- RST ack 1                                                                 |\n"
"   80.0 |<-------------------------------------------------------------- SYN 0:0(0) ---|    60.0\n"
"   80.0 |--- SYN-ACK 0:0(0) ack 1 ---------------------------------------------------->|   100.0\n");
}

/* STUNT-2 as published: the listener answers with an ISN of its own. Seen by
   A alone, as with a real peer: nobody knows what became of its packets. */
static void stunt2_one_side(void **state)
{
	struct scene *s = scene_new();
	struct segment syn = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment theirs = translated(from_b(TCP_SYN, 0, 0, 64240, 8));
	struct segment answer = from_a(TCP_SYN | TCP_ACK, 5555, 1, 65160, 0);
	struct segment ack = translated(from_b(TCP_ACK, 1, 5556, 502, 9));

	(void)state;
	s->ladder.b = NULL;
	syn.ttl = 3;
	add(&s->a.story, 0.0, EVENT_PACKET_OUT, &syn, NULL);
	says(&s->a.story, 0.4, EVENT_NOTE, "listening\033[2J");
	add(&s->a.story, 50.0, EVENT_PACKET_IN, &theirs, NULL);
	add(&s->a.story, 50.1, EVENT_PACKET_OUT, &answer, NULL);
	add(&s->a.story, 90.1, EVENT_PACKET_IN, &ack, NULL);
	check(s,
"         A 10.0.0.2:40001                                                   B, the peer\n"
"     ms  public 192.0.2.1:40001                               public 198.51.100.1:40017       ms\n"
"    0.0 |--- SYN 0:0(0) ttl 3 --->                                                     |\n"
"    0.4 | * listening?[2J                                                              |\n"
"   50.0 |<-- SYN 0:0(0)                                                                |\n"
"   50.1 |--- SYN-ACK 0:0(0) ack 1 new ISN --->                                         |\n"
"   90.1 |<-- ACK 1:1(0) ack 1                                                          |\n");
}

/* A NAT rewrites A's numbers; B's kernel answers what it saw. */
static void rewritten_numbers(void **state)
{
	struct scene *s = scene_new();
	struct segment syn = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment far = translated(syn);
	struct segment lost = from_a(TCP_SYN, 0, 0, 64240, 8);

	(void)state;
	far.sequence += 4242;
	add(&s->a.story, 0.0, EVENT_PACKET_OUT, &syn, NULL);
	add(&s->b.story, 20.0, EVENT_PACKET_IN, &far, NULL);
	add(&s->a.story, 30.0, EVENT_PACKET_OUT, &lost, NULL);
	says(&s->b.story, 60.0, EVENT_STATE, "gave up");
	check(s, HEAD
"    0.0 |--- SYN 0:0(0) (number rewritten) ------------------------------------------->|    20.0\n"
"   30.0 |--- SYN 0:0(0) ---> x                                                         |\n"
"        |                                                                      gave up |    60.0\n");
}

/* Events of different times do not share a line; a full story says so. */
static void apart_and_full(void **state)
{
	struct scene *s = scene_new();

	(void)state;
	says(&s->a.story, 0.0, EVENT_STATE, "introduced");
	says(&s->b.story, 5.0, EVENT_STATE, "introduced");
	s->b.story.lost = 3;
	check(s, HEAD
"    0.0 | introduced                                                                   |\n"
"        |                                                                   introduced |     5.0\n"
"         3 later events of B are not shown\n");
}

/* What is too long for a line is cut where the host is not. */
static void too_long(void **state)
{
	struct scene *s = scene_new();
	char text[STORY_TEXT];

	(void)state;
	memset(text, 'w', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "from", 4);
	memcpy(text + sizeof(text) - 3, "to", 2);
	says(&s->a.story, 0.0, EVENT_STATE, text);
	says(&s->b.story, 0.0, EVENT_STATE, text);
	check(s, HEAD
"    0.0 | fromwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww..|\n"
"        |..wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwto |     0.0\n");
}

static void colours(void **state)
{
	struct scene *s = scene_new();
	char *text;

	(void)state;
	says(&s->a.story, 0.0, EVENT_STATE, "authenticated");
	text = drawn(s);
	assert_null(strchr(text, '\033'));
	free(text);
	s->ladder.colour = true;
	text = drawn(s);
	assert_non_null(strstr(text, "\033[1;32m authenticated\033[0m"));
	free(text);
	free(s);
}

/* Garbage in a story (it came from another process) is drawn, not trusted. */
static void garbage(void **state)
{
	struct scene *s = scene_new();
	char *text;
	size_t i;

	(void)state;
	s->a.story.count = STORY_EVENTS + 7;
	for (i = 0; i < STORY_EVENTS; i++) {
		struct event *e = &s->a.story.events[i];

		e->at = (int64_t)i;
		e->kind = (uint8_t)(i * 37);
		e->length = (uint8_t)(i * 11);
		memset(e->text, 'z', sizeof(e->text));
		memset(e->bytes, (int)(i * 5), sizeof(e->bytes));
		e->bytes[0] = 0x45;
	}
	text = drawn(s);
	assert_non_null(strstr(text, "zzz"));
	free(text);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(natblaster_low),
		cmocka_unit_test(stunt1_spoofed),
		cmocka_unit_test(p2pnat_one_early),
		cmocka_unit_test(stunt2_one_side),
		cmocka_unit_test(rewritten_numbers),
		cmocka_unit_test(apart_and_full),
		cmocka_unit_test(too_long),
		cmocka_unit_test(colours),
		cmocka_unit_test(garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
