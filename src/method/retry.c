#include "method/retry.h"

int64_t retry_time(int64_t now, int64_t least, int64_t spread,
		   struct rng *rng)
{
	return now + least + (int64_t)rng_below(rng, (uint64_t)spread + 1);
}
