#include "method/retry.h"

/* steps - the nearest number of them */
static int64_t steps(int64_t time)
{
	return (time + REPEAT_STEP / 2) / REPEAT_STEP;
}

int64_t repeat_at(int64_t first, int64_t now, int64_t least, int64_t spread,
		  struct rng *rng)
{
	uint64_t choices = (uint64_t)(spread / REPEAT_STEP) + 1;
	int64_t wait = (least + REPEAT_STEP - 1) / REPEAT_STEP;

	return first + REPEAT_STEP * (steps(now - first) + wait +
				      (int64_t)rng_below(rng, choices));
}
