/* What subcommands print, and their exit statuses. */
#ifndef TCPTRAV_CLI_OUTPUT_H
#define TCPTRAV_CLI_OUTPUT_H

#include "base/error.h"
#include "report/record.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stdio.h>

/* cli_error - "tcptrav: TEXT" on standard error; Return: its exit status */
int cli_error(const struct error *e);

/* outcome_status - the exit status for an outcome: 0 connected, 1 failed or
   error, 3 a privilege is missing */
int outcome_status(enum outcome outcome, enum cause cause);

/* colour_wanted - is @to a terminal that shows colour (NO_COLOR is obeyed)? */
bool colour_wanted(FILE *to);

/*
 * report_trial - print a finished trial: ladder and result for people, or with
 * @json its record on a line
 * @ladder: NULL: no ladder; colour_wanted(@to) sets its colour flag
 */
void report_trial(const struct trial_record *r, const struct ladder *ladder,
		  bool json, FILE *to);

#endif
