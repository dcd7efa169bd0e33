/*
 * The setting of a trial: everything that is fixed before it runs. Sweep, lab,
 * prediction and record share it. Pure.
 */
#ifndef TCPTRAV_PLAN_TRIAL_H
#define TCPTRAV_PLAN_TRIAL_H

#include "base/error.h"
#include "method/candidate_use.h"
#include "method/method.h"
#include "net/link_options.h"
#include "net/nat_spec.h"
#include "net/topology.h"

#include <stdbool.h>
#include <stdint.h>

#define BACKGROUND_RATE_MAX 10000

struct trial {
	struct approach approach;
	const char *nat_a, *nat_b;	/* lists: see net/nat_list.h */
	const char *topology;
	double rtt_ms, skew_ms, loss;
	const struct link_options *links;	/* NULL: none */
	double background;		/* connections per second that the
					   clients behind each NAT open;
					   below 0: the topology's default */
	bool spoofing_dropped;
	enum candidate_use candidates;
	uint8_t ttl;			/* fixed low TTL; 0: auto */
	double timeout_ms;		/* 0: 900 + 10 RTT */
};

/* trial_complete - a NAT that is NULL and a background below 0 become the
   topology's defaults */
void trial_complete(struct trial *t);

/*
 * trial_resolve - look up what a trial's names stand for, and check that they
 * fit each other
 * @nats: of the nodes that are NATs; the others' stay as they are
 * Return: false with ERROR_USE (an unknown topology or NAT: the nearest one; a
 *         list of NATs or an option of a link that does not fit the topology;
 *         a malformed profile; background without clients), or, if all of that
 *         is right, ERROR_MISSING (a NAT program that cannot be run)
 */
bool trial_resolve(const struct trial *t, struct topology *topology,
		   struct nat_spec nats[TOPOLOGY_NODES], struct error *e);

/*
 * trial_seed - of the plan's trial @number. The first has the plan's own, so
 * that a record's seed given as --seed runs that trial again.
 */
uint64_t trial_seed(uint64_t plan_seed, unsigned number);

/* trial_timeout - of one order, in ms: as given, or 900 ms + 10 RTT */
double trial_timeout(const struct trial *t);

/* trial_has_faults - do its links lose packets, or do worse with them? */
bool trial_has_faults(const struct trial *t);

#endif
