/*
 * The ladder as a picture: a message sequence chart in SVG. It needs no other
 * file, follows the reader's light or dark scheme, and is byte for byte the
 * same for the same trace.
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

/*
 * ladder_svg_write - write the picture to a file
 * Return: false with a sentence that quotes @path
 */
bool ladder_svg_write(const char *path, const struct ladder *l,
		      const struct trial_record *r, struct error *e);

#endif
