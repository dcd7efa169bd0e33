#include "plan/trial.h"

uint64_t trial_seed(uint64_t plan_seed, unsigned number)
{
	return plan_seed + number;
}

double trial_timeout(const struct trial *t)
{
	return t->timeout_ms > 0 ? t->timeout_ms
				 : default_timeout_ms(t->rtt_ms);
}

bool trial_has_faults(const struct trial *t)
{
	return t->loss > 0 || *link_options_text(t->links);
}
