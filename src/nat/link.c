#include "nat/link.h"

void link_init(struct link_model *l, const struct link_config *config)
{
	l->config = *config;
	rng_seed(&l->rng, config->seed);
}

bool link_input(struct link_model *l, int64_t now, int64_t *due)
{
	*due = now + l->config.delay;
	return rng_unit(&l->rng) >= l->config.loss;
}
