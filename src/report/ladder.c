/*
 * The ladder: a sequence diagram in plain text. A's life line is on the left,
 * B's on the right, each with its own time column; what lies between them is
 * S and the NATs. A packet that crossed stands on one line with both its
 * times; what only one host saw takes that host's half, so two things that
 * happened at once (within SAME_TIME) share a line.
 *
 *	     ms                                                        ms
 *	    0.1 |--- SYN 0:0(0) ttl 2 ---> x                   |
 *	   40.9 |--- forged SYN-ACK 0:0(0) ack 1 ------------->|     60.9
 */
#include "report/ladder.h"

#include "base/clock.h"
#include "report/summary.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MIDDLE	  78			/* columns between the life lines */
#define HALF	  (MIDDLE / 2)
#define TIME	  7
#define SAME_TIME NS_PER_MS
#define ROW_TEXT  256

struct ladder_half {
	const struct timeline_event *event;	/* NULL: nothing on this side */
	char text[ROW_TEXT];
};

struct ladder_row {
	bool whole;			/* half[0] has both halves */
	struct ladder_half half[2];		/* of A and of B */
};

struct ladder_page {
	const struct ladder *ladder;
	int64_t zero;
	size_t count;
	size_t free_row[2];		/* the first that a side may use */
	struct ladder_row rows[TIMELINE_MAX];
};

static bool crosses(const struct timeline_event *p)
{
	return p->from != p->to && p->from != LIFELINE_MIDDLE &&
	       p->to != LIFELINE_MIDDLE;
}

/* The host in whose half it stands. */
static enum lifeline side_of(const struct timeline_event *p)
{
	return p->from == LIFELINE_MIDDLE ? p->to : p->from;
}

static void format_row(char out[ROW_TEXT], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void format_row(char out[ROW_TEXT], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(out, ROW_TEXT, format, arguments);
	va_end(arguments);
}

/* "--- TEXT ---> x reason", and for B its mirror image */
static void draw_out(const struct timeline_event *p, bool left,
		     char out[ROW_TEXT])
{
	const char *rule = p->kind == TIMELINE_MESSAGE ? "===" : "---";
	const char *end = p->lost ? "x" : p->to_server ? "S" : "";
	const char *gap = *end ? " " : "", *space = *p->reason ? " " : "";

	if (left)
		format_row(out, "%s %s %s>%s%s%s%s", rule, p->text, rule, gap,
			   end, space, p->reason);
	else
		format_row(out, "%s%s%s%s<%s %s %s", p->reason, space, end, gap,
			   rule, p->text, rule);
}

/* "<-- TEXT -- S", and for B its mirror image; x where it was lost */
static void draw_in(const struct timeline_event *p, bool left,
		    char out[ROW_TEXT])
{
	bool message = p->kind == TIMELINE_MESSAGE;
	const char *rule = message ? "==" : "--";
	const char *head = p->lost ? " x " : "", *tail = p->lost ? " x " : "";
	const char *space = *p->reason ? " " : "";
	const char *server = "";

	if (left) {
		if (p->from_server)
			server = message ? " == S" : " -- S";
		format_row(out, "%s<%s %s%s%s%s", head, rule, p->text, server,
			   space, p->reason);
	} else {
		if (p->from_server)
			server = message ? "S == " : "S -- ";
		format_row(out, "%s%s%s%s %s>%s", p->reason, space, server,
			   p->text, rule, tail);
	}
}

/* Cut what is too long, at the end away from the host. */
static void cut(char text[ROW_TEXT], bool left)
{
	size_t length = strlen(text);

	if (length <= MIDDLE)
		return;
	if (!left)
		memmove(text, text + length - MIDDLE, MIDDLE);
	text[MIDDLE] = '\0';
	memcpy(left ? text + MIDDLE - 2 : text, "..", 2);
}

static void draw_half(const struct timeline_event *p, char out[ROW_TEXT])
{
	bool left = side_of(p) == LIFELINE_A;
	const char *sign = p->kind == TIMELINE_NOTE ? "* " : "";

	if (p->kind == TIMELINE_STATE || p->kind == TIMELINE_NOTE)
		format_row(out, left ? " %s%s" : "%s%s ", sign, p->text);
	else if (p->from == LIFELINE_MIDDLE)
		draw_in(p, left, out);
	else
		draw_out(p, left, out);
	cut(out, left);
}

/* An arrow from line to line; a message has S in its middle. */
static void draw_whole(const struct timeline_event *p, char out[ROW_TEXT])
{
	bool right = p->from == LIFELINE_A;
	char rule = p->kind == TIMELINE_MESSAGE ? '=' : '-';
	char words[MIDDLE - 7];
	size_t length, at;

	format_row(out, "%s%s%s%s", p->text, *p->reason ? " (" : "", p->reason,
	    *p->reason ? ")" : "");
	snprintf(words, sizeof(words), "%.*s", MIDDLE - 10, out);
	length = strlen(words);
	memset(out, rule, MIDDLE);
	out[MIDDLE] = '\0';
	out[right ? MIDDLE - 1 : 0] = right ? '>' : '<';
	at = right ? 4 : MIDDLE - 4 - length;
	memcpy(out + at, words, length);
	out[at - 1] = out[at + length] = ' ';
	if (rule == '=' && length < HALF - 8)
		memcpy(out + HALF - 1, " S ", 3);
}

/* A NAT's word about a packet that neither host's trace knows */
static void draw_middle(const struct timeline_event *p, char out[ROW_TEXT])
{
	char text[ROW_TEXT];
	size_t length;

	format_row(text, "%s%s%s", p->kind == TIMELINE_NOTE ? "* " : "",
		   p->text, p->lost ? " x" : "");
	cut(text, true);
	length = strlen(text);
	format_row(out, "%*s%s",
		   length < MIDDLE ? (int)(MIDDLE - length) / 2 : 0, "", text);
}

/* The first row, not above what its host has had, where a half fits. */
static size_t find_row(const struct ladder_page *g,
		       const struct timeline_event *p, const char *text)
{
	enum lifeline side = side_of(p);
	size_t i;

	for (i = g->free_row[side]; i < g->count; i++) {
		const struct ladder_half *other =
			&g->rows[i].half[side ? 0 : 1];

		if (!g->rows[i].whole && other->event &&
		    p->at - other->event->at <= SAME_TIME &&
		    strlen(text) <= HALF && strlen(other->text) <= HALF)
			return i;
	}
	return g->count;
}

static void add_event(struct ladder_page *g, const struct timeline_event *p)
{
	enum lifeline side = side_of(p);
	char text[ROW_TEXT];
	struct ladder_row *row;
	size_t at;

	if (crosses(p) || side == LIFELINE_MIDDLE) {
		row = &g->rows[g->count++];
		row->whole = true;
		row->half[0].event = p;
		if (crosses(p))
			draw_whole(p, row->half[0].text);
		else
			draw_middle(p, row->half[0].text);
		g->free_row[0] = g->free_row[1] = g->count;
		return;
	}
	draw_half(p, text);
	at = find_row(g, p, text);
	if (at == g->count)
		g->count++;
	row = &g->rows[at];
	row->half[side].event = p;
	memcpy(row->half[side].text, text, sizeof(text));
	g->free_row[side] = at + 1;
}

static const char *tone_code(enum tone tone)
{
	switch (tone) {
	case TONE_MARKED:
		return "\033[1;35m";
	case TONE_WARNING:
		return "\033[33m";
	case TONE_BAD:
		return "\033[31m";
	case TONE_GOOD:
		return "\033[1;32m";
	case TONE_QUIET:
		return "\033[2m";
	case TONE_PLAIN:
		break;
	}
	return "";
}

static enum tone shown_tone(const struct timeline_event *p)
{
	return p->lost && p->tone == TONE_PLAIN ? TONE_WARNING : p->tone;
}

static void print_half(const struct ladder_half *half, bool colour, FILE *to)
{
	const char *code = "";

	if (colour && half->event)
		code = tone_code(shown_tone(half->event));
	fprintf(to, "%s%s%s", code, half->text, *code ? "\033[0m" : "");
}

static void print_time(const struct ladder_page *g, int64_t at, FILE *to)
{
	if (at == TIME_NEVER)
		fprintf(to, "%*s", TIME, "");
	else
		fprintf(to, "%*.1f", TIME,
			(double)(at - g->zero) / (double)NS_PER_MS);
}

/* When a row was at A or B; the middle's own are timed on the left. */
static int64_t row_time(const struct ladder_row *row, int side)
{
	const struct timeline_event *p =
		row->half[row->whole ? 0 : side].event;

	if (!p)
		return TIME_NEVER;
	if (row->whole && side_of(p) == LIFELINE_MIDDLE)
		return side ? TIME_NEVER : p->at;
	return p->seen[side];
}

static void print_row(const struct ladder_page *g, const struct ladder_row *row,
		      FILE *to)
{
	bool colour = g->ladder->colour;
	size_t used = strlen(row->half[0].text) + strlen(row->half[1].text);
	int64_t end = row_time(row, 1);

	print_time(g, row_time(row, 0), to);
	fputs(" |", to);
	print_half(&row->half[0], colour, to);
	fprintf(to, "%*s", used < MIDDLE ? (int)(MIDDLE - used) : 0, "");
	print_half(&row->half[1], colour, to);
	putc('|', to);
	if (end != TIME_NEVER) {
		putc(' ', to);
		print_time(g, end, to);
	}
	putc('\n', to);
}

static void print_header(const struct ladder *l, FILE *to)
{
	const char *bold = l->colour ? "\033[1m" : "";
	const char *plain = l->colour ? "\033[0m" : "";
	char own[2][HOST_TEXT], seen[2][HOST_TEXT];

	summary_host_lines(l, LIFELINE_A, own[0], seen[0]);
	summary_host_lines(l, LIFELINE_B, own[1], seen[1]);
	fprintf(to, "%*s  %s%s%*s%s\n", TIME, "", bold, own[0],
		(int)(MIDDLE - strlen(own[0])), own[1], plain);
	fprintf(to, "%*s  %s%*s %*s\n", TIME, "ms", seen[0],
		(int)(MIDDLE - strlen(seen[0])), seen[1], TIME + 1, "ms");
}

static void print_missing(const struct attempt_result *r, char name, FILE *to)
{
	if (r && r->trace.lost)
		fprintf(to, "%*s  %u later events of %c are not shown\n", TIME,
			"", r->trace.lost, name);
}

void ladder_print(const struct ladder *l, FILE *to)
{
	struct timeline_event *events =
		calloc(TIMELINE_MAX, sizeof(*events));
	struct ladder_page *g = calloc(1, sizeof(*g));
	size_t i, n;

	if (events && g) {
		g->ladder = l;
		n = timeline_make(l, events);
		g->zero = l->zero || !n ? l->zero : events[0].at;
		for (i = 0; i < n; i++)
			add_event(g, &events[i]);
		print_header(l, to);
		for (i = 0; i < g->count; i++)
			print_row(g, &g->rows[i], to);
		print_missing(l->a, 'A', to);
		print_missing(l->b, 'B', to);
	}
	free(g);
	free(events);
}
