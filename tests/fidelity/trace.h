/* The packets that came out of a NAT, by the steps of a sequence. */
#ifndef TCPTRAV_TESTS_FIDELITY_TRACE_H
#define TCPTRAV_TESTS_FIDELITY_TRACE_H

#include "build.h"

struct output {
	uint8_t step;
	enum nat_side side;		/* where it came out */
	size_t length;
	uint8_t *bytes;
};

struct nat_trace {
	int64_t at[SEQUENCE_STEPS];	/* when the step was sent, ns */
	const char *state[SEQUENCE_STEPS];	/* before it: conntrack's, or
						   the model's reason after */
	struct external_ports bound[SEQUENCE_STEPS];	/* after it */
	struct output *outputs;
	unsigned count;
};

/* trace_add - a packet came out; false if out of memory */
bool trace_add(struct nat_trace *t, unsigned step, enum nat_side side,
	       const uint8_t *bytes, size_t length);
void trace_free(struct nat_trace *t);

/* trace_find - the @number-th output of a step on a side, or NULL */
const struct output *trace_find(const struct nat_trace *t, unsigned step,
				enum nat_side side, unsigned number);

#define OUTCOME_TEXT 64
/*
 * trace_outcome - what the NAT did with a step: "forward" (translated), "leak"
 * (came out untranslated), "drop", "answer ICMP 11/0", or several of these
 */
char *trace_outcome(const struct nat_trace *t, const struct sequence_step *s,
		    unsigned step, char buffer[OUTCOME_TEXT]);

#endif
