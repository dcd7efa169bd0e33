/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): one word of state. */
#include "base/rng.h"

#include <string.h>

void rng_seed(struct rng *r, uint64_t seed)
{
	r->state = seed;
}

uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t rng_below(struct rng *r, uint64_t bound)
{
	uint64_t skip, x;

	if (!bound)
		return 0;
	/* Reject the lowest 2^64 mod bound values: with them small results
	   would be more likely. */
	skip = -bound % bound;
	do
		x = rng_next(r);
	while (x < skip);
	return x % bound;
}

double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

void rng_fill(struct rng *r, void *bytes, size_t count)
{
	uint8_t *to = bytes;

	while (count) {
		uint64_t x = rng_next(r);
		size_t n = count < sizeof(x) ? count : sizeof(x);

		memcpy(to, &x, n);
		to += n;
		count -= n;
	}
}
