#include "cli/results_table.h"

#include <stdlib.h>
#include <string.h>

#define MECHANISMS ((size_t)MECHANISM_COUNT)
#define PAIRS (MECHANISMS * MECHANISMS)	/* of A's mechanism and B's */
#define CELL_TEXT 64
#define MECHANISM_WIDTH 38

struct results_row {
	struct approach approach;
	unsigned trials, connected;
	unsigned mechanisms[PAIRS];
	unsigned causes[CAUSE_COUNT];
	char explain[sizeof(((struct trial_record *)0)->explain)];
	unsigned times;
	double *time;		/* to connect; ms */
};

struct results_table {
	size_t count;
	double *times;		/* storage of all rows */
	struct results_row rows[];
};

struct results_table *results_table_new(const struct approach *approaches,
					size_t count, unsigned trials)
{
	struct results_table *t =
		calloc(1, sizeof(*t) + count * sizeof(t->rows[0]));

	if (!t)
		return NULL;
	t->count = count;
	t->times = calloc(count * trials, sizeof(*t->times));
	if (!t->times) {
		free(t);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		t->rows[i].approach = approaches[i];
		t->rows[i].time = t->times + i * trials;
	}
	return t;
}

void results_table_free(struct results_table *t)
{
	if (t)
		free(t->times);
	free(t);
}

void results_table_add(struct results_table *t, size_t approach,
		       const struct trial_record *r)
{
	struct results_row *row = &t->rows[approach];

	row->trials++;
	if (r->outcome == OUTCOME_CONNECTED) {
		row->connected++;
		row->mechanisms[r->mechanism_a * MECHANISMS +
				r->mechanism_b]++;
		if (r->connect_ms >= 0)
			row->time[row->times++] = r->connect_ms;
		return;
	}
	row->causes[r->cause]++;
	if (!row->explain[0])
		memcpy(row->explain, r->explain, sizeof(row->explain));
}

/* most_frequent - the index of the largest count */
static size_t most_frequent(const unsigned *counts, size_t count)
{
	size_t best = 0;

	for (size_t i = 1; i < count; i++)
		if (counts[i] > counts[best])
			best = i;
	return best;
}

/* mechanism_text - the most frequent pair of those that connected */
static void mechanism_text(const struct results_row *row, char text[CELL_TEXT])
{
	size_t pair = most_frequent(row->mechanisms, PAIRS);
	const char *a = mechanism_name((enum mechanism)(pair / MECHANISMS));
	const char *b = mechanism_name((enum mechanism)(pair % MECHANISMS));

	text[0] = '\0';
	if (row->connected)
		snprintf(text, CELL_TEXT, "%s%s%s", a,
			 strcmp(a, b) ? " / " : "", strcmp(a, b) ? b : "");
}

/* cause_text - the most frequent cause of those that did not */
static void cause_text(const struct results_row *row, char text[CELL_TEXT])
{
	enum cause cause = (enum cause)most_frequent(row->causes, CAUSE_COUNT);

	text[0] = '\0';
	if (row->connected == row->trials)
		return;
	if (cause == CAUSE_NONE)
		snprintf(text, CELL_TEXT, "%s", outcome_name(OUTCOME_ERROR));
	else
		snprintf(text, CELL_TEXT, "%s", cause_name(cause));
}

static int compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* time_text - the median */
static void time_text(const struct results_row *row, char text[CELL_TEXT])
{
	text[0] = '\0';
	if (!row->times)
		return;
	qsort(row->time, row->times, sizeof(*row->time), compare_times);
	snprintf(text, CELL_TEXT, "%.1f", row->time[row->times / 2]);
}

static void print_row(const struct results_row *row, FILE *to)
{
	char share[CELL_TEXT], pair[CELL_TEXT], why[CELL_TEXT];
	char time[CELL_TEXT];

	snprintf(share, sizeof(share), "%u/%u", row->connected, row->trials);
	mechanism_text(row, pair);
	cause_text(row, why);
	time_text(row, time);
	fprintf(to, "%-10s %-4s %-10s %9s  %9s  %-*s%s\n",
		row->approach.method->name,
		row->approach.low_ttl ? "low" : "none",
		approach_variant_name(&row->approach), share, time,
		why[0] ? MECHANISM_WIDTH : 0, pair, why);
}

static void print_why(const struct results_row *row, FILE *to)
{
	const char *variant = approach_variant_name(&row->approach);

	if (!row->explain[0])
		return;
	fprintf(to, "%s, TTL %s%s%s: %s\n", row->approach.method->name,
		row->approach.low_ttl ? "low" : "none", variant[0] ? ", " : "",
		variant, row->explain);
}

void results_table_print(const struct results_table *t, FILE *to)
{
	bool all = true;

	fprintf(to, "%-10s %-4s %-10s %9s  %9s  %-*s%s\n", "method", "ttl",
		"variant", "connected", "median ms", MECHANISM_WIDTH,
		"mechanism (A / B)", "cause");
	for (size_t i = 0; i < t->count; i++) {
		print_row(&t->rows[i], to);
		all = all && t->rows[i].connected == t->rows[i].trials;
	}
	if (!all)
		fputc('\n', to);
	for (size_t i = 0; i < t->count; i++)
		print_why(&t->rows[i], to);
}
