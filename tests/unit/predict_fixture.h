/* Predictions of a trial, and approaches by name, for tests. */
#ifndef TCPTRAV_TESTS_UNIT_PREDICT_FIXTURE_H
#define TCPTRAV_TESTS_UNIT_PREDICT_FIXTURE_H

#include "predict/predict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* predict_trial - of names that are valid */
static inline void predict_trial(const struct trial *t, struct prediction *out)
{
	struct error e = { .kind = ERROR_NONE };
	struct prediction_setup setup;

	if (!prediction_setup_make(t, &setup, &e))
		fail_msg("%s", e.text);
	predict(&setup, out);
}

/* The approach that a column is named after: "stunt2/low/keep-syn" */
static inline struct approach approach_of(const char *column)
{
	struct approach all[APPROACHES_MAX];
	size_t count = approaches_all(all);
	char name[64];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s/%s%s%s", all[i].method->name,
			 all[i].low_ttl ? "low" : "none",
			 all[i].variant ? "/" : "",
			 all[i].variant ? all[i].method->variant : "");
		if (!strcmp(name, column))
			return all[i];
	}
	fail_msg("no approach is called %s", column);
	return all[0];
}

/* cell_text - a prediction, as a cell of the tables in tests/lab/expected
   @short_name: how they name a mechanism */
static inline void cell_text(const struct predicted *p,
			     const char *(*short_name)(enum mechanism),
			     char out[64])
{
	if (p->outcome == OUTCOME_CONNECTED)
		snprintf(out, 64, "%s %s", short_name(p->mechanism[0]),
			 short_name(p->mechanism[1]));
	else
		snprintf(out, 64, "- %s", cause_name(p->cause));
}

#endif
