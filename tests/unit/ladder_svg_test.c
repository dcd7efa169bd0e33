/*
 * Ladders as pictures: what must be where follows from the trace (who sent,
 * who received, what ended it, when), not from a picture that was drawn.
 */
#include "ladder_fixture.h"
#include "report/ladder_layout.h"
#include "report/ladder_svg.h"

#include <stdio.h>

static struct trial_record record = {
	.setting = {
		.approach = { .low_ttl = true }, .topology = "two-nats",
		.nat_a = "a<b>&\"c\"", .nat_b = "\xff\xfe+x",
		.rtt_ms = 40,
	},
	.lab = true, .connect_ms = 71.5, .outcome = OUTCOME_CONNECTED,
	.mechanism_a = MECHANISM_FORGED_SYN_ACK,
	.mechanism_b = MECHANISM_FORGED_SYN_ACK,
};

static char *drawn_as(const struct ladder_scene *s,
		      const struct trial_record *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	ladder_svg(&s->ladder, r, f);
	fclose(f);
	assert_int_equal(strlen(text), size);
	return text;
}

static void has(const char *svg, const char *part)
{
	if (strstr(svg, part))
		return;
	fprintf(stderr, "no \"%s\" in:\n%s\n", part, svg);
	fail();
}

/* Tags are closed in order, attributes quoted, no bare < or &. */
static void well_formed(const char *svg)
{
	const char *open[32];
	size_t depth = 0;

	for (const char *p = svg; *p; p++) {
		const char *end;

		if (*p == '&')
			assert_non_null(strchr(p, ';'));
		if (*p != '<')
			continue;
		end = strchr(p, '>');
		assert_non_null(end);
		if (p[1] == '/') {
			size_t n = (size_t)(end - p - 2);

			assert_true(depth > 0);
			depth--;
			assert_int_equal(strncmp(open[depth], p + 2, n), 0);
		} else if (end[-1] != '/') {
			assert_true(depth < 32);
			open[depth++] = p + 1;
		}
		p = end;
	}
	assert_int_equal(depth, 0);
}

/* The line of the event with that title */
struct svg_segment {
	double x1, y1, x2, y2;
};

static struct svg_segment line_of(const char *svg, const char *title)
{
	char text[256];
	const char *at;
	struct svg_segment l;

	snprintf(text, sizeof(text), "<title>%s</title>", title);
	has(svg, text);
	at = strstr(svg, text) + strlen(text);
	assert_int_equal(sscanf(at, "<path d=\"M%lf %lfL%lf %lf\"", &l.x1,
				&l.y1, &l.x2, &l.y2), 4);
	return l;
}

static void from_to(struct svg_segment l, double from, double to)
{
	assert_true(l.x1 == from);
	assert_true(l.x2 == to);
}

static void natblaster_arrows_end_where_the_packets_did(void **state)
{
	struct ladder_scene *s = natblaster_low_scene();
	char *svg = drawn_as(s, &record);
	struct svg_segment a =
		line_of(svg, "A to B: forged SYN-ACK 0:0(0) ack 1");
	struct svg_segment b =
		line_of(svg, "B to A: forged SYN-ACK 0:0(0) ack 1");
	struct svg_segment te = line_of(svg, "between to A: time exceeded from"
				      " 203.0.113.1");
	struct svg_segment syn = line_of(svg, "A: SYN 0:0(0) ttl 2, lost");

	(void)state;
	well_formed(svg);
	from_to(a, LINE_A, LINE_B);
	from_to(b, LINE_B, LINE_A);
	/* A's left first; each came 20 ms after it left: they cross. */
	assert_true(a.y1 <= b.y1 && a.y1 < a.y2 && b.y1 < b.y2);
	assert_true(a.y1 < b.y2 && b.y1 < a.y2);
	/* Dies between its NAT and S's line; the router there says so, level */
	assert_true(syn.x1 == LINE_A && syn.x2 > NAT_LINE_A && syn.x2 < LINE_S);
	assert_true(te.x1 == syn.x2 && te.x2 == LINE_A && te.y1 == te.y2);
	assert_true(syn.y1 < te.y2 && te.y2 < a.y1);
	from_to(line_of(svg, "A to B: SYN's numbers"), LINE_A, LINE_B);
	has(svg, "connected in 71.5 ms: A by forged-syn-ack, B by ");
	has(svg, ">50.6</text>");
	free(svg);
	free(s);
}

/* S spoofs both; A's comes, B's NAT drops B's. */
static void spoofed_syn_acks_start_at_s_and_end_at_nats(void **state)
{
	struct ladder_scene *s = stunt1_spoofed_scene();
	char *svg = drawn_as(s, &record);
	struct svg_segment lost = line_of(svg, "S to B: spoofed SYN-ACK, lost:"
					" nat-b: filtering");
	struct svg_segment came = line_of(svg, "S to A: spoofed SYN-ACK 0:0(0)"
					" ack 1");

	(void)state;
	well_formed(svg);
	from_to(came, LINE_S, LINE_A);
	from_to(lost, LINE_S, NAT_LINE_B);
	/* Sent at 11.0 and 11.1, there at 26.0 both */
	assert_true(came.y1 < lost.y2 && lost.y1 < came.y2);
	has(svg, ">nat-b: filtering</text>");
	from_to(line_of(svg, "A: spoof, to S"), LINE_A, LINE_S);
	free(svg);
	free(s);
}

/* A's SYN is answered by B's NAT; the RST is drawn from there. */
static void a_refused_syn_ends_where_its_rst_starts(void **state)
{
	struct ladder_scene *s = p2pnat_one_early_scene();
	char *svg = drawn_as(s, &record);

	(void)state;
	well_formed(svg);
	from_to(line_of(svg, "A: SYN 0:0(0), lost: nat-b: unsolicited-syn ="
			     " rst"), LINE_A, NAT_LINE_B);
	from_to(line_of(svg, "between to A: RST ack 1"), NAT_LINE_B, LINE_A);
	from_to(line_of(svg, "B to A: SYN 0:0(0)"), LINE_B, LINE_A);
	free(svg);
	free(s);
}

/* Names of NATs come from the command line. */
static void names_are_escaped_in_text_and_attributes(void **state)
{
	struct ladder_scene *s = natblaster_low_scene();
	char *svg = drawn_as(s, &record);

	(void)state;
	well_formed(svg);
	has(svg, "aria-label=\"natblaster, low TTL, two-nats (a&lt;b&gt;&amp;"
		 "&quot;c&quot;, \xef\xbf\xbd\xef\xbf\xbd+x), RTT 40 ms\"");
	assert_null(strchr(svg, '\xfe'));
	free(svg);
	free(s);
}

static void nats_are_drawn_as_bars_with_their_names(void **state)
{
	struct ladder_scene *s = natblaster_low_scene();
	char *svg = drawn_as(s, &record);

	(void)state;
	assert_null(strstr(svg, "<path class=\"n\""));
	free(svg);
	strcpy(s->ladder.nat_name[0], "NATs A");
	svg = drawn_as(s, &record);
	has(svg, ">NATs A</text>");
	has(svg, "<path class=\"n\" d=\"M84 ");
	free(svg);
	strcpy(s->ladder.nat_name[0], "NAT");
	strcpy(s->ladder.nat_name[1], "NAT");
	svg = drawn_as(s, &record);
	has(svg, ">NAT, S</text>");
	has(svg, "<path class=\"n\" d=\"M176 ");
	free(svg);
	free(s);
}

/* One side's alone: nobody knows what became of its packets. */
static void one_hosts_picture_names_the_peer_and_losses(void **state)
{
	struct trial_record r = record;
	struct ladder_scene *s = scene_new();
	struct segment syn = from_a(TCP_SYN, 0, 0, 64240, 7);
	struct svg_segment l;
	char *svg;

	(void)state;
	r.lab = false;
	r.is_a = true;
	r.outcome = OUTCOME_FAILED;
	r.cause = CAUSE_NOTHING_ARRIVED;
	s->ladder.b = NULL;
	s->a.trace.lost = 3;
	add(&s->a.trace, 0.0, TRACE_PACKET_OUT, &syn, NULL);
	svg = drawn_as(s, &r);
	well_formed(svg);
	l = line_of(svg, "A: SYN 0:0(0)");
	assert_true(l.x1 == LINE_A && l.x2 < LINE_S);
	has(svg, "B, the peer");
	has(svg, "failed (nothing-arrived): ");
	has(svg, "3 later events of A are not shown");
	free(svg);
	free(s);
}

static void an_empty_trace_gives_a_well_formed_picture(void **state)
{
	struct ladder_scene *s = scene_new();
	char *svg;

	(void)state;
	s->ladder.zero = 0;
	svg = drawn_as(s, &record);
	well_formed(svg);
	free(svg);
	free(s);
}

struct rectangle {
	double left, right, top, bottom;
};

static struct rectangle where(const struct placed_text *w, const char *text)
{
	size_t n = svg_lines(text, TEXT_COLUMNS);
	double width = LETTER_WIDTH *
		       (double)svg_columns(text, svg_line(text, TEXT_COLUMNS));
	double left = w->first.x - (w->anchor == ANCHOR_END ? width :
				    w->anchor == ANCHOR_MIDDLE ? width / 2 : 0);

	return (struct rectangle){ left, left + width, w->first.y - 7,
		w->first.y + 2 + LINE_HEIGHT * (double)(n - 1) };
}

/* All words, and A's times in one column, B's in another. */
static size_t gather(const struct layout *g, struct rectangle *out)
{
	size_t n = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct event_shape *d = &g->shapes[i];
		char text[DESCRIPTION_TEXT + TRACE_TEXT];

		layout_text(d->event, text);
		if (d->text.present)
			out[n++] = where(&d->text, text);
		if (d->reason.present)
			out[n++] = where(&d->reason, d->event->reason);
		for (int side = 0; side < 2; side++)
			if (d->timed[side])
				out[n++] = (struct rectangle){
					side ? 330 : 0, side ? 360 : 30,
					d->time_y[side] - 6, d->time_y[side] };
	}
	return n;
}

static void nothing_overlaps(const struct layout *g)
{
	struct rectangle *r = calloc(4 * TIMELINE_MAX, sizeof(*r));
	size_t n;

	assert_non_null(r);
	n = gather(g, r);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			assert_false(r[i].left < r[j].right &&
				     r[j].left < r[i].right &&
				     r[i].top < r[j].bottom &&
				     r[j].top < r[i].bottom);
	for (size_t i = 0; i < n; i++)
		assert_true(r[i].left >= 0 && r[i].right <= PICTURE_WIDTH &&
			    r[i].top >= 40 && r[i].bottom <= g->end + .01);
	free(r);
}

/* What came later does not stand higher, on either side. */
static void time_runs_down(const struct layout *g)
{
	for (size_t i = 0; i < g->count; i++)
		for (size_t j = 0; j < g->count; j++) {
			const struct event_shape *a = &g->shapes[i],
						 *b = &g->shapes[j];
			int64_t left = a->event->seen[0];
			int64_t right = b->event->seen[1];

			if (!a->timed[0] || !b->timed[1] ||
			    left == TIME_NEVER || right == TIME_NEVER)
				continue;
			if (left < right)
				assert_true(a->time_y[0] <= b->time_y[1]);
			if (left > right)
				assert_true(a->time_y[0] >= b->time_y[1]);
		}
}

static void check_layout(struct ladder_scene *s)
{
	struct layout *g = layout_make(&s->ladder, 40);

	assert_non_null(g);
	nothing_overlaps(g);
	time_runs_down(g);
	free(g);
}

static void full_stories(struct ladder_scene *s)
{
	static const char words[] = "many words that go on for so long that"
		" they have to stand on two lines";

	for (unsigned i = 0; i < TRACE_EVENTS / 4; i++) {
		struct segment a = from_a(TCP_ACK, i, 1, 500, (uint16_t)i);
		struct segment b = from_b(TCP_ACK, i, 1, 500, (uint16_t)i);

		passes(s, a, i * 0.3, i * 0.3 + 20);
		passes(s, b, i * 0.3, i * 0.3 + 20);
		says(&s->a.trace, i * 0.3, TRACE_STATE, words);
		says(&s->b.trace, i * 0.3, TRACE_NOTE, words);
		says(&s->middle, i * 0.5, TRACE_NOTE, "a NAT's word");
	}
}

static void no_text_overlaps_another(void **state)
{
	struct ladder_scene *s = scene_new();
	char *svg;

	(void)state;
	s->ladder.middle = &s->middle;
	full_stories(s);
	check_layout(s);
	svg = drawn_as(s, &record);
	well_formed(svg);
	free(svg);
	free(s);
	s = natblaster_low_scene();
	check_layout(s);
	free(s);
	s = stunt1_spoofed_scene();
	check_layout(s);
	free(s);
}

static void the_same_trace_gives_the_same_bytes(void **state)
{
	struct ladder_scene *s = scene_new();
	char *one, *two;

	(void)state;
	full_stories(s);
	one = drawn_as(s, &record);
	two = drawn_as(s, &record);
	assert_string_equal(one, two);
	free(one);
	free(two);
	free(s);
}

/* Garbage in a trace (it came from another process) is drawn, not trusted. */
static void a_corrupt_trace_gives_a_well_formed_picture(void **state)
{
	struct ladder_scene *s = scene_new();
	char *svg;

	(void)state;
	s->a.trace.count = TRACE_EVENTS + 7;
	for (size_t i = 0; i < TRACE_EVENTS; i++) {
		struct trace_event *e = &s->a.trace.events[i];

		e->at = (int64_t)(i % 7) * INT64_C(1000000000000);
		e->kind = (uint8_t)(i * 37);
		e->length = (uint8_t)(i * 11);
		memset(e->text, i % 2 ? '<' : '&', sizeof(e->text));
		memset(e->bytes, (int)(i * 5), sizeof(e->bytes));
		e->bytes[0] = 0x45;
	}
	svg = drawn_as(s, &record);
	well_formed(svg);
	free(svg);
	free(s);
}

static void numbers_escapes_and_line_breaks_are_exact(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	svg_number(12, f);
	putc(' ', f);
	svg_number(-0.04, f);
	putc(' ', f);
	svg_point((struct point){ -1.55, 1234.56 }, f);
	svg_escape("\x01\xed\xa0\x80\xef\xbf\xbe\xc3\xa9\xc3", 10, f);
	fclose(f);
	/* U+D800 is no UTF-8, U+FFFE no character, the last byte alone none */
	assert_string_equal(text, "12 0 -1.6 1234.6?\xef\xbf\xbd\xef\xbf\xbd"
			    "\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
	free(text);
	assert_int_equal(svg_line("two words", 5), 4);
	assert_int_equal(svg_line("two words", 9), 9);
	assert_int_equal(svg_line("\xc3\xa9\xc3\xa9\xc3\xa9", 2), 4);
	assert_int_equal(svg_lines("unbroken", 3), 3);
	assert_int_equal(svg_lines("", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(natblaster_arrows_end_where_the_packets_did),
		cmocka_unit_test(spoofed_syn_acks_start_at_s_and_end_at_nats),
		cmocka_unit_test(a_refused_syn_ends_where_its_rst_starts),
		cmocka_unit_test(names_are_escaped_in_text_and_attributes),
		cmocka_unit_test(nats_are_drawn_as_bars_with_their_names),
		cmocka_unit_test(one_hosts_picture_names_the_peer_and_losses),
		cmocka_unit_test(an_empty_trace_gives_a_well_formed_picture),
		cmocka_unit_test(no_text_overlaps_another),
		cmocka_unit_test(the_same_trace_gives_the_same_bytes),
		cmocka_unit_test(a_corrupt_trace_gives_a_well_formed_picture),
		cmocka_unit_test(numbers_escapes_and_line_breaks_are_exact),
	};

	record.setting.approach.method = method_find("natblaster");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
