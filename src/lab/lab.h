/*
 * The laboratory: trials on real kernels, in namespaces. Everything in it is in
 * one PID, mount and network namespace (and a user namespace where the caller
 * is not root), whose init ends when the caller does.
 */
#ifndef TCPTRAV_LAB_LAB_H
#define TCPTRAV_LAB_LAB_H

#include "base/bitmap.h"
#include "base/error.h"
#include "plan/trial.h"
#include "report/record.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stdint.h>

struct sweep;

/* The report of a finished trial; valid during the call only. */
struct lab_report {
	const struct trial *trial;
	unsigned number;		/* in the plan, from 0 */
	const struct trial_record *record;
	const struct ladder *ladder;
};

struct lab_plan {
	const struct sweep *sweep;	/* makes the trials: plan/sweep.h */
	unsigned count;
	const uint8_t *skip; /* base/bitmap.h: the trials that are not
					   to be run; NULL: all are */
	unsigned jobs;			/* cells at once; 0: one */
	uint64_t seed;
	/* false, with a sentence, ends the lab */
	bool (*report)(void *argument, const struct lab_report *r,
		       struct error *e);
	void *argument;
	const char *command;		/* instead of trials: run this in the
					   cell of the plan's only one */
};

/* lab_skips - is the trial one that is not to be run? */
static inline bool lab_skips(const struct lab_plan *plan, unsigned number)
{
	return plan->skip && bitmap_test(plan->skip, number);
}

/* lab_wanted - how many are to be run */
static inline unsigned lab_wanted(const struct lab_plan *plan)
{
	unsigned wanted = 0;

	for (unsigned i = 0; i < plan->count; i++)
		wanted += !lab_skips(plan, i);
	return wanted;
}

/*
 * lab_check - is the plan valid and can it run here? NATs and topologies
 * exist (wrong use first), then namespaces and nftables (missing)
 * @wrong: the trial that is wrong; the plan's count: none is by itself
 */
bool lab_check(const struct lab_plan *plan, unsigned *wrong, struct error *e);

/*
 * lab_run - run every trial of the plan that is to be run; cells are kept and
 * reused by trials with the same NATs, topology and link
 * Return: false when the lab could not be had or broke as a whole
 */
bool lab_run(const struct lab_plan *plan, struct error *e);

/*
 * lab_exec - run plan->command in a cell (see lab/exec_in_cell.h)
 * @status: its exit status
 * Return:  false when the cell could not be had, or the lab broke
 */
bool lab_exec(const struct lab_plan *plan, int *status, struct error *e);

#endif
