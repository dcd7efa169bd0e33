#include "cli/prediction_output.h"

#include <jansson.h>
#include <stdio.h>

void prediction_print_heading(void)
{
	printf("%-10s %-4s %-10s  %-14s  %7s  %s\n", "method", "ttl",
	       "variant", "outcome", "ms", "mechanism (A / B), cause");
}

/* print_how - the mechanisms of a result that connects, or the cause */
static void print_how(const struct predicted *r)
{
	bool differ = r->mechanism[0] != r->mechanism[1];

	if (r->outcome != OUTCOME_CONNECTED)
		fputs(cause_name(r->cause), stdout);
	else
		printf("%s%s%s", mechanism_name(r->mechanism[0]),
		       differ ? " / " : "",
		       differ ? mechanism_name(r->mechanism[1]) : "");
}

void prediction_print_row(const struct approach *a,
			  const struct prediction *p)
{
	const struct predicted *r = &p->result;

	printf("%-10s %-4s %-10s  %-14s  ", a->method->name,
	       a->low_ttl ? "low" : "none", approach_variant_name(a),
	       outcome_name(r->outcome));
	if (r->outcome == OUTCOME_CONNECTED)
		printf("%7.1f  ", p->connect_ms);
	else
		printf("%7s  ", "");
	print_how(r);
	if (p->chance) {
		printf(" (by chance; or %s: ",
		       outcome_name(p->alternative.outcome));
		print_how(&p->alternative);
		putchar(')');
	}
	putchar('\n');
}

void prediction_print_lines(const struct prediction *p)
{
	for (unsigned i = 0; i < p->count; i++) {
		const struct prediction_line *l = &p->lines[i];

		if (l->order && (!i || !p->lines[i - 1].order))
			puts("    roles swapped");
		printf("    %8.1f  %s\n", l->at_ms, l->text);
	}
}

void prediction_print_why(const struct approach *a,
			  const struct prediction *p)
{
	const char *variant = approach_variant_name(a);

	if (p->result.outcome == OUTCOME_CONNECTED)
		return;
	printf("%s, TTL %s%s%s: %s%s%s\n", a->method->name,
	       a->low_ttl ? "low" : "none", variant[0] ? ", " : "", variant,
	       cause_meaning(p->result.cause), p->explain[0] ? " " : "",
	       p->explain);
}

/* alternative_json - what else chance can make of it; null: nothing */
static json_t *alternative_json(const struct prediction *p)
{
	const struct predicted *r = &p->alternative;

	if (!p->chance && r->cause == p->result.cause)
		return json_null();
	return json_pack("{ss ss ss ss}", "outcome", outcome_name(r->outcome),
			 "mechanism_a", mechanism_name(r->mechanism[0]),
			 "mechanism_b", mechanism_name(r->mechanism[1]),
			 "cause", cause_name(r->cause));
}

bool prediction_print_json(const struct trial *t, const struct prediction *p)
{
	const char opener[2] = { p->opener, '\0' };
	json_t *o = json_pack("{ss ss ss ss ss ss ss ss sf sf ss sf ss ss ss"
			      " ss ss so sb so ss ss}",
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
		"chance", (int)p->chance,
		"alternative", alternative_json(p),
		"candidates", candidate_use_name(t->candidates),
		"candidate", candidate_kind_name(p->result.candidate));

	if (!o)
		return false;
	json_object_set_new(o, "explain", json_string(p->explain));
	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(o);
	return true;
}
