/*
 * The event stream of `tcptrav nat run --json`: one object a line,
 * "schema":"tcptrav.nat/1" (docs/nat-run.md). Packets that are dropped or
 * answered for one reason have at most ten events a second; the rest are
 * counted in the next event.
 */
#ifndef TCPTRAV_CLI_NAT_EVENTS_H
#define TCPTRAV_CLI_NAT_EVENTS_H

#include "cli/nat_status.h"
#include "cli/nonblocking_writer.h"
#include "gateway/gateway.h"

#define NAT_EVENTS_A_SECOND 10	/* for one reason */

struct nat_events {
	struct nonblocking_writer *out;
	struct {
		uint64_t reported;	/* packets of this row, so far */
		int64_t since;		/* start of the current second */
		unsigned events;	/* in that second */
	} limits[DROP_REASONS];		/* by row of struct drop_reasons */
};

void nat_events_ready(struct nat_events *n, const struct gateway_config *c);

/* nat_events_reload - @e: why the profile was not changed; NULL: it was */
void nat_events_reload(struct nat_events *n, const char *profile,
		       const struct error *e);

/* nat_events_session - a mapping or session has changed */
void nat_events_session(struct nat_events *n, enum nat_event_kind kind,
			const struct nat_entry *entry);

/* nat_events_refused - a packet was dropped or answered */
void nat_events_refused(struct nat_events *n, const struct gateway *g,
			const struct gateway_refusal *r);

/* nat_events_tick - report packets that were only counted so far: of reasons
   whose second is over or, with @all, of all reasons */
void nat_events_tick(struct nat_events *n, const struct gateway *g, bool all);

void nat_events_end(struct nat_events *n, const struct nat_totals *t);

#endif
