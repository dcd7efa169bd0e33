/*
 * How many trials with delay may run at once. Such a trial needs little CPU
 * time, but at the right moment. With too many at once all are late, and each
 * trial that is too late is repeated. So the number grows while trials are on
 * time, and shrinks when many are late, like TCP's congestion window. A few
 * late trials do not count: something else used a CPU for a moment, and to
 * repeat a quarter of the trials costs less than to run a third fewer at once.
 * Pure.
 */
#ifndef TCPTRAV_LAB_ADMISSION_H
#define TCPTRAV_LAB_ADMISSION_H

#include <stdbool.h>

struct admission {
	double window;		/* trials at once */
	double most, least;
	double threshold;	/* below it the window grows by one for each
				   trial on time, above it for sixteen */
	unsigned pass;		/* results to ignore: of trials that ran already
				   when the window was last cut */
	unsigned counted, late;	/* trials since then; those late */
};

/*
 * admission_begin - allow at most @most trials at once, and at first @least
 * (both at least 1)
 */
void admission_begin(struct admission *a, unsigned most, unsigned least);

/* admission_allows - may another trial start while @running trials run? */
bool admission_allows(const struct admission *a, unsigned running);

/*
 * admission_learn - a trial has ended
 * @share: its lateness, divided by the limit (lab/timing_check.h)
 */
void admission_learn(struct admission *a, double share);

#endif
