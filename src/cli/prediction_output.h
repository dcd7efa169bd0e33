/* How `tcptrav predict` prints a prediction. */
#ifndef TCPTRAV_CLI_PREDICTION_OUTPUT_H
#define TCPTRAV_CLI_PREDICTION_OUTPUT_H

#include "plan/trial.h"
#include "predict/prediction.h"

#include <stdbool.h>

/* prediction_print_heading, prediction_print_row - the table, a row for each
   approach */
void prediction_print_heading(void);
void prediction_print_row(const struct approach *a,
			  const struct prediction *p);

/* prediction_print_lines - print what happens, packet by packet */
void prediction_print_lines(const struct prediction *p);

/* prediction_print_why - print the cause, if it will not connect */
void prediction_print_why(const struct approach *a,
			  const struct prediction *p);

/*
 * prediction_print_json - print one line, tcptrav.prediction/1: those fields of
 * a record that a prediction has
 * Return: false when out of memory
 */
bool prediction_print_json(const struct trial *t, const struct prediction *p);

#endif
