/* Two traces of one sequence, field by field. Pure. */
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
 * compare - @out tells the first difference, if any
 * Ports that neither could keep may differ, and count as the same; so does
 * the IP identification of what a NAT itself says.
 */
void compare(const struct sequence *s, const struct nat_trace *kernel,
	     const struct nat_trace *model, struct difference *out);

/* checksums_hold - are all checksums of a packet right (quotes' too, where
   they are whole)? */
bool checksums_hold(const uint8_t *bytes, size_t length);

#endif
