/*
 * Makes the steps of a sequence: simulates the two endpoints of each flow, and
 * chooses what one of them sends next. Pure.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_GENERATOR_H
#define TCPTRAV_TESTS_FIDELITY_GENERATOR_H

#include "endpoint_state.h"
#include "sequence.h"

#include "base/rng.h"

struct generator {
	struct rng *rng;
	struct sequence *sequence;
	double mutation_rate;	/* share of steps that are mutated */
	struct endpoint_state ends[SEQUENCE_FLOWS][2];	/* by enum nat_side */
};

void generator_begin(struct generator *g, struct rng *r, struct sequence *s,
		     double mutation_rate);

/* generator_add - one more step: a packet of that kind, from that side */
void generator_add(struct generator *g, enum nat_side side,
		   enum sequence_word word);

/* generator_continue - one more step: a packet that is likely in an endpoint's
   state */
void generator_continue(struct generator *g);

#endif
