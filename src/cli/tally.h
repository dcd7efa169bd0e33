/* Many trials summed up, a row for each approach, as a table for people. */
#ifndef TCPTRAV_CLI_TALLY_H
#define TCPTRAV_CLI_TALLY_H

#include "method/method.h"
#include "report/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct tally;

/*
 * tally_new - for @count approaches, of up to @trials each
 * Return: it, for tally_free(); NULL when memory is short
 */
struct tally *tally_new(const struct approach *approaches, size_t count,
			unsigned trials);
void tally_free(struct tally *t);

/* tally_add - one more trial of the approach number @approach */
void tally_add(struct tally *t, size_t approach,
	       const struct trial_record *r);

/* tally_print - the table, and under it why the failed ones failed */
void tally_print(const struct tally *t, FILE *to);

#endif
