/*
 * What a prediction is asked: the trial, with the names of its NATs and
 * topology resolved to profiles in their places.
 */
#ifndef TCPTRAV_PREDICT_PREDICTION_SETUP_H
#define TCPTRAV_PREDICT_PREDICTION_SETUP_H

#include "base/error.h"
#include "plan/trial.h"
#include "profile/axis.h"

#include <stdbool.h>

#define PREDICT_LEVELS 4

/* The way between the two hosts. */
enum path_kind {
	PATH_ROUTED,		/* two routers between the outermost NATs */
	PATH_ADJACENT,		/* the outermost NATs share a link */
	PATH_ONE_NAT,		/* both hosts are behind side A's one NAT */
};

struct prediction_setup {
	/* Its approach, RTT (above 0), skew (never half of the RTT), timeout,
	   TTL and spoofing are used. It must outlive the setup. */
	const struct trial *trial;
	enum path_kind path;
	/* each side's NATs, from the host outwards; 0: the host is public */
	unsigned levels[2];
	struct profile profiles[2][PREDICT_LEVELS];
};

/*
 * prediction_setup_make - resolve the names in @t
 * A kernel's NAT is predicted by its model; "none" is a router that lets all
 * pass.
 * Return: false with a sentence: ERROR_USE for an unknown topology, a NAT that
 *         net/nat_list.h refuses, or a program (exec:), whose behaviour is
 *         unknown; and what prediction_setup_check() says
 */
bool prediction_setup_make(const struct trial *t, struct prediction_setup *out,
			   struct error *e);

/* prediction_setup_over_udp - give the axes mapping, ports, filtering and
   hairpin of each NAT their values for UDP */
void prediction_setup_over_udp(struct prediction_setup *setup);

/*
 * prediction_setup_check - do the trial's times allow one answer?
 * Return: false with an ERROR_USE sentence: no round trip, or a skew of just
 *         the one-way delay, where two packets would race; or --candidates lan
 */
bool prediction_setup_check(const struct trial *t, struct error *e);

#endif
