#include "nat/link.h"

#include "base/clock.h"
#include "base/rng.h"

#include <string.h>

enum link_draw {
	DRAW_LOSS, DRAW_DUPLICATE, DRAW_REORDER, DRAW_JITTER, DRAWS
};

bool link_draws(const struct link_config *c)
{
	return c->loss > 0 || c->duplicate > 0 || c->jitter > 0 ||
		(c->reorder > 0 && c->reorder_by > 0);
}

void link_init(struct link_model *l, const struct link_config *config)
{
	l->config = *config;
	l->free_at = INT64_MIN;
	l->last = INT64_MIN;
	l->draws = link_draws(config);
	if (l->draws)
		memset(l->counts, 0, sizeof(l->counts));
}

/* count_equal - Return: how many equal packets entered before; counts this
   one */
static uint32_t count_equal(struct link_model *l, uint64_t identity)
{
	uint32_t *counts[LINK_ROWS], n = UINT32_MAX;

	for (unsigned i = 0; i < LINK_ROWS; i++) {
		counts[i] = &l->counts[i][(identity >> 32 * i) % LINK_COUNTS];
		n = *counts[i] < n ? *counts[i] : n;
	}
	for (unsigned i = 0; i < LINK_ROWS; i++)
		*counts[i] += 1;
	return n;
}

/* draw_fate - make all draws in each case, so that no setting changes the draw
   of another */
static void draw_fate(struct link_model *l, uint64_t identity,
		      double out[DRAWS])
{
	struct rng r;

	rng_seed(&r, l->config.seed);
	rng_seed(&r, rng_next(&r) ^ identity);
	rng_seed(&r, rng_next(&r) ^ count_equal(l, identity));
	for (unsigned i = 0; i < DRAWS; i++)
		out[i] = rng_unit(&r);
}

/*
 * transmit - pass a packet through the queue and the sender
 * @out:   when its last bit is sent
 * Return: false when the queue is full
 */
static bool transmit(struct link_model *l, int64_t now, size_t length,
		     int64_t *out)
{
	int64_t start = now > l->free_at ? now : l->free_at;

	*out = now;
	if (!l->config.rate)
		return true;
	if (start - now > l->config.queue)
		return false;
	*out = start + (int64_t)((uint64_t)length * 8 * NS_PER_S /
				 l->config.rate);
	l->free_at = *out;
	return true;
}

struct link_fate link_input(struct link_model *l, int64_t now, size_t length,
			    uint64_t identity)
{
	const struct link_config *c = &l->config;
	double draws[DRAWS] = { 0 };
	struct link_fate fate;

	if (l->draws)
		draw_fate(l, identity, draws);
	if (!transmit(l, now, length, &fate.due))
		return (struct link_fate){ .copies = 0 };
	fate.due += c->delay +
		(int64_t)(draws[DRAW_JITTER] * (double)c->jitter);
	if (fate.due < l->last)
		fate.due = l->last;
	l->last = fate.due;
	fate.copies = draws[DRAW_LOSS] < c->loss ? 0 :
		draws[DRAW_DUPLICATE] < c->duplicate ? 2 : 1;
	fate.late = c->reorder_by > 0 && draws[DRAW_REORDER] < c->reorder;
	if (fate.late)
		fate.due += c->reorder_by;
	return fate;
}

bool link_is_perfect(const struct link_config *c)
{
	return !c->delay && !link_draws(c) && !c->rate;
}
