#include "cli/lab_run.h"

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/tally.h"
#include "lab/lab.h"
#include "plan/journal.h"
#include "plan/plan_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a run needs to tell of its trials. */
struct teller {
	const struct lab_run *run;
	struct tally *tally;		/* NULL: no table */
	bool ladder;			/* there is one trial, to be shown */
	struct journal *journal;	/* NULL: none */
	struct progress progress;
	int status;			/* of the worst trial */
	struct error file_error;
};

/* write_files - of the last trial; of two that can't be written one is told */
static void write_files(struct teller *t, const struct lab_report *r)
{
	const struct lab_run *run = t->run;

	if (run->pcap)
		capture_write(run->pcap, r->ladder, &t->file_error);
	if (run->svg)
		ladder_svg_write(run->svg, r->ladder, r->record,
				 &t->file_error);
}

/* append - the record to the file */
static bool append(struct journal *j, const struct trial_record *r,
		   struct error *e)
{
	char *line = record_text(r);
	bool ok = line ? journal_append(j, (enum outcome)r->outcome, line, e) :
			 error_set(e, ERROR_FAILED, "memory is short");

	free(line);
	return ok;
}

static bool tell(void *argument, const struct lab_report *r, struct error *e)
{
	struct teller *t = argument;
	const struct lab_run *run = t->run;
	const struct trial_record *record = r->record;
	int status = outcome_status((enum outcome)record->outcome,
				    (enum cause)record->cause);

	if (status != STATUS_OK && t->status != STATUS_FAILED)
		t->status = status;
	if (t->journal && !append(t->journal, record, e))
		return false;
	if (r->number == sweep_count(run->sweep) - 1)
		write_files(t, r);
	if (t->tally)
		tally_add(t->tally, r->number % sweep_approaches(run->sweep),
			  record);
	if (t->ladder || run->json)
		report_trial(record, r->ladder, run->json, stdout);
	if (run->json)
		fflush(stdout);
	progress_step(&t->progress, (enum outcome)record->outcome);
	return true;
}

/* What came of all, and of those that the file had before. */
static void summarize(const struct teller *t)
{
	const struct journal *j = t->journal;
	const unsigned *n = j ? j->outcomes : t->progress.outcomes;

	if (j)
		printf("%s: ", j->path);
	printf("%u of %u trials: %u connected, %u failed, %u not applicable,"
	       " %u errors\n",
	       n[OUTCOME_CONNECTED] + n[OUTCOME_FAILED] +
	       n[OUTCOME_NOT_APPLICABLE] + n[OUTCOME_ERROR],
	       sweep_count(t->run->sweep), n[OUTCOME_CONNECTED],
	       n[OUTCOME_FAILED], n[OUTCOME_NOT_APPLICABLE], n[OUTCOME_ERROR]);
}

static struct tally *make_tally(const struct sweep *s)
{
	unsigned count = sweep_approaches(s);
	struct approach *approaches = calloc(count, sizeof(*approaches));
	struct tally *tally = NULL;

	for (unsigned i = 0; approaches && i < count; i++)
		approaches[i] = sweep_trial(s, i).approach;
	if (approaches)
		tally = tally_new(approaches, count, sweep_count(s) / count);
	free(approaches);
	return tally;
}

/* Records there before would be missing in the table. */
static bool has_table(const struct teller *t)
{
	const struct lab_run *run = t->run;

	return !run->json && !t->ladder && sweep_settings(run->sweep) == 1 &&
		!(t->journal && journal_records(t->journal));
}

static int status_of(const struct teller *t)
{
	const struct journal *j = t->journal;
	const unsigned *n = j ? j->outcomes : t->progress.outcomes;

	if (t->file_error.kind != ERROR_NONE)
		return cli_error(&t->file_error);
	if (t->run->task)
		return n[OUTCOME_ERROR] ? STATUS_FAILED : STATUS_OK;
	return t->status;
}

/* The trials that remain. */
static int run_plan(struct teller *t, const struct lab_plan *plan)
{
	struct error e = { .kind = ERROR_NONE };
	unsigned wanted = lab_wanted(plan);
	bool table = has_table(t), done;

	if (table) {
		t->tally = make_tally(plan->sweep);
		if (!t->tally)
			return cli_error(&(struct error){
				ERROR_FAILED, "memory is short" });
	}
	progress_begin(&t->progress, wanted, plan->count > 1 &&
		       !(t->run->json && isatty(STDOUT_FILENO)));
	done = !wanted || lab_run(plan, &e);
	progress_end(&t->progress);
	if (t->tally && t->progress.finished)
		tally_print(t->tally, stdout);
	else if (t->journal && !t->ladder && !t->run->json && done)
		summarize(t);
	tally_free(t->tally);
	return done ? status_of(t) : cli_error(&e);
}

/* skipped - the bits of what is done, and of other shards; NULL: memory */
static uint8_t *skipped(const struct teller *t)
{
	unsigned count = sweep_count(t->run->sweep);
	uint8_t *bits = calloc(count / 8 + 1, 1);

	if (!bits)
		return NULL;
	if (t->journal)
		memcpy(bits, t->journal->done, count / 8 + 1);
	shard_skip(&t->run->shard, count, bits);
	return bits;
}

static int run_rest(struct teller *t, struct lab_plan *plan,
		    const struct error *missing)
{
	uint8_t *bits = skipped(t);
	int status;

	plan->skip = bits;
	if (!bits)
		status = cli_error(&(struct error){
			ERROR_FAILED, "memory is short" });
	else if (missing->kind != ERROR_NONE && lab_wanted(plan))
		status = cli_error(missing);
	else
		status = run_plan(t, plan);
	free(bits);
	return status;
}

/* What is wrong or missing, with the line of the plan. */
static void blame(const struct lab_run *run, unsigned number, struct error *e)
{
	unsigned line = number < sweep_count(run->sweep) ?
			sweep_line(run->sweep, number) : 0;

	if (line)
		plan_file_error(run->plan, line, e);
}

static bool check_use(const struct lab_run *run, struct error *e)
{
	const char *file = run->pcap ? run->pcap : run->svg;

	if (run->resume && !run->out)
		return error_set(e, ERROR_USE, "--resume goes on with a file:"
				 " --out FILE");
	if (file && (run->resume || run->shard.of))
		return error_set(e, ERROR_USE, "--%s \"%.60s\": the last trial"
				 " may not be among those that --%s leaves",
				 run->pcap ? "pcap" : "svg", file,
				 run->resume ? "resume" : "shard");
	if (sweep_settings(run->sweep) > 1 && !run->json && !run->out &&
	    !run->dry)
		return error_set(e, ERROR_USE, "%u settings have no table:"
				 " --out FILE or --json",
				 sweep_settings(run->sweep));
	return true;
}

/* run_recorded - with the file open, if there is one */
static int run_recorded(struct teller *t, struct lab_plan *plan,
			const struct error *missing)
{
	struct journal journal = { .path = t->run->out };
	struct error e = { .kind = ERROR_NONE };
	int status;

	if (!t->run->out)
		return run_rest(t, plan, missing);
	t->journal = &journal;	// cppcheck-suppress autoVariables
	if (journal_open(&journal, t->run->out, t->run->resume, plan->sweep,
			 plan->seed, &e))
		status = run_rest(t, plan, missing);
	else
		status = cli_error(&e);
	journal_close(&journal);
	t->journal = NULL;
	return status;
}

int lab_run_trials(const struct lab_run *run)
{
	struct teller t = {
		.run = run,
		.ladder = sweep_count(run->sweep) == 1 && !run->json,
	};
	struct lab_plan plan = {
		.sweep = run->sweep,
		.count = sweep_count(run->sweep),
		.jobs = run->jobs,
		.seed = run->seed,
		.report = tell,
		.argument = &t,
	};
	struct error e = { .kind = ERROR_NONE };
	unsigned wrong;

	if (!check_use(run, &e))
		return cli_error(&e);
	if (!lab_check(&plan, &wrong, &e))
		blame(run, wrong, &e);
	if (e.kind == ERROR_USE)
		return cli_error(&e);
	if (!run->dry)
		return run_recorded(&t, &plan, &e);
	if (run->shard.of)
		printf("%u of ", shard_share(&run->shard, plan.count));
	printf("%u trials of %u settings\n", plan.count,
	       sweep_settings(run->sweep));
	return STATUS_OK;
}

int lab_run_command(const struct lab_run *run, const char *command)
{
	const struct lab_plan plan = {
		.sweep = run->sweep,
		.count = 1,
		.seed = run->seed,
		.command = command,
	};
	struct error e = { .kind = ERROR_NONE };
	unsigned wrong;
	int status;

	if (sweep_settings(run->sweep) > 1)
		error_set(&e, ERROR_USE, "--exec has one cell, and the options"
			  " are of %u settings", sweep_settings(run->sweep));
	else if (lab_check(&plan, &wrong, &e) &&
		 lab_visit(&plan, &status, &e))
		return status;
	return cli_error(&e);
}
