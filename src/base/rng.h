/*
 * A deterministic random number generator, SplitMix64. It is not cryptographic:
 * never use it for a code, key or nonce.
 */
#ifndef TCPTRAV_BASE_RNG_H
#define TCPTRAV_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

/* rng_seed - start a sequence. Equal seeds give equal sequences. */
void rng_seed(struct rng *r, uint64_t seed);

/* rng_next - Return: the sequence's next 64 bits */
uint64_t rng_next(struct rng *r);

/* rng_below - Return: a number uniform in [0, @bound); 0 if @bound is 0 */
uint64_t rng_below(struct rng *r, uint64_t bound);

/* rng_unit - Return: a number uniform in [0, 1) */
double rng_unit(struct rng *r);

/* rng_fill - write @count random bytes to @bytes */
void rng_fill(struct rng *r, void *bytes, size_t count);

#endif
