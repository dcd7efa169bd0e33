/*
 * How many trials may run at once, so that the machine serves them in time.
 * Where there is delay, a trial needs little of the machine, but that little at
 * the right moment: with too many at once all are late, and each that is too
 * late is run again. So the number goes up while trials are in time, and down
 * when many begin to be late, before they count for nothing: as TCP does with
 * its window. A few are late whatever the number, when something else takes a
 * CPU for a moment: to run a quarter again costs less than to run a third
 * fewer. Pure.
 */
#ifndef TCPTRAV_LAB_ADMISSION_H
#define TCPTRAV_LAB_ADMISSION_H

#include <stdbool.h>

struct admission {
	double window;		/* trials at once */
	double most, least;
	double threshold;	/* below it one more for each trial in time;
				   above it one more for sixteen */
	unsigned pass;		/* results of trials that ran already when the
				   window was last cut: they say nothing new */
	unsigned counted, late;	/* since then, of a windowful; those late */
};

/*
 * admission_begin - @most trials at once, and to begin with @least (both at
 * least 1)
 */
void admission_begin(struct admission *a, unsigned most, unsigned least);

/* admission_allows - may one more run, when @running do? */
bool admission_allows(const struct admission *a, unsigned running);

/*
 * admission_learn - a trial is over
 * @share: how late the machine was in it, of what would be too late
 */
void admission_learn(struct admission *a, double share);

#endif
