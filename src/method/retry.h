/*
 * When an attempt repeats, at a random time, what may have been lost or
 * refused. Equal gaps would beat against each other for ever, so they are
 * random; but whole steps after the first SYN. A kernel's timers keep to
 * steps of their own (lab/wheel.h): so two attempts whose first SYNs left at
 * the same place in these meet what kernels send again in the same order,
 * even if one of them is a little late.
 */
#ifndef TCPTRAV_METHOD_RETRY_H
#define TCPTRAV_METHOD_RETRY_H

#include "base/clock.h"
#include "base/rng.h"

#include <stdint.h>

/* A step of the kernel's timers of 1 s at 250 ticks a second, and half of one
   at 1000. At 100 a step is 80 ms, and distances are not kept. */
#define REPEAT_STEP (32 * NS_PER_MS)

/*
 * repeat_at - a time from @least to @least + @spread after @now, give or take a
 * step, as @rng has it
 * @first: when the order's first SYN left
 * Pure. Times in ns.
 */
int64_t repeat_at(int64_t first, int64_t now, int64_t least, int64_t spread,
		  struct rng *rng);

#endif
