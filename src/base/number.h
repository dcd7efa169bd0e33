/* Numbers that people write: the whole text must be one, within bounds. */
#ifndef TCPTRAV_BASE_NUMBER_H
#define TCPTRAV_BASE_NUMBER_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * number_read - a number, with decimals or without
 * @name:  what it is of, for the complaint: "--rtt"
 * Return: false with an ERROR_USE sentence that quotes @text and says what
 *         the bounds are; @out stays as it is
 */
bool number_read(const char *name, const char *text, double minimum,
		 double maximum, double *out, struct error *e);

/* number_read_whole - the same for a whole number, of all 64 bits */
bool number_read_whole(const char *name, const char *text, uint64_t minimum,
		       uint64_t maximum, uint64_t *out, struct error *e);

#endif
