/* Prints a sequence as a ladder, with the outcomes in both NATs. */
#ifndef TCPTRAV_TESTS_FIDELITY_SHOW_H
#define TCPTRAV_TESTS_FIDELITY_SHOW_H

#include "compare.h"

#include <stdio.h>

/*
 * show_sequence - each step: pause, conntrack's state before it, the packet,
 * and the outcome: one line if it is the same in both NATs, else one for each
 * @d:     NULL: all steps in full; else up to the first that differs
 * @model: NULL: the kernel's side only
 */
void show_sequence(FILE *f, const struct sequence *s, unsigned slot,
		   const struct nat_trace *kernel,
		   const struct nat_trace *model, const struct difference *d);

#endif
