/* `tcptrav predict`: what each method will do between two NATs, and why. */
#include "cli/cli.h"

#include "net/nat_list.h"
#include "cli/against.h"
#include "predict/predict.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_TOPOLOGY "two-nats"
#define DEFAULT_RTT 40

struct predict_options {
	struct approach_options approach;
	struct trial trial;		/* all but its approach */
	int nats;			/* given */
	const char *against;		/* a file of records */
	const char *said;		/* an option that is none of records */
	bool json, walk;
};

enum { KEY_TOPOLOGY = 256, KEY_RTT, KEY_SKEW, KEY_TIMEOUT, KEY_SPOOFING,
       KEY_JSON, KEY_WALK, KEY_AGAINST };

static const struct argp_option options[] = {
	{ "topology", KEY_TOPOLOGY, "T", 0,
	  "see `tcptrav list topologies` (default " DEFAULT_TOPOLOGY ")", 0 },
	{ "rtt", KEY_RTT, "MS", 0,
	  "round trip between the hosts (default 40)", 0 },
	{ "skew", KEY_SKEW, "MS", 0, "B's first SYN later by that much;"
	  " negative: A's (default 0)", 0 },
	{ "timeout", KEY_TIMEOUT, "MS", 0, "of an attempt in one order"
	  " (default 900 ms and 10 RTT)", 0 },
	{ "spoofing", KEY_SPOOFING, "allowed|dropped", 0, "does the network"
	  " of S let spoofed packets out? (default allowed)", 0 },
	{ "json", KEY_JSON, NULL, 0, "an object a line, for programs", 0 },
	{ "walk", KEY_WALK, NULL, 0,
	  "say, packet by packet, which axis each meets", 0 },
	{ "against", KEY_AGAINST, "FILE", 0, "instead: compare with the"
	  " records in FILE (- for standard input), and tell both traces of"
	  " those that differ; --ttl N if that was their low TTL, else it"
	  " counts as found", 0 },
	{ 0 },
};

/* option_name - of @key, without the dashes; NULL: none of these */
static const char *option_name(int key)
{
	for (const struct argp_option *o = options; o->name; o++)
		if (o->key == key)
			return o->name;
	return NULL;
}

static error_t parse_setting(int key, char *text, struct argp_state *state)
{
	struct predict_options *o = state->input;

	switch (key) {
	case KEY_TOPOLOGY:
		o->trial.topology = text;
		return 0;
	case KEY_RTT:
		o->trial.rtt_ms = option_number(state, "--rtt", text, 0, 60e3);
		return 0;
	case KEY_SKEW:
		o->trial.skew_ms = option_number(state, "--skew", text, -60e3,
						 60e3);
		return 0;
	case KEY_TIMEOUT:
		o->trial.timeout_ms = option_number(state, "--timeout", text,
						    1, 600e3);
		return 0;
	case KEY_SPOOFING:
		o->trial.spoofing_dropped = option_spoofing(state, text);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void take_nat(struct predict_options *o, char *text,
		     struct argp_state *state)
{
	if (o->nats == 2)
		argp_error(state, "\"%s\" is one NAT too many", text);
	*(o->nats++ ? &o->trial.nat_b : &o->trial.nat_a) = text;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct predict_options *o = state->input;

	if (key != KEY_AGAINST && option_name(key))
		o->said = option_name(key);
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
		o->against = text;
		return 0;
	case ARGP_KEY_ARG:
		take_nat(o, text, state);
		return 0;
	default:
		return parse_setting(key, text, state);
	}
}

static void print_row(const struct approach *a, const struct prediction *p)
{
	char way[64] = "";

	if (p->result.outcome == OUTCOME_CONNECTED)
		snprintf(way, sizeof(way), "%s%s%s",
			 mechanism_name(p->result.mechanism[0]),
			 p->result.mechanism[0] == p->result.mechanism[1]
				 ? ""
				 : " / ",
			 p->result.mechanism[0] == p->result.mechanism[1]
				 ? ""
				 : mechanism_name(p->result.mechanism[1]));
	printf("%-10s %-4s %-10s  %-14s  ", a->method->name,
	       a->low_ttl ? "low" : "none", approach_variant_name(a),
	       outcome_name(p->result.outcome));
	if (p->result.outcome == OUTCOME_CONNECTED)
		printf("%7.1f  %s%s\n", p->connect_ms, way,
		       p->chance ? " (by chance)" : "");
	else
		printf("%7s  %s%s\n", "", cause_name(p->result.cause),
		       p->chance ? " (by chance)" : "");
}

void prediction_print(const struct prediction *p, FILE *to)
{
	for (unsigned i = 0; i < p->count; i++) {
		const struct prediction_line *l = &p->lines[i];

		if (l->order && (!i || !p->lines[i - 1].order))
			fputs("    roles swapped\n", to);
		fprintf(to, "    %8.1f  %s\n", l->at_ms, l->text);
	}
}

static void print_why(const struct approach *a, const struct prediction *p)
{
	const char *variant = approach_variant_name(a);

	if (p->result.outcome == OUTCOME_CONNECTED)
		return;
	printf("%s, TTL %s%s%s: %s%s%s\n", a->method->name,
	       a->low_ttl ? "low" : "none", variant[0] ? ", " : "", variant,
	       cause_meaning(p->result.cause), p->explain[0] ? " " : "",
	       p->explain);
}

/* print_json - a record's fields, as far as both have them */
static bool print_json(const struct trial *t, const struct prediction *p)
{
	const char opener[2] = { p->opener, '\0' };
	json_t *o = json_pack("{ss ss ss ss ss ss ss ss sf sf ss sf ss ss ss"
			      " ss ss so sb}",
		"schema", "tcptrav.prediction/1", "version", TCPTRAV_VERSION,
		"method", t->approach.method->name,
		"ttl", t->approach.low_ttl ? "low" : "none",
		"variant", approach_variant_name(&t->approach),
		"topology", t->topology, "nat_a", t->nat_a,
		"nat_b", t->nat_b, "rtt_ms", t->rtt_ms, "skew_ms", t->skew_ms,
		"spoofing", t->spoofing_dropped ? "dropped" : "allowed",
		"timeout_ms", trial_timeout(t),
		"outcome", outcome_name(p->result.outcome), "opener", opener,
		"mechanism_a", mechanism_name(p->result.mechanism[0]),
		"mechanism_b", mechanism_name(p->result.mechanism[1]),
		"cause", cause_name(p->result.cause), "connect_ms",
		p->connect_ms < 0 ? json_null() : json_real(p->connect_ms),
		"chance", (int)p->chance);

	if (!o)
		return false;
	json_object_set_new(o, "explain", json_string(p->explain));
	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(o);
	return true;
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
		return print_json(&t, out) ||
			error_set(e, ERROR_FAILED, "memory is short");
	print_row(a, out);
	if (o->walk)
		prediction_print(out, stdout);
	return true;
}

static int run(const struct predict_options *o,
	       const struct approach *approaches, size_t count)
{
	static struct prediction all[APPROACHES_MAX];
	struct error e = { .kind = ERROR_NONE };
	struct prediction_setup setup;

	if (!prediction_setup_make(&o->trial, &setup, &e))
		return cli_error(&e);
	if (!o->json)
		printf("%-10s %-4s %-10s  %-14s  %7s  %s\n", "method", "ttl",
		       "variant", "outcome", "ms", "mechanism (A / B), cause");
	for (size_t i = 0; i < count; i++)
		if (!predict_one(o, &approaches[i], &all[i], &e))
			return cli_error(&e);
	if (o->json || o->walk)
		return STATUS_OK;
	putchar('\n');
	for (size_t i = 0; i < count; i++)
		print_why(&approaches[i], &all[i]);
	return STATUS_OK;
}

/* run_against - records say themselves what was tried, but for the TTL */
static int run_against(const struct predict_options *o)
{
	const struct approach_options *a = &o->approach;
	struct error e;

	if (o->nats || o->said || a->method || a->all || a->variant) {
		error_set(&e, ERROR_USE, "--against \"%.120s\": records say"
			  " what was tried: not with %s%s", o->against,
			  o->nats ? "NATs" : "--", o->nats ? "" : o->said ?
			  o->said : a->variant ? a->variant : "method");
		return cli_error(&e);
	}
	return against_records(o->against, a->ttl_mode == TTL_FIXED ? a->ttl :
									0);
}

int cli_predict(int argc, char **argv)
{
	struct argp_child children[] = {
		{ approach_argp(), 0, NULL, 0 }, { 0 },
	};
	const struct argp argp = {
		.options = options,
		.parser = parse,
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
	if (o.against)
		return run_against(&o);
	trial_complete(&o.trial);
	o.approach.all |= !o.approach.method;
	if (!approach_choose(&o.approach, approaches, &count, &e))
		return cli_error(&e);
	if (o.approach.ttl_mode == TTL_FIXED)
		o.trial.ttl = o.approach.ttl;
	return run(&o, approaches, count);
}
