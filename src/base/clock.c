#include "base/clock.h"

#include <stddef.h>

static int64_t clock_read(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

int64_t clock_wall(void)
{
	return clock_read(CLOCK_REALTIME);
}

struct timespec *clock_remaining(int64_t now, int64_t deadline,
				 struct timespec *out)
{
	int64_t left = deadline > now ? deadline - now : 0;

	if (deadline == TIME_NEVER)
		return NULL;
	out->tv_sec = left / NS_PER_S;
	out->tv_nsec = (long)(left % NS_PER_S);
	return out;
}
