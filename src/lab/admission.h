/*
 * How many trials with delay may run at once. Such a trial needs little of the
 * CPU, but needs it at the right moment: with too many at once all are late,
 * and each that is too late is run again. So the number grows while trials are
 * in time and shrinks when many of them are late, as TCP's congestion window
 * does. A few late trials do not count: something else took a CPU for a moment,
 * and to run a quarter again costs less than to run a third fewer. Pure.
 */
#ifndef TCPTRAV_LAB_ADMISSION_H
#define TCPTRAV_LAB_ADMISSION_H

#include <stdbool.h>

struct admission {
	double window;		/* trials at once */
	double most, least;
	double threshold;	/* below it one more for each trial in time;
				   above it one more for sixteen */
	unsigned pass;		/* results to ignore: of trials that ran already
				   when the window was last cut */
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
 * @share: late_ms, of the limit (lab/timing_check.h)
 */
void admission_learn(struct admission *a, double share);

#endif
