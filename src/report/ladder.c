/*
 * The ladder: a sequence diagram in plain text. A's lifeline is on the left,
 * B's on the right, each with a time column. S and the NATs are between them.
 * A packet that arrived takes one row, with the times of sending and arrival.
 * An event that only one host saw takes that host's half of a row. Events of A
 * and B within SAME_TIME share a row.
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
	bool whole;			/* half[0] fills the whole row */
	struct ladder_half half[2];	/* A's and B's */
};

struct ladder_page {
	const struct ladder *ladder;
	int64_t zero;			/* shown as 0.0 ms */
	size_t count;
	size_t free_row[2];		/* the first row that A, B may use */
	struct ladder_row rows[TIMELINE_MAX];
};

/* Did the packet or message go from host to host? */
static bool crosses(const struct timeline_event *event)
{
	return event->from != event->to && event->from != LIFELINE_MIDDLE &&
	       event->to != LIFELINE_MIDDLE;
}

/* The host in whose half the event is drawn. */
static enum lifeline side_of(const struct timeline_event *event)
{
	return event->from == LIFELINE_MIDDLE ? event->to : event->from;
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
static void draw_out(const struct timeline_event *event, bool left,
		     char out[ROW_TEXT])
{
	const char *rule = event->kind == TIMELINE_MESSAGE ? "===" : "---";
	const char *end = event->lost ? "x" : event->to_server ? "S" : "";
	const char *gap = *end ? " " : "", *space = *event->reason ? " " : "";

	if (left)
		format_row(out, "%s %s %s>%s%s%s%s", rule, event->text, rule,
			   gap, end, space, event->reason);
	else
		format_row(out, "%s%s%s%s<%s %s %s", event->reason, space, end,
			   gap, rule, event->text, rule);
}

/* "<-- TEXT -- S", and for B its mirror image; "x": it was lost */
static void draw_in(const struct timeline_event *event, bool left,
		    char out[ROW_TEXT])
{
	bool message = event->kind == TIMELINE_MESSAGE;
	const char *rule = message ? "==" : "--";
	const char *head = event->lost ? " x " : "",
		   *tail = event->lost ? " x " : "";
	const char *space = *event->reason ? " " : "";
	const char *server = "";

	if (left) {
		if (event->from_server)
			server = message ? " == S" : " -- S";
		format_row(out, "%s<%s %s%s%s%s", head, rule, event->text,
			   server, space, event->reason);
	} else {
		if (event->from_server)
			server = message ? "S == " : "S -- ";
		format_row(out, "%s%s%s%s %s>%s", event->reason, space, server,
			   event->text, rule, tail);
	}
}

/* Cut text that is too long, at the end away from its host. */
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

static void draw_half(const struct timeline_event *event, char out[ROW_TEXT])
{
	bool left = side_of(event) == LIFELINE_A;
	const char *sign = event->kind == TIMELINE_NOTE ? "* " : "";

	if (event->kind == TIMELINE_STATE || event->kind == TIMELINE_NOTE)
		format_row(out, left ? " %s%s" : "%s%s ", sign, event->text);
	else if (event->from == LIFELINE_MIDDLE)
		draw_in(event, left, out);
	else
		draw_out(event, left, out);
	cut(out, left);
}

/* An arrow from lifeline to lifeline; a message passes S in the middle. */
static void draw_whole(const struct timeline_event *event, char out[ROW_TEXT])
{
	bool right = event->from == LIFELINE_A;
	char rule = event->kind == TIMELINE_MESSAGE ? '=' : '-';
	char label[MIDDLE - 7];
	size_t length, at;

	format_row(out, "%s%s%s%s", event->text, *event->reason ? " (" : "",
		   event->reason, *event->reason ? ")" : "");
	snprintf(label, sizeof(label), "%.*s", MIDDLE - 10, out);
	length = strlen(label);
	memset(out, rule, MIDDLE);
	out[MIDDLE] = '\0';
	out[right ? MIDDLE - 1 : 0] = right ? '>' : '<';
	at = right ? 4 : MIDDLE - 4 - length;
	memcpy(out + at, label, length);
	out[at - 1] = out[at + length] = ' ';
	if (rule == '=' && length < HALF - 8)
		memcpy(out + HALF - 1, " S ", 3);
}

/* A NAT's report about a packet that is in neither host's trace */
static void draw_middle(const struct timeline_event *event, char out[ROW_TEXT])
{
	char text[ROW_TEXT];
	size_t length;

	format_row(text, "%s%s%s", event->kind == TIMELINE_NOTE ? "* " : "",
		   event->text, event->lost ? " x" : "");
	cut(text, true);
	length = strlen(text);
	format_row(out, "%*s%s",
		   length < MIDDLE ? (int)(MIDDLE - length) / 2 : 0, "", text);
}

/* The first row below the host's last one whose free half has room for @text;
   a new row, if there is none */
static size_t find_row(const struct ladder_page *page,
		       const struct timeline_event *event, const char *text)
{
	enum lifeline side = side_of(event);
	size_t i;

	for (i = page->free_row[side]; i < page->count; i++) {
		const struct ladder_half *other =
			&page->rows[i].half[side ? 0 : 1];

		if (!page->rows[i].whole && other->event &&
		    event->at - other->event->at <= SAME_TIME &&
		    strlen(text) <= HALF && strlen(other->text) <= HALF)
			return i;
	}
	return page->count;
}

static void add_event(struct ladder_page *page,
		      const struct timeline_event *event)
{
	enum lifeline side = side_of(event);
	char text[ROW_TEXT];
	struct ladder_row *row;
	size_t at;

	if (crosses(event) || side == LIFELINE_MIDDLE) {
		row = &page->rows[page->count++];
		row->whole = true;
		row->half[0].event = event;
		if (crosses(event))
			draw_whole(event, row->half[0].text);
		else
			draw_middle(event, row->half[0].text);
		page->free_row[0] = page->free_row[1] = page->count;
		return;
	}
	draw_half(event, text);
	at = find_row(page, event, text);
	if (at == page->count)
		page->count++;
	row = &page->rows[at];
	row->half[side].event = event;
	memcpy(row->half[side].text, text, sizeof(text));
	page->free_row[side] = at + 1;
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

static void print_half(const struct ladder_half *half, bool colour, FILE *to)
{
	const struct timeline_event *event = half->event;
	const char *code = "";

	if (colour && event)
		code = tone_code(event->lost && event->tone == TONE_PLAIN ?
				 TONE_WARNING : event->tone);
	fprintf(to, "%s%s%s", code, half->text, *code ? "\033[0m" : "");
}

static void print_time(const struct ladder_page *page, int64_t at, FILE *to)
{
	if (at == TIME_NEVER)
		fprintf(to, "%*s", TIME, "");
	else
		fprintf(to, "%*.1f", TIME,
			(double)(at - page->zero) / (double)NS_PER_MS);
}

/* The time of a row at A or B; a NAT's own event has its time on the left. */
static int64_t row_time(const struct ladder_row *row, int side)
{
	const struct timeline_event *event =
		row->half[row->whole ? 0 : side].event;

	if (!event)
		return TIME_NEVER;
	if (row->whole && side_of(event) == LIFELINE_MIDDLE)
		return side ? TIME_NEVER : event->at;
	return event->seen[side];
}

static void print_row(const struct ladder_page *page,
		      const struct ladder_row *row, FILE *to)
{
	bool colour = page->ladder->colour;
	size_t used = strlen(row->half[0].text) + strlen(row->half[1].text);
	int64_t end = row_time(row, 1);

	print_time(page, row_time(row, 0), to);
	fputs(" |", to);
	print_half(&row->half[0], colour, to);
	fprintf(to, "%*s", used < MIDDLE ? (int)(MIDDLE - used) : 0, "");
	print_half(&row->half[1], colour, to);
	putc('|', to);
	if (end != TIME_NEVER) {
		putc(' ', to);
		print_time(page, end, to);
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

static void print_lost_count(const struct attempt_result *r, char name,
			     FILE *to)
{
	if (r && r->trace.lost)
		fprintf(to, "%*s  %u later events of %c are not shown\n", TIME,
			"", r->trace.lost, name);
}

void ladder_print(const struct ladder *l, FILE *to)
{
	struct timeline_event *events =
		calloc(TIMELINE_MAX, sizeof(*events));
	struct ladder_page *page = calloc(1, sizeof(*page));
	size_t i, n;

	if (events && page) {
		page->ladder = l;
		n = timeline_make(l, events);
		page->zero = l->zero || !n ? l->zero : events[0].at;
		for (i = 0; i < n; i++)
			add_event(page, &events[i]);
		print_header(l, to);
		for (i = 0; i < page->count; i++)
			print_row(page, &page->rows[i], to);
		print_lost_count(l->a, 'A', to);
		print_lost_count(l->b, 'B', to);
	}
	free(page);
	free(events);
}
