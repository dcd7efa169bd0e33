/*
 * Background connections of another host behind a NAT. They affect trials only
 * by the ports that they take. They go to a port of S on which nobody listens,
 * at random times (a Poisson process), each from a new port.
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

/* background_interval - draw the ns until the next connection: exponential,
   @rate > 0 */
int64_t background_interval(struct rng *r, double rate);

/* background_run - open connections until @config->stop */
void background_run(const struct background *config);

#endif
