/* Mutations of a correct packet. Pure. */
#ifndef TCPTRAV_TESTS_FIDELITY_MUTATE_H
#define TCPTRAV_TESTS_FIDELITY_MUTATE_H

#include "endpoint_state.h"
#include "sequence.h"

#include "base/rng.h"

/*
 * mutate - change a step in one way, which its `mutation` then names
 * @me, @peer: its sender and receiver, before it is sent
 */
void mutate(struct rng *rng, struct sequence_step *s,
	    const struct endpoint_state *me, const struct endpoint_state *peer);

#endif
