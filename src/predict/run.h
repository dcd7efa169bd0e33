/*
 * One run: a method's order between NATs, simulated in time, with one
 * combination of the random choices. Only predict/ includes this.
 */
#ifndef TCPTRAV_PREDICT_RUN_H
#define TCPTRAV_PREDICT_RUN_H

#include "predict/choices.h"
#include "predict/event_queue.h"
#include "predict/host_state.h"
#include "predict/nat_state.h"
#include "predict/prediction.h"
#include "predict/prediction_setup.h"

/* How two sequence numbers of a side compare that NATs have shifted by
   different offsets: random, but the same each time that they meet. */
struct seq_order {
	int side;
	bool zero[2];		/* it is 0 on the wire, and no socket's */
	uint64_t apart;		/* the difference of their shifts */
	bool later;
};

enum { SEQ_ORDERS = 8 };

/* Is data that was not acknowledged sent again in time? It was not needed yet;
   about as the kernel's timer does it; whenever it can pass. */
enum resend_choice { RESEND_UNDECIDED, RESEND_USUAL, RESEND_OFTEN };

/* The kernel rounds its timers of 1 s up to a step: are those of this run on
   time, or late? */
enum timer_choice { TIMERS_UNDECIDED, TIMERS_ON_TIME, TIMERS_LATE };

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
	struct choices choices;
	struct seq_order orders[SEQ_ORDERS];
	unsigned order_count;
	enum resend_choice resend;
	enum timer_choice timers;
	struct prediction *out;
};

#define INTRODUCED 0.75		/* d, since S sent the introduction */

/* run_start_time - when the host's first SYN leaves */
static inline double run_start_time(const struct model_run *run,
				    const struct model_host *h)
{
	double skew = run->setup->trial->skew_ms;
	double later = h->side == B ? skew : -skew;

	return INTRODUCED * run->d + (later > 0 ? later : 0);
}

/* run_draw - a random choice of the two values false, the usual one, and true
   */
static inline bool run_draw(struct model_run *run)
{
	return choices_take(&run->choices, 2);
}

#endif
