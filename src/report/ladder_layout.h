/*
 * The coordinates of all elements of a ladder's picture. Time runs downwards: a
 * later event is never above an earlier one, so packets that crossed on their
 * way cross in the picture. Long pauses are shortened. Events close in time are
 * moved apart so that no text overlaps another. Pure.
 */
#ifndef TCPTRAV_REPORT_LADDER_LAYOUT_H
#define TCPTRAV_REPORT_LADDER_LAYOUT_H

#include "report/svg.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stddef.h>

/* The picture's width, and its vertical lines, from left to right. */
#define PICTURE_WIDTH	 360.0
#define LINE_A	 36.0
#define NAT_LINE_A	 88.0
#define LINE_S	 180.0
#define NAT_LINE_B	 272.0
#define LINE_B	 324.0

#define LETTER_WIDTH	 6.0		/* of the monospaced font */
#define LINE_HEIGHT	 12.0		/* of a text */
#define TEXT_COLUMNS	 46		/* of a text between A and B, at most */

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

/* A text that may take several lines. */
struct placed_text {
	bool present;
	struct point first;	/* baseline of the first line, at the anchor */
	enum anchor anchor;
};

/* The picture of one event. */
struct event_shape {
	const struct timeline_event *event;
	bool arrow;			/* false: only a text, at `from` */
	struct point from, to;
	struct placed_text text, reason;
	bool timed[2];			/* is its time printed beside A, B? */
	double time_y[2];
};

struct layout {
	size_t count;
	double end;			/* below everything */
	struct timeline_event events[TIMELINE_MAX];
	struct event_shape shapes[TIMELINE_MAX];	/* in the same order */
};

/*
 * layout_make - lay out the timeline of @l
 * @start: the y of the first free line
 * Return: the caller frees it; NULL: out of memory
 */
struct layout *layout_make(const struct ladder *l, double start);

/* layout_text - the text of an event, with its remark in brackets */
void layout_text(const struct timeline_event *event,
		 char out[DESCRIPTION_TEXT + TRACE_TEXT]);

#endif
