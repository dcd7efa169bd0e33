#include "cli/lab_run.h"

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/results_table.h"
#include "lab/lab.h"
#include "plan/journal.h"
#include "plan/plan_file.h"
#include "report/capture_file.h"
#include "report/ladder_svg.h"
#include "virtual/virtual.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the result of each trial goes. */
struct reporter {
	const struct lab_run *run;
	struct results_table *table;	/* NULL: none */
	bool ladder;			/* print the single trial's ladder */
	struct journal *journal;	/* NULL: none */
	struct progress progress;
	int status;			/* exit status of the worst trial */
	struct error file_error;	/* of --pcap or --svg; the last one */
};

static bool append_record(struct journal *j, const struct trial_record *r,
			  struct error *e)
{
	char *line = record_text(r);
	bool ok = line ? journal_append(j, (enum outcome)r->outcome, line, e) :
			 error_set(e, ERROR_FAILED, "out of memory");

	free(line);
	return ok;
}

/* report_result - report a finished trial; Return: false to end the lab */
static bool report_result(void *argument, const struct lab_report *r,
			  struct error *e)
{
	struct reporter *p = argument;
	const struct lab_run *run = p->run;
	const struct trial_record *record = r->record;
	int status = outcome_status((enum outcome)record->outcome,
				    (enum cause)record->cause);
	bool last = r->number == sweep_count(run->sweep) - 1;

	if (status != STATUS_OK && p->status != STATUS_FAILED)
		p->status = status;
	if (p->journal && !append_record(p->journal, record, e))
		return false;
	if (last && run->pcap)
		capture_write(run->pcap, r->ladder, &p->file_error);
	if (last && run->svg)
		ladder_svg_write(run->svg, r->ladder, record, &p->file_error);
	if (p->table)
		results_table_add(p->table,
				  r->number % sweep_approaches(run->sweep),
				  record);
	if (p->ladder || run->json)
		report_trial(record, r->ladder, run->json, stdout);
	if (run->json)
		fflush(stdout);
	progress_step(&p->progress, (enum outcome)record->outcome);
	return true;
}

/* outcome_counts - trials by outcome, with those that the journal had before */
static const unsigned *outcome_counts(const struct reporter *p)
{
	return p->journal ? p->journal->outcomes : p->progress.outcomes;
}

/* print_summary - print one line about all trials */
static void print_summary(const struct reporter *p)
{
	const unsigned *n = outcome_counts(p);

	if (p->journal)
		printf("%s: ", p->journal->path);
	printf("%u of %u trials: %u connected, %u failed, %u not applicable,"
	       " %u errors\n",
	       n[OUTCOME_CONNECTED] + n[OUTCOME_FAILED] +
	       n[OUTCOME_NOT_APPLICABLE] + n[OUTCOME_ERROR],
	       sweep_count(p->run->sweep), n[OUTCOME_CONNECTED],
	       n[OUTCOME_FAILED], n[OUTCOME_NOT_APPLICABLE], n[OUTCOME_ERROR]);
}

static struct results_table *new_table(const struct sweep *s)
{
	unsigned count = sweep_approaches(s);
	struct approach *approaches = calloc(count, sizeof(*approaches));
	struct results_table *table = NULL;

	for (unsigned i = 0; approaches && i < count; i++)
		approaches[i] = sweep_trial(s, i).approach;
	if (approaches)
		table = results_table_new(approaches, count,
					  sweep_count(s) / count);
	free(approaches);
	return table;
}

static bool run_plan(const struct lab_run *run, const struct lab_plan *plan,
		     struct error *e)
{
	return run->virtual_time ? virtual_run(plan, run->kernel, e) :
				   lab_run(plan, e);
}

static bool check_plan(const struct lab_run *run, const struct lab_plan *plan,
		       unsigned *wrong, struct error *e)
{
	return run->virtual_time ?
	       virtual_check(plan, run->kernel, wrong, e) :
	       lab_check(plan, wrong, e);
}

/* run_remaining - run the trials that @plan does not skip; Return: exit
   status */
static int run_remaining(struct reporter *p, const struct lab_plan *plan)
{
	const struct lab_run *run = p->run;
	struct error e = { .kind = ERROR_NONE };
	unsigned wanted = lab_wanted(plan);
	bool done;

	/* a table would lack the records that the journal had before */
	if (!run->json && !p->ladder && sweep_settings(run->sweep) == 1 &&
	    !(p->journal && journal_records(p->journal))) {
		p->table = new_table(plan->sweep);
		if (!p->table)
			return cli_error(&(struct error){
				ERROR_FAILED, "out of memory" });
	}
	progress_begin(&p->progress, wanted,
		       plan->count > 1 &&
			       !(run->json && isatty(STDOUT_FILENO)));
	done = !wanted || run_plan(run, plan, &e);
	progress_end(&p->progress);
	if (p->table && p->progress.finished)
		results_table_print(p->table, stdout);
	else if (p->journal && !p->ladder && !run->json && done)
		print_summary(p);
	results_table_free(p->table);
	if (!done)
		return cli_error(&e);
	if (p->file_error.kind != ERROR_NONE)
		return cli_error(&p->file_error);
	if (run->task)
		return outcome_counts(p)[OUTCOME_ERROR] ? STATUS_FAILED :
							  STATUS_OK;
	return p->status;
}

/*
 * run_unfinished - run all trials, except those in the journal and of other
 * shards
 * @missing: what this machine lacks; ignored if no trial has to be run
 */
static int run_unfinished(struct reporter *p, struct lab_plan *plan,
			  const struct error *missing)
{
	uint8_t *skip = calloc(plan->count / 8 + 1, 1);
	int status;

	if (!skip)
		return cli_error(
			&(struct error){ ERROR_FAILED, "out of memory" });
	if (p->journal)
		memcpy(skip, p->journal->done, plan->count / 8 + 1);
	shard_skip(&p->run->shard, plan->count, skip);
	plan->skip = skip;
	if (missing->kind != ERROR_NONE && lab_wanted(plan))
		status = cli_error(missing);
	else
		status = run_remaining(p, plan);
	free(skip);
	return status;
}

static bool check_run(const struct lab_run *run, struct error *e)
{
	const char *file = run->pcap ? run->pcap : run->svg;

	if (run->resume && !run->out)
		return error_set(e, ERROR_USE, "--resume continues a file: it"
				 " needs --out FILE");
	if (file && (run->resume || run->shard.of))
		return error_set(e, ERROR_USE, "--%s \"%.60s\": the last trial"
				 " may not be among those that --%s leaves",
				 run->pcap ? "pcap" : "svg", file,
				 run->resume ? "resume" : "shard");
	if (sweep_settings(run->sweep) > 1 && !run->json && !run->out &&
	    !run->dry)
		return error_set(e, ERROR_USE, "%u settings need --out FILE or"
				 " --json",
				 sweep_settings(run->sweep));
	return true;
}

int lab_run_trials(const struct lab_run *run)
{
	struct reporter p = {
		.run = run,
		.ladder = sweep_count(run->sweep) == 1 && !run->json,
	};
	struct lab_plan plan = {
		.sweep = run->sweep,
		.count = sweep_count(run->sweep),
		.jobs = run->jobs,
		.seed = run->seed,
		.report = report_result,
		.argument = &p,
	};
	struct journal journal = { .path = run->out };
	struct error e = { .kind = ERROR_NONE }, journal_error;
	unsigned wrong, line;
	int status;

	if (!check_run(run, &e))
		return cli_error(&e);
	if (!check_plan(run, &plan, &wrong, &e)) {
		line = wrong < plan.count ? sweep_line(run->sweep, wrong) : 0;
		if (line)
			plan_file_error(run->plan, line, &e);
	}
	if (e.kind == ERROR_USE)
		return cli_error(&e);
	if (run->dry) {
		if (run->shard.of)
			printf("%u of ", shard_share(&run->shard, plan.count));
		printf("%u trials of %u settings\n", plan.count,
		       sweep_settings(run->sweep));
		return STATUS_OK;
	}
	if (!run->out)
		return run_unfinished(&p, &plan, &e);
	p.journal = &journal;
	if (journal_open(&journal, run->out, run->resume, plan.sweep, plan.seed,
			 &journal_error))
		status = run_unfinished(&p, &plan, &e);
	else
		status = cli_error(&journal_error);
	journal_close(&journal);
	return status;
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
		error_set(&e, ERROR_USE, "--exec needs one setting, and the"
			  " options give %u", sweep_settings(run->sweep));
	else if (check_plan(run, &plan, &wrong, &e) &&
		 (run->virtual_time ?
			  virtual_exec(&plan, run->kernel, &status, &e) :
			  lab_exec(&plan, &status, &e)))
		return status;
	return cli_error(&e);
}
