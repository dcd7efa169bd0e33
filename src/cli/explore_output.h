/* What `tcptrav explore` prints. */
#ifndef TCPTRAV_CLI_EXPLORE_OUTPUT_H
#define TCPTRAV_CLI_EXPLORE_OUTPUT_H

#include "cli/explore_run.h"

#include <stdbool.h>
#include <stdio.h>

/* exploration_print - the table, and a sentence for each boundary */
void exploration_print(const struct exploration *x, FILE *to);

/* exploration_print_json - the object of schema tcptrav.exploration/1, on a
   line; Return: false: out of memory */
bool exploration_print_json(const struct exploration *x, FILE *to);

#endif
