#include "lab/priority.h"

#include <sched.h>

/* become - of @policy, @above its least priority */
static void become(int policy, int above)
{
	const struct sched_param p = {
		.sched_priority = sched_get_priority_min(policy) + above,
	};

	sched_setscheduler(0, policy, &p);
}

void priority_ahead(void)
{
	become(SCHED_RR, 0);
}

void priority_first(void)
{
	if (sched_getscheduler(0) == SCHED_RR)
		become(SCHED_RR, 1);
}

void priority_usual(void)
{
	become(SCHED_OTHER, 0);
}
