/*
 * An event has one or two instants: a packet has its sending and its arrival
 * or drop, a state has one. The instants are placed in order of time, each as
 * high as its time and the texts already placed allow.
 */
#include "report/ladder_layout.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#define SLANT	   34.0	/* from start to end of the slowest packet */
#define PAUSE	   30.0	/* the most that a pause is drawn as */
#define SHORT_FALL 11.0	/* from start to end, if the end's time is unknown */
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
	bool refused[2];		/* did a NAT of A's, B's side reply? */
	size_t instant_count, box_count, fresh;
	struct layout_instant instants[INSTANTS_MAX];
	struct text_box boxes[BOXES_MAX]; /* from `fresh` on: this instant's */
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

void layout_text(const struct timeline_event *event,
		 char out[DESCRIPTION_TEXT + TRACE_TEXT])
{
	bool remark = event->from != event->to && event->ended == TIME_NEVER &&
		      *event->reason;

	snprintf(out, DESCRIPTION_TEXT + TRACE_TEXT, "%s%s%.90s%s", event->text,
		 remark ? " (" : "", remark ? event->reason : "",
		 remark ? ")" : "");
}

/* nat_side - the side of the NAT that gave @reason: B for "nat-b2: filtering";
   LIFELINE_MIDDLE for the one NAT of both hosts */
static enum lifeline nat_side(const char *reason)
{
	const char *side = strchr(reason, '-');

	if (!side || !strncmp(side, "-ab", 3))
		return LIFELINE_MIDDLE;
	return side[1] == 'a' ? LIFELINE_A :
	       side[1] == 'b' ? LIFELINE_B : LIFELINE_MIDDLE;
}

/* end_x - the end of a packet that did not reach the other host */
static double end_x(const struct timeline_event *event)
{
	enum lifeline nat = nat_side(event->reason);
	double short_of = event->lost ? BETWEEN : 12;

	if (event->to_server)
		return LINE_S;
	if (event->ended != TIME_NEVER)
		return is_host(nat) ? nat_x(nat) : LINE_S;
	return event->from == LIFELINE_A ? LINE_S - short_of
					 : LINE_S + short_of;
}

/* origin_x - the start of a packet that only its receiver saw: S, the peer's
   NAT if it is known to have replied, or a router (time exceeded) */
static double origin_x(const struct layout_state *state,
		       const struct timeline_event *event)
{
	enum lifeline peer = event->to == LIFELINE_A ? LIFELINE_B : LIFELINE_A;

	if (event->from_server)
		return LINE_S;
	if (event->tone == TONE_BAD && state->refused[peer])
		return nat_x(peer);
	return event->to == LIFELINE_A ? LINE_S - BETWEEN : LINE_S + BETWEEN;
}

static void instant_add(struct layout_state *state, int64_t at, size_t event,
			enum instant_kind kind)
{
	struct layout_instant *instant =
		&state->instants[state->instant_count++];

	instant->at = at;
	instant->event = event;
	instant->kind = kind;
}

/* start_time - when the packet was sent; TIME_NEVER: unknown */
static int64_t start_time(const struct timeline_event *event)
{
	return is_host(event->from) ? event->seen[event->from] : event->served;
}

/* end_time - when it arrived or was dropped; TIME_NEVER: unknown */
static int64_t end_time(const struct timeline_event *event)
{
	if (event->ended != TIME_NEVER)
		return event->ended;
	return is_host(event->to) && !(event->lost && event->from_server) ?
		event->seen[event->to] : TIME_NEVER;
}

static void instants_gather(struct layout_state *state)
{
	for (size_t i = 0; i < state->out->count; i++) {
		const struct timeline_event *event = &state->out->events[i];
		int64_t start = start_time(event), end = end_time(event);

		if (event->from == event->to)
			start = event->at;
		if (start != TIME_NEVER)
			instant_add(state, start, i, INSTANT_START);
		if (event->from != event->to && end != TIME_NEVER)
			instant_add(state, end, i, INSTANT_END);
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

/* scale_of - y per ns: the slowest packet falls by SLANT */
static double scale_of(const struct layout *out)
{
	int64_t slowest = NS_PER_MS;

	for (size_t i = 0; i < out->count; i++) {
		const struct timeline_event *event = &out->events[i];

		if (event->kind == TIMELINE_PACKET && is_host(event->from) &&
		    is_host(event->to) &&
		    event->seen[event->to] - event->seen[event->from] > slowest)
			slowest = event->seen[event->to] -
				  event->seen[event->from];
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
static double overlap_shift(const struct layout_state *state)
{
	double down = 0;
	bool moved;

	do {
		moved = false;
		for (size_t i = state->fresh; i < state->box_count; i++)
			for (size_t j = 0; j < state->fresh; j++) {
				struct text_box b = state->boxes[i];

				b.top += down;
				b.bottom += down;
				if (!overlaps(&b, &state->boxes[j]))
					continue;
				down += state->boxes[j].bottom - b.top + .01;
				moved = true;
			}
	} while (moved);
	return down;
}

static void box_add(struct layout_state *state, double left, double right,
		    double top, double bottom)
{
	if (state->box_count < BOXES_MAX)
		state->boxes[state->box_count++] =
			(struct text_box){ left, right, top, bottom };
}

/* place_text - place a text with its first baseline at @at; it is moved, if
   necessary, to stay between A's and B's lifeline */
static void place_text(struct layout_state *state, struct placed_text *out,
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
	box_add(state, left, left + width, at.y - 10,
		at.y + 4 + LINE_HEIGHT * (double)(lines - 1));
}

static void place_time(struct layout_state *state, struct event_shape *shape,
		       enum lifeline host, double y)
{
	shape->timed[host] = true;
	shape->time_y[host] = y + 3;
	if (host == LIFELINE_A)
		box_add(state, 0, TIME_LEFT, y - 5, y + 4.5);
	else
		box_add(state, TIME_RIGHT, PICTURE_WIDTH, y - 5, y + 4.5);
}

/* outward - the anchor of a text beside a host's lifeline */
static enum anchor outward(enum lifeline host)
{
	return host == LIFELINE_A ? ANCHOR_START : ANCHOR_END;
}

/* beside - x at a distance from a host's lifeline, towards the middle */
static double beside(enum lifeline host, double by)
{
	return host == LIFELINE_A ? LINE_A + by : LINE_B - by;
}

/* place_state - a state or a note, beside its host's line or in the middle */
static void place_state(struct layout_state *state, struct event_shape *shape,
			const char *text, double y)
{
	enum lifeline at = shape->event->from;

	if (is_host(at)) {
		place_text(state, &shape->text, text,
			   (struct point){ beside(at, GAP + 3), y + 3.5 },
			   outward(at));
		place_time(state, shape, at, y);
	} else {
		place_text(state, &shape->text, text,
			   (struct point){ LINE_S, y + 3.5 }, ANCHOR_MIDDLE);
		place_time(state, shape, LIFELINE_A, y);
	}
}

/* text_rise - from the baseline of the first line to that of the last */
static double text_rise(const char *text)
{
	size_t lines = svg_lines(text, TEXT_COLUMNS);

	return lines ? LINE_HEIGHT * (double)(lines - 1) : 0;
}

/* place_start - a packet is sent: its text is above the arrow's start */
static void place_start(struct layout_state *state, struct event_shape *shape,
			const char *text, double y)
{
	const struct timeline_event *event = shape->event;

	shape->from.y = y;
	if (is_host(event->from)) {
		place_text(state, &shape->text, text,
			   (struct point){ beside(event->from, GAP),
					   y - 3 - text_rise(text) },
			   outward(event->from));
		place_time(state, shape, event->from, y);
	} else if (event->lost) {
		place_text(state, &shape->text, text,
			   (struct point){ LINE_S, y - 3 - text_rise(text) },
			   ANCHOR_MIDDLE);
	}
}

/* place_end - a packet arrives, or a NAT drops it: then the reason is below the
   arrow's end */
static void place_end(struct layout_state *state, struct event_shape *shape,
		      const char *text, double y)
{
	const struct timeline_event *event = shape->event;
	bool above = event->served == TIME_NEVER;

	shape->to.y = y;
	if (event->ended != TIME_NEVER) {
		place_text(state, &shape->reason, event->reason,
			   (struct point){ shape->to.x, y + 12 },
			   shape->to.x > shape->from.x ? ANCHOR_END
						       : ANCHOR_START);
		return;
	}
	if (event->from == LIFELINE_MIDDLE)
		place_text(state, &shape->text, text,
			   (struct point){ beside(event->to, GAP + 4),
					   above ? y - 3 - text_rise(text)
						 : y + 11 },
			   outward(event->to));
	place_time(state, shape, event->to, y);
}

static void place_instant(struct layout_state *state,
			  const struct layout_instant *instant, double y)
{
	struct event_shape *shape = &state->out->shapes[instant->event];
	char text[DESCRIPTION_TEXT + TRACE_TEXT];

	layout_text(shape->event, text);
	state->box_count = state->fresh;
	if (!shape->arrow) {
		shape->from.y = shape->to.y = y;
		place_state(state, shape, text, y);
	} else if (instant->kind == INSTANT_START) {
		place_start(state, shape, text, y);
	} else {
		place_end(state, shape, text, y);
	}
}

/* complete_ends - an end of unknown time is a little below the start; a start
   of unknown time is level with the end */
static void complete_ends(struct event_shape *shape)
{
	const struct timeline_event *event = shape->event;

	if (!shape->arrow)
		return;
	if (start_time(event) == TIME_NEVER)
		shape->from.y = shape->to.y;
	else if (end_time(event) == TIME_NEVER)
		shape->to.y = shape->from.y + SHORT_FALL;
}

/* shape_begin - set what does not depend on time: the x of both ends */
static void shape_begin(struct layout_state *state, size_t i)
{
	const struct timeline_event *event = &state->out->events[i];
	struct event_shape *shape = &state->out->shapes[i];

	shape->event = event;
	shape->arrow = event->from != event->to;
	shape->from.x = is_host(event->from) ? host_x(event->from) :
		    is_host(event->to) ? origin_x(state, event) : LINE_S;
	if (!shape->arrow)
		shape->to.x = shape->from.x;
	else if (!is_host(event->to))
		shape->to.x = end_x(event);
	else if (event->from == LIFELINE_MIDDLE && event->lost)
		shape->to.x = nat_x(event->to);
	else
		shape->to.x = host_x(event->to);
	if (event->answered && is_host(nat_side(event->reason)))
		state->refused[nat_side(event->reason)] = true;
}

/*
 * place_all - place the instants in order, from @start down
 * An instant's preferred y follows from the time since the one before; texts
 * that would overlap push it further down.
 */
static void place_all(struct layout_state *state, double start)
{
	double y = start;

	for (size_t i = 0; i < state->instant_count; i++) {
		const struct layout_instant *instant = &state->instants[i];
		const struct event_shape *shape =
			&state->out->shapes[instant->event];
		double pause = i ? (double)(instant->at - instant[-1].at) *
					       state->scale
				 : 0;

		y += pause < PAUSE ? pause : PAUSE;
		/* An arrow whose start is known slopes down a little. */
		if (instant->kind == INSTANT_END &&
		    start_time(shape->event) != TIME_NEVER &&
		    y < shape->from.y + 2)
			y = shape->from.y + 2;
		state->fresh = state->box_count;
		place_instant(state, instant, y);
		y += overlap_shift(state);
		place_instant(state, instant, y);
	}
	state->out->end = y;
	for (size_t i = 0; i < state->box_count; i++)
		if (state->boxes[i].bottom > state->out->end)
			state->out->end = state->boxes[i].bottom;
}

struct layout *layout_make(const struct ladder *l, double start)
{
	struct layout *out = calloc(1, sizeof(*out));
	struct layout_state *state = calloc(1, sizeof(*state));

	if (!out || !state) {
		free(out);
		free(state);
		return NULL;
	}
	state->out = out;
	out->count = timeline_make(l, out->events);
	state->scale = scale_of(out);
	for (size_t i = 0; i < out->count; i++)
		shape_begin(state, i);
	instants_gather(state);
	qsort(state->instants, state->instant_count, sizeof(state->instants[0]),
	      instant_order);
	/* Keep the header free. */
	box_add(state, 0, PICTURE_WIDTH, 0, start);
	place_all(state, start);
	for (size_t i = 0; i < out->count; i++)
		complete_ends(&out->shapes[i]);
	free(state);
	return out;
}
