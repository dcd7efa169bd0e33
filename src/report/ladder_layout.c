/*
 * Ticks are what has a place in time: a packet leaves, comes in, is ended by a
 * NAT; something is said. They are placed one after the other, each as high as
 * its time and the words that already stand there allow.
 */
#include "report/ladder_layout.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#define SLANT	   34.0	/* how far the slowest packet sinks on its way */
#define PAUSE	   30.0	/* the most that a pause is drawn as */
#define SHORT_FALL 11.0	/* of a packet whose end has no time */
#define BETWEEN	   30.0	/* from S's line to a router on a side's way */
#define GAP	   5.0	/* from a line to its words */
#define TIME_LEFT  30.0	/* where A's times end, B's begin */
#define TIME_RIGHT 330.0

enum tick_kind { TICK_FROM, TICK_TO };

struct tick {
	int64_t at;
	size_t passage;
	enum tick_kind kind;
};

struct box {
	double left, right, top, bottom;
};

#define TICKS_MAX (2 * TIMELINE_MAX)
#define BOXES_MAX (4 * TIMELINE_MAX)

struct work {
	struct layout *out;
	double scale;			/* y for a ns */
	bool refused[2];		/* a NAT before that host answered */
	size_t tick_count, box_count, fresh;
	struct tick ticks[TICKS_MAX];
	struct box boxes[BOXES_MAX];	/* from `fresh` on: of this tick */
};

static bool is_host(enum place place)
{
	return place != PLACE_MIDDLE;
}

static double host_x(enum place place)
{
	return place == PLACE_A ? LINE_A : LINE_B;
}

static double gate_x(enum place place)
{
	return place == PLACE_A ? GATE_A : GATE_B;
}

static enum place other_host(enum place place)
{
	return place == PLACE_A ? PLACE_B : PLACE_A;
}

void layout_text(const struct timeline_event *p,
		 char out[WORDS_TEXT + TRACE_TEXT])
{
	bool remark = p->from != p->to && p->ended == TIME_NEVER &&
		      *p->reason;

	snprintf(out, WORDS_TEXT + TRACE_TEXT, "%s%s%.90s%s", p->text,
		 remark ? " (" : "", remark ? p->reason : "",
		 remark ? ")" : "");
}

/* "nat-b2: filtering" is of a NAT before B; one before both has no side. */
static enum place gate_of(const char *reason)
{
	const char *side = strchr(reason, '-');

	if (!side || !strncmp(side, "-ab", 3))
		return PLACE_MIDDLE;
	return side[1] == 'a' ? PLACE_A :
	       side[1] == 'b' ? PLACE_B : PLACE_MIDDLE;
}

/* Where a packet that a host sent ends, if not at the other one. */
static double end_x(const struct timeline_event *p)
{
	enum place gate = gate_of(p->reason);
	double short_of = p->lost ? BETWEEN : 12;

	if (p->to_server)
		return LINE_S;
	if (p->ended != TIME_NEVER)
		return is_host(gate) ? gate_x(gate) : LINE_S;
	return p->from == PLACE_A ? LINE_S - short_of : LINE_S + short_of;
}

/*
 * Where a packet that only its receiver knows comes from: S, a router (time
 * exceeded), the peer's NAT if that is known to have answered.
 */
static double origin_x(const struct work *w, const struct timeline_event *p)
{
	enum place peer = other_host(p->to);

	if (p->from_server)
		return LINE_S;
	if (p->tone == TONE_BAD && w->refused[peer])
		return gate_x(peer);
	return p->to == PLACE_A ? LINE_S - BETWEEN : LINE_S + BETWEEN;
}

static double passage_start_x(const struct work *w,
			      const struct timeline_event *p)
{
	return is_host(p->from) ? host_x(p->from) :
	       is_host(p->to) ? origin_x(w, p) : LINE_S;
}

static double passage_end_x(const struct timeline_event *p)
{
	if (is_host(p->to) && p->from == PLACE_MIDDLE && p->lost)
		return gate_x(p->to);
	return is_host(p->to) ? host_x(p->to) : end_x(p);
}

static void tick_add(struct work *w, int64_t at, size_t passage,
		     enum tick_kind kind)
{
	struct tick *t = &w->ticks[w->tick_count++];

	t->at = at;
	t->passage = passage;
	t->kind = kind;
}

/* When it left; TIME_NEVER: nobody saw that. */
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

static void ticks_gather(struct work *w)
{
	for (size_t i = 0; i < w->out->count; i++) {
		const struct timeline_event *p = &w->out->passages[i];
		int64_t start = start_time(p), end = end_time(p);

		if (p->from == p->to)
			start = p->at;
		if (start != TIME_NEVER)
			tick_add(w, start, i, TICK_FROM);
		if (p->from != p->to && end != TIME_NEVER)
			tick_add(w, end, i, TICK_TO);
	}
}

static int tick_order(const void *x, const void *y)
{
	const struct tick *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->passage != b->passage)
		return a->passage < b->passage ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

static double scale_of(const struct layout *out)
{
	int64_t slowest = NS_PER_MS;

	for (size_t i = 0; i < out->count; i++) {
		const struct timeline_event *p = &out->passages[i];

		if (p->kind == TIMELINE_PACKET && is_host(p->from) &&
		    is_host(p->to) &&
		    p->seen[p->to] - p->seen[p->from] > slowest)
			slowest = p->seen[p->to] - p->seen[p->from];
	}
	return SLANT / (double)slowest;
}

static bool overlaps(const struct box *a, const struct box *b)
{
	return a->left < b->right && b->left < a->right &&
	       a->top < b->bottom && b->top < a->bottom;
}

/* How far down the boxes of this tick must go to be free of all others. */
static double sink(const struct work *w)
{
	double down = 0;
	bool moved;

	do {
		moved = false;
		for (size_t i = w->fresh; i < w->box_count; i++)
			for (size_t j = 0; j < w->fresh; j++) {
				struct box b = w->boxes[i];

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

static void box_add(struct work *w, double left, double right, double top,
		    double bottom)
{
	if (w->box_count < BOXES_MAX)
		w->boxes[w->box_count++] = (struct box){ left, right, top,
							 bottom };
}

/* Words whose first base line is at @at; within A and B. */
static void place_words(struct work *w, struct words_at *out, const char *text,
			struct spot at, enum anchor anchor)
{
	size_t lines = svg_lines(text, COLUMNS);
	double width, left = at.x;

	if (!lines)
		return;
	width = LETTER * (double)svg_columns(text, svg_line(text, COLUMNS));
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
	*out = (struct words_at){ true, at, anchor };
	box_add(w, left, left + width, at.y - 10,
		at.y + 4 + LEADING * (double)(lines - 1));
}

static void place_time(struct work *w, struct drawn *d, enum place host,
		       double y)
{
	d->timed[host] = true;
	d->time_y[host] = y + 3;
	if (host == PLACE_A)
		box_add(w, 0, TIME_LEFT, y - 5, y + 4.5);
	else
		box_add(w, TIME_RIGHT, PICTURE, y - 5, y + 4.5);
}

static enum anchor outward(enum place host)
{
	return host == PLACE_A ? ANCHOR_START : ANCHOR_END;
}

static double beside(enum place host, double by)
{
	return host == PLACE_A ? LINE_A + by : LINE_B - by;
}

/* Beside the host's line, or in the middle */
static void place_said(struct work *w, struct drawn *d, const char *text,
		       double y)
{
	enum place at = d->passage->from;

	if (is_host(at)) {
		place_words(w, &d->text, text,
			    (struct spot){ beside(at, GAP + 3), y + 3.5 },
			    outward(at));
		place_time(w, d, at, y);
	} else {
		place_words(w, &d->text, text,
			    (struct spot){ LINE_S, y + 3.5 }, ANCHOR_MIDDLE);
		place_time(w, d, PLACE_A, y);
	}
}

static double up(const char *text)
{
	size_t lines = svg_lines(text, COLUMNS);

	return lines ? LEADING * (double)(lines - 1) : 0;
}

/* It leaves: its words are above its line, which sinks away from them. */
static void place_start(struct work *w, struct drawn *d, const char *text,
			double y)
{
	const struct timeline_event *p = d->passage;

	d->from.y = y;
	if (is_host(p->from)) {
		place_words(w, &d->text, text, (struct spot){
			beside(p->from, GAP), y - 3 - up(text) },
			outward(p->from));
		place_time(w, d, p->from, y);
	} else if (p->lost) {
		place_words(w, &d->text, text, (struct spot){
			LINE_S, y - 3 - up(text) }, ANCHOR_MIDDLE);
	}
}

/* It comes in, or a NAT ends it and says why, under the line. */
static void place_end(struct work *w, struct drawn *d, const char *text,
		      double y)
{
	const struct timeline_event *p = d->passage;
	bool above = p->served == TIME_NEVER;

	d->to.y = y;
	if (p->ended != TIME_NEVER) {
		place_words(w, &d->reason, p->reason,
			    (struct spot){ d->to.x, y + 12 },
			    d->to.x > d->from.x ? ANCHOR_END : ANCHOR_START);
		return;
	}
	if (p->from == PLACE_MIDDLE)
		place_words(w, &d->text, text, (struct spot){
			beside(p->to, GAP + 4),
			above ? y - 3 - up(text) : y + 11 }, outward(p->to));
	place_time(w, d, p->to, y);
}

static void place_tick(struct work *w, const struct tick *t, double y)
{
	struct drawn *d = &w->out->drawn[t->passage];
	char text[WORDS_TEXT + TRACE_TEXT];

	layout_text(d->passage, text);
	w->box_count = w->fresh;
	if (!d->arrow) {
		d->from.y = d->to.y = y;
		place_said(w, d, text, y);
	} else if (t->kind == TICK_FROM) {
		place_start(w, d, text, y);
	} else {
		place_end(w, d, text, y);
	}
}

/* Where the time would have it: after the last tick, which was at @last. */
static double wished(const struct work *w, const struct tick *t, double y,
		     const struct tick *last)
{
	double pause = last ? (double)(t->at - last->at) * w->scale : 0;

	y += pause < PAUSE ? pause : PAUSE;
	/* Seen to leave and not to come in at once: it does sink. */
	if (t->kind == TICK_TO &&
	    start_time(w->out->drawn[t->passage].passage) != TIME_NEVER &&
	    y < w->out->drawn[t->passage].from.y + 2)
		y = w->out->drawn[t->passage].from.y + 2;
	return y;
}

/* An end that nobody saw: a little below the other one, or level with it. */
static void ends_complete(struct drawn *d)
{
	const struct timeline_event *p = d->passage;

	if (!d->arrow)
		return;
	if (start_time(p) == TIME_NEVER)
		d->from.y = d->to.y;
	else if (end_time(p) == TIME_NEVER)
		d->to.y = d->from.y + SHORT_FALL;
}

static void drawn_begin(struct work *w, size_t i)
{
	const struct timeline_event *p = &w->out->passages[i];
	struct drawn *d = &w->out->drawn[i];

	d->passage = p;
	d->arrow = p->from != p->to;
	d->from.x = passage_start_x(w, p);
	d->to.x = d->arrow ? passage_end_x(p) : d->from.x;
	if (p->answered && is_host(gate_of(p->reason)))
		w->refused[gate_of(p->reason)] = true;
}

static void place_all(struct work *w, double start)
{
	const struct tick *last = NULL;
	double y = start;

	for (size_t i = 0; i < w->tick_count; i++) {
		const struct tick *t = &w->ticks[i];

		y = wished(w, t, y, last);
		w->fresh = w->box_count;
		place_tick(w, t, y);
		y += sink(w);
		place_tick(w, t, y);
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
	struct work *w = calloc(1, sizeof(*w));

	if (!out || !w) {
		free(out);
		free(w);
		return NULL;
	}
	w->out = out;
	out->count = timeline_make(l, out->passages);
	w->scale = scale_of(out);
	for (size_t i = 0; i < out->count; i++)
		drawn_begin(w, i);
	ticks_gather(w);
	qsort(w->ticks, w->tick_count, sizeof(w->ticks[0]), tick_order);
	/* Nothing may stand in the head. */
	box_add(w, 0, PICTURE, 0, start);
	place_all(w, start);
	for (size_t i = 0; i < out->count; i++)
		ends_complete(&out->drawn[i]);
	free(w);
	return out;
}
