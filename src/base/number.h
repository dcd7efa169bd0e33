/* Numbers in options and files: the whole text must be one, within bounds. */
#ifndef TCPTRAV_BASE_NUMBER_H
#define TCPTRAV_BASE_NUMBER_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * number_parse - parse a number, with or without decimals
 * @name:  of the option or field, for the error: "--rtt"
 * Return: false, with @out unchanged and an ERROR_USE sentence that quotes
 *         @text and states the bounds
 */
bool number_parse(const char *name, const char *text, double minimum,
		  double maximum, double *out, struct error *e);

/* number_parse_whole - parse an unsigned integer of 64 bits, as number_parse()
   does */
bool number_parse_whole(const char *name, const char *text, uint64_t minimum,
			uint64_t maximum, uint64_t *out, struct error *e);

#endif
