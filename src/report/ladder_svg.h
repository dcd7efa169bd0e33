/*
 * The ladder as a picture: a message sequence chart in SVG, which needs no
 * other file and follows the reader's light or dark scheme. The same trace
 * gives the same bytes.
 */
#ifndef TCPTRAV_REPORT_LADDER_SVG_H
#define TCPTRAV_REPORT_LADDER_SVG_H

#include "base/error.h"
#include "report/record.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stdio.h>

/* ladder_svg - draw the timeline of @l, captioned with @r */
void ladder_svg(const struct ladder *l, const struct trial_record *r,
		FILE *to);

/* ladder_svg_write - the same into a file; false with a sentence that quotes
   @path */
bool ladder_svg_write(const char *path, const struct ladder *l,
		      const struct trial_record *r, struct error *e);

#endif
