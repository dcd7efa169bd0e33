/* tcptrav explore: at which skews each method connects between two NATs. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/output_file.h"
#include "cli/explore_output.h"
#include "cli/explore_run.h"
#include "cli/options.h"
#include "cli/output.h"
#include "method/approach.h"
#include "net/nat_list.h"
#include "report/skew_svg.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define REACH 3			/* one-way delays to either side */
#define SKEW_MAX 60e3		/* of a trial, in ms */
#define STEPS 8			/* of the grid, in a one-way delay */
#define DEFAULT_RESOLUTION 0.001
#define DEFAULT_RESOLUTION_REAL 4	/* a machine may be late by that */
#define JOBS_MAX 1024
#define TITLE 256

struct explore_options {
	struct approach_options approach;
	struct exploration exploration;
	double step_ms, resolution_ms;	/* 0: the default */
	const char *svg;
	bool json;
};

enum { KEY_STEP = 256, KEY_RESOLUTION, KEY_CLOCK, KEY_KERNEL, KEY_JOBS,
       KEY_SEED, KEY_JSON, KEY_SVG };

static const struct argp_option options[] = {
	TRIAL_OPTIONS,
	{ "step", KEY_STEP, "MS", 0, "of the grid of skews that are tried"
	  " first (default d/8); a window that is narrower can be missed", 0 },
	{ "resolution", KEY_RESOLUTION, "MS", 0, "how closely a boundary is"
	  " searched for (default 0.001; in real time 4)", 0 },
	{ "clock", KEY_CLOCK, "virtual|real", 0, "virtual (default): in a"
	  " guest kernel, which needs no privilege, but 'make virtual' once."
	  " real: on this machine's kernel; coarse, and a boundary may be off"
	  " by what the machine is late by", 0 },
	{ "kernel", KEY_KERNEL, "6.1|6.12|FILE", 0, "the guest kernel (default"
	  " 6.1)", 0 },
	{ "jobs", KEY_JOBS, "N", 0, "trials at once (default 1)", 0 },
	{ "seed", KEY_SEED, "N", 0, "of everything random (default 1)", 0 },
	{ "json", KEY_JSON, NULL, 0, "one object, for programs", 0 },
	{ "svg", KEY_SVG, "FILE", 0, "draw the windows into FILE (SVG)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct explore_options *o = state->input;
	struct exploration *x = &o->exploration;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->approach;
		return 0;
	case KEY_STEP:
		o->step_ms = option_number(state, "--step", text, 1e-3, 120e3);
		return 0;
	case KEY_RESOLUTION:
		o->resolution_ms = option_number(state, "--resolution", text,
						 1e-6, 120e3);
		return 0;
	case KEY_CLOCK:
		x->virtual_time = option_clock(state, text);
		return 0;
	case KEY_KERNEL:
		x->kernel = text;
		return 0;
	case KEY_JOBS:
		x->jobs = (unsigned)option_integer(state, "--jobs", text, 1,
						   JOBS_MAX);
		return 0;
	case KEY_SEED:
		x->seed = option_integer(state, "--seed", text, 0, INT64_MAX);
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	case KEY_SVG:
		o->svg = text;
		return 0;
	default:
		return option_trial(key, text, state, &x->setting);
	}
}

static int64_t in_ns(double ms)
{
	return llround(ms * (double)NS_PER_MS);
}

/* set_range - the skews, from the options and the RTT */
static bool set_range(struct explore_options *o, struct error *e)
{
	struct skew_range *r = &o->exploration.range;
	double delay = o->exploration.setting.rtt_ms / 2;

	if (!(delay > 0) || REACH * delay > SKEW_MAX)
		return error_set(e, ERROR_USE, "--rtt %g: it is above 0 and at"
				 " most %g: the skews are up to 3 d",
				 2 * delay, 2 * SKEW_MAX / REACH);
	r->to = in_ns(REACH * delay);
	r->from = -r->to;
	r->step = in_ns(o->step_ms > 0 ? o->step_ms : delay / STEPS);
	r->resolution = in_ns(o->resolution_ms > 0 ? o->resolution_ms :
			      o->exploration.virtual_time ? DEFAULT_RESOLUTION :
			      DEFAULT_RESOLUTION_REAL);
	if (r->step > r->to - r->from ||
	    (r->to - r->from) / r->step > BISECTION_SAMPLES_MAX / 2)
		return error_set(e, ERROR_USE, "--step %g: from %g to %g ms"
				 " there must be 1 to %d steps",
				 o->step_ms, -REACH * delay, REACH * delay,
				 BISECTION_SAMPLES_MAX / 2);
	return true;
}

static bool write_svg(const struct exploration *x, const char *path,
		      struct error *e)
{
	const struct trial *t = &x->setting;
	struct skew_row rows[APPROACHES_MAX];
	char title[TITLE];
	const struct skew_chart chart = {
		.title = title,
		.range = &x->range,
		.delay = x->range.to / REACH,
		.rows = rows,
		.count = x->count,
	};

	snprintf(title, sizeof(title), "%s (%s, %s), RTT %.9g ms", t->topology,
		 t->nat_a, t->nat_b, t->rtt_ms);
	for (size_t i = 0; i < x->count; i++)
		rows[i] = (struct skew_row){
			.approach = x->approaches[i].approach,
			.skews = &x->approaches[i].skews,
			.derived = x->approaches[i].has_derived ?
				&x->approaches[i].derived.skews : NULL,
		};
	return skew_svg_write(path, &chart, e);
}

static int explore(struct explore_options *o)
{
	struct exploration *x = &o->exploration;
	struct error e = { .kind = ERROR_NONE };

	if (x->kernel && !x->virtual_time) {
		error_set(&e, ERROR_USE, "--kernel \"%.60s\" is for --clock"
			  " virtual", x->kernel);
		return cli_error(&e);
	}
	if (!set_range(o, &e) || !exploration_check(x, &e) ||
	    !output_file_check(o->svg, &e) || !exploration_run(x, &e) ||
	    (o->svg && !write_svg(x, o->svg, &e)))
		return cli_error(&e);
	if (!o->json)
		exploration_print(x, stdout);
	else if (!exploration_print_json(x, stdout))
		return cli_error(&(struct error){ ERROR_FAILED,
						  "out of memory" });
	return STATUS_OK;
}

int cli_explore(int argc, char **argv)
{
	struct argp_child children[] = {
		{ approach_argp(), 0, NULL, 0 }, { 0 },
	};
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "[NAT_A [NAT_B]]",
		.doc = "At which skews, from -3 d to 3 d, each method connects"
		       " between two NATs, by which mechanism, and which packet"
		       " decides at the boundaries. A NAT is named as in the"
		       " lab (default " NAT_LIST_DEFAULT "). The skew is how"
		       " much later than A's B's first SYN is sent.",
		.children = children,
	};
	struct explore_options o = {
		.exploration = {
			.setting = { .topology = DEFAULT_TOPOLOGY,
				     .rtt_ms = DEFAULT_RTT,
				     .background = -1 },
			.seed = 1,
			.jobs = 1,
			.virtual_time = true,
		},
	};
	struct exploration *x = &o.exploration;
	struct approach found[APPROACHES_MAX];
	struct error e = { .kind = ERROR_NONE };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	trial_complete(&x->setting);
	o.approach.all |= !o.approach.method;
	if (!approach_choose(&o.approach, found, &x->count, &e))
		return cli_error(&e);
	for (size_t i = 0; i < x->count; i++)
		x->approaches[i].approach = found[i];
	if (o.approach.ttl_mode == TTL_FIXED)
		x->setting.ttl = o.approach.ttl;
	status = explore(&o);
	exploration_free(x);
	return status;
}
