/*
 * Linux has a wheel of levels, each of 64 buckets (kernel/time/timer.c). A
 * level's bucket is eight times as wide as one of the level below, and a timer
 * goes to the lowest level that reaches so far; it runs when the bucket that it
 * would end in is over. Buckets end at the ticks, counted from boot, that their
 * width divides; the kernel's list of timers says which tick it is. Where there
 * is no list, the wheel is watched: the waiting of a socket with SO_RCVTIMEO is
 * such a timer too.
 */
#include "lab/wheel.h"

#include "base/clock.h"
#include "base/rng.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
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

/* earliest - a look is late, if not in time: the earliest is the wheel's */
static void earliest(struct wheel *w, int64_t tick, int64_t seen)
{
	int64_t step = wheel_step(tick);
	int64_t later = ((seen - w->phase) % step + step) % step;

	if (!w->step || later > step / 2)
		w->phase = (seen % step + step) % step;
	w->step = step;
}

/* What the kernel's list of timers says of its ticks. */
struct ticks {
	int64_t now, last;		/* ns; last: some tick before now */
	uint64_t jiffies;		/* ticks counted, now */
};

static bool read_ticks(FILE *list, struct ticks *t)
{
	char line[256];

	*t = (struct ticks){ .now = 0 };
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "jiffies: %" SCNu64, &t->jiffies) == 1)
			return t->now > 0;
		if (sscanf(line, "now at %" SCNd64, &t->now) != 1)
			sscanf(line, " .last_tick : %" SCNd64, &t->last);
	}
	return false;
}

bool wheel_read(struct wheel *w, FILE *list, int64_t tick)
{
	uint64_t ticks = (uint64_t)(wheel_step(tick) / tick);
	struct ticks t;

	if (!read_ticks(list, &t))
		return false;
	earliest(w, tick, t.now - (t.now - t.last) % tick -
		 (int64_t)(t.jiffies % ticks) * tick);
	return true;
}

static bool read_list(struct wheel *w, int64_t tick)
{
	bool is_read = true;

	for (int i = 0; i < LOOKS && is_read; i++) {
		FILE *list = fopen("/proc/timer_list", "re");

		is_read = list && wheel_read(w, list, tick);
		if (list)
			fclose(list);
	}
	return is_read;
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

static void watch(struct wheel *w, int64_t tick)
{
	int64_t first, bucket;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return;
	level_of(tick, &first, &bucket);
	for (int i = 0; i < LOOKS; i++) {
		int64_t seen = look(pair[0], (first + 1) * tick);

		if (seen)
			earliest(w, tick, seen);
	}
	close(pair[0]);
	close(pair[1]);
}

void wheel_find(struct wheel *w)
{
	struct timespec tick;

	*w = (struct wheel){ .step = 0 };
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) < 0 ||
	    tick.tv_sec || !tick.tv_nsec)
		return;
	if (!read_list(w, tick.tv_nsec))
		watch(w, tick.tv_nsec);
}

int64_t wheel_time(const struct wheel *w, int64_t now, uint64_t seed)
{
	struct rng r;
	int64_t place;

	if (!w->step)
		return now;
	rng_seed(&r, seed);
	rng_seed(&r, rng_next(&r));
	place = (int64_t)rng_below(&r, (uint64_t)(w->step / NS_PER_MS));
	place = w->phase + place * NS_PER_MS + NS_PER_MS / 2;
	return now + ((place - now) % w->step + w->step) % w->step;
}
