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

/* The ms from S's introduction to the first authenticated byte of the later
   host; -1: unknown. */
static double connect_time(const struct observations *o)
{
	const struct attempt_result *a = &o->result[0], *b = &o->result[1];
	int64_t from = nat_log_introduced(o, a->session[a->order & 1]);
	int64_t to = a->authenticated_at > b->authenticated_at ?
		     a->authenticated_at : b->authenticated_at;

	if (!from || to < from)
		return -1;
	return (double)(to - from) / (double)NS_PER_MS;
}

/* The sentence of the host whose cause is recorded, and what the NATs did. */
static void explain_failure(const struct attempt_result *a,
			    const struct attempt_result *b,
			    const struct observations *o,
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
			o, rest,
			(size_t)(r->explain + sizeof(r->explain) - rest));
		if (!*rest)
			r->explain[used] = '\0';
	}
}

static void record_results(const struct trial *t, const struct observations *o,
			   struct trial_record *r)
{
	const struct attempt_result *a = o->has[0] ? &o->result[0] : NULL;
	const struct attempt_result *b = o->has[1] ? &o->result[1] : NULL;

	r->late_ms = o->late_ms;
	r->repeats = o->repeats;
	r->lost = o->lost;
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
		r->candidate = a->candidate;
		r->mechanism_a = a->mechanism;
		r->mechanism_b = b->mechanism;
		r->connect_ms = connect_time(o);
		if (approach_has_roles(&t->approach))
			snprintf(r->opener, sizeof(r->opener), "%s",
				 a->opener ? "a" : b->opener ? "b" : "");
	} else if (a && b) {
		r->cause = (uint8_t)cause_more_telling(a->cause, b->cause);
		explain_failure(a, b, o, r);
	}
}

/* The ladder's 0.0 ms: S's introduction, or else a host's, or else the start.
   */
static int64_t ladder_zero(const struct observations *o)
{
	for (unsigned i = 0; i < o->server_count; i++)
		if (o->server[i].introduced)
			return o->server[i].at;
	for (unsigned i = 0; i < 2; i++)
		if (o->has[i] && o->result[i].introduced_at)
			return o->result[i].introduced_at;
	return o->started_at;
}

/* Does that list of NATs have anything but plain routers? */
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

/* Set what the ladder shows in front of each host: "NAT A", "NATs B",
   "firewall A"; "NAT" for the one NAT of both; "" for none. */
static void name_nats(const struct trial *trial, struct ladder *out)
{
	const struct topology_row *row = topology_find(trial->topology);
	const char *kind = "NAT";
	struct topology t;

	if (!row)
		return;
	topology_build(row, &t);
	for (size_t i = 0; i < t.node_count; i++)
		if (t.nodes[i].firewall)
			kind = "firewall";
	for (int side = 0; side < 2; side++) {
		int levels = topology_levels(&t, side);
		bool is_b = side && !t.shared;

		if (!has_nat(is_b ? trial->nat_b : trial->nat_a) ||
		    (!levels && !t.shared))
			continue;
		snprintf(out->nat_name[side], sizeof(out->nat_name[side]),
			 "%s%s%s%c", kind, levels > 1 ? "s" : "",
			 t.shared ? "" : " ",
			 t.shared ? '\0' : side ? 'B' : 'A');
	}
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
		.candidate = x->candidate,
		.exchanged_a_to_b = x->received,
		.exchanged_b_to_a = x->received,
		.ttl_a = x->ttl, .ttl_b = x->ttl,
	};
	memcpy(r->id, x->id, sizeof(r->id));
	record_kernel(r->kernel);
	snprintf(r->explain, sizeof(r->explain), "%s", x->explain);
	if (connected && approach_has_roles(approach))
		r->opener[0] = x->opener == x->is_a ? 'a' : 'b';
	if (connected)
		r->connect_ms = (double)(x->authenticated_at -
					 x->introduced_at) /
				(double)NS_PER_MS;
}

void make_record(const struct trial *trial, const struct observations *o,
		 struct trial_report *out)
{
	struct trial_record *r = &out->record;

	*r = (struct trial_record){
		.setting = *trial, .seed = o->seed, .lab = true, .is_a = true,
		.connect_ms = -1, .virtual_time = o->virtual_time,
	};
	memcpy(r->kernel, o->kernel, sizeof(r->kernel));
	record_results(trial, o, r);
	if (o->broke[0]) {
		r->outcome = OUTCOME_ERROR;
		r->cause = CAUSE_NONE;
		snprintf(r->explain, sizeof(r->explain), "%s", o->broke);
	}
	nat_log_trace(o, &out->middle);
	out->ladder = (struct ladder){
		.a = o->has[0] ? &o->result[0] : NULL,
		.b = o->has[1] ? &o->result[1] : NULL,
		.middle = &out->middle,
		.zero = ladder_zero(o),
	};
	name_nats(trial, &out->ladder);
}
