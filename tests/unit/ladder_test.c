/*
 * Ladders drawn from traces written by hand, after the ladders of the paper
 * (NATBlaster with low TTL; STUNT-1; P2P-NAT with one SYN early).
 */
#include "ladder_fixture.h"

static char *drawn(const struct ladder_scene *s)
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
static void check(struct ladder_scene *s, const char *expected)
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

static void natblaster_shows_both_hosts_relative_numbers(void **state)
{
	(void)state;
	check(natblaster_low_scene(), HEAD
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

static void spoofed_syn_acks_come_from_s(void **state)
{
	(void)state;
	check(stunt1_spoofed_scene(), HEAD
"    1.0 |=== spoof, to S ===> S                                                        |\n"
"        |                                  nat-b: filtering S -- spoofed SYN-ACK --> x |    11.1\n"
"   16.0 | before it came                                                               |\n"
"   26.0 |<-- spoofed SYN-ACK 0:0(0) ack 1 -- S                                         |\n");
}

static void a_dropped_syn_shows_the_nat_and_its_reason(void **state)
{
	(void)state;
	check(p2pnat_one_early_scene(), HEAD
"    0.0 |--- SYN 0:0(0) ---> x nat-b: unsolicited-syn = rst                            |\n"
"   40.0 |<-- RST ack 1                                                                 |\n"
"   80.0 |<-------------------------------------------------------------- SYN 0:0(0) ---|    60.0\n"
"   80.0 |--- SYN-ACK 0:0(0) ack 1 ---------------------------------------------------->|   100.0\n");
}

/* STUNT-2 as published: the listener answers with an ISN of its own. Seen by
   A alone, as with a real peer: nobody knows what became of its packets. */
static void one_hosts_ladder_has_no_times_for_the_peer(void **state)
{
	struct ladder_scene *s = scene_new();
	struct segment syn = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment theirs = translated(from_b(TCP_SYN, 0, 0, 64240, 8));
	struct segment answer = from_a(TCP_SYN | TCP_ACK, 5555, 1, 65160, 0);
	struct segment ack = translated(from_b(TCP_ACK, 1, 5556, 502, 9));

	(void)state;
	s->ladder.b = NULL;
	syn.ttl = 3;
	add(&s->a.trace, 0.0, TRACE_PACKET_OUT, &syn, NULL);
	says(&s->a.trace, 0.4, TRACE_NOTE, "listening\033[2J");
	add(&s->a.trace, 50.0, TRACE_PACKET_IN, &theirs, NULL);
	add(&s->a.trace, 50.1, TRACE_PACKET_OUT, &answer, NULL);
	add(&s->a.trace, 90.1, TRACE_PACKET_IN, &ack, NULL);
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
static void rewritten_numbers_and_losses_are_marked(void **state)
{
	struct ladder_scene *s = scene_new();
	struct segment syn = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct segment far = translated(syn);
	struct segment lost = from_a(TCP_SYN, 0, 0, 64240, 8);

	(void)state;
	far.sequence += 4242;
	add(&s->a.trace, 0.0, TRACE_PACKET_OUT, &syn, NULL);
	add(&s->b.trace, 20.0, TRACE_PACKET_IN, &far, NULL);
	add(&s->a.trace, 30.0, TRACE_PACKET_OUT, &lost, NULL);
	says(&s->b.trace, 60.0, TRACE_STATE, "gave up");
	check(s, HEAD
"    0.0 |--- SYN 0:0(0) (number rewritten) ------------------------------------------->|    20.0\n"
"   30.0 |--- SYN 0:0(0) ---> x                                                         |\n"
"        |                                                                      gave up |    60.0\n");
}

/* Events of different times do not share a line; a full trace says so. */
static void events_far_apart_have_rows_of_their_own(void **state)
{
	struct ladder_scene *s = scene_new();

	(void)state;
	says(&s->a.trace, 0.0, TRACE_STATE, "introduced");
	says(&s->b.trace, 5.0, TRACE_STATE, "introduced");
	s->b.trace.lost = 3;
	check(s, HEAD
"    0.0 | introduced                                                                   |\n"
"        |                                                                   introduced |     5.0\n"
"         3 later events of B are not shown\n");
}

/* What is too long for a line is cut where the host is not. */
static void long_text_is_cut_on_the_side_of_the_peer(void **state)
{
	struct ladder_scene *s = scene_new();
	char text[TRACE_TEXT];

	(void)state;
	memset(text, 'w', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "from", 4);
	memcpy(text + sizeof(text) - 3, "to", 2);
	says(&s->a.trace, 0.0, TRACE_STATE, text);
	says(&s->b.trace, 0.0, TRACE_STATE, text);
	check(s, HEAD
"    0.0 | fromwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww..|\n"
"        |..wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwto |     0.0\n");
}

static void colour_codes_appear_only_when_colour_is_on(void **state)
{
	struct ladder_scene *s = scene_new();
	char *text;

	(void)state;
	says_about(&s->a.trace, 0.0, TRACE_STATE, SUBJECT_AUTHENTICATED,
		   "authenticated");
	text = drawn(s);
	assert_null(strchr(text, '\033'));
	free(text);
	s->ladder.colour = true;
	text = drawn(s);
	assert_non_null(strstr(text, "\033[1;32m authenticated\033[0m"));
	free(text);
	free(s);
}

/* Garbage in a trace (it came from another process) is drawn, not trusted. */
static void a_corrupt_trace_is_drawn_without_a_crash(void **state)
{
	struct ladder_scene *s = scene_new();
	char *text;
	size_t i;

	(void)state;
	s->a.trace.count = TRACE_EVENTS + 7;
	for (i = 0; i < TRACE_EVENTS; i++) {
		struct trace_event *e = &s->a.trace.events[i];

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
		cmocka_unit_test(natblaster_shows_both_hosts_relative_numbers),
		cmocka_unit_test(spoofed_syn_acks_come_from_s),
		cmocka_unit_test(a_dropped_syn_shows_the_nat_and_its_reason),
		cmocka_unit_test(one_hosts_ladder_has_no_times_for_the_peer),
		cmocka_unit_test(rewritten_numbers_and_losses_are_marked),
		cmocka_unit_test(events_far_apart_have_rows_of_their_own),
		cmocka_unit_test(long_text_is_cut_on_the_side_of_the_peer),
		cmocka_unit_test(colour_codes_appear_only_when_colour_is_on),
		cmocka_unit_test(a_corrupt_trace_is_drawn_without_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
