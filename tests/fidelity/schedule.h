/*
 * Runs all sequences of a wave through the kernel's NAT at the same time: while
 * one pauses, others go on.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_SCHEDULE_H
#define TCPTRAV_TESTS_FIDELITY_SCHEDULE_H

#include "kernel.h"
#include "trace.h"

/* A sequence that is run. Its slot is its index in the wave. */
struct sequence_run {
	struct sequence sequence;
	struct nat_trace trace;		/* to be freed by the caller */
	struct external_ports binding;
	unsigned next;			/* step */
	int64_t due;			/* of the next step */
	int64_t late;			/* sum of its steps' delays, ns */
};

/* A sequence that is later than this in sum is run again: sequence_pauses keeps
   500 ms from any timeout. */
#define SCHEDULE_LATE (300 * NS_PER_MS)

/*
 * schedule_run - run all sequences to their ends
 * @progress: called with the number that have ended; may be NULL
 * Return: false with a sentence when the kernel's side failed
 */
typedef void (*schedule_progress)(unsigned done, unsigned count);
bool schedule_run(struct kernel *k, struct sequence_run *jobs, unsigned count,
		  schedule_progress progress, struct error *e);

#endif
