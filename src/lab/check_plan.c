#include "lab/check_plan.h"

#include "base/string_interning.h"
#include "lab/cell.h"
#include "lab/configure_trial.h"
#include "plan/sweep.h"

#include <stdio.h>
#include <string.h>

/*
 * is_new - is this the first trial with that side's NATs in this kind of cell?
 * A sweep keeps each text once, so a pointer identifies a text. In topology
 * one-nat it also matters whether both sides have equal NATs.
 */
static bool is_new(struct string_set *seen, const struct trial *t, int side)
{
	char key[96];
	bool new;

	snprintf(key, sizeof(key), "%d %p %p %p %d %d", side,
		 (const void *)(side ? t->nat_b : t->nat_a),
		 (const void *)t->topology, (const void *)t->links,
		 t->background > 0, !strcmp(t->nat_a, t->nat_b));
	return !string_intern(seen, key, &new) || new;
}

/* check_trial - check the trial's cell, if it is new
   @missing: set to the first error of kind ERROR_MISSING
   Return:   false with an error of any other kind */
static bool check_trial(const struct trial *t, struct string_set *seen,
			bool *any_kernel_nat, struct error *missing,
			struct error *e)
{
	struct error found = { .kind = ERROR_NONE };
	bool new_a = is_new(seen, t, 0), new_b = is_new(seen, t, 1);

	if ((!new_a && !new_b) || cell_check(t, any_kernel_nat, &found))
		return true;
	if (found.kind != ERROR_MISSING)
		return error_set(e, found.kind, "%s", found.text);
	if (missing->kind == ERROR_NONE)
		*missing = found;
	return true;
}

bool lab_check_plan(const struct lab_plan *plan, unsigned *wrong,
		    bool *any_kernel_nat, struct error *e)
{
	struct error missing = { .kind = ERROR_NONE };
	struct string_set seen = { .count = 0 };
	struct trial last;
	bool ok = true;

	*wrong = plan->count;
	*any_kernel_nat = false;
	if (!plan->count)
		return error_set(e, ERROR_USE, "the lab's plan has no trials");
	for (unsigned i = 0; i < plan->count && ok; i++) {
		const struct trial t = sweep_trial(plan->sweep, i);

		if (i && trial_same_cell(&last, &t))
			continue;
		last = t;
		ok = check_trial(&t, &seen, any_kernel_nat, &missing, e);
		if (!ok)
			*wrong = i;
	}
	string_set_free(&seen);
	return ok && (missing.kind == ERROR_NONE ||
		      error_set(e, missing.kind, "%s", missing.text));
}
