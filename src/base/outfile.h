/* A file that is written at the end of some work, and tried before it. */
#ifndef TCPTRAV_BASE_OUTFILE_H
#define TCPTRAV_BASE_OUTFILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * outfile_open - empty it, for writing; a FIFO's reader is not waited for
 * Return: for outfile_close(); NULL with a sentence that quotes @path
 */
FILE *outfile_open(const char *path, struct error *e);

/* outfile_close - Return: false, with a sentence, if it was not all written */
bool outfile_close(FILE *to, const char *path, struct error *e);

/*
 * outfile_check - can that file be written? For the time before the work; it
 * is then there, and empty
 * @path: NULL: no file is wanted
 */
bool outfile_check(const char *path, struct error *e);

#endif
