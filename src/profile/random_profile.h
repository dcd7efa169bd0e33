/* Random profiles, to test what holds for any NAT. */
#ifndef TCPTRAV_PROFILE_RANDOM_PROFILE_H
#define TCPTRAV_PROFILE_RANDOM_PROFILE_H

#include "base/rng.h"
#include "profile/axis.h"

/*
 * profile_random - a valid profile: each axis has its default with probability
 * 3/5, else any of its values
 * Fixed is what an attempt needs: the NAT translates, remembers longer than an
 * attempt lasts, and has room. Of the axes that are numbers only `addresses`,
 * `delta` and `port-block` are random.
 * Equal generators give equal profiles, on every machine.
 */
void profile_random(struct rng *r, struct profile *out);

#endif
