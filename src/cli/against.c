#include "cli/against.h"

#include "base/nearest_name.h"
#include "cli/cli.h"
#include "net/nat_spec.h"
#include "plan/trial_json.h"
#include "predict/predict.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACES_MAX 40		/* of further ones only the trial is told */
#define WORDS 2048		/* of a list of NATs */

struct against {
	uint8_t ttl;			/* that was given; 0: found */
	unsigned long line;
	const char *text;		/* of the line */
	unsigned long agree, differ, by_chance, passed_over, other_cause;
	char nat_a[WORDS], nat_b[WORDS], topology[32];
	struct trial trial;		/* the record's */
	struct prediction prediction;
};

/* A field that is a string; "" if it is none. */
static const char *text(const json_t *record, const char *name)
{
	const char *value = json_string_value(json_object_get(record, name));

	return value ? value : "";
}

static double number(const json_t *record, const char *name)
{
	return json_number_value(json_object_get(record, name));
}

static bool approach_of(const json_t *record, struct approach *out)
{
	*out = (struct approach){
		.method = method_find(text(record, "method")),
		.low_ttl = !strcmp(text(record, "ttl"), "low"),
		.variant = *text(record, "variant"),
	};
	return out->method;
}

/* read_trial - what the record says was tried; false: it is no record */
static bool read_trial(struct against *a, const json_t *record)
{
	struct trial *t = &a->trial;

	snprintf(a->nat_a, sizeof(a->nat_a), "%s", text(record, "nat_a"));
	snprintf(a->nat_b, sizeof(a->nat_b), "%s", text(record, "nat_b"));
	snprintf(a->topology, sizeof(a->topology), "%s",
		 text(record, "topology"));
	*t = (struct trial){
		.nat_a = a->nat_a, .nat_b = a->nat_b,
		.topology = a->topology,
		.rtt_ms = number(record, "rtt_ms"),
		.skew_ms = number(record, "skew_ms"),
		.timeout_ms = number(record, "timeout_ms"),
		.spoofing_dropped = !strcmp(text(record, "spoofing"),
					    "dropped"),
		.ttl = a->ttl,
	};
	return approach_of(record, &t->approach) &&
	       !strcmp(text(record, "schema"), TRIAL_SCHEMA);
}

/* is_predictable - errors are the lab's, faults of links and races of packets
   are chance, and what a program does as a NAT nobody knows */
static bool is_predictable(const struct against *a, const json_t *record)
{
	struct error ignored;

	return strcmp(text(record, "outcome"),
		      outcome_name(OUTCOME_ERROR)) != 0 &&
	       !(number(record, "loss") > 0) && !*text(record, "links") &&
	       !strstr(a->nat_a, NAT_SPEC_EXEC_PREFIX) &&
	       !strstr(a->nat_b, NAT_SPEC_EXEC_PREFIX) &&
	       prediction_setup_check(&a->trial, &ignored);
}

static bool is_so(const json_t *record, const struct predicted *p)
{
	return !strcmp(text(record, "outcome"), outcome_name(p->outcome)) &&
	       !strcmp(text(record, "mechanism_a"),
		       mechanism_name(p->mechanism[0])) &&
	       !strcmp(text(record, "mechanism_b"),
		       mechanism_name(p->mechanism[1]));
}

static bool matches(const json_t *record, const struct prediction *p)
{
	return is_so(record, &p->result) ||
	       (p->chance && (is_so(record, &p->alternative) ||
			      is_so(record, &p->one_sided)));
}

/* has_cause - of a failure as predicted, however chance falls */
static bool has_cause(const json_t *record, const struct prediction *p)
{
	const char *cause = text(record, "cause");

	return !strcmp(cause, cause_name(p->result.cause)) ||
	       (is_so(record, &p->alternative) &&
		!strcmp(cause, cause_name(p->alternative.cause))) ||
	       (is_so(record, &p->one_sided) &&
		!strcmp(cause, cause_name(p->one_sided.cause)));
}

static void print_story(const char *who, const char *outcome, const char *a,
			const char *b, const char *cause, const char *explain)
{
	printf("  %-9s %s %s%s%s%s %s\n", who, outcome, a, *b ? " / " : "", b,
	       cause, explain);
}

static void tell_both(const struct against *a, const json_t *record)
{
	const json_t *ms = json_object_get(record, "connect_ms");
	const struct prediction *p = &a->prediction;
	const char *variant = text(record, "variant");
	uint64_t seed = 0;

	trial_json_seed(a->text, &seed);
	printf("line %lu: %s, TTL %s%s%s, %s, %s | %s, rtt %g, skew %g, seed"
	       " %" PRIu64 "%s\n", a->line, text(record, "method"),
	       text(record, "ttl"), *variant ? " " : "", variant, a->topology,
	       a->nat_a, a->nat_b, a->trial.rtt_ms, a->trial.skew_ms,
	       seed, p->chance ? ", by chance" : "");
	if (a->differ > TRACES_MAX)
		return;
	print_story("happened", text(record, "outcome"),
		    text(record, "mechanism_a"), text(record, "mechanism_b"),
		    text(record, "cause"), text(record, "explain"));
	if (json_is_number(ms))
		printf("    %8.1f  connected\n", json_number_value(ms));
	print_story("predicted", outcome_name(p->result.outcome),
		    mechanism_name(p->result.mechanism[0]),
		    mechanism_name(p->result.mechanism[1]),
		    cause_name(p->result.cause), p->explain);
	prediction_print(p, stdout);
}

static void judge(struct against *a, const json_t *record)
{
	const struct prediction *p = &a->prediction;

	if (matches(record, p)) {
		a->agree++;
		a->by_chance += p->chance;
		a->other_cause += *text(record, "cause") &&
				  !has_cause(record, p);
	} else {
		a->differ++;
		tell_both(a, record);
	}
}

/* hold - what would have become of the record's trial, and what did */
static bool hold(struct against *a, const json_t *record, struct error *e)
{
	struct prediction_setup setup;
	struct error now;

	if (!prediction_setup_make(&a->trial, &setup, &now))
		return error_set(e, now.kind, "line %lu: %s", a->line,
				 now.text);
	predict(&setup, &a->prediction);
	judge(a, record);
	return true;
}

static bool take_line(struct against *a, size_t length, struct error *e)
{
	json_error_t why;
	json_t *record = json_loadb(a->text, length, JSON_DECODE_INT_AS_REAL,
				    &why);
	bool ok = true;

	a->line++;
	if (!record || !read_trial(a, record))
		ok = error_set(e, ERROR_USE, "line %lu is no record of a"
			       " trial: %s", a->line,
			       record ? "schema or method" : why.text);
	else if (!is_predictable(a, record))
		a->passed_over++;
	else
		ok = hold(a, record, e);
	json_decref(record);
	return ok;
}

static int report(const struct against *a)
{
	printf("%lu agree, %lu differ", a->agree, a->differ);
	if (a->by_chance)
		printf("; %lu of those that agree were decided by chance",
		       a->by_chance);
	if (a->other_cause)
		printf("; %lu failed as predicted for another cause",
		       a->other_cause);
	if (a->passed_over)
		printf("; %lu were not predicted (errors, lossy links,"
		       " races, exec:)", a->passed_over);
	putchar('\n');
	return a->differ || !a->agree ? STATUS_FAILED : STATUS_OK;
}

static bool cannot_read(const char *path, struct error *e)
{
	return error_set(e, ERROR_USE, "the records in \"%s\" cannot be read:"
			 " %s", path, strerror(errno));
}

static bool take_all(struct against *a, FILE *from, const char *path,
		     struct error *e)
{
	size_t room = 0;
	char *line = NULL;
	bool ok = true;
	ssize_t n;

	while (ok && (n = getline(&line, &room, from)) > 0) {
		a->text = line;
		ok = take_line(a, (size_t)n, e);
	}
	if (ok && ferror(from))
		ok = cannot_read(path, e);
	else if (ok && !a->line)
		ok = error_set(e, ERROR_USE, "there is no record in \"%s\"",
			       path);
	free(line);
	return ok;
}

int against_records(const char *path, uint8_t ttl)
{
	static struct against a;
	struct error e = { .kind = ERROR_NONE };
	FILE *from = strcmp(path, "-") ? fopen(path, "r") : stdin;
	bool ok;

	if (!from) {
		cannot_read(path, &e);
		return cli_error(&e);
	}
	a.ttl = ttl;
	ok = take_all(&a, from, path, &e);
	if (from != stdin)
		fclose(from);
	return ok ? report(&a) : cli_error(&e);
}
