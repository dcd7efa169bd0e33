#include "cli/nat_status.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOME "\033[H"
#define REST_OF_LINE "\033[K"
#define REST_OF_SCREEN "\033[J"

/* The first @room sessions in order, of @all. */
struct session_list {
	struct nat_entry *entries;
	size_t count, room;
	uint64_t all;
};

static int compare_endpoints(const struct nat_endpoint *a,
			     const struct nat_endpoint *b)
{
	int order = (int)a->ipv6 - (int)b->ipv6;

	if (!order)
		order = memcmp(a->address, b->address, a->ipv6 ? 16 : 4);
	return order ? order : (int)a->port - (int)b->port;
}

static int compare_sessions(const struct nat_entry *a,
			    const struct nat_entry *b)
{
	int order = strcmp(a->protocol, b->protocol);

	if (!order)
		order = compare_endpoints(&a->inside, &b->inside);
	if (!order)
		order = compare_endpoints(&a->remote, &b->remote);
	return order ? order : compare_endpoints(&a->external, &b->external);
}

/* insert_session - in order; the last one leaves when there are too many */
static void insert_session(void *argument, const struct nat_entry *entry)
{
	struct session_list *c = argument;
	size_t low = 0, high = c->count;

	c->all++;
	if (c->count == c->room &&
	    (!c->room ||
	     compare_sessions(entry, &c->entries[c->count - 1]) >= 0))
		return;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_sessions(entry, &c->entries[middle]) < 0)
			high = middle;
		else
			low = middle + 1;
	}
	c->count += c->count < c->room;
	memmove(&c->entries[low + 1], &c->entries[low],
		(c->count - low - 1) * sizeof(*entry));
	c->entries[low] = *entry;
}

void nat_totals(struct gateway *g, struct nat_totals *out)
{
	struct nat_counts counts;

	nat_counts(gateway_nat(g), &counts);
	out->forwarded = counts.forwarded;
	out->dropped = drop_reasons_total(gateway_reasons(g), NAT_DROP);
	out->answered = drop_reasons_total(gateway_reasons(g), NAT_REPLY);
}

void nat_status_measure(struct nat_status *s, struct gateway *g, int64_t now)
{
	double seconds = (double)(now - s->measured) / NS_PER_S;
	struct nat_totals t;

	nat_totals(g, &t);
	if (seconds > 0) {
		s->rates[0] = (double)(t.forwarded - s->before.forwarded) /
			seconds;
		s->rates[1] = (double)(t.dropped - s->before.dropped) /
			seconds;
		s->rates[2] = (double)(t.answered - s->before.answered) /
			seconds;
	}
	s->before = t;
	s->measured = now;
}

static void print_header(const struct nat_status *s, struct gateway *g,
			 int64_t now, FILE *to)
{
	int64_t up = (now - s->started) / NS_PER_S;
	struct nat_counts counts;
	struct nat_totals t;

	nat_counts(gateway_nat(g), &counts);
	nat_totals(g, &t);
	fprintf(to, "tcptrav nat: %s, profile %s, up %" PRId64 ":%02d:%02d\n",
		s->interfaces, s->profile, up / 3600, (int)(up / 60 % 60),
		(int)(up % 60));
	fprintf(to, "packets    forwarded      dropped     answered\n"
		"all     %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n"
		"a second %11.0f %12.0f %12.0f\n", t.forwarded, t.dropped,
		t.answered, s->rates[0], s->rates[1], s->rates[2]);
	fprintf(to, "%" PRIu32 " sessions, %" PRIu32 " mappings, %" PRIu64
		" packets on the fast path\n", counts.sessions,
		counts.mappings, counts.offloaded);
}

static int by_count(const void *a, const void *b)
{
	const struct drop_reason_row *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

static void print_reasons(struct gateway *g, FILE *to)
{
	const struct drop_reasons *reasons = gateway_reasons(g);
	struct drop_reason_row rows[DROP_REASONS];

	if (!reasons->used)
		return;
	memcpy(rows, reasons->rows, reasons->used * sizeof(rows[0]));
	qsort(rows, reasons->used, sizeof(rows[0]), by_count);
	fprintf(to, "\n%12s           why\n", "refused");
	for (unsigned i = 0; i < reasons->used; i++)
		fprintf(to, "%12" PRIu64 " %-9s %s\n", rows[i].count,
			rows[i].verdict == NAT_REPLY ? "answered" : "dropped",
			rows[i].reason);
}

static void print_sessions(struct gateway *g, int64_t now, size_t room,
			   FILE *to)
{
	struct session_list c = {
		.entries = calloc(room, sizeof(*c.entries)), .room = room,
	};
	char inside[NAT_ENDPOINT_TEXT], external[NAT_ENDPOINT_TEXT];
	char remote[NAT_ENDPOINT_TEXT];

	if (!c.entries)
		return;
	nat_sessions(gateway_nat(g), insert_session, &c);
	if (c.all)
		fprintf(to, "\n%-5s %-21s %-21s %-21s %-12s %7s\n", "",
			"inside", "external", "remote", "state", "left, s");
	for (size_t i = 0; i < c.count; i++) {
		const struct nat_entry *s = &c.entries[i];
		int64_t left = s->expires > now ? s->expires - now : 0;

		fprintf(to, "%-5s %-21s %-21s %-21s %-12s %7" PRId64 "\n",
			s->protocol, nat_endpoint_text(&s->inside, inside),
			nat_endpoint_text(&s->external, external),
			nat_endpoint_text(&s->remote, remote), s->state,
			left / NS_PER_S);
	}
	if (c.all > c.count)
		fprintf(to, "and %" PRIu64 " more\n", c.all - c.count);
	free(c.entries);
}

static char *render_plain(const struct nat_status *s, struct gateway *g,
			  int64_t now, size_t room, size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (!to)
		return NULL;
	print_header(s, g, now, to);
	print_reasons(g, to);
	print_sessions(g, now, room, to);
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

/* fit_window - cut to the window's size, and drawn over what it shows */
static char *fit_window(const char *text, unsigned rows, unsigned columns,
			size_t *length)
{
	char *out = NULL;
	FILE *to = open_memstream(&out, length);

	if (!to)
		return NULL;
	fputs(HOME, to);
	for (unsigned i = 0; i + 1 < rows && *text; i++) {
		int line = (int)strcspn(text, "\n");

		fprintf(to, "%.*s" REST_OF_LINE "\n",
			line < (int)columns ? line : (int)columns, text);
		text += line + (text[line] == '\n');
	}
	fputs(REST_OF_SCREEN, to);
	if (!fclose(to))
		return out;
	free(out);
	return NULL;
}

char *nat_status_text(const struct nat_status *s, struct gateway *g,
		      int64_t now, unsigned rows, unsigned columns,
		      size_t *length)
{
	char *text = render_plain(s, g, now, rows ? rows : NAT_STATUS_SESSIONS,
			   length);
	char *fitted;

	if (!text || !rows)
		return text;
	fitted = fit_window(text, rows, columns, length);
	free(text);
	return fitted;
}
