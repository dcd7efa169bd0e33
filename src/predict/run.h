/*
 * One run: a method's order between NATs, simulated in time, with one choice
 * of how random decisions fall. Only predict/ includes this.
 */
#ifndef TCPTRAV_PREDICT_RUN_H
#define TCPTRAV_PREDICT_RUN_H

#include "predict/event_queue.h"
#include "predict/host_state.h"
#include "predict/nat_state.h"
#include "predict/prediction.h"
#include "predict/prediction_setup.h"

/* How a run's random choices fall. */
enum branch {
	BRANCH_USUAL,		/* at their most frequent value */
	BRANCH_FAVOURABLE,	/* as a connection needs them */
	BRANCH_FAVOURABLE_A,	/* only in the times of what A repeats */
	BRANCH_FAVOURABLE_B,
	BRANCH_REVERSED,	/* what both hosts repeat at random times comes
				   in the other order */
};

struct model_run {
	const struct prediction_setup *setup;
	const struct approach *approach;
	unsigned order;		/* 0, or 1: the roles are swapped */
	double d, timeout;	/* ms */
	double now;
	struct event_queue queue;
	struct model_nat nats[SIDES][PREDICT_LEVELS];
	struct model_host hosts[SIDES];
	int next_port;		/* names for ports that NATs choose */
	uint64_t last_offset;	/* of sequence numbers, given to a session */
	int spoof_requests;
	int low_ttl[SIDES];
	enum branch branch;
	bool has_chance;	/* a random choice was met */
	struct prediction *out;
};

/* run_favours - a random choice: is it favourable in this run? */
static inline bool run_favours(struct model_run *run)
{
	run->has_chance = true;
	return run->branch == BRANCH_FAVOURABLE;
}

#endif
