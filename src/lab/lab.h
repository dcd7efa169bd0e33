/*
 * The laboratory: trials on real kernels, in namespaces. All its processes are
 * in one PID and mount namespace (and in a user namespace, if the caller is not
 * root). The init of that PID namespace ends when the caller does.
 */
#ifndef TCPTRAV_LAB_LAB_H
#define TCPTRAV_LAB_LAB_H

#include "base/bitmap.h"
#include "base/error.h"
#include "plan/trial.h"
#include "report/observations.h"
#include "report/record.h"
#include "report/timeline.h"

#include <stdbool.h>
#include <stdint.h>

struct sweep;

/* The report of a finished trial; valid during the call only. */
struct lab_report {
	const struct trial *trial;
	unsigned number;		/* in the plan, from 0 */
	const struct observations *observations;
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
	const uint64_t *seeds;	/* of each trial; NULL: plan/trial.h,
					   trial_seed() of @seed */
	bool virtual_time;		/* in a guest of virtual/ */
	/* in the lab's init, right before the hosts of a trial are told to
	   begin; NULL: nothing */
	void (*before_trial)(uint64_t seed);
	/* called for each trial; false with an error ends the lab */
	bool (*report)(void *argument, const struct lab_report *r,
		       struct error *e);
	void *argument;
	const char *command;		/* run this in the cell of the plan's
					   only trial, instead of trials */
};

/* lab_skips - does the plan skip the trial? */
static inline bool lab_skips(const struct lab_plan *plan, unsigned number)
{
	return plan->skip && bitmap_test(plan->skip, number);
}

/* lab_seed - the seed of the plan's trial @number */
static inline uint64_t lab_seed(const struct lab_plan *plan, unsigned number)
{
	if (plan->seeds)
		return plan->seeds[number];
	return trial_seed(plan->seed, number);
}

/* lab_wanted - the number of trials that are to be run */
static inline unsigned lab_wanted(const struct lab_plan *plan)
{
	unsigned wanted = 0;

	for (unsigned i = 0; i < plan->count; i++)
		wanted += !lab_skips(plan, i);
	return wanted;
}

/*
 * lab_check - is the plan valid, and can it run here? First checks for wrong
 * use (unknown NATs and topologies), then for what is missing (namespaces,
 * nftables)
 * @wrong: set to the trial that is wrong; the plan's count: no single trial is
 */
bool lab_check(const struct lab_plan *plan, unsigned *wrong, struct error *e);

/*
 * lab_run - run every trial of the plan that is to be run; cells are kept and
 * reused by trials with the same NATs, topology and link
 * Return: false with an error if the lab could not be built or failed as a
 *         whole
 */
bool lab_run(const struct lab_plan *plan, struct error *e);

/*
 * lab_exec - run plan->command in a cell (see lab/exec_in_cell.h)
 * @status: its exit status
 * Return:  false with an error if the cell could not be built or the lab failed
 */
bool lab_exec(const struct lab_plan *plan, int *status, struct error *e);

#endif
