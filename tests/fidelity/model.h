/* Runs a sequence through the model, with the kernel run's times. */
#ifndef TCPTRAV_TESTS_FIDELITY_MODEL_H
#define TCPTRAV_TESTS_FIDELITY_MODEL_H

#include "trace.h"

/*
 * model_run - a sequence through a NAT of its own
 * @at:  when each step is sent
 * @out: to be freed by the caller; `state` is the model's reason
 * Return: false if out of memory
 */
bool model_run(const struct profile *profile, const struct sequence *s,
	       unsigned slot, const int64_t at[SEQUENCE_STEPS],
	       struct nat_trace *out);

#endif
