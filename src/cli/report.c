#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOLD_GREEN "\033[1;32m"
#define BOLD_RED   "\033[1;31m"
#define PLAIN	   "\033[0m"

int cli_error(const struct error *e)
{
	fprintf(stderr, "tcptrav: %s\n", e->text);
	return error_status(e);
}

int outcome_status(enum outcome outcome, enum cause cause)
{
	if (outcome == OUTCOME_CONNECTED)
		return STATUS_OK;
	return cause == CAUSE_NO_PRIVILEGE ? STATUS_MISSING : STATUS_FAILED;
}

bool colour_wanted(FILE *to)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(to)) && (!no || !*no) && term &&
	       strcmp(term, "dumb") != 0;
}

/* "natblaster, low TTL, two-nats (symmetric, rst), RTT 40 ms, skew 5 ms" */
static void print_setting(const struct trial_record *r, FILE *to)
{
	fprintf(to, "%s", r->method);
	if (*r->variant)
		fprintf(to, " --%s", r->variant);
	fprintf(to, ", %s", r->low_ttl ? "low TTL" : "TTL not lowered");
	if (r->lab) {
		fprintf(to, ", %s (%s, %s), RTT %g ms", r->topology, r->nat_a,
			r->nat_b, r->rtt_ms);
		if (r->skew_ms > 0 || r->skew_ms < 0)
			fprintf(to, ", skew %g ms", r->skew_ms);
		if (r->loss > 0)
			fprintf(to, ", loss %g", r->loss);
		if (*r->links)
			fprintf(to, ", %s", r->links);
	}
	fputs("\n\n", to);
}

/* "A by forged-syn-ack"; without a capture nobody knows */
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

void report_result(const struct trial_record *r, bool colour, FILE *to)
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

void report_trial(const struct trial_record *r, const struct ladder *ladder,
		  bool json, FILE *to)
{
	struct ladder drawn;

	if (json) {
		record_print(r, to);
		return;
	}
	print_setting(r, to);
	if (ladder) {
		drawn = *ladder;
		drawn.colour = colour_wanted(to);
		ladder_print(&drawn, to);
		fputc('\n', to);
	}
	report_result(r, colour_wanted(to), to);
}
