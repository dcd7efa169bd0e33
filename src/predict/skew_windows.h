/*
 * At which skews an approach connects, derived: predict() in place of trials.
 * Pure, but for the memory of the result.
 */
#ifndef TCPTRAV_PREDICT_SKEW_WINDOWS_H
#define TCPTRAV_PREDICT_SKEW_WINDOWS_H

#include "base/error.h"
#include "plan/bisection.h"
#include "plan/trial.h"

#include <stdbool.h>

struct derived_windows {
	struct bisection skews;		/* for bisection_free() */
	bool chance;		/* at some skew a random choice decides */
};

/*
 * derive_windows - predict the trial over a range of skews
 * Predictions say nothing of a skew that is nearly the one-way delay
 * (prediction_setup_check()). It is taken to give what the nearest skew gives
 * that they do say something of, on its own side of the delay.
 * @t:     all but its skew
 * Return: false with a sentence: out of memory, or no prediction is possible
 *         (prediction_setup_make())
 */
bool derive_windows(const struct trial *t, const struct skew_range *range,
		    struct derived_windows *out, struct error *e);

#endif
