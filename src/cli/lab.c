/* `tcptrav lab`, and the one trial in the built-in lab that is the demo. */
#include "cli/cli.h"
#include "cli/tally.h"

#include "base/clock.h"
#include "base/names.h"
#include "base/outfile.h"
#include "lab/background.h"
#include "lab/lab.h"
#include "lab/nats.h"
#include "lab/topology.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define PROGRESS_TIME (100 * NS_PER_MS)
#define DEFAULT_TOPOLOGY "two-nats"
#define DEFAULT_RTT 40
#define DEFAULT_BACKGROUND 10	/* per second, where there are clients */

struct lab_options {
	struct approach_options approach;
	struct lab_trial trial;		/* all but its approach */
	struct links links;
	unsigned trials, jobs;
	uint64_t seed;
	bool json;
	const char *pcap, *svg;
	const char *command;		/* of --exec */
};

enum {
	KEY_NAT_A = 256, KEY_NAT_B, KEY_TOPOLOGY, KEY_RTT, KEY_SKEW, KEY_LOSS,
	KEY_SPOOFING, KEY_TRIALS, KEY_JOBS, KEY_SEED, KEY_TIMEOUT, KEY_JSON,
	KEY_PCAP, KEY_SVG, KEY_EXEC, KEY_BACKGROUND,
};

static const struct argp_option options[] = {
	{ "nat-a", KEY_NAT_A, "NAT[,NAT...]", 0, "host A's NAT: a profile's"
	  " name or file, linux, linux-rst, linux-liberal, linux-random, none,"
	  " or exec:PATH (default " NATS_DEFAULT "); where there are several,"
	  " from the host outwards, or one for all", 0 },
	{ "nat-b", KEY_NAT_B, "NAT[,NAT...]", 0, "host B's", 0 },
	{ "topology", KEY_TOPOLOGY, "T", 0,
	  "see `tcptrav list topologies` (default " DEFAULT_TOPOLOGY ")", 0 },
	{ "rtt", KEY_RTT, "MS", 0,
	  "round trip between the hosts (default 40)", 0 },
	{ "skew", KEY_SKEW, "MS", 0, "hold B's first SYN back by that much;"
	  " negative: A's (default 0)", 0 },
	{ "loss", KEY_LOSS, "P", 0, "share of packets that are lost on the way"
	  " from host to host, 0 to 1 (default 0)", 0 },
	{ "background", KEY_BACKGROUND, "RATE", 0, "connections per second"
	  " that the further hosts behind each NAT open, topology busy"
	  " (default 10)", 0 },
	{ "spoofing", KEY_SPOOFING, "allowed|dropped", 0, "does the network"
	  " of S let spoofed packets out? (default allowed)", 0 },
	{ "trials", KEY_TRIALS, "N", 0, "of each approach (default 1)", 0 },
	{ "jobs", KEY_JOBS, "N", 0, "trials at once (default 1)", 0 },
	{ "seed", KEY_SEED, "N", 0, "of everything random (default 1)", 0 },
	{ "timeout", KEY_TIMEOUT, "MS", 0, "of an attempt in one order"
	  " (default 900 ms and 10 RTT)", 0 },
	{ "json", KEY_JSON, NULL, 0, "a record a line, for programs", 0 },
	{ "pcap", KEY_PCAP, "FILE", 0,
	  "write the last trial's packets to FILE (pcapng)", 0 },
	{ "svg", KEY_SVG, "FILE", 0,
	  "write the last trial's ladder to FILE, as a picture", 0 },
	{ "exec", KEY_EXEC, "COMMAND", 0, "instead of trials: build the cell"
	  " and run COMMAND in it (a shell's), with $HOST_A, $HOST_B and $S to"
	  " put before what is to run there, and $RENDEZVOUS", 0 },
	{ 0 },
};

/* Return: is it "dropped"? */
static bool spoofing_dropped(struct argp_state *state, const char *text)
{
	static const char *const names[] = { "allowed", "dropped" };
	int i = name_find(text, names, 2);

	if (i < 0)
		argp_error(state, "--spoofing \"%s\": neither allowed nor"
			   " dropped; did you mean \"%s\"?", text,
			   name_nearest(text, names, 2));
	return i == 1;
}

static error_t parse_link(int key, char *text, struct argp_state *state)
{
	struct lab_options *o = state->input;

	switch (key) {
	case KEY_RTT:
		o->trial.rtt_ms = option_number(state, "--rtt", text, 0, 60e3);
		return 0;
	case KEY_SKEW:
		o->trial.skew_ms = option_number(state, "--skew", text, -60e3,
						 60e3);
		return 0;
	case KEY_LOSS:
		o->trial.loss = option_number(state, "--loss", text, 0, 1);
		return 0;
	case KEY_BACKGROUND:
		o->trial.background = option_number(state, "--background",
						    text, 0,
						    BACKGROUND_RATE_MAX);
		return 0;
	case KEY_TIMEOUT:
		o->trial.timeout_ms = option_number(state, "--timeout", text,
						    1, 600e3);
		return 0;
	case KEY_SPOOFING:
		o->trial.spoofing_dropped = spoofing_dropped(state, text);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_run(int key, char *text, struct argp_state *state)
{
	struct lab_options *o = state->input;

	switch (key) {
	case KEY_TRIALS:
		o->trials = (unsigned)option_integer(state, "--trials", text,
						     1, 1000000);
		return 0;
	case KEY_JOBS:
		o->jobs = (unsigned)option_integer(state, "--jobs", text, 1,
						   64);
		return 0;
	case KEY_SEED:
		o->seed = option_integer(state, "--seed", text, 0, UINT64_MAX);
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	case KEY_PCAP:
		o->pcap = text;
		return 0;
	case KEY_SVG:
		o->svg = text;
		return 0;
	case KEY_EXEC:
		o->command = text;
		return 0;
	default:
		return parse_link(key, text, state);
	}
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct lab_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->approach;
		state->child_inputs[1] = &o->links;
		return 0;
	case KEY_NAT_A:
		o->trial.nat_a = text;
		return 0;
	case KEY_NAT_B:
		o->trial.nat_b = text;
		return 0;
	case KEY_TOPOLOGY:
		o->trial.topology = text;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "\"%s\" is not an option", text);
		return 0;
	default:
		return parse_run(key, text, state);
	}
}

/* What a run needs to tell of its trials. */
struct teller {
	const struct lab_options *options;
	struct tally *tally;		/* NULL: one trial, or records */
	size_t approaches;
	unsigned count, finished;
	bool progress;			/* there is a terminal to show it */
	int64_t shown_at;
	int status;			/* of the worst trial */
	bool errors;			/* some trial's outcome was error */
	struct error file_error;	/* of --pcap, --svg */
};

static void show_progress(struct teller *t)
{
	int64_t now = clock_now();

	if (!t->progress ||
	    (now - t->shown_at < PROGRESS_TIME && t->finished < t->count))
		return;
	t->shown_at = now;
	fprintf(stderr, "\r%u of %u trials%s", t->finished, t->count,
		t->finished == t->count ? "\r\033[K" : "");
	fflush(stderr);
}

static void write_files(struct teller *t, const struct lab_report *r)
{
	const struct lab_options *o = t->options;

	if (o->pcap)
		capture_write(o->pcap, r->ladder, &t->file_error);
	if (o->svg)
		ladder_svg_write(o->svg, r->ladder, r->record,
				 &t->file_error);
}

static void tell(void *argument, const struct lab_report *r)
{
	struct teller *t = argument;
	const struct lab_options *o = t->options;
	int status = outcome_status((enum outcome)r->record->outcome,
				    (enum cause)r->record->cause);

	t->finished++;
	show_progress(t);
	if (status != STATUS_OK && t->status != STATUS_FAILED)
		t->status = status;
	t->errors = t->errors || r->record->outcome == OUTCOME_ERROR;
	if (r->number == t->count - 1)
		write_files(t, r);
	if (t->tally)
		tally_add(t->tally, r->number % t->approaches, r->record);
	else
		report_trial(r->record, r->ladder, o->json, stdout);
	if (o->json)
		fflush(stdout);
}

/* Every approach, then every approach again, ... */
static struct lab_trial *make_trials(const struct lab_options *o,
				     const struct approach *approaches,
				     size_t count)
{
	struct lab_trial *trials = calloc(count * o->trials, sizeof(*trials));

	for (size_t i = 0; trials && i < count * o->trials; i++) {
		trials[i] = o->trial;
		trials[i].approach = approaches[i % count];
	}
	return trials;
}

static int run_plan(const struct lab_plan *plan, struct teller *t)
{
	struct error e = { .kind = ERROR_NONE };
	bool done;

	done = lab_check(plan, &e) && lab_run(plan, &e);
	if (t->progress && t->finished < t->count)
		fputs("\r\033[K", stderr);
	if (t->tally && t->finished)
		tally_print(t->tally, stdout);
	if (!done)
		return cli_error(&e);
	if (t->file_error.kind != ERROR_NONE)
		return cli_error(&t->file_error);
	if (t->options->approach.all)
		return t->errors ? STATUS_FAILED : STATUS_OK;
	return t->status;
}

static int run(const struct lab_options *o, const struct approach *approaches,
	       size_t count)
{
	struct lab_trial *trials = make_trials(o, approaches, count);
	struct teller teller = {
		.options = o,
		.approaches = count,
		.count = (unsigned)count * o->trials,
	};
	struct lab_plan plan = {
		.trials = trials,
		.count = teller.count,
		.jobs = o->jobs,
		.seed = o->seed,
		.report = tell,
		.argument = &teller,
	};
	struct error memory = { ERROR_FAILED, "memory is short" };
	int status;

	if (teller.count > 1 && !o->json)
		teller.tally = tally_new(approaches, count, o->trials);
	teller.progress = teller.count > 1 && isatty(STDERR_FILENO) &&
			  !(o->json && isatty(STDOUT_FILENO));
	if (!trials || (teller.count > 1 && !o->json && !teller.tally))
		status = cli_error(&memory);
	else
		status = run_plan(&plan, &teller);
	tally_free(teller.tally);
	free(trials);
	return status;
}

/* complete - what was not given depends on the topology */
static void complete(struct lab_trial *t)
{
	const char *nats[2] = { t->nat_a, t->nat_b };

	nats_complete(t->topology, nats);
	t->nat_a = nats[0];
	t->nat_b = nats[1];
	if (t->background < 0)
		t->background = topology_is_busy(t->topology) ?
				DEFAULT_BACKGROUND : 0;
}

/* --exec: the cell alone. */
static int visit(const struct lab_options *o)
{
	const struct lab_plan plan = {
		.trials = &o->trial,
		.count = 1,
		.seed = o->seed,
		.command = o->command,
	};
	struct error e = { .kind = ERROR_NONE };
	int status;

	if (!lab_check(&plan, &e) || !lab_visit(&plan, &status, &e))
		return cli_error(&e);
	return status;
}

static const struct lab_options defaults = {
	.trial = {
		.topology = DEFAULT_TOPOLOGY,
		.rtt_ms = DEFAULT_RTT,
		.background = -1,
	},
	.trials = 1,
	.jobs = 1,
	.seed = 1,
};

int cli_lab(int argc, char **argv)
{
	struct argp_child children[] = {
		{ approach_argp(), 0, NULL, 0 }, { links_argp(), 0, NULL, 0 },
		{ 0 },
	};
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Run methods between two hosts behind NATs, in network"
		       " namespaces on this machine.",
		.children = children,
	};
	struct approach approaches[APPROACHES_MAX];
	struct lab_options o = defaults;
	struct error e;
	size_t count;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	o.trial.links = &o.links;
	complete(&o.trial);
	if (o.command)
		return visit(&o);
	if (!approach_choose(&o.approach, approaches, &count, &e) ||
	    !outfile_check(o.pcap, &e) || !outfile_check(o.svg, &e))
		return cli_error(&e);
	if (o.approach.ttl_mode == TTL_FIXED)
		o.trial.ttl = o.approach.ttl;
	return run(&o, approaches, count);
}

int cli_demo(const struct demo_options *d)
{
	struct lab_options o = {
		.trial = {
			.nat_a = d->nat_a,
			.nat_b = d->nat_b,
			.topology = d->topology,
			.rtt_ms = d->rtt_ms,
			.skew_ms = d->skew_ms,
			.loss = d->loss,
			.spoofing_dropped = d->spoofing_dropped,
			.ttl = d->ttl,
			.timeout_ms = d->timeout_ms,
			.background = -1,
		},
		.trials = 1,
		.jobs = 1,
		.seed = d->seed,
		.json = d->json,
		.pcap = d->pcap,
		.svg = d->svg,
	};

	complete(&o.trial);
	while (!o.seed)
		if (getrandom(&o.seed, sizeof(o.seed), 0) < 0)
			o.seed = (uint64_t)clock_now();
	return run(&o, &d->approach, 1);
}
