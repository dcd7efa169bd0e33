/* The results of many trials as a table for people, a row for each approach. */
#ifndef TCPTRAV_CLI_RESULTS_TABLE_H
#define TCPTRAV_CLI_RESULTS_TABLE_H

#include "method/method.h"
#include "report/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct results_table;

/*
 * results_table_new - for @count approaches, of up to @trials each
 * Return: the table, which results_table_free() frees; NULL: out of memory
 */
struct results_table *results_table_new(const struct approach *approaches,
					size_t count, unsigned trials);
void results_table_free(struct results_table *t);

/* results_table_add - add a trial of the approach with index @approach */
void results_table_add(struct results_table *t, size_t approach,
		       const struct trial_record *r);

/* results_table_print - print the table, and below it the most frequent cause
   of failure of each approach */
void results_table_print(const struct results_table *t, FILE *to);

#endif
