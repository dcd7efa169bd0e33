#include "cli/compare_records.h"

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/prediction_output.h"
#include "net/nat_spec.h"
#include "plan/trial_json.h"
#include "predict/predict.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACES_MAX 40	/* of further differences only the trial is printed */
#define NATS_TEXT 2048

struct comparison {
	uint8_t ttl;			/* fixed low TTL; 0: auto */
	unsigned long line;		/* number */
	const char *text;		/* of the line */
	unsigned long agree, differ, by_chance, skipped, other_cause;
	char nat_a[NATS_TEXT], nat_b[NATS_TEXT], topology[32];
	struct trial trial;		/* the record's */
	struct prediction prediction;
};

/* text - the text of a field; "" if it is not a string */
static const char *text(const json_t *record, const char *name)
{
	const char *value = json_string_value(json_object_get(record, name));

	return value ? value : "";
}

static double number(const json_t *record, const char *name)
{
	return json_number_value(json_object_get(record, name));
}

/* candidates_of - a record of a version without private candidates has none */
static enum candidate_use candidates_of(const json_t *record)
{
	enum candidate_use use;

	return candidate_use_parse(text(record, "candidates"), &use, NULL) ?
	       use : CANDIDATES_PUBLIC;
}

/* read_trial - read the setting of a record; Return: false if it is not a
   record */
static bool read_trial(struct comparison *c, const json_t *record)
{
	struct trial *t = &c->trial;

	snprintf(c->nat_a, sizeof(c->nat_a), "%s", text(record, "nat_a"));
	snprintf(c->nat_b, sizeof(c->nat_b), "%s", text(record, "nat_b"));
	snprintf(c->topology, sizeof(c->topology), "%s",
		 text(record, "topology"));
	*t = (struct trial){
		.nat_a = c->nat_a, .nat_b = c->nat_b,
		.topology = c->topology,
		.rtt_ms = number(record, "rtt_ms"),
		.skew_ms = number(record, "skew_ms"),
		.timeout_ms = number(record, "timeout_ms"),
		.spoofing_dropped = !strcmp(text(record, "spoofing"),
					    "dropped"),
		.candidates = candidates_of(record),
		.ttl = c->ttl,
		.approach = {
			.method = method_find(text(record, "method")),
			.low_ttl = !strcmp(text(record, "ttl"), "low"),
			.variant = *text(record, "variant"),
		},
	};
	return t->approach.method &&
	       !strcmp(text(record, "schema"), TRIAL_SCHEMA);
}

/* is_predictable - false for errors of the lab, links with faults, packets that
   race, and exec: NATs */
static bool is_predictable(const struct comparison *c, const json_t *record)
{
	struct error ignored;

	return strcmp(text(record, "outcome"), outcome_name(OUTCOME_ERROR)) !=
		       0 &&
	       !(number(record, "loss") > 0) && !*text(record, "links") &&
	       !strstr(c->nat_a, NAT_SPEC_EXEC_PREFIX) &&
	       !strstr(c->nat_b, NAT_SPEC_EXEC_PREFIX) &&
	       prediction_setup_check(&c->trial, &ignored);
}

/* has_candidate - the same one? A record of a version without private
   candidates does not tell. */
static bool has_candidate(const json_t *record, const struct predicted *p)
{
	return !json_object_get(record, "candidate") ||
	       strcmp(text(record, "candidate"),
		      candidate_kind_name(p->candidate)) == 0;
}

/* has_result - do outcome and mechanisms agree? */
static bool has_result(const json_t *record, const struct predicted *p)
{
	return !strcmp(text(record, "outcome"), outcome_name(p->outcome)) &&
	       !strcmp(text(record, "mechanism_a"),
		       mechanism_name(p->mechanism[0])) &&
	       !strcmp(text(record, "mechanism_b"),
		       mechanism_name(p->mechanism[1])) &&
	       has_candidate(record, p);
}

static bool agrees(const json_t *record, const struct prediction *p)
{
	return has_result(record, &p->result) ||
	       has_result(record, &p->alternative);
}

static bool has_cause_of(const json_t *record, const struct predicted *p)
{
	return has_result(record, p) &&
	       !strcmp(text(record, "cause"), cause_name(p->cause));
}

/* has_cause - is the cause the one that was predicted for this result? */
static bool has_cause(const json_t *record, const struct prediction *p)
{
	return has_cause_of(record, &p->result) ||
	       has_cause_of(record, &p->alternative);
}

static void print_result(const char *label, const char *outcome,
			 const char *mechanism_a, const char *mechanism_b,
			 const char *cause, const char *explain)
{
	printf("  %-9s %s %s%s%s%s %s\n", label, outcome, mechanism_a,
	       *mechanism_b ? " / " : "", mechanism_b, cause, explain);
}

static void print_predicted(const char *label, const struct predicted *p,
			    const char *explain)
{
	print_result(label, outcome_name(p->outcome),
		     mechanism_name(p->mechanism[0]),
		     mechanism_name(p->mechanism[1]), cause_name(p->cause),
		     explain);
}

/* print_difference - print the trial, the record's result and the predicted
   one */
static void print_difference(const struct comparison *c, const json_t *record)
{
	const json_t *ms = json_object_get(record, "connect_ms");
	const struct prediction *p = &c->prediction;
	const char *variant = text(record, "variant");
	uint64_t seed = 0;

	trial_json_seed(c->text, &seed);
	printf("line %lu: %s, TTL %s%s%s, %s, %s | %s, rtt %.9g, skew %.9g,"
	       " seed %" PRIu64 "%s\n", c->line, text(record, "method"),
	       text(record, "ttl"), *variant ? " " : "", variant, c->topology,
	       c->nat_a, c->nat_b, c->trial.rtt_ms, c->trial.skew_ms,
	       seed, p->chance ? ", by chance" : "");
	if (c->differ > TRACES_MAX)
		return;
	print_result("happened", text(record, "outcome"),
		     text(record, "mechanism_a"), text(record, "mechanism_b"),
		     text(record, "cause"), text(record, "explain"));
	if (json_is_number(ms))
		printf("    %8.1f  connected\n", json_number_value(ms));
	print_predicted("predicted", &p->result, p->explain);
	if (p->chance)
		print_predicted("or", &p->alternative, "");
	prediction_print_lines(p);
}

/* predict_record - predict the record's trial, and compare the results */
static bool predict_record(struct comparison *c, const json_t *record,
			   struct error *e)
{
	const struct prediction *p = &c->prediction;
	struct prediction_setup setup;
	struct error why;

	if (!prediction_setup_make(&c->trial, &setup, &why))
		return error_set(e, why.kind, "line %lu: %s", c->line,
				 why.text);
	predict(&setup, &c->prediction);
	if (agrees(record, p)) {
		c->agree++;
		c->by_chance += p->chance;
		c->other_cause += *text(record, "cause") &&
				  !has_cause(record, p);
	} else {
		c->differ++;
		print_difference(c, record);
	}
	return true;
}

static bool compare_line(struct comparison *c, size_t length, struct error *e)
{
	json_error_t why;
	json_t *record =
		json_loadb(c->text, length, JSON_DECODE_INT_AS_REAL, &why);
	bool ok = true;

	c->line++;
	if (!record || !read_trial(c, record))
		ok = error_set(e, ERROR_USE, "line %lu is not a record of a"
			       " trial: %s", c->line,
			       record ? "schema or method" : why.text);
	else if (!is_predictable(c, record))
		c->skipped++;
	else
		ok = predict_record(c, record, e);
	json_decref(record);
	return ok;
}

static bool compare_file(struct comparison *c, const char *path,
			 struct error *e)
{
	FILE *from = strcmp(path, "-") ? fopen(path, "r") : stdin;
	size_t room = 0;
	char *line = NULL;
	bool ok = true;
	ssize_t n;

	while (ok && from && (n = getline(&line, &room, from)) > 0) {
		c->text = line;
		ok = compare_line(c, (size_t)n, e);
	}
	if (ok && (!from || ferror(from)))
		ok = error_set(e, ERROR_USE,
			       "the records in \"%s\" cannot be"
			       " read: %s",
			       path, strerror(errno));
	else if (ok && !c->line)
		ok = error_set(e, ERROR_USE, "\"%s\" has no records",
			       path);
	free(line);
	if (from && from != stdin)
		fclose(from);
	return ok;
}

int compare_records(const char *path, uint8_t ttl)
{
	static struct comparison c;
	struct error e = { .kind = ERROR_NONE };

	c.ttl = ttl;
	if (!compare_file(&c, path, &e))
		return cli_error(&e);
	printf("%lu agree, %lu differ", c.agree, c.differ);
	if (c.by_chance)
		printf("; %lu of those that agree were decided by chance"
		       " (%.2f %%)", c.by_chance,
		       100.0 * (double)c.by_chance / (double)c.agree);
	if (c.other_cause)
		printf("; %lu failed as predicted for another cause",
		       c.other_cause);
	if (c.skipped)
		printf("; %lu were not predicted (errors, lossy links,"
		       " races, exec:)",
		       c.skipped);
	putchar('\n');
	return c.differ || !c.agree ? STATUS_FAILED : STATUS_OK;
}
