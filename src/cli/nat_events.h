/*
 * What `tcptrav nat run --json` tells programs: one object a line,
 * "schema":"tcptrav.nat/1" (docs/nat-run.md). Refusals of one cause are told
 * one by one up to ten a second, and then by their number.
 */
#ifndef TCPTRAV_CLI_NAT_EVENTS_H
#define TCPTRAV_CLI_NAT_EVENTS_H

#include "cli/nat_status.h"
#include "cli/sink.h"
#include "gateway/gateway.h"

#define NAT_EVENTS_A_SECOND 10	/* refusals of one cause */

struct nat_events {
	struct sink *out;
	struct {
		uint64_t told;		/* of the row's count */
		int64_t since;		/* when this second began */
		unsigned number;	/* of events in it */
	} causes[DROP_REASONS];
};

void nat_events_ready(struct nat_events *n, const struct gateway_config *c);

/* nat_events_reload - @e: why not; NULL: it was */
void nat_events_reload(struct nat_events *n, const char *profile,
		       const struct error *e);

/* nat_events_session - of a mapping or session */
void nat_events_session(struct nat_events *n, enum nat_event_kind kind,
			const struct nat_entry *entry);

void nat_events_refused(struct nat_events *n, const struct gateway *b,
			const struct gateway_refusal *r);

/* nat_events_tick - tell what was only counted, of the last second or, with
   @all, of ever */
void nat_events_tick(struct nat_events *n, const struct gateway *b, bool all);

void nat_events_end(struct nat_events *n, const struct nat_totals *t);

#endif
