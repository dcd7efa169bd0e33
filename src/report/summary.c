#include "report/summary.h"

#include <string.h>

#define BOLD_GREEN "\033[1;32m"
#define BOLD_RED   "\033[1;31m"
#define PLAIN	   "\033[0m"

void summary_setting(const struct trial_record *r, FILE *to)
{
	const struct trial *t = &r->setting;
	const char *variant = approach_variant_name(&t->approach);
	const char *links = link_options_text(t->links);

	fprintf(to, "%s", t->approach.method->name);
	if (*variant)
		fprintf(to, " --%s", variant);
	fprintf(to, ", %s",
		t->approach.low_ttl ? "low TTL" : "TTL not lowered");
	if (!r->lab)
		return;
	fprintf(to, ", %s (%s, %s), RTT %.9g ms", t->topology, t->nat_a,
		t->nat_b, t->rtt_ms);
	if (t->skew_ms > 0 || t->skew_ms < 0)
		fprintf(to, ", skew %.9g ms", t->skew_ms);
	if (t->loss > 0)
		fprintf(to, ", loss %g", t->loss);
	if (*links)
		fprintf(to, ", %s", links);
}

/* "A by forged-syn-ack"; the mechanism is unknown without a capture */
static void print_mechanism(char host, uint8_t mechanism, const char *before,
			    FILE *to)
{
	const char *name = mechanism_name((enum mechanism)mechanism);

	fprintf(to, "%s%c %s", before, host,
		*name ? "by " : "by what was not captured");
	fputs(name, to);
}

static void print_connected(const struct trial_record *r, FILE *to)
{
	if (r->connect_ms >= 0)
		fprintf(to, " in %.1f ms", r->connect_ms);
	if (r->lab || r->is_a)
		print_mechanism('A', r->mechanism_a, ": ", to);
	if (r->lab)
		print_mechanism('B', r->mechanism_b, ", ", to);
	else if (!r->is_a)
		print_mechanism('B', r->mechanism_b, ": ", to);
	fputc('\n', to);
}

static void print_failed(const struct trial_record *r, FILE *to)
{
	const char *cause = cause_name((enum cause)r->cause);
	const char *why = "no reason is known";

	if (*cause) {
		why = cause_meaning((enum cause)r->cause);
		fprintf(to, " (%s)", cause);
	}
	fprintf(to, ": %s\n", *r->explain ? r->explain : why);
}

void summary_result(const struct trial_record *r, bool colour, FILE *to)
{
	bool connected = r->outcome == OUTCOME_CONNECTED;

	if (colour)
		fputs(connected ? BOLD_GREEN : BOLD_RED, to);
	fputs(outcome_name((enum outcome)r->outcome), to);
	if (colour)
		fputs(PLAIN, to);
	if (!connected) {
		print_failed(r, to);
		return;
	}
	print_connected(r, to);
	if (*r->explain)
		fprintf(to, "%s\n", r->explain);
}

void summary_host_lines(const struct ladder *l, enum lifeline side,
			char own[HOST_TEXT], char seen[HOST_TEXT])
{
	const struct attempt_result *r = side == LIFELINE_A ? l->a : l->b;
	const struct attempt_result *other = side == LIFELINE_A ? l->b : l->a;
	const struct endpoint *outside = r ? &r->seen :
					 other ? &other->peer : NULL;
	char name = side == LIFELINE_A ? 'A' : 'B';
	char text[ENDPOINT_TEXT];

	snprintf(own, HOST_TEXT, "%c", name);
	*seen = '\0';
	if (!r)
		snprintf(own, HOST_TEXT, "%c, the peer", name);
	else if (r->local.port)
		snprintf(own, HOST_TEXT, "%c %s", name,
			 endpoint_text(&r->local, text));
	if (outside && outside->port)
		snprintf(seen, HOST_TEXT, "public %s",
			 endpoint_text(outside, text));
}
