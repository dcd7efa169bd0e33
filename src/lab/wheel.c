/*
 * Linux has a wheel of levels, each of 64 buckets (kernel/time/timer.c). A
 * level's bucket is eight times as wide as one of the level below, and a timer
 * goes to the lowest level that reaches so far; it runs when the bucket that it
 * would end in is over. The waiting of a socket with SO_RCVTIMEO is such a
 * timer too, and what is seen of the wheel.
 */
#include "lab/wheel.h"

#include "base/clock.h"
#include "base/rng.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BUCKETS 64
#define WIDER 8			/* than a bucket of the level below */
#define LOOKS 3

/* level_of - a timer of 1 s; its first and its bucket's ticks */
static void level_of(int64_t tick, int64_t *first, int64_t *bucket)
{
	int64_t ticks = NS_PER_S / tick;

	*first = 0;
	*bucket = 1;
	while (ticks >= (BUCKETS - 1) * *bucket) {
		*first = (BUCKETS - 1) * *bucket;
		*bucket *= WIDER;
	}
}

int64_t wheel_step(int64_t tick)
{
	int64_t first, bucket;

	level_of(tick, &first, &bucket);
	return bucket * tick;
}

/* look - when a wait of @time ended; 0: something ended it before */
static int64_t look(int socket, int64_t time)
{
	const struct timeval limit = {
		.tv_sec = time / NS_PER_S,
		.tv_usec = time % NS_PER_S / NS_PER_US,
	};
	char none;

	if (setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit,
		       sizeof(limit)) < 0 ||
	    recv(socket, &none, 1, 0) >= 0 || errno != EAGAIN)
		return 0;
	return clock_now();
}

/* take_in - a wait ends late, if not in time: the earliest is the wheel's */
static void take_in(struct wheel *w, int64_t step, int64_t seen)
{
	int64_t later = ((seen - w->phase) % step + step) % step;

	if (!w->step || later > step / 2)
		w->phase = seen % step;
	w->step = step;
}

void wheel_measure(struct wheel *w)
{
	struct timespec tick;
	int64_t first, bucket;
	int pair[2];

	*w = (struct wheel){ .step = 0 };
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) < 0 ||
	    tick.tv_sec || !tick.tv_nsec ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return;
	level_of(tick.tv_nsec, &first, &bucket);
	for (int i = 0; i < LOOKS; i++) {
		int64_t seen = look(pair[0], (first + 1) * tick.tv_nsec);

		if (seen)
			take_in(w, bucket * tick.tv_nsec, seen);
	}
	close(pair[0]);
	close(pair[1]);
}

int64_t wheel_time(const struct wheel *w, int64_t now, uint64_t seed)
{
	struct rng r;
	int64_t place;

	if (!w->step)
		return now;
	rng_seed(&r, seed);
	rng_seed(&r, rng_next(&r));
	place = w->phase + (int64_t)rng_below(&r, (uint64_t)w->step);
	return now + ((place - now) % w->step + w->step) % w->step;
}
