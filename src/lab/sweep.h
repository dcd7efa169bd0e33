/*
 * The trials of a plan, by their numbers. A trial is made when it is asked
 * for, so that a plan of a million trials has room. Pure.
 */
#ifndef TCPTRAV_LAB_SWEEP_H
#define TCPTRAV_LAB_SWEEP_H

#include "lab/lab.h"

#include <stddef.h>

/* One setting: every approach, then every approach again, ... */
struct sweep {
	struct lab_trial trial;		/* all but its approach */
	const struct approach *approaches;
	size_t approach_count;
	unsigned count;			/* of trials */
};

/*
 * sweep_trial - the trial @number, below the count
 * What it points to lives as long as the sweep.
 */
struct lab_trial sweep_trial(const struct sweep *s, unsigned number);

#endif
