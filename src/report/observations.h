/*
 * What the lab's init found out in one trial: both hosts' results, and what S
 * and the NATs reported meanwhile. Plain data, sent to the front as it is.
 */
#ifndef TCPTRAV_REPORT_OBSERVATIONS_H
#define TCPTRAV_REPORT_OBSERVATIONS_H

#include "method/attempt.h"
#include "gateway/gateway.h"
#include "rendezvous/server.h"

#include <stdbool.h>
#include <stdint.h>

#define OBSERVATIONS_SERVER 24	/* both orders' introductions and spoofs */
#define OBSERVATIONS_NAT 64		/* more are counted, not kept */

struct nat_observation {
	char name[16];		/* the node's: "nat-a" */
	struct gateway_report report;
};

struct observations {
	unsigned number;		/* the trial's, in the plan */
	uint64_t seed;
	int64_t started_at;		/* monotonic ns */
	uint16_t port[2][2];		/* of host A and B, for each order */
	uint16_t server_ports[SERVER_PORTS];
	char broke[EXPLAIN_TEXT];	/* why the lab ended it; "": it did
					   not */
	double links_late_ms;		/* how late the links sent, at most */
	unsigned lost;			/* packets that the links dropped */
	double late_ms;			/* how late the machine was */
	unsigned repeats;		/* how often it was run for that */
	bool has[2];			/* a result of A, of B */
	unsigned server_count, nat_count, nat_lost;
	/* sent up to their counts: */
	struct server_report server[OBSERVATIONS_SERVER];
	struct nat_observation nat[OBSERVATIONS_NAT];
	/* sent up to their last events: */
	struct attempt_result result[2];
};

/* observations_begin - of a trial that begins @now: nothing yet */
void observations_begin(struct observations *f, int64_t now);

/*
 * observations_host - a message of @length bytes has come into
 * f->result[@which]
 * Return: false when it is none
 */
bool observations_host(struct observations *f, unsigned which, size_t length);

/* observations_links - a report: how late the links sent (ns), at most, and how
   many packets they dropped, so far */
void observations_links(struct observations *f, int64_t late, uint64_t lost);

/* observations_nat, observations_server - a report, if it is of the trial's
   time */
void observations_nat(struct observations *f, const char name[16],
		      const struct gateway_report *r);
void observations_server(struct observations *f, const struct server_report *r);

#endif
