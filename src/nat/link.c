#include "nat/link.h"

#include "base/clock.h"

void link_init(struct link_model *l, const struct link_config *config)
{
	struct rng seeds;

	*l = (struct link_model){
		.config = *config,
		.free_at = INT64_MIN,
		.last = INT64_MIN,
	};
	rng_seed(&seeds, config->seed);
	rng_seed(&l->draws[LINK_DRAW_LOSS], config->seed);
	for (unsigned i = LINK_DRAW_LOSS + 1; i < LINK_DRAWS; i++)
		rng_seed(&l->draws[i], rng_next(&seeds));
}

/*
 * transmit - through the queue and the sender
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

struct link_fate link_input(struct link_model *l, int64_t now, size_t length)
{
	const struct link_config *c = &l->config;
	double draws[LINK_DRAWS];
	struct link_fate fate;

	/* all of them, always: the next packet's are the next ones */
	for (unsigned i = 0; i < LINK_DRAWS; i++)
		draws[i] = rng_unit(&l->draws[i]);
	if (!transmit(l, now, length, &fate.due))
		return (struct link_fate){ .copies = 0 };
	fate.due += c->delay +
		(int64_t)(draws[LINK_DRAW_JITTER] * (double)c->jitter);
	if (fate.due < l->last)
		fate.due = l->last;
	l->last = fate.due;
	fate.copies = draws[LINK_DRAW_LOSS] < c->loss ? 0 :
		draws[LINK_DRAW_DUPLICATE] < c->duplicate ? 2 : 1;
	fate.late = c->reorder_by > 0 &&
		draws[LINK_DRAW_REORDER] < c->reorder;
	if (fate.late)
		fate.due += c->reorder_by;
	return fate;
}

bool link_is_perfect(const struct link_config *c)
{
	bool reorders = c->reorder > 0 && c->reorder_by > 0;

	return !c->delay && !c->jitter && !(c->loss > 0) &&
		!(c->duplicate > 0) && !reorders && !c->rate;
}
