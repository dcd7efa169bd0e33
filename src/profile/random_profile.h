/* Profiles at random, to try what holds for any NAT. */
#ifndef TCPTRAV_PROFILE_RANDOM_PROFILE_H
#define TCPTRAV_PROFILE_RANDOM_PROFILE_H

#include "base/rng.h"
#include "profile/axis.h"

/*
 * profile_random - a profile that does not contradict itself, each axis left at
 * its default in three of five cases, else at any of its values
 * What an attempt takes for granted stays: that the NAT translates, remembers
 * for longer than an attempt lasts, and has room. Of the axes that are numbers
 * only `addresses`, `delta` and `port-block` are drawn.
 * Equal generators give equal profiles, on every machine.
 */
void profile_random(struct rng *r, struct profile *out);

#endif
