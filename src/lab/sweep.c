#include "lab/sweep.h"

struct lab_trial sweep_trial(const struct sweep *s, unsigned number)
{
	struct lab_trial t = s->trial;

	t.approach = s->approaches[number % s->approach_count];
	return t;
}
