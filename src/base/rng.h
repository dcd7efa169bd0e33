/* A deterministic random number generator, SplitMix64. */
#ifndef TCPTRAV_BASE_RNG_H
#define TCPTRAV_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

/* rng_seed - start; equal seeds give equal sequences. Not for secrets. */
void rng_seed(struct rng *r, uint64_t seed);

uint64_t rng_next(struct rng *r);

/* rng_below - uniform in [0, @bound); 0 when @bound is 0 */
uint64_t rng_below(struct rng *r, uint64_t bound);

/* rng_unit - uniform in [0, 1) */
double rng_unit(struct rng *r);

void rng_fill(struct rng *r, void *bytes, size_t count);

#endif
