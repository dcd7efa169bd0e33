/* Compares two traces of one sequence, field by field. Pure. */
#ifndef TCPTRAV_TESTS_FIDELITY_COMPARE_H
#define TCPTRAV_TESTS_FIDELITY_COMPARE_H

#include "trace.h"

struct difference {
	unsigned step;			/* the first that differs */
	char kernel[OUTCOME_TEXT], model[OUTCOME_TEXT];
	char field[48];			/* "" when the outcomes differ */
	bool identical;
};

/*
 * compare - find the first difference, for @out
 * Two things may differ: external ports that neither NAT preserved, and the IP
 * identification of a NAT's own packets.
 */
void compare(const struct sequence *s, const struct nat_trace *kernel,
	     const struct nat_trace *model, struct difference *out);

/* checksums_hold - are all checksums of a packet right, also those of a whole
   quote? */
bool checksums_hold(const uint8_t *bytes, size_t length);

#endif
