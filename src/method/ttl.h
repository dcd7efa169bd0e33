/*
 * Finds the low TTL, with which a SYN dies outside the own NATs but before the
 * peer's (Guha and Francis 2005, section 2.1). UDP datagrams with TTL 1, 2, ...
 * go towards S, through the same own NATs. The low TTL is the distance of the
 * first hop after the last one with a private address or the own public one.
 */
#ifndef TCPTRAV_METHOD_TTL_H
#define TCPTRAV_METHOD_TTL_H

#include "base/result_codes.h"
#include "host/host.h"

#include <stdbool.h>
#include <stdint.h>

#define TTL_HOPS 12		/* probed at most; NATs are nearer than that */
#define TTL_DATAGRAMS 2		/* per hop, at most */

struct hops {
	uint32_t from[TTL_HOPS + 1];	/* by TTL, from 1; 0: no answer */
	bool reached;			/* S itself answered */
};

/*
 * ttl_choose - the distance of the first hop outside the own NATs. Pure.
 * @own:   the own public address; a NAT may answer with it
 * @final: no more answers will come: skip silent hops
 * Return: the TTL; 0 if it is not known (yet)
 */
uint8_t ttl_choose(const struct hops *hops, uint32_t own, bool final);

struct attempt;

/*
 * ttl_find - find the low TTL by probing; the own public address must be known
 * Return: OUTCOME_CONNECTED with a->low_ttl set, or the failure
 */
enum outcome ttl_find(struct attempt *a);

#endif
