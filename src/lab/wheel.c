/*
 * Linux's timer wheel has levels, each of 64 buckets (kernel/time/timer.c). A
 * bucket is eight times as wide as one of the level below. A timer goes to the
 * lowest level that reaches as far as its time, and expires when its bucket
 * ends. A bucket of N ticks ends at each tick, counted from boot, that is a
 * multiple of N. /proc/timer_list has the number of the current tick. Without
 * that file the wheel is observed: a recv() with SO_RCVTIMEO uses such a timer
 * too.
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
#define PLACES (NS_PER_MS / 2)	/* ns between the start times compared */

/* bucket_of - the width, in ticks, of the bucket that a timer of 1 s goes to */
static int64_t bucket_of(int64_t tick)
{
	int64_t bucket = 1;

	while (NS_PER_S / tick >= (BUCKETS - 1) * bucket)
		bucket *= WIDER;
	return bucket;
}

int64_t wheel_step(int64_t tick)
{
	return bucket_of(tick) * tick;
}

static int64_t modulo(int64_t x, int64_t of)
{
	return (x % of + of) % of;
}

/* earliest - keep the earliest phase seen: an observation can only be late */
static void earliest(struct wheel *w, int64_t tick, int64_t seen)
{
	int64_t step = wheel_step(tick);

	if (!w->step || modulo(seen - w->phase, step) > step / 2)
		w->phase = modulo(seen, step);
	w->step = step;
	w->tick = tick;
}

/* What /proc/timer_list has about ticks. */
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
	uint64_t ticks = (uint64_t)bucket_of(tick);
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

/* look - wait for @time by a timer; Return: when it ended; 0: something else
   ended it */
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
	/* the shortest time whose timer goes to such a bucket */
	int64_t wait = ((BUCKETS - 1) * bucket_of(tick) / WIDER + 1) * tick;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return;
	for (int i = 0; i < LOOKS; i++) {
		int64_t seen = look(pair[0], wait);

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

/*
 * room - how late a first SYN may be, if it is to be sent @place after a step,
 * before another step retransmits it. The step before can be late too, by a
 * tick if the CPU that counts ticks lags behind the timer's CPU. The distance
 * to that step counts twice, since a SYN is never early.
 */
static int64_t room(const struct wheel *w, int64_t place)
{
	int64_t since = modulo(place + NS_PER_S, w->step);
	int64_t left = w->step - since, behind = 2 * (since - w->tick);

	return left < behind ? left : behind;
}

int64_t wheel_time(const struct wheel *w, int64_t now, int64_t apart,
		   uint64_t seed)
{
	int64_t most = -w->step, chosen = 0;
	uint64_t alike = 0;
	struct rng r;

	if (!w->step)
		return now;
	rng_seed(&r, seed);
	rng_seed(&r, rng_next(&r));
	for (int64_t place = 0; place < w->step; place += PLACES) {
		int64_t one = room(w, place), other = room(w, place + apart);
		int64_t has = one < other ? one : other;

		if (has < most)
			continue;
		alike = has > most ? 1 : alike + 1;
		most = has;
		if (!rng_below(&r, alike))
			chosen = place;
	}
	return now + modulo(w->phase + chosen - now, w->step);
}
