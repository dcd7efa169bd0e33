/*
 * The laboratory (DESIGN 7): namespaces, cells, trials. Everything in it is
 * in one PID, mount and network namespace (and a user namespace where the
 * caller is not root) whose init ends when the caller does.
 */
#ifndef TCPTRAV_LAB_LAB_H
#define TCPTRAV_LAB_LAB_H

#include "base/error.h"
#include "lab/links.h"
#include "method/attempt.h"
#include "method/method.h"
#include "method/record.h"

#include <stdbool.h>
#include <stdint.h>

/* One kind of trial; a plan is a list of them, repeated. */
struct lab_trial {
	struct approach approach;
	const char *nat_a, *nat_b;	/* lists: see lab/nats.h */
	const char *topology;
	double rtt_ms, skew_ms, loss;
	const struct links *links;	/* NULL: nothing was said */
	double background;		/* connections per second that the
					   clients behind each NAT open */
	bool spoofing_dropped;
	uint8_t ttl;			/* fixed low TTL; 0: auto */
	double timeout_ms;		/* 0: 900 + 10 RTT */
};

/* What is told of each finished trial; valid during the call only. */
struct lab_report {
	const struct lab_trial *trial;
	unsigned number;		/* in the plan, from 0 */
	const struct trial_record *record;
	const struct ladder *ladder;
};

struct lab_plan {
	const struct lab_trial *trials;
	unsigned count;
	unsigned jobs;			/* cells at once; 0: one */
	uint64_t seed;
	void (*report)(void *argument, const struct lab_report *r);
	void *argument;
	const char *command;		/* instead of trials: run this in the
					   cell of the plan's only one */
};

/*
 * lab_check - is the plan valid and can it run here? NATs and topologies
 * exist (wrong use first), then namespaces and nftables (missing)
 */
bool lab_check(const struct lab_plan *plan, struct error *e);

/*
 * lab_run - run every trial of the plan; cells are kept and reused by trials
 * with the same NATs, topology and link
 * Return: false when the lab could not be had or broke as a whole
 */
bool lab_run(const struct lab_plan *plan, struct error *e);

/*
 * lab_visit - run plan->command in a cell (see lab/visit.h)
 * @status: its exit status
 * Return:  false when the cell could not be had, or the lab broke
 */
bool lab_visit(const struct lab_plan *plan, int *status, struct error *e);

#endif
