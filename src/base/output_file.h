/* A file that is written at the end of long work, and checked before it. */
#ifndef TCPTRAV_BASE_OUTPUT_FILE_H
#define TCPTRAV_BASE_OUTPUT_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * output_file_open - create or truncate a file for writing; never waits for a
 * FIFO's reader
 * Return: for output_file_close(); NULL with a sentence that quotes @path
 */
FILE *output_file_open(const char *path, struct error *e);

/* output_file_close - close the file. Return: false with an error message if a
   write failed */
bool output_file_close(FILE *to, const char *path, struct error *e);

/*
 * output_file_check - can the file be written? It is created or truncated.
 * @path:  NULL: no file is wanted
 * Return: false with a sentence that quotes @path
 */
bool output_file_check(const char *path, struct error *e);

#endif
