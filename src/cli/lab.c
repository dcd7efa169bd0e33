/* tcptrav lab: trials in network namespaces on this machine. */
#include "cli/cli.h"

#include "base/output_file.h"
#include "cli/lab_run.h"
#include "cli/options.h"
#include "cli/output.h"
#include "method/approach.h"
#include "method/candidate_use.h"
#include "plan/plan_file.h"

#include <string.h>

#define JOBS_MAX 1024

struct lab_options {
	struct grid given;		/* options of the trials */
	struct sweep *sweep;
	struct lab_run run;
	const char *command;		/* of --exec */
};

enum {
	KEY_JOBS = 256, KEY_SEED, KEY_JSON, KEY_PCAP, KEY_EXEC, KEY_PLAN,
	KEY_OUT, KEY_RESUME, KEY_SHARD, KEY_DRY_RUN, KEY_SVG, KEY_CLOCK,
	KEY_KERNEL, KEY_LAN,
	KEY_VARIANT = 0x4000,	/* first key of the variants */
	KEY_GRID = 0x6000,	/* of the grid rows without a letter */
};

static const struct argp_option run_options[] = {
	{ "plan", KEY_PLAN, "FILE", 0, "trials from FILE (-: standard input):"
	  " a line is a grid of alternatives, KEY=VALUE ... with these options'"
	  " names; options that it does not have are the command line's", 0 },
	{ "out", KEY_OUT, "FILE", 0, "append each record to FILE, in one"
	  " write", 0 },
	{ "resume", KEY_RESUME, NULL, 0, "continue FILE: run the trials that"
	  " it has no record of", 0 },
	{ "shard", KEY_SHARD, "K/N", 0, "run the K-th of N parts of the trials"
	  " only", 0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "check the trials and print how many"
	  " there are; run none", 0 },
	{ "clock", KEY_CLOCK, "real|virtual", 0, "real (default): this"
	  " machine's kernel. virtual: a guest kernel whose clock moves only"
	  " when nothing is left to do; needs no privilege, but 'make virtual'"
	  " once", 0 },
	{ "kernel", KEY_KERNEL, "6.1|6.12|FILE", 0, "the guest kernel of"
	  " --clock virtual (default 6.1)", 0 },
	{ "lan", KEY_LAN, NULL, 0, "the same as --candidates lan", 0 },
	{ "jobs", KEY_JOBS, "N", 0, "trials at once, in virtual time guests at"
	  " once (default 1)", 0 },
	{ "seed", KEY_SEED, "N", 0, "of everything random (default 1)", 0 },
	{ "json", KEY_JSON, NULL, 0, "a record a line, for programs", 0 },
	{ "pcap", KEY_PCAP, "FILE", 0,
	  "write the last trial's packets to FILE (pcapng)", 0 },
	{ "svg", KEY_SVG, "FILE", 0,
	  "draw the last trial's ladder into FILE (SVG)", 0 },
	{ "exec", KEY_EXEC, "COMMAND", 0, "instead of trials: build the cell"
	  " and run the shell command COMMAND in it; $HOST_A, $HOST_B and $S"
	  " are prefixes that run a command at that host; $RENDEZVOUS is S",
	  0 },
};

enum {
	RUN_OPTIONS = sizeof(run_options) / sizeof(run_options[0]),
	OPTIONS_MAX = GRID_KEYS + VARIANTS_MAX + RUN_OPTIONS + 1,
};

/* collect_options - make argp's options; those of the trials come from the
   tables */
static void collect_options(struct argp_option out[OPTIONS_MAX])
{
	const struct method *variants[VARIANTS_MAX];
	size_t n = 0, count = approach_variants(variants);

	for (int i = 0; i < GRID_KEYS; i++) {
		const struct grid_row *row = &grid_rows[i];

		out[n++] = (struct argp_option){
			.name = row->name,
			.key = row->letter ? row->letter : KEY_GRID + i,
			.arg = row->unit, .doc = row->help };
	}
	for (size_t i = 0; i < count; i++)
		out[n++] = (struct argp_option){
			.name = variants[i]->variant,
			.key = KEY_VARIANT + (int)i,
			.doc = variants[i]->variant_help };
	memcpy(&out[n], run_options, sizeof(run_options));
}

/* plan_word - the word for an option in a plan file; NULL: it has none */
static const char *plan_word(int key)
{
	const struct method *variants[VARIANTS_MAX];

	if (key >= KEY_GRID && key < KEY_GRID + GRID_KEYS)
		return grid_rows[key - KEY_GRID].name;
	for (int i = 0; i < GRID_KEYS; i++)
		if (grid_rows[i].letter && grid_rows[i].letter == key)
			return grid_rows[i].name;
	if (key < KEY_VARIANT || key >= KEY_VARIANT + VARIANTS_MAX)
		return NULL;
	approach_variants(variants);
	return variants[key - KEY_VARIANT]->variant;
}

static error_t parse_run_option(int key, char *text, struct argp_state *state)
{
	struct lab_options *o = state->input;
	struct error e;

	switch (key) {
	case KEY_JOBS:
		o->run.jobs = (unsigned)option_integer(state, "--jobs", text,
						       1, JOBS_MAX);
		return 0;
	case KEY_SEED:
		o->run.seed = option_integer(state, "--seed", text, 0,
					     UINT64_MAX);
		return 0;
	case KEY_CLOCK:
		o->run.virtual_time = option_clock(state, text);
		return 0;
	case KEY_KERNEL:
		o->run.kernel = text;
		return 0;
	case KEY_JSON:
		o->run.json = true;
		return 0;
	case KEY_PCAP:
		o->run.pcap = text;
		return 0;
	case KEY_SVG:
		o->run.svg = text;
		return 0;
	case KEY_OUT:
		o->run.out = text;
		return 0;
	case KEY_RESUME:
		o->run.resume = true;
		return 0;
	case KEY_SHARD:
		if (!shard_read(text, &o->run.shard, &e))
			argp_error(state, "%s", e.text);
		return 0;
	case KEY_DRY_RUN:
		o->run.dry = true;
		return 0;
	case KEY_PLAN:
		o->run.plan = text;
		return 0;
	case KEY_EXEC:
		o->command = text;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct lab_options *o = state->input;
	const char *word = plan_word(key);
	struct error e;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->given.links;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "\"%s\" is not an option", text);
		return 0;
	}
	if (key == KEY_LAN) {
		word = grid_rows[GRID_CANDIDATES].name;
		text = (char *)candidate_use_name(CANDIDATES_LAN);
	}
	if (!word)
		return parse_run_option(key, text, state);
	if (!plan_file_set(&o->given, word, text, NULL, sweep_texts(o->sweep),
			   &e))
		argp_error(state, "%s", e.text);
	return 0;
}

/* is_task - is it a batch of trials? That has succeeded when all have been run,
   whatever their outcomes. */
static bool is_task(const struct lab_options *o)
{
	const struct grid *g = &o->given;

	for (size_t i = 0; i < g->of[GRID_METHOD].count; i++)
		if (!strcmp(g->of[GRID_METHOD].at[i].text, "all"))
			return true;
	return o->run.out || o->run.plan || sweep_settings(o->sweep) > 1 ||
		sweep_approaches(o->sweep) > 1;
}

/* trial_only_option - an option that was given and that --exec cannot use, or
   NULL */
static const char *trial_only_option(const struct lab_run *r)
{
	return r->plan ? "plan" : r->out ? "out" : r->resume ? "resume" :
		r->shard.of ? "shard" : r->dry ? "dry-run" :
		r->pcap ? "pcap" : r->svg ? "svg" : NULL;
}

static int run_lab(struct lab_options *o)
{
	static const struct grid empty;
	struct error e;
	bool ok;

	if (o->command && trial_only_option(&o->run)) {
		error_set(&e, ERROR_USE, "--exec runs no trials: not with"
			  " --%s", trial_only_option(&o->run));
		return cli_error(&e);
	}
	if (o->run.kernel && !o->run.virtual_time) {
		error_set(&e, ERROR_USE, "--kernel \"%.60s\" is for --clock"
			  " virtual", o->run.kernel);
		return cli_error(&e);
	}
	/* a command needs no method, but the sweep needs one */
	if (o->command && !o->given.of[GRID_METHOD].count &&
	    !grid_set(&o->given, "method", "all", sweep_texts(o->sweep), &e))
		return cli_error(&e);
	if (o->run.plan)
		ok = plan_file_read(o->sweep, o->run.plan, &o->given, &e);
	else
		ok = sweep_add(o->sweep, &o->given, &empty, 0, &e);
	if (!ok)
		return cli_error(&e);
	if (o->command)
		return lab_run_command(&o->run, o->command);
	if (!output_file_check(o->run.pcap, &e) ||
	    !output_file_check(o->run.svg, &e))
		return cli_error(&e);
	o->run.task = is_task(o);
	return lab_run_trials(&o->run);
}

int cli_lab(int argc, char **argv)
{
	struct argp_child children[] = { { links_argp(), 0, NULL, 0 }, { 0 } };
	static struct argp_option options[OPTIONS_MAX];
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Run methods between two hosts behind NATs, in network"
		       " namespaces on this machine. An option of the trials"
		       " that is given again is an alternative, and so is each"
		       " line of the FILE in \"@FILE\": all combinations are"
		       " run.",
		.children = children,
	};
	struct lab_options o = {
		.sweep = sweep_new(),
		.run = { .jobs = 1, .seed = 1 },
	};
	int status;

	if (!o.sweep)
		return cli_error(&(struct error){ ERROR_FAILED,
						  "out of memory" });
	o.run.sweep = o.sweep;
	collect_options(options);
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	status = run_lab(&o);
	grid_free(&o.given);
	sweep_free(o.sweep);
	return status;
}
