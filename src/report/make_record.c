#include "report/make_record.h"

#include "base/clock.h"
#include "report/nat_log.h"
#include "net/topology.h"
#include "plan/trial.h"

#include <stdio.h>
#include <string.h>

enum outcome trial_outcome(const struct attempt_result *a,
			   const struct attempt_result *b)
{
	if (!a || !b)
		return OUTCOME_ERROR;
	if (a->outcome == OUTCOME_CONNECTED && b->outcome == OUTCOME_CONNECTED)
		return OUTCOME_CONNECTED;
	if (a->outcome == OUTCOME_NOT_APPLICABLE ||
	    b->outcome == OUTCOME_NOT_APPLICABLE)
		return OUTCOME_NOT_APPLICABLE;
	if (a->outcome == OUTCOME_ERROR || b->outcome == OUTCOME_ERROR)
		return OUTCOME_ERROR;
	return OUTCOME_FAILED;
}

/* From S's introduction to the later host's first authenticated byte. */
static double connect_time(const struct observations *f)
{
	const struct attempt_result *a = &f->result[0], *b = &f->result[1];
	int64_t from = nat_log_introduced(f, a->session[a->order & 1]);
	int64_t to = a->authenticated_at > b->authenticated_at ?
		     a->authenticated_at : b->authenticated_at;

	if (!from || to < from)
		return -1;
	return (double)(to - from) / (double)NS_PER_MS;
}

static void record_connected(const struct trial *t,
			     const struct observations *f,
			     struct trial_record *r)
{
	const struct attempt_result *a = &f->result[0], *b = &f->result[1];

	r->mechanism_a = a->mechanism;
	r->mechanism_b = b->mechanism;
	r->connect_ms = connect_time(f);
	if (approach_has_roles(&t->approach))
		snprintf(r->opener, sizeof(r->opener), "%s",
			 a->opener ? "a" : b->opener ? "b" : "");
}

/* The sentence of the side whose cause it is, and what the NATs did. */
static void explain_failure(const struct attempt_result *a,
			    const struct attempt_result *b,
			    const struct observations *f,
			    struct trial_record *r)
{
	bool of_b = a->cause != r->cause ||
		    (!a->explain[0] && b->cause == r->cause);
	const char *text = of_b ? b->explain : a->explain;
	const char *side = !strcmp(a->explain, b->explain) ? "" :
			   of_b ? "B: " : "A: ";
	size_t used;

	snprintf(r->explain, sizeof(r->explain), "%s%s", text[0] ? side : "",
		 text);
	used = strlen(r->explain);
	if (used + 2 < sizeof(r->explain)) {
		char *rest = r->explain + used;

		if (used)
			*rest++ = ' ';
		nat_log_sentences(
			f, rest,
			(size_t)(r->explain + sizeof(r->explain) - rest));
		if (!*rest)
			r->explain[used] = '\0';
	}
}

static void record_results(const struct trial *t, const struct observations *f,
			   struct trial_record *r)
{
	const struct attempt_result *a = f->has[0] ? &f->result[0] : NULL;
	const struct attempt_result *b = f->has[1] ? &f->result[1] : NULL;

	r->late_ms = f->late_ms;
	r->repeats = f->repeats;
	r->lost = f->lost;
	r->outcome = (uint8_t)trial_outcome(a, b);
	if (a && a->id[0])
		memcpy(r->id, a->id, sizeof(r->id));
	else if (b)
		memcpy(r->id, b->id, sizeof(r->id));
	if (a) {
		r->ttl_a = a->ttl;
		r->exchanged_b_to_a = a->received;
	}
	if (b) {
		r->ttl_b = b->ttl;
		r->exchanged_a_to_b = b->received;
	}
	if (r->outcome == OUTCOME_CONNECTED) {
		record_connected(t, f, r);
	} else if (a && b) {
		r->cause = (uint8_t)cause_more_telling(a->cause, b->cause);
		explain_failure(a, b, f, r);
	}
}

/* The ladder's 0.0 ms: S's introduction, or the best that there is. */
static int64_t zero_of(const struct observations *f)
{
	for (unsigned i = 0; i < f->server_count; i++)
		if (f->server[i].introduced)
			return f->server[i].at;
	for (unsigned i = 0; i < 2; i++)
		if (f->has[i] && f->result[i].introduced_at)
			return f->result[i].introduced_at;
	return f->started_at;
}

static bool is_firewall(const struct topology *t)
{
	for (size_t i = 0; i < t->node_count; i++)
		if (t->nodes[i].kind == NODE_NAT)
			return t->nodes[i].firewall;
	return false;
}

/* Is there anything but plain routers in that list of NATs? */
static bool has_nat(const char *list)
{
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n != 4 || memcmp(list, "none", n) != 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

/* What stands before a host, for the ladder. */
static void name_nat(const struct trial *trial, const struct topology *t,
		     int side, char nat_name[16])
{
	int levels = topology_levels(t, side);
	const char *list = side && !t->shared ? trial->nat_b : trial->nat_a;

	nat_name[0] = '\0';
	if (!has_nat(list) || (!levels && !t->shared))
		return;
	snprintf(nat_name, 16, "%s%s%s%c", is_firewall(t) ? "firewall" : "NAT",
		 levels > 1 ? "s" : "", t->shared ? "" : " ",
		 t->shared ? '\0' : side ? 'B' : 'A');
}

static void name_nats(const struct trial *trial, struct ladder *out)
{
	const struct topology_row *row = topology_find(trial->topology);
	struct topology t;

	if (!row)
		return;
	topology_build(row, &t);
	for (int side = 0; side < 2; side++)
		name_nat(trial, &t, side, out->nat_name[side]);
}

void make_host_record(const struct approach *approach, double timeout_ms,
		      uint64_t seed, const struct attempt_result *x,
		      struct trial_record *r)
{
	bool connected = x->outcome == OUTCOME_CONNECTED;

	*r = (struct trial_record){
		.setting = { .approach = *approach, .timeout_ms = timeout_ms },
		.seed = seed, .is_a = x->is_a, .connect_ms = -1,
		.outcome = x->outcome, .cause = x->cause,
		.mechanism_a = x->mechanism, .mechanism_b = x->mechanism,
		.exchanged_a_to_b = x->received,
		.exchanged_b_to_a = x->received,
		.ttl_a = x->ttl, .ttl_b = x->ttl,
	};
	memcpy(r->id, x->id, sizeof(r->id));
	snprintf(r->explain, sizeof(r->explain), "%s", x->explain);
	if (connected && approach_has_roles(approach))
		r->opener[0] = x->opener == x->is_a ? 'a' : 'b';
	if (connected)
		r->connect_ms = (double)(x->authenticated_at -
					 x->introduced_at) /
				(double)NS_PER_MS;
}

void make_record(const struct trial *trial, const struct observations *f,
		 struct trial_report *out)
{
	struct trial_record *r = &out->record;

	*r = (struct trial_record){
		.setting = *trial, .seed = f->seed, .lab = true, .is_a = true,
		.connect_ms = -1,
	};
	record_results(trial, f, r);
	if (f->broke[0]) {
		r->outcome = OUTCOME_ERROR;
		r->cause = CAUSE_NONE;
		snprintf(r->explain, sizeof(r->explain), "%s", f->broke);
	}
	nat_log_trace(f, &out->middle);
	out->ladder = (struct ladder){
		.a = f->has[0] ? &f->result[0] : NULL,
		.b = f->has[1] ? &f->result[1] : NULL,
		.middle = &out->middle,
		.zero = zero_of(f),
	};
	name_nats(trial, &out->ladder);
}
