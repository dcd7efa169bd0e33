/*
 * A trial's packets as a pcapng file.
 */
#ifndef TCPTRAV_REPORT_CAPTURE_FILE_H
#define TCPTRAV_REPORT_CAPTURE_FILE_H

#include "base/error.h"
#include "report/timeline.h"

#include <stdbool.h>

/*
 * capture_write - write the packets of @l to a pcapng file: one interface per
 * host, and one for S and the NATs if they have packets; comments have the rest
 * of the trace
 * Return: false with a sentence that quotes @path
 */
bool capture_write(const char *path, const struct ladder *l,
		   struct error *e);

#endif
