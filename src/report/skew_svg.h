/*
 * The results of an exploration as a picture: for each approach a bar along the
 * skews, coloured where it connects by what took the sockets out of SYN_SENT
 * or LISTEN, and below it the derived window as a thin bar. Pure, but for the
 * file.
 */
#ifndef TCPTRAV_REPORT_SKEW_SVG_H
#define TCPTRAV_REPORT_SKEW_SVG_H

#include "base/error.h"
#include "method/method.h"
#include "plan/bisection.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct skew_row {
	struct approach approach;
	const struct bisection *skews;		/* measured */
	const struct bisection *derived;	/* NULL: unknown */
};

struct skew_chart {
	const char *title;		/* the setting */
	const struct skew_range *range;
	int64_t delay;			/* d, in ns; above 0 */
	const struct skew_row *rows;
	size_t count;
};

/* skew_svg - draw the chart */
void skew_svg(const struct skew_chart *chart, FILE *to);

/* skew_svg_write - write the picture to a file; Return: false with a sentence
   that quotes @path */
bool skew_svg_write(const char *path, const struct skew_chart *chart,
		    struct error *e);

#endif
