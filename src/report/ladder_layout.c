/*
 * Each event has one or two instants: a packet leaves, and arrives or is
 * dropped by a NAT; a state has one. The instants are placed in order of time,
 * each as high as its time and the texts already placed allow.
 */
#include "report/ladder_layout.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#define SLANT	   34.0	/* from start to end of the slowest packet */
#define PAUSE	   30.0	/* the longest pause, as drawn */
#define SHORT_FALL 11.0	/* the same, if the end's time is unknown */
#define BETWEEN	   30.0	/* from S's line to a router of one side */
#define GAP	   5.0	/* from a line to its text */
#define TIME_LEFT  30.0	/* the right edge of A's times */
#define TIME_RIGHT 330.0	/* the left edge of B's */

enum instant_kind { INSTANT_START, INSTANT_END };

struct layout_instant {
	int64_t at;
	size_t event;
	enum instant_kind kind;
};

struct text_box {
	double left, right, top, bottom;
};

#define INSTANTS_MAX (2 * TIMELINE_MAX)
#define BOXES_MAX (4 * TIMELINE_MAX)

struct layout_state {
	struct layout *out;
	double scale;			/* y per ns */
	bool refused[2];		/* did a NAT of that side answer? */
	size_t instant_count, box_count, fresh;
	struct layout_instant instants[INSTANTS_MAX];
	struct text_box boxes[BOXES_MAX]; /* from `fresh` on: of this instant */
};

static bool is_host(enum lifeline place)
{
	return place != LIFELINE_MIDDLE;
}

static double host_x(enum lifeline place)
{
	return place == LIFELINE_A ? LINE_A : LINE_B;
}

static double nat_x(enum lifeline place)
{
	return place == LIFELINE_A ? NAT_LINE_A : NAT_LINE_B;
}

void layout_text(const struct timeline_event *p,
		 char out[DESCRIPTION_TEXT + TRACE_TEXT])
{
	bool remark = p->from != p->to && p->ended == TIME_NEVER &&
		      *p->reason;

	snprintf(out, DESCRIPTION_TEXT + TRACE_TEXT, "%s%s%.90s%s", p->text,
		 remark ? " (" : "", remark ? p->reason : "",
		 remark ? ")" : "");
}

/* nat_side - "nat-b2: filtering" is of a NAT of side B; the one NAT of both
   hosts has no side */
static enum lifeline nat_side(const char *reason)
{
	const char *side = strchr(reason, '-');

	if (!side || !strncmp(side, "-ab", 3))
		return LIFELINE_MIDDLE;
	return side[1] == 'a' ? LIFELINE_A :
	       side[1] == 'b' ? LIFELINE_B : LIFELINE_MIDDLE;
}

/* end_x - where a packet ends that did not reach the other host */
static double end_x(const struct timeline_event *p)
{
	enum lifeline nat = nat_side(p->reason);
	double short_of = p->lost ? BETWEEN : 12;

	if (p->to_server)
		return LINE_S;
	if (p->ended != TIME_NEVER)
		return is_host(nat) ? nat_x(nat) : LINE_S;
	return p->from == LIFELINE_A ? LINE_S - short_of : LINE_S + short_of;
}

/* origin_x - where a packet starts that only its receiver saw: S, the peer's
   NAT if it is known to have answered, or a router (time exceeded) */
static double origin_x(const struct layout_state *w,
		       const struct timeline_event *p)
{
	enum lifeline peer = p->to == LIFELINE_A ? LIFELINE_B : LIFELINE_A;

	if (p->from_server)
		return LINE_S;
	if (p->tone == TONE_BAD && w->refused[peer])
		return nat_x(peer);
	return p->to == LIFELINE_A ? LINE_S - BETWEEN : LINE_S + BETWEEN;
}

static void instant_add(struct layout_state *w, int64_t at, size_t event,
			enum instant_kind kind)
{
	struct layout_instant *t = &w->instants[w->instant_count++];

	t->at = at;
	t->event = event;
	t->kind = kind;
}

/* start_time - when it left; TIME_NEVER: unknown */
static int64_t start_time(const struct timeline_event *p)
{
	return is_host(p->from) ? p->seen[p->from] : p->served;
}

static int64_t end_time(const struct timeline_event *p)
{
	if (p->ended != TIME_NEVER)
		return p->ended;
	return is_host(p->to) && !(p->lost && p->from_server) ?
		p->seen[p->to] : TIME_NEVER;
}

static void instants_gather(struct layout_state *w)
{
	for (size_t i = 0; i < w->out->count; i++) {
		const struct timeline_event *p = &w->out->events[i];
		int64_t start = start_time(p), end = end_time(p);

		if (p->from == p->to)
			start = p->at;
		if (start != TIME_NEVER)
			instant_add(w, start, i, INSTANT_START);
		if (p->from != p->to && end != TIME_NEVER)
			instant_add(w, end, i, INSTANT_END);
	}
}

static int instant_order(const void *x, const void *y)
{
	const struct layout_instant *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

static double scale_of(const struct layout *out)
{
	int64_t slowest = NS_PER_MS;

	for (size_t i = 0; i < out->count; i++) {
		const struct timeline_event *p = &out->events[i];

		if (p->kind == TIMELINE_PACKET && is_host(p->from) &&
		    is_host(p->to) &&
		    p->seen[p->to] - p->seen[p->from] > slowest)
			slowest = p->seen[p->to] - p->seen[p->from];
	}
	return SLANT / (double)slowest;
}

static bool overlaps(const struct text_box *a, const struct text_box *b)
{
	return a->left < b->right && b->left < a->right &&
	       a->top < b->bottom && b->top < a->bottom;
}

/* overlap_shift - by how much to lower this instant's texts so that they
   overlap no other */
static double overlap_shift(const struct layout_state *w)
{
	double down = 0;
	bool moved;

	do {
		moved = false;
		for (size_t i = w->fresh; i < w->box_count; i++)
			for (size_t j = 0; j < w->fresh; j++) {
				struct text_box b = w->boxes[i];

				b.top += down;
				b.bottom += down;
				if (!overlaps(&b, &w->boxes[j]))
					continue;
				down += w->boxes[j].bottom - b.top + .01;
				moved = true;
			}
	} while (moved);
	return down;
}

static void box_add(struct layout_state *w, double left, double right,
		    double top, double bottom)
{
	if (w->box_count < BOXES_MAX)
		w->boxes[w->box_count++] = (struct text_box){ left, right, top,
							 bottom };
}

/* place_text - put a text with its first baseline at @at, kept between A's and
   B's line */
static void place_text(struct layout_state *w, struct placed_text *out,
		       const char *text, struct point at, enum anchor anchor)
{
	size_t lines = svg_lines(text, TEXT_COLUMNS);
	double width, left = at.x;

	if (!lines)
		return;
	width = LETTER_WIDTH *
		(double)svg_columns(text, svg_line(text, TEXT_COLUMNS));
	if (anchor == ANCHOR_END)
		left -= width;
	else if (anchor == ANCHOR_MIDDLE)
		left -= width / 2;
	if (anchor != ANCHOR_START && left < LINE_A + GAP) {
		left = at.x = LINE_A + GAP;
		anchor = ANCHOR_START;
	}
	if (anchor != ANCHOR_END && left + width > LINE_B - GAP) {
		at.x = LINE_B - GAP;
		left = at.x - width;
		anchor = ANCHOR_END;
	}
	*out = (struct placed_text){ true, at, anchor };
	box_add(w, left, left + width, at.y - 10,
		at.y + 4 + LINE_HEIGHT * (double)(lines - 1));
}

static void place_time(struct layout_state *w, struct event_shape *d,
		       enum lifeline host, double y)
{
	d->timed[host] = true;
	d->time_y[host] = y + 3;
	if (host == LIFELINE_A)
		box_add(w, 0, TIME_LEFT, y - 5, y + 4.5);
	else
		box_add(w, TIME_RIGHT, PICTURE_WIDTH, y - 5, y + 4.5);
}

static enum anchor outward(enum lifeline host)
{
	return host == LIFELINE_A ? ANCHOR_START : ANCHOR_END;
}

static double beside(enum lifeline host, double by)
{
	return host == LIFELINE_A ? LINE_A + by : LINE_B - by;
}

/* place_state - a state or a note: beside the host's line, or in the middle */
static void place_state(struct layout_state *w, struct event_shape *d,
			const char *text, double y)
{
	enum lifeline at = d->event->from;

	if (is_host(at)) {
		place_text(w, &d->text, text,
			   (struct point){ beside(at, GAP + 3), y + 3.5 },
			   outward(at));
		place_time(w, d, at, y);
	} else {
		place_text(w, &d->text, text, (struct point){ LINE_S, y + 3.5 },
			   ANCHOR_MIDDLE);
		place_time(w, d, LIFELINE_A, y);
	}
}

static double text_rise(const char *text)
{
	size_t lines = svg_lines(text, TEXT_COLUMNS);

	return lines ? LINE_HEIGHT * (double)(lines - 1) : 0;
}

/* place_start - a packet leaves: its text stands above its arrow, which slopes
   down */
static void place_start(struct layout_state *w, struct event_shape *d,
			const char *text, double y)
{
	const struct timeline_event *p = d->event;

	d->from.y = y;
	if (is_host(p->from)) {
		place_text(w, &d->text, text,
			   (struct point){ beside(p->from, GAP),
					   y - 3 - text_rise(text) },
			   outward(p->from));
		place_time(w, d, p->from, y);
	} else if (p->lost) {
		place_text(w, &d->text, text,
			   (struct point){ LINE_S, y - 3 - text_rise(text) },
			   ANCHOR_MIDDLE);
	}
}

/* place_end - a packet arrives, or a NAT drops it: the reason stands below the
   arrow */
static void place_end(struct layout_state *w, struct event_shape *d,
		      const char *text, double y)
{
	const struct timeline_event *p = d->event;
	bool above = p->served == TIME_NEVER;

	d->to.y = y;
	if (p->ended != TIME_NEVER) {
		place_text(w, &d->reason, p->reason,
			    (struct point){ d->to.x, y + 12 },
			    d->to.x > d->from.x ? ANCHOR_END : ANCHOR_START);
		return;
	}
	if (p->from == LIFELINE_MIDDLE)
		place_text(w, &d->text, text,
			   (struct point){ beside(p->to, GAP + 4),
					   above ? y - 3 - text_rise(text)
						 : y + 11 },
			   outward(p->to));
	place_time(w, d, p->to, y);
}

static void place_instant(struct layout_state *w,
			  const struct layout_instant *t, double y)
{
	struct event_shape *d = &w->out->shapes[t->event];
	char text[DESCRIPTION_TEXT + TRACE_TEXT];

	layout_text(d->event, text);
	w->box_count = w->fresh;
	if (!d->arrow) {
		d->from.y = d->to.y = y;
		place_state(w, d, text, y);
	} else if (t->kind == INSTANT_START) {
		place_start(w, d, text, y);
	} else {
		place_end(w, d, text, y);
	}
}

/* preferred_y - the y that follows from the time since @last, which is at @y */
static double preferred_y(const struct layout_state *w,
			  const struct layout_instant *t, double y,
			  const struct layout_instant *last)
{
	double pause = last ? (double)(t->at - last->at) * w->scale : 0;

	y += pause < PAUSE ? pause : PAUSE;
	/* An arrow whose start is known slopes down at least a little. */
	if (t->kind == INSTANT_END &&
	    start_time(w->out->shapes[t->event].event) != TIME_NEVER &&
	    y < w->out->shapes[t->event].from.y + 2)
		y = w->out->shapes[t->event].from.y + 2;
	return y;
}

/* complete_ends - an end whose time is unknown: a little below the start, or
   level with the end */
static void complete_ends(struct event_shape *d)
{
	const struct timeline_event *p = d->event;

	if (!d->arrow)
		return;
	if (start_time(p) == TIME_NEVER)
		d->from.y = d->to.y;
	else if (end_time(p) == TIME_NEVER)
		d->to.y = d->from.y + SHORT_FALL;
}

static void shape_begin(struct layout_state *w, size_t i)
{
	const struct timeline_event *p = &w->out->events[i];
	struct event_shape *d = &w->out->shapes[i];

	d->event = p;
	d->arrow = p->from != p->to;
	d->from.x = is_host(p->from) ? host_x(p->from) :
		    is_host(p->to) ? origin_x(w, p) : LINE_S;
	if (!d->arrow)
		d->to.x = d->from.x;
	else if (!is_host(p->to))
		d->to.x = end_x(p);
	else if (p->from == LIFELINE_MIDDLE && p->lost)
		d->to.x = nat_x(p->to);
	else
		d->to.x = host_x(p->to);
	if (p->answered && is_host(nat_side(p->reason)))
		w->refused[nat_side(p->reason)] = true;
}

static void place_all(struct layout_state *w, double start)
{
	const struct layout_instant *last = NULL;
	double y = start;

	for (size_t i = 0; i < w->instant_count; i++) {
		const struct layout_instant *t = &w->instants[i];

		y = preferred_y(w, t, y, last);
		w->fresh = w->box_count;
		place_instant(w, t, y);
		y += overlap_shift(w);
		place_instant(w, t, y);
		last = t;
	}
	w->out->end = y;
	for (size_t i = 0; i < w->box_count; i++)
		if (w->boxes[i].bottom > w->out->end)
			w->out->end = w->boxes[i].bottom;
}

struct layout *layout_make(const struct ladder *l, double start)
{
	struct layout *out = calloc(1, sizeof(*out));
	struct layout_state *w = calloc(1, sizeof(*w));

	if (!out || !w) {
		free(out);
		free(w);
		return NULL;
	}
	w->out = out;
	out->count = timeline_make(l, out->events);
	w->scale = scale_of(out);
	for (size_t i = 0; i < out->count; i++)
		shape_begin(w, i);
	instants_gather(w);
	qsort(w->instants, w->instant_count, sizeof(w->instants[0]),
	      instant_order);
	/* Keep the header free. */
	box_add(w, 0, PICTURE_WIDTH, 0, start);
	place_all(w, start);
	for (size_t i = 0; i < out->count; i++)
		complete_ends(&out->shapes[i]);
	free(w);
	return out;
}
