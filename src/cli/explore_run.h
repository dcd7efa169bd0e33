/* An exploration: for each approach, at which skews between two NATs it
   connects. */
#ifndef TCPTRAV_CLI_EXPLORE_RUN_H
#define TCPTRAV_CLI_EXPLORE_RUN_H

#include "base/error.h"
#include "lab/lab.h"
#include "plan/bisection.h"
#include "plan/trial.h"
#include "predict/skew_windows.h"
#include "report/trace_difference.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the result of an approach changes. */
struct skew_boundary {
	size_t below;		/* index of the last sample below it; the next
				   one is above */
	bool repeated;		/* both trials gave the same result again */
	/* what decides in those trials (report/trace_difference.h); "" if
	   nothing is seen, or if one was not repeated */
	char of_below[DIFFERENCE_TEXT], of_above[DIFFERENCE_TEXT];
};

/* An approach, and what was found out about it. */
struct explored {
	struct approach approach;
	struct bisection skews;
	struct derived_windows derived;
	bool has_derived;	/* false: no prediction is possible */
	struct skew_boundary *boundaries;	/* by skew */
	size_t boundary_count;
};

struct exploration {
	struct trial setting;	/* all but approach and skew */
	struct skew_range range;
	uint64_t seed;		/* of each trial; in real time of the first one
				   of a round, as in a sweep, since a cell is
				   not free at once for the same ports */
	unsigned jobs;
	bool virtual_time;
	const char *kernel;	/* of virtual time; NULL: the default */
	size_t count;
	struct explored approaches[APPROACHES_MAX];
	unsigned trials;	/* that were run */
	char ran_on[KERNEL_TEXT];	/* the kernel's release */
};

/*
 * exploration_check - is the setting valid, and can its trials be run here?
 * @x: with at least one approach
 */
bool exploration_check(const struct exploration *x, struct error *e);

/*
 * exploration_run - run the trials, all pending ones of a round in one plan;
 * then the two beside each boundary once more, for what decides there; and
 * derive the windows
 * @x:     filled in down to the approaches; the rest is zero
 * Return: false with an error; call exploration_free() anyway
 */
bool exploration_run(struct exploration *x, struct error *e);

void exploration_free(struct exploration *x);

#endif
