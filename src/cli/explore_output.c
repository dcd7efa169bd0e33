#include "cli/explore_output.h"

#include "base/clock.h"

#include <jansson.h>
#include <string.h>

#define SKEW_TEXT 24
#define WINDOW_TEXT 64
#define WINDOWS_TEXT 160
#define RESULT_TEXT 64
#define RESULT_WIDTH 35	/* of two mechanisms */
#define JSON_DIGITS 12	/* ns of 60 s have 11 */

static double in_ms(int64_t ns)
{
	return (double)ns / (double)NS_PER_MS;
}

/* skew_text - in ms, with as many decimals as the resolution has */
static const char *skew_text(const struct bisection *b, int64_t skew,
			     char out[SKEW_TEXT])
{
	int64_t r = b->range.resolution;

	snprintf(out, SKEW_TEXT, "%.*f",
		 r >= NS_PER_MS ? 1 : r >= NS_PER_US ? 3 : 6, in_ms(skew));
	return out;
}

/* window_text - "(-20.000, 20.000)"; "below 20.000", "above -20.000" if it
   begins or ends with the range; "always" if it is the range */
static void window_text(const struct bisection *b,
			const struct skew_interval *w, char out[WINDOW_TEXT])
{
	bool begins = !w->first, ends = w->last + 1 == b->count;
	char from[SKEW_TEXT], to[SKEW_TEXT];

	skew_text(b, w->from, from);
	skew_text(b, w->to, to);
	if (begins || ends)
		snprintf(out, WINDOW_TEXT, "%s%s",
			 begins && ends ? "always" : begins ? "below " :
			 "above ", begins && ends ? "" : begins ? to : from);
	else
		snprintf(out, WINDOW_TEXT, "(%s, %s)", from, to);
}

/* windows_text - each window; "never" if there is none */
static void windows_text(const struct bisection *b, char out[WINDOWS_TEXT])
{
	struct skew_interval w;
	char text[WINDOW_TEXT];
	size_t used = 0;

	snprintf(out, WINDOWS_TEXT, "never");
	for (size_t first = 0; bisection_window(b, first, &w);
	     first = w.last + 1) {
		window_text(b, &w, text);
		used += (size_t)snprintf(out + used, WINDOWS_TEXT - used,
					 "%s%s", used ? ", " : "", text);
		if (used >= WINDOWS_TEXT) {	/* no room for more */
			memcpy(out + WINDOWS_TEXT - 4, "...", 4);
			return;
		}
	}
}

/* result_text - the mechanisms, or the cause */
static void result_text(const struct skew_result *r, char out[RESULT_TEXT])
{
	const char *a = mechanism_name((enum mechanism)r->mechanism[0]);
	const char *b = mechanism_name((enum mechanism)r->mechanism[1]);

	if (r->outcome != OUTCOME_CONNECTED)
		snprintf(out, RESULT_TEXT, "%s",
			 cause_name((enum cause)r->cause));
	else if (strcmp(a, b) == 0)
		snprintf(out, RESULT_TEXT, "%s", a);
	else
		snprintf(out, RESULT_TEXT, "%s / %s", a, b);
}

static void print_rows(const struct explored *a, FILE *to)
{
	char from[SKEW_TEXT], until[SKEW_TEXT], result[RESULT_TEXT];
	char derived[WINDOWS_TEXT] = "unknown";
	struct skew_interval i;
	size_t first = 0;

	if (a->has_derived)
		windows_text(&a->derived.skews, derived);
	for (; bisection_interval(&a->skews, first, &i); first = i.last + 1) {
		result_text(&i.result, result);
		fprintf(to, "%-10s %-4s %-10s  %10s %10s  %-14s  %-*s",
			first ? "" : a->approach.method->name,
			first ? "" : a->approach.low_ttl ? "low" : "none",
			first ? "" : approach_variant_name(&a->approach),
			skew_text(&a->skews, i.from, from),
			skew_text(&a->skews, i.to, until),
			outcome_name((enum outcome)i.result.outcome),
			first ? 0 : RESULT_WIDTH, result);
		fprintf(to, "%s%s%s\n", first ? "" : "  ", first ? "" : derived,
			!first && a->derived.chance ? " (by chance)" : "");
	}
}

/* print_boundary - "    above 19.963 ms, NAT B answers A's SYN with RST (...);
   below, A's SYN reaches B" */
static void print_boundary(const struct explored *a,
			   const struct skew_boundary *b, FILE *to)
{
	const struct skew_sample *s = &a->skews.samples[b->below];
	bool outside_is_above = s[0].result.outcome == OUTCOME_CONNECTED;
	int64_t skew = s[0].skew + (s[1].skew - s[0].skew) / 2;
	char text[SKEW_TEXT];

	fprintf(to, "    %s %s ms, ", outside_is_above ? "above" : "below",
		skew_text(&a->skews, skew, text));
	if (!b->repeated)
		fputs("unclear: the trials beside it gave other results when"
		      " they were run again\n", to);
	else if (!*b->of_below)
		fputs("the packets are the same: a time decides\n", to);
	else if (outside_is_above)
		fprintf(to, "%s; below, %s\n", b->of_above, b->of_below);
	else
		fprintf(to, "%s; above, %s\n", b->of_below, b->of_above);
}

static void print_sentences(const struct explored *a, FILE *to)
{
	const char *variant = approach_variant_name(&a->approach);
	char windows[WINDOWS_TEXT];

	windows_text(&a->skews, windows);
	fprintf(to, "%s, TTL %s%s%s: ", a->approach.method->name,
		a->approach.low_ttl ? "low" : "none", *variant ? ", " : "",
		variant);
	if (*windows == 'n' || strcmp(windows, "always") == 0)
		fprintf(to, "%s connects\n", windows);
	else
		fprintf(to, "connects for skews %s%s ms\n",
			*windows == '(' ? "in " : "", windows);
	for (size_t i = 0; i < a->boundary_count; i++)
		print_boundary(a, &a->boundaries[i], to);
	if (bisection_is_cut(&a->skews))
		fprintf(to, "    after %zu skews the result still changed:"
			" boundaries are coarser than the resolution\n",
			a->skews.count);
}

void exploration_print(const struct exploration *x, FILE *to)
{
	const struct trial *t = &x->setting;

	fprintf(to, "%s (%s, %s), RTT %.9g ms, skews from %.9g to %.9g ms, %s"
		" time, Linux %s\n\n", t->topology, t->nat_a, t->nat_b,
		t->rtt_ms, in_ms(x->range.from), in_ms(x->range.to),
		x->virtual_time ? "virtual" : "real", x->ran_on);
	fprintf(to, "%-10s %-4s %-10s  %10s %10s  %-14s  %-*s  %s\n",
		"method", "ttl", "variant", "from ms", "to ms", "outcome",
		RESULT_WIDTH, "mechanism (A / B), cause", "derived window");
	for (size_t i = 0; i < x->count; i++)
		print_rows(&x->approaches[i], to);
	fputc('\n', to);
	for (size_t i = 0; i < x->count; i++)
		print_sentences(&x->approaches[i], to);
}

/* ---- JSON ---- */

static json_t *intervals_json(const struct bisection *b)
{
	json_t *list = json_array();
	struct skew_interval i;
	size_t first = 0;

	for (; bisection_interval(b, first, &i); first = i.last + 1)
		json_array_append_new(list, json_pack(
			"{sf sf ss ss ss ss}",
			"from_ms", in_ms(i.from), "to_ms", in_ms(i.to),
			"outcome",
			outcome_name((enum outcome)i.result.outcome),
			"mechanism_a",
			mechanism_name((enum mechanism)i.result.mechanism[0]),
			"mechanism_b",
			mechanism_name((enum mechanism)i.result.mechanism[1]),
			"cause", cause_name((enum cause)i.result.cause)));
	return list;
}

static json_t *windows_json(const struct bisection *b)
{
	json_t *list = json_array();
	struct skew_interval w;

	for (size_t first = 0; bisection_window(b, first, &w);
	     first = w.last + 1)
		json_array_append_new(list, json_pack("[ff]", in_ms(w.from),
						      in_ms(w.to)));
	return list;
}

static json_t *boundaries_json(const struct explored *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->boundary_count; i++) {
		const struct skew_boundary *b = &a->boundaries[i];
		const struct skew_sample *s = &a->skews.samples[b->below];

		json_array_append_new(list, json_pack(
			"{sf sf sb ss ss}", "below_ms", in_ms(s[0].skew),
			"above_ms", in_ms(s[1].skew), "repeated",
			(int)b->repeated, "below", b->of_below, "above",
			b->of_above));
	}
	return list;
}

static json_t *approach_json(const struct explored *a)
{
	const struct derived_windows *d = &a->derived;
	json_t *derived = json_null();

	if (a->has_derived)
		derived = json_pack("{so so sb}",
				    "windows_ms", windows_json(&d->skews),
				    "intervals", intervals_json(&d->skews),
				    "chance", (int)d->chance);
	return json_pack("{ss ss ss so so so so si}",
			 "method", a->approach.method->name,
			 "ttl", a->approach.low_ttl ? "low" : "none",
			 "variant", approach_variant_name(&a->approach),
			 "windows_ms", windows_json(&a->skews),
			 "intervals", intervals_json(&a->skews),
			 "boundaries", boundaries_json(a),
			 "derived", derived, "skews", (int)a->skews.count);
}

bool exploration_print_json(const struct exploration *x, FILE *to)
{
	const struct trial *t = &x->setting;
	json_t *list = json_array(), *o;

	for (size_t i = 0; i < x->count; i++)
		json_array_append_new(list, approach_json(&x->approaches[i]));
	o = json_pack("{ss ss ss ss sI ss ss ss sf ss sf sf sf sf sf si so}",
		"schema", "tcptrav.exploration/1", "version", TCPTRAV_VERSION,
		"clock", x->virtual_time ? "virtual" : "real", "kernel",
		x->ran_on, "seed", (json_int_t)x->seed, "topology", t->topology,
		"nat_a", t->nat_a, "nat_b", t->nat_b, "rtt_ms", t->rtt_ms,
		"spoofing", t->spoofing_dropped ? "dropped" : "allowed",
		"timeout_ms", trial_timeout(t),
		"from_ms", in_ms(x->range.from), "to_ms", in_ms(x->range.to),
		"step_ms", in_ms(x->range.step),
		"resolution_ms", in_ms(x->range.resolution),
		"trials", (int)x->trials, "approaches", list);
	if (!o)
		return false;
	json_dumpf(o, to, JSON_COMPACT | JSON_REAL_PRECISION(JSON_DIGITS));
	fputc('\n', to);
	json_decref(o);
	return true;
}
