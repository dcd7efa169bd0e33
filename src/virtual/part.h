/*
 * A part of a plan, as text: a JSON object, then one for each trial, each on a
 * line. The host writes it to a file, which the guest reads: the same program
 * on both sides. Pure, but the files.
 */
#ifndef TCPTRAV_VIRTUAL_PART_H
#define TCPTRAV_VIRTUAL_PART_H

#include "base/error.h"
#include "lab/lab.h"
#include "plan/sweep.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PART_TRIALS_MAX 1000	/* of one guest */

struct part {
	struct sweep *sweep;	/* the trials */
	unsigned count;
	unsigned numbers[PART_TRIALS_MAX];	/* of each in the whole plan */
	uint64_t seeds[PART_TRIALS_MAX];
	char *command;		/* of lab_plan; NULL: none */
	char *directory;	/* the caller's, absolute */
};

/*
 * part_write - write the plan's trials from number @from to below @to that are
 * to be run; at most PART_TRIALS_MAX
 * Return: false with ERROR_USE: a text is not UTF-8
 */
bool part_write(const struct lab_plan *plan, unsigned from, unsigned to,
		FILE *out, struct error *e);

/*
 * part_read - read a part; call part_free() also after a failure
 * Return: false with an error: no file of part_write(), or out of memory
 */
bool part_read(struct part *p, FILE *from, struct error *e);
void part_free(struct part *p);

#endif
