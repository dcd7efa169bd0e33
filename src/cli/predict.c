/* tcptrav predict: what each method will do between two NATs, and why. */
#include "cli/cli.h"

#include "cli/compare_records.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/prediction_output.h"
#include "method/approach.h"
#include "net/nat_list.h"
#include "predict/predict.h"

#include <stdio.h>
#include <string.h>

struct predict_options {
	struct approach_options approach;
	struct trial trial;		/* all but its approach */
	const char *records;		/* file to compare with */
	const char *given;		/* an option that excludes @records */
	bool json, walk;
};

enum { KEY_SKEW = 256, KEY_JSON, KEY_WALK, KEY_AGAINST };

static const struct argp_option options[] = {
	TRIAL_OPTIONS,
	{ "skew", KEY_SKEW, "MS", 0, "B's first SYN later by that much;"
	  " negative: A's (default 0)", 0 },
	{ "json", KEY_JSON, NULL, 0, "an object a line, for programs", 0 },
	{ "walk", KEY_WALK, NULL, 0,
	  "print, packet by packet, which axis decided", 0 },
	{ "against", KEY_AGAINST, "FILE", 0, "instead: compare with the"
	  " records in FILE (- for standard input), and print both traces of"
	  " those that differ; --ttl N if the trials had that low TTL, else"
	  " auto is assumed", 0 },
	{ 0 },
};

/* option_name - the name of the option with that key; NULL: it is not one of
   these */
static const char *option_name(int key)
{
	for (const struct argp_option *o = options; o->name; o++)
		if (o->key == key)
			return o->name;
	return NULL;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct predict_options *o = state->input;

	if (key != KEY_AGAINST && option_name(key))
		o->given = option_name(key);
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->approach;
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	case KEY_WALK:
		o->walk = true;
		return 0;
	case KEY_AGAINST:
		o->records = text;
		return 0;
	case KEY_SKEW:
		o->trial.skew_ms = option_number(state, "--skew", text, -60e3,
						 60e3);
		return 0;
	default:
		return option_trial(key, text, state, &o->trial);
	}
}

static bool predict_one(const struct predict_options *o,
			const struct approach *a, struct prediction *out,
			struct error *e)
{
	struct trial t = o->trial;
	struct prediction_setup setup;

	t.approach = *a;
	if (!prediction_setup_make(&t, &setup, e))
		return false;
	predict(&setup, out);
	if (o->json)
		return prediction_print_json(&t, out) ||
			error_set(e, ERROR_FAILED, "out of memory");
	prediction_print_row(a, out);
	if (o->walk)
		prediction_print_lines(out);
	return true;
}

static int predict_all(const struct predict_options *o,
		       const struct approach *approaches, size_t count)
{
	static struct prediction all[APPROACHES_MAX];
	struct error e = { .kind = ERROR_NONE };
	struct prediction_setup setup;

	/* check the settings before the table is printed */
	if (!prediction_setup_make(&o->trial, &setup, &e))
		return cli_error(&e);
	if (!o->json)
		prediction_print_heading();
	for (size_t i = 0; i < count; i++)
		if (!predict_one(o, &approaches[i], &all[i], &e))
			return cli_error(&e);
	if (o->json || o->walk)
		return STATUS_OK;
	putchar('\n');
	for (size_t i = 0; i < count; i++)
		prediction_print_why(&approaches[i], &all[i]);
	return STATUS_OK;
}

/* compare - compare with records, which have all settings but the TTL */
static int compare(const struct predict_options *o)
{
	const struct approach_options *a = &o->approach;
	bool nats = o->trial.nat_a;
	struct error e;

	if (nats || o->given || a->method || a->all || a->variant) {
		error_set(&e, ERROR_USE, "--against \"%.120s\": the records"
			  " have the settings: not with %s%s", o->records,
			  nats ? "NATs" : "--", nats ? "" : o->given ?
			  o->given : a->variant ? a->variant : "method");
		return cli_error(&e);
	}
	return compare_records(o->records,
			       a->ttl_mode == TTL_FIXED ? a->ttl : 0);
}

int cli_predict(int argc, char **argv)
{
	struct argp_child children[] = {
		{ approach_argp(), 0, NULL, 0 }, { 0 },
	};
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "[NAT_A [NAT_B]]\n--against FILE",
		.doc = "What each method will do between two NATs, from their"
		       " profiles alone, and why. A NAT is named as in the lab"
		       " (default " NAT_LIST_DEFAULT ").",
		.children = children,
	};
	struct predict_options o = {
		.trial = { .topology = DEFAULT_TOPOLOGY,
			   .rtt_ms = DEFAULT_RTT },
	};
	struct approach approaches[APPROACHES_MAX];
	struct error e;
	size_t count;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.records)
		return compare(&o);
	trial_complete(&o.trial);
	o.approach.all |= !o.approach.method;
	if (!approach_choose(&o.approach, approaches, &count, &e))
		return cli_error(&e);
	if (count && approaches[0].variant &&
	    approaches[0].method->variant_unpublished) {
		error_set(&e, ERROR_USE, "predict has no rules for --%s yet",
			  approach_variant_name(&approaches[0]));
		return cli_error(&e);
	}
	if (o.approach.ttl_mode == TTL_FIXED)
		o.trial.ttl = o.approach.ttl;
	return predict_all(&o, approaches, count);
}
