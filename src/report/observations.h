/*
 * What the lab's init learned during one trial: both hosts' results, and the
 * reports of S and the NATs. Plain data, sent to the front process as it is.
 */
#ifndef TCPTRAV_REPORT_OBSERVATIONS_H
#define TCPTRAV_REPORT_OBSERVATIONS_H

#include "method/attempt.h"
#include "gateway/gateway.h"
#include "report/record.h"
#include "rendezvous/server.h"

#include <stdbool.h>
#include <stdint.h>

#define OBSERVATIONS_SERVER 24	/* introductions and spoofed packets
				   of both orders */
#define OBSERVATIONS_NAT 64		/* more are counted, not kept */

struct nat_observation {
	char name[16];		/* the node's: "nat-a" */
	struct gateway_report report;
};

struct observations {
	unsigned number;		/* the trial's, in the plan */
	uint64_t seed;
	bool virtual_time;
	char kernel[KERNEL_TEXT];	/* release: "6.1.192" */
	int64_t started_at;		/* monotonic ns */
	uint16_t port[2][2];		/* of host A and B, for each order */
	uint16_t server_ports[SERVER_PORTS];
	char broke[EXPLAIN_TEXT];	/* why the lab ended the trial; "": it
					   did not */
	double links_late_ms;		/* the most that a link sent late by */
	unsigned lost;			/* packets that the links dropped */
	double late_ms;			/* the most that anything was late by */
	unsigned repeats;		/* re-runs because of lateness */
	bool has[2];			/* is there a result of A, of B? */
	unsigned server_count, nat_count, nat_lost;
	/* only the first @server_count and @nat_count are sent: */
	struct server_report server[OBSERVATIONS_SERVER];
	struct nat_observation nat[OBSERVATIONS_NAT];
	/* sent without unused trace events: */
	struct attempt_result result[2];
};

/* observations_begin - clear @o for a trial that begins @now, on this kernel */
void observations_begin(struct observations *o, int64_t now);

/*
 * observations_host - accept the message of @length bytes that was received
 * into o->result[@which]
 * Return: false: it is too short for a result
 */
bool observations_host(struct observations *o, unsigned which, size_t length);

/*
 * observations_links - note the links' report
 * @late: the most that a link has sent late by, in ns
 * @lost: how many packets the links have dropped
 */
void observations_links(struct observations *o, int64_t late, uint64_t lost);

/* observations_nat, observations_server - add a report, unless it was made
   before the trial began */
void observations_nat(struct observations *o, const char name[16],
		      const struct gateway_report *r);
void observations_server(struct observations *o, const struct server_report *r);

#endif
