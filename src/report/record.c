/*
 * The record of a trial as JSON (DESIGN 8). Printed by hand: fields keep the
 * order of the schema, seeds keep all 64 bits, numbers do not depend on the
 * locale, and names that are no UTF-8 (a file's path) still give valid JSON.
 */
#include "report/record.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_text(const char *text, FILE *to)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	putc('"', to);
	for (; *p; p += n ? n : 1) {
		n = utf8_length(p);
		if (!n)
			fputs("\\ufffd", to);
		else if (*p == '"' || *p == '\\')
			fprintf(to, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			fprintf(to, "\\u%04x", *p);
		else
			fwrite(p, 1, n, to);
	}
	putc('"', to);
}

static void text_field(const char *name, const char *value, FILE *to)
{
	fprintf(to, ",\"%s\":", name);
	print_text(value, to);
}

/* A field that is null when it is empty or not known. */
static void text_or_null(const char *name, const char *value, bool known,
			 FILE *to)
{
	if (known && value && *value)
		text_field(name, value, to);
	else
		fprintf(to, ",\"%s\":null", name);
}

/* A number with at least @least and at most six decimals, or null. */
static void decimals_field(const char *name, double value, int least,
			   bool known, FILE *to)
{
	long long millionths;
	char decimals[8];
	int length = 6;

	if (!known || !isfinite(value)) {
		fprintf(to, ",\"%s\":null", name);
		return;
	}
	millionths = llround(fabs(value) * 1e6);
	snprintf(decimals, sizeof(decimals), "%06d",
		 (int)(millionths % 1000000));
	while (length > least && decimals[length - 1] == '0')
		length--;
	fprintf(to, ",\"%s\":%s%lld%s%.*s", name,
		value < 0 && millionths ? "-" : "", millionths / 1000000,
		length ? "." : "", length, decimals);
}

/* number_field - with at most three: what is finer was not measured */
static void number_field(const char *name, double value, int least, bool known,
			 FILE *to)
{
	decimals_field(name, round(value * 1000) / 1000, least, known, to);
}

static void count_field(const char *name, uint32_t value, bool known, FILE *to)
{
	fprintf(to, ",\"%s\":", name);
	if (known)
		fprintf(to, "%" PRIu32, value);
	else
		fputs("null", to);
}

bool record_seed(const char *line, uint64_t *out)
{
	const char *at = strstr(line, RECORD_SEED);

	if (!at)
		return false;
	at += strlen(RECORD_SEED);
	at += strspn(at, " ");
	*out = strtoull(at, NULL, 10);
	return *at >= '0' && *at <= '9';
}

static void print_setting(const struct trial_record *r, FILE *to)
{
	fputs(RECORD_BEGINNING, to);
	text_field("version", TCPTRAV_VERSION, to);
	text_field("id", r->id, to);
	fprintf(to, ",\"seed\":%" PRIu64, r->seed);
	text_field("method", r->method, to);
	text_field("ttl", r->low_ttl ? "low" : "none", to);
	text_field("variant", r->variant, to);
	text_or_null("topology", r->topology, r->lab, to);
	text_or_null("nat_a", r->nat_a, r->lab, to);
	text_or_null("nat_b", r->nat_b, r->lab, to);
	number_field("rtt_ms", r->rtt_ms, 1, r->lab, to);
	number_field("skew_ms", r->skew_ms, 1, r->lab, to);
	decimals_field("loss", r->loss, 1, r->lab, to);
	if (r->lab)
		text_field("links", r->links, to);
	else
		fputs(",\"links\":null", to);
	number_field("background", r->background, 1, r->lab, to);
	text_or_null("spoofing", r->spoofing_dropped ? "dropped" : "allowed",
		     r->lab, to);
	number_field("timeout_ms", r->timeout_ms, 0, true, to);
}

static void mechanism_field(const char *name, uint8_t m, bool known, FILE *to)
{
	if (known)
		text_field(name, mechanism_name((enum mechanism)m), to);
	else
		fprintf(to, ",\"%s\":null", name);
}

static void print_result(const struct trial_record *r, FILE *to)
{
	bool knows_a = r->lab || r->is_a, knows_b = r->lab || !r->is_a;

	text_field("outcome", outcome_name((enum outcome)r->outcome), to);
	text_field("opener", r->opener, to);
	mechanism_field("mechanism_a", r->mechanism_a, knows_a, to);
	mechanism_field("mechanism_b", r->mechanism_b, knows_b, to);
	text_field("cause", cause_name((enum cause)r->cause), to);
	text_field("explain", r->explain, to);
	number_field("connect_ms", r->connect_ms, 1, r->connect_ms >= 0, to);
	/* What was received is known to the receiver. */
	count_field("exchanged_a_to_b", r->exchanged_a_to_b, knows_b, to);
	count_field("exchanged_b_to_a", r->exchanged_b_to_a, knows_a, to);
	count_field("ttl_a", r->ttl_a, knows_a && r->ttl_a, to);
	count_field("ttl_b", r->ttl_b, knows_b && r->ttl_b, to);
	number_field("late_ms", r->late_ms, 1, r->lab, to);
	count_field("repeats", r->repeats, r->lab, to);
	fputs("}\n", to);
}

void record_print(const struct trial_record *r, FILE *to)
{
	print_setting(r, to);
	print_result(r, to);
}
