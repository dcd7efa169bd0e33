/* A part of a plan's trials, "K/N": those whose number, divided by N, leaves
   K - 1. All N are each trial once. Pure. */
#ifndef TCPTRAV_PLAN_SHARD_H
#define TCPTRAV_PLAN_SHARD_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SHARDS_MAX 1000000

struct shard {
	unsigned number;	/* K, from 1 */
	unsigned of;		/* N; 0: all trials */
};

/* shard_read - false with an ERROR_USE sentence that quotes @text */
bool shard_read(const char *text, struct shard *out, struct error *e);

/* shard_share - how many of @count trials are of @s */
unsigned shard_share(const struct shard *s, unsigned count);

/* shard_skip - set the bits (of lab_plan) of those that are not of @s */
void shard_skip(const struct shard *s, unsigned count, uint8_t *bits);

#endif
