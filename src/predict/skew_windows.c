#include "predict/skew_windows.h"

#include "base/clock.h"
#include "predict/predict.h"

#include <math.h>

#define RACE_STEP (1.0 / 512)	/* of the one-way delay */

/* leave_race - move the skew away from the one-way delay, as far as a
   prediction needs, on its own side of it */
static void leave_race(struct trial *t)
{
	double delay = t->rtt_ms / 2, size = fabs(t->skew_ms);
	double step = size < delay ? -RACE_STEP : RACE_STEP;
	struct error ignored;

	for (int i = 1; i < 64 && !prediction_setup_check(t, &ignored); i++)
		t->skew_ms = copysign(delay * (1 + i * step), t->skew_ms);
}

bool derive_windows(const struct trial *t, const struct skew_range *range,
		    struct derived_windows *out, struct error *e)
{
	struct prediction_setup setup;
	struct prediction prediction;
	struct trial trial = *t;
	struct bisection *b = &out->skews;

	*out = (struct derived_windows){ .chance = false };
	trial.skew_ms = 0;
	if (!prediction_setup_make(&trial, &setup, e))
		return false;
	if (!bisection_begin(b, range))
		return error_set(e, ERROR_FAILED, "out of memory");
	while (bisection_pending(b)) {
		for (size_t i = 0; i < b->count; i++) {
			struct skew_sample *s = &b->samples[i];

			if (s->known)
				continue;
			trial.skew_ms = (double)s->skew / (double)NS_PER_MS;
			leave_race(&trial);
			predict(&setup, &prediction);
			out->chance |= prediction.chance;
			s->known = true;
			s->result = (struct skew_result){
				.outcome = prediction.result.outcome,
				.cause = prediction.result.cause,
				.mechanism = { prediction.result.mechanism[0],
					       prediction.result.mechanism[1] },
			};
		}
		if (!bisection_refine(b, 2)) {
			bisection_free(b);
			return error_set(e, ERROR_FAILED, "out of memory");
		}
	}
	return true;
}
