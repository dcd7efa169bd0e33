/* Predictions as tests ask for them: of a trial, and by an approach's name. */
#ifndef TCPTRAV_TESTS_UNIT_PREDICT_FIXTURE_H
#define TCPTRAV_TESTS_UNIT_PREDICT_FIXTURE_H

#include "lab/forecast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static inline void forecast(const struct trial *t, struct prediction *out)
{
	struct error e = { .kind = ERROR_NONE };
	struct forecast f;

	if (!forecast_make(t, &f, &e))
		fail_msg("%s", e.text);
	predict(&f.setting, &t->approach, out);
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

#endif
