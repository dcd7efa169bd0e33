/*
 * Two endpoints of each flow of a sequence, as far as they matter to what
 * they send next. Pure.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_WALK_H
#define TCPTRAV_TESTS_FIDELITY_WALK_H

#include "sequence.h"

#include "base/rng.h"

struct end {
	uint32_t isn, next;		/* the next to be sent */
	uint32_t heard;			/* the next that it expects */
	uint16_t window;
	uint8_t scale;
	bool timestamps, sack, scaling;	/* what its SYN offers */
	bool said_syn, heard_syn, heard_ack, said_fin, heard_fin, dead;
};

struct walk {
	struct rng *rng;
	struct sequence *sequence;
	double wildness;
	struct end ends[SEQUENCE_FLOWS][2];	/* by enum nat_side */
};

void walk_begin(struct walk *w, struct rng *r, struct sequence *s,
		double wildness);

/* walk_say - one more step: that word, from that side */
void walk_say(struct walk *w, enum nat_side side, enum word word);

/* walk_on - one more step: what an endpoint might well say now */
void walk_on(struct walk *w);

#endif
