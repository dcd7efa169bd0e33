/*
 * All sequences of a wave, through the kernel's NAT beside each other: while
 * one pauses, others go on.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_SCHEDULE_H
#define TCPTRAV_TESTS_FIDELITY_SCHEDULE_H

#include "kernel.h"
#include "trace.h"

/* A sequence under way; its slot is its index among the wave's. */
struct sequence_run {
	struct sequence sequence;
	struct nat_trace trace;		/* to be freed by the caller */
	struct external_ports binding;
	unsigned next;			/* step */
	int64_t due;			/* of the next step */
	int64_t late;			/* by how much its steps were, in sum */
};

/* What a sequence may be late in all before its timing means nothing:
   sequence_pauses keeps 500 ms from any timeout. */
#define SCHEDULE_LATE (300 * NS_PER_MS)

/*
 * schedule_run - run them all, to their ends
 * @progress: told how many have ended; may be NULL
 * Return: false, with a sentence, when the kernel's side broke down
 */
typedef void (*schedule_progress)(unsigned done, unsigned count);
bool schedule_run(struct kernel *k, struct sequence_run *jobs, unsigned count,
		  schedule_progress progress, struct error *e);

#endif
