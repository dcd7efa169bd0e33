#include "cli/explore_run.h"

#include "base/clock.h"
#include "cli/progress.h"
#include "plan/sweep.h"
#include "virtual/virtual.h"

#include <stdlib.h>
#include <string.h>

/* A round costs the boot of a guest, as much as some dozen trials. So gaps are
   divided into more parts if there are few, and fewer rounds are needed. */
#define ROUND_TRIALS 48
#define PARTS_LEAST 4
#define PARTS_MOST 16

/* What a trial of a round is for. */
struct task {
	struct explored *approach;
	size_t sample;
	/* NULL: the sample's result is wanted. Else its trial is run again. */
	struct skew_boundary *boundary;
	struct kept_timeline *timeline;
};

struct round {
	struct exploration *exploration;
	struct sweep *sweep;
	struct task *tasks;		/* by the trial's number */
	uint64_t *seeds;		/* of each trial; NULL in real time */
	size_t count;
	struct progress progress;
};

static bool no_memory(struct error *e)
{
	return error_set(e, ERROR_FAILED, "out of memory");
}

bool exploration_check(const struct exploration *x, struct error *e)
{
	struct sweep *sweep = sweep_new();
	const struct lab_plan plan = { .sweep = sweep, .count = 1, .jobs = 1 };
	struct trial t = x->setting;
	unsigned wrong;
	bool ok = sweep || no_memory(e);

	t.approach = x->approaches[0].approach;
	ok = ok && sweep_add_trial(sweep, &t, e) &&
	     (x->virtual_time ? virtual_check(&plan, x->kernel, &wrong, e) :
				lab_check(&plan, &wrong, e));
	sweep_free(sweep);
	return ok;
}

static bool round_begin(struct round *r, struct exploration *x, size_t room,
			struct error *e)
{
	*r = (struct round){
		.exploration = x,
		.sweep = sweep_new(),
		.tasks = calloc(room + 1, sizeof(*r->tasks)),
	};
	if (x->virtual_time) {
		r->seeds = calloc(room + 1, sizeof(*r->seeds));
		for (size_t i = 0; r->seeds && i < room; i++)
			r->seeds[i] = x->seed;
	}
	return (r->sweep && r->tasks && (r->seeds || !x->virtual_time)) ||
	       no_memory(e);
}

static void round_end(struct round *r)
{
	sweep_free(r->sweep);
	free(r->tasks);
	free(r->seeds);
}

/* round_add - add the trial of a task */
static bool round_add(struct round *r, const struct task *task,
		      struct error *e)
{
	struct trial t = r->exploration->setting;
	int64_t skew = task->approach->skews.samples[task->sample].skew;

	t.approach = task->approach->approach;
	t.skew_ms = (double)skew / (double)NS_PER_MS;
	r->tasks[r->count++] = *task;
	return sweep_add_trial(r->sweep, &t, e);
}

static struct skew_result result_of(const struct trial_record *r)
{
	return (struct skew_result){
		.outcome = r->outcome,
		.cause = r->cause,
		.mechanism = { r->mechanism_a, r->mechanism_b },
	};
}

static bool take_result(void *argument, const struct lab_report *report,
			struct error *e)
{
	struct round *r = argument;
	const struct task *task = &r->tasks[report->number];
	struct skew_sample *s = &task->approach->skews.samples[task->sample];
	struct skew_result result = result_of(report->record);

	r->exploration->trials++;
	memcpy(r->exploration->ran_on, report->record->kernel, KERNEL_TEXT);
	progress_step(&r->progress, (enum outcome)result.outcome);
	if (!task->boundary) {
		s->result = result;
		s->known = true;
		return true;
	}
	task->boundary->repeated &= skew_results_equal(&s->result, &result);
	return kept_timeline_make(report->ladder, task->timeline) ||
	       no_memory(e);
}

/* round_run - run the round's trials; Return: false with an error */
static bool round_run(struct round *r, struct error *e)
{
	const struct exploration *x = r->exploration;
	const struct lab_plan plan = {
		.sweep = r->sweep,
		.count = (unsigned)r->count,
		.jobs = x->jobs,
		.seed = x->seed,
		.seeds = r->seeds,
		.report = take_result,
		.argument = r,
	};
	bool done;

	progress_begin(&r->progress, plan.count, true);
	done = x->virtual_time ? virtual_run(&plan, x->kernel, e) :
				 lab_run(&plan, e);
	progress_end(&r->progress);
	return done;
}

static size_t pending(const struct exploration *x)
{
	size_t count = 0;

	for (size_t i = 0; i < x->count; i++)
		count += bisection_pending(&x->approaches[i].skews);
	return count;
}

static bool run_pending(struct exploration *x, size_t count, struct error *e)
{
	struct round r;
	bool ok = round_begin(&r, x, count, e);

	for (size_t i = 0; ok && i < x->count; i++) {
		struct explored *a = &x->approaches[i];

		for (size_t k = 0; ok && k < a->skews.count; k++)
			if (!a->skews.samples[k].known)
				ok = round_add(&r, &(struct task){
					.approach = a, .sample = k }, e);
	}
	ok = ok && round_run(&r, e);
	round_end(&r);
	return ok;
}

/* refine - add the next round's samples */
static bool refine(struct exploration *x, struct error *e)
{
	size_t gaps = 0, parts;

	for (size_t i = 0; i < x->count; i++)
		gaps += bisection_gaps(&x->approaches[i].skews);
	parts = gaps ? ROUND_TRIALS / gaps + 1 : PARTS_LEAST;
	parts = parts < PARTS_LEAST ? PARTS_LEAST :
		parts > PARTS_MOST ? PARTS_MOST : parts;
	for (size_t i = 0; i < x->count; i++)
		if (!bisection_refine(&x->approaches[i].skews,
				      (unsigned)parts))
			return no_memory(e);
	return true;
}

/* search - find the boundaries of all approaches */
static bool search(struct exploration *x, struct error *e)
{
	size_t count;

	for (size_t i = 0; i < x->count; i++)
		if (!bisection_begin(&x->approaches[i].skews, &x->range))
			return no_memory(e);
	while ((count = pending(x)))
		if (!run_pending(x, count, e) || !refine(x, e))
			return false;
	return true;
}

/* ---- what decides at the boundaries ---- */

static bool list_boundaries(struct explored *a, struct error *e)
{
	struct skew_interval i;
	size_t first = 0, count = 0;

	for (; bisection_interval(&a->skews, first, &i); first = i.last + 1)
		count++;
	/* one is never used: of none there would be no array */
	a->boundaries = calloc(count + 1, sizeof(*a->boundaries));
	if (!a->boundaries)
		return no_memory(e);
	for (first = 0; a->boundary_count + 1 < count; first = i.last + 1) {
		bisection_interval(&a->skews, first, &i);
		a->boundaries[a->boundary_count++] = (struct skew_boundary){
			.below = i.last, .repeated = true };
	}
	return true;
}

/* run_beside - run the trials beside each boundary again; @timelines has two
   for each */
static bool run_beside(struct round *r, struct kept_timeline *timelines,
		       struct error *e)
{
	const struct exploration *x = r->exploration;

	for (size_t i = 0; i < x->count; i++) {
		const struct explored *a = &x->approaches[i];

		for (size_t k = 0; k < 2 * a->boundary_count; k++) {
			struct skew_boundary *b = &a->boundaries[k / 2];
			const struct task task = {
				.approach = r->exploration->approaches + i,
				.sample = b->below + k % 2,
				.boundary = b,
				.timeline = timelines++,
			};

			if (!round_add(r, &task, e))
				return false;
		}
	}
	return !r->count || round_run(r, e);
}

static bool explain_boundaries(struct exploration *x, struct error *e)
{
	struct kept_timeline *timelines;
	struct round r;
	size_t count = 0;
	bool ok;

	for (size_t i = 0; i < x->count; i++) {
		if (!list_boundaries(&x->approaches[i], e))
			return false;
		count += 2 * x->approaches[i].boundary_count;
	}
	timelines = calloc(count + 1, sizeof(*timelines));
	ok = round_begin(&r, x, count, e) && (timelines || no_memory(e)) &&
	     run_beside(&r, timelines, e);
	for (size_t i = 0; ok && i + 1 < count; i += 2) {
		struct skew_boundary *b = r.tasks[i].boundary;

		if (b->repeated)
			trace_difference(&timelines[i], &timelines[i + 1],
					 b->of_below, b->of_above);
	}
	for (size_t i = 0; timelines && i < count; i++)
		kept_timeline_free(&timelines[i]);
	free(timelines);
	round_end(&r);
	return ok;
}

/* derive - the windows by prediction; only a program as a NAT has none */
static bool derive(struct exploration *x, struct error *e)
{
	struct skew_range range = x->range;

	if (range.resolution > NS_PER_US)	/* it costs no trials */
		range.resolution = NS_PER_US;
	for (size_t i = 0; i < x->count; i++) {
		struct explored *a = &x->approaches[i];
		struct error why = { .kind = ERROR_NONE };
		struct trial t = x->setting;

		t.approach = a->approach;
		a->has_derived = derive_windows(&t, &range, &a->derived, &why);
		if (!a->has_derived && why.kind != ERROR_USE)
			return error_set(e, why.kind, "%s", why.text);
	}
	return true;
}

bool exploration_run(struct exploration *x, struct error *e)
{
	return derive(x, e) && search(x, e) && explain_boundaries(x, e);
}

void exploration_free(struct exploration *x)
{
	for (size_t i = 0; i < x->count; i++) {
		bisection_free(&x->approaches[i].skews);
		bisection_free(&x->approaches[i].derived.skews);
		free(x->approaches[i].boundaries);
	}
	x->count = 0;
}
