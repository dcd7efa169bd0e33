/*
 * When an attempt repeats what was refused or may be lost: after a random time,
 * since the packets of two hosts with equal gaps could collide each time. Pure.
 */
#ifndef TCPTRAV_METHOD_RETRY_H
#define TCPTRAV_METHOD_RETRY_H

#include "base/clock.h"
#include "base/rng.h"

#include <stdint.h>

/*
 * retry_time - a time from @least to @least + @spread after @now, each as
 * likely. All in ns; @spread is not negative.
 */
int64_t retry_time(int64_t now, int64_t least, int64_t spread,
		   struct rng *rng);

#endif
