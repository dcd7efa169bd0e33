/*
 * Finding the low TTL (issue of Guha & Francis 2005 section 2.1: "a suitable
 * TTL must be found"): datagrams towards S, which shares the own NATs, with
 * TTL 1, 2, ...; the first hop after the last private or own public address
 * is outside, and its distance is the TTL.
 */
#ifndef TCPTRAV_METHOD_TTL_H
#define TCPTRAV_METHOD_TTL_H

#include "base/result_codes.h"
#include "host/host.h"

#include <stdbool.h>
#include <stdint.h>

#define TTL_HOPS 12		/* looked at; NATs are nearer than that */
#define TTL_DATAGRAMS 2		/* per hop, at most */

struct hops {
	uint32_t from[TTL_HOPS + 1];	/* by TTL, from 1; 0: no answer */
	bool reached;			/* S itself answered */
};

/*
 * ttl_choose - the distance of the first hop that is outside. Pure.
 * @own:   the own public address; a NAT may answer with it
 * @final: no more answers will come: a silent hop is passed over, and the
 *         first hop known to be outside is taken
 * Return: the TTL; 0 when it cannot be said (yet)
 */
uint8_t ttl_choose(const struct hops *hops, uint32_t own, bool final);

struct attempt;

/*
 * ttl_find - choose, by probing towards S; needs the own public address
 * Return: OUTCOME_CONNECTED with a->low_ttl set, or the failure
 */
enum outcome ttl_find(struct attempt *a);

#endif
