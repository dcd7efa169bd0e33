/*
 * Where in the picture of a ladder everything stands. Time flows downwards:
 * nothing that happened later stands higher, on either side, so that packets
 * that crossed on their way cross in the picture. A pause is drawn shorter
 * than it was, and where much happened at once it is drawn apart, so that no
 * words lie on others. Pure.
 */
#ifndef TCPTRAV_REPORT_LADDER_LAYOUT_H
#define TCPTRAV_REPORT_LADDER_LAYOUT_H

#include "report/timeline.h"
#include "report/svg.h"

#include <stdbool.h>
#include <stddef.h>

/* The picture's width, and its upright lines, from left to right. */
#define PICTURE	 360.0
#define LINE_A	 36.0
#define GATE_A	 88.0
#define LINE_S	 180.0
#define GATE_B	 272.0
#define LINE_B	 324.0

#define LETTER	 6.0		/* width of each */
#define LEADING	 12.0		/* from line to line of a text */
#define COLUMNS	 46		/* of a text between A and B */

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

/* Some words. */
struct words_at {
	bool is;		/* are there any? */
	struct spot first;	/* base of its first line, at its anchor */
	enum anchor anchor;
};

/* A passage's picture. */
struct drawn {
	const struct timeline_event *passage;
	bool arrow;			/* else words alone, at `from` */
	struct spot from, to;
	struct words_at text, reason;
	bool timed[2];			/* is its time told at A, at B? */
	double time_y[2];
};

struct layout {
	size_t count;
	double end;			/* below everything */
	struct timeline_event passages[TIMELINE_MAX];
	struct drawn drawn[TIMELINE_MAX];	/* in the same order */
};

/*
 * layout_make - of a ladder
 * @start: y from which on there is room
 * Return: to be given to free(); NULL when memory is short
 */
struct layout *layout_make(const struct ladder *l, double start);

/* layout_text - the words of a passage, a remark included */
void layout_text(const struct timeline_event *p,
		 char out[WORDS_TEXT + TRACE_TEXT]);

#endif
