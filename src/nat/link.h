/*
 * The link model, one direction: which packet arrives, and when. Pure.
 * Packets keep their order; equal seeds give equal fates.
 */
#ifndef TCPTRAV_NAT_LINK_H
#define TCPTRAV_NAT_LINK_H

#include "base/rng.h"

#include <stdbool.h>
#include <stdint.h>

struct link_config {
	int64_t delay;		/* ns */
	double loss;		/* 0 to 1 */
	uint64_t seed;
};

struct link_model {
	struct link_config config;
	struct rng rng;
};

void link_init(struct link_model *l, const struct link_config *config);

/*
 * link_input - a packet enters at @now
 * @due:   when it comes out
 * Return: false when it is lost
 */
bool link_input(struct link_model *l, int64_t now, int64_t *due);

#endif
