/*
 * Connections that a further host behind a NAT opens, of no concern to any
 * trial but for the ports that they take: to S, where nobody listens, at
 * random times (a Poisson process), each from a fresh port.
 */
#ifndef TCPTRAV_LAB_BACKGROUND_H
#define TCPTRAV_LAB_BACKGROUND_H

#include "base/endpoint.h"
#include "base/rng.h"

#define BACKGROUND_PORT 9	/* discard, which S does not serve */

struct background {
	struct endpoint to;
	double rate;		/* per second, above 0 */
	uint64_t seed;
	int stop;		/* ends when this is readable or closed */
};

/* background_interval - ns until the next one: exponential, @rate > 0 */
int64_t background_interval(struct rng *r, double rate);

/* background_run - open them until told to stop */
void background_run(const struct background *config);

#endif
