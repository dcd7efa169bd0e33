/* The result of a run of the corpus: groups of differences, and figures. */
#ifndef TCPTRAV_TESTS_FIDELITY_REPORT_H
#define TCPTRAV_TESTS_FIDELITY_REPORT_H

#include "compare.h"
#include "known.h"
#include "tally.h"

#include <stdio.h>

struct fidelity_report {
	uint64_t seed;
	const char *profile, *nat;
	unsigned long sequences, identical, steps, outputs;
	unsigned long kernel_checksums, model_checksums;	/* wrong ones,
					   of packets that came in right */
	unsigned long again;		/* run again: they were late */
	double seconds;
	struct text_tally groups; /* by signature; note: an example */
	struct text_tally causes; /* the same, over all states */
	struct text_tally kernel;		/* "STATE: KIND: outcome" */
};

/* report_add - one sequence; false if out of memory */
bool report_add(struct fidelity_report *r, const struct sequence *s,
		unsigned slot, const struct nat_trace *kernel,
		const struct nat_trace *model);

/*
 * report_print - all of it, for people
 * @limit: groups with a ladder
 * @table: what the kernel did with each kind of packet in each state, too
 * Return: is it good enough? (99.5 % identical, no group unlisted)
 */
bool report_print(struct fidelity_report *r, struct known_differences *k,
		  unsigned limit, bool table, FILE *f);

/* report_json - one object on a line */
void report_json(struct fidelity_report *r, struct known_differences *k,
		 FILE *f);

void report_free(struct fidelity_report *r);

#endif
