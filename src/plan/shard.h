/* A shard "K/N" of a plan: the trials whose number modulo N is K - 1. The N
   shards together are the plan. Pure. */
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

/* shard_read - parse "K/N"; false with an ERROR_USE sentence that quotes @text
   */
bool shard_read(const char *text, struct shard *out, struct error *e);

/* shard_share - the number of @count trials that are in @s */
unsigned shard_share(const struct shard *s, unsigned count);

/* shard_skip - set the bits (base/bits.h) of the trials that are not in @s */
void shard_skip(const struct shard *s, unsigned count, uint8_t *bits);

#endif
