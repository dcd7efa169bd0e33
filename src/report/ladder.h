/*
 * The ladder: a trial's timeline as a sequence diagram in plain text.
 */
#ifndef TCPTRAV_REPORT_LADDER_H
#define TCPTRAV_REPORT_LADDER_H

#include "report/timeline.h"

#include <stdio.h>

/*
 * ladder_print - print the timeline in columns: A's time, the packets and
 * events, B's time; sequence numbers are relative
 */
void ladder_print(const struct ladder *l, FILE *to);

#endif
