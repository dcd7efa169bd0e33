#include "plan/trial.h"

uint64_t trial_seed(uint64_t plan_seed, unsigned number)
{
	return plan_seed + number;
}

double trial_timeout(const struct trial *t)
{
	return t->timeout_ms > 0 ? t->timeout_ms : 900 + 10 * t->rtt_ms;
}

bool trial_ordered(const struct approach *a)
{
	return a->variant ? a->method->variant_ordered : a->method->ordered;
}

unsigned trial_orders(const struct trial *t)
{
	return trial_ordered(&t->approach) ? 2 : 1;
}

bool trial_has_faults(const struct trial *t)
{
	return t->loss > 0 || *link_options_text(t->links);
}
