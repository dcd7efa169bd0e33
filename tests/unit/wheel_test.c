/* The kernel's timer wheel, by what kernel/time/timer.c says of it. */
#include "lab/wheel.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Levels begin at 63, 504 and 4032 ticks, their buckets are of 8, 64 and 512:
   1 s is 100, 250 or 300 ticks of the first of them, or 1000 of the second. */
static void steps(void **state)
{
	(void)state;
	assert_int_equal(wheel_step(10 * NS_PER_MS), 80 * NS_PER_MS);
	assert_int_equal(wheel_step(4 * NS_PER_MS), 32 * NS_PER_MS);
	assert_int_equal(wheel_step(3333333), 8 * 3333333);
	assert_int_equal(wheel_step(NS_PER_MS), 64 * NS_PER_MS);
}

#define MS NS_PER_MS

/* place - after a step, of what begins at the time that @seed gets */
static int64_t place(const struct wheel *w, int64_t apart, uint64_t seed)
{
	int64_t at = wheel_time(w, 1000 * MS, apart, seed, false);

	assert_in_range(at, 1000 * MS, 1000 * MS + w->step - 1);
	/* the same place in any step, however it is asked for */
	for (int64_t now = 1001 * MS; now < 1100 * MS; now += 7 * MS) {
		int64_t then = wheel_time(w, now, apart, seed, false);

		assert_in_range(then, now, now + w->step - 1);
		assert_int_equal((then - at) % w->step, 0);
	}
	return (at - w->phase) % w->step;
}

/*
 * 1 s is 31 steps of 32 ms and 8 ms: what leaves up to 24 ms after a step
 * comes again with the 32nd step from there, the rest with the next; and what
 * is repeated 32 ms later, or 64, is as far from the next step. A first SYN
 * 16 ms after a step has 8 ms to the former; the second, 24 ms later, is 16 ms
 * past that, and 8 past a step, which may itself be 4 late: half as much as is
 * left before the 24. Half a millisecond earlier that would be less.
 */
static void far_from_what_decides(void **state)
{
	const struct wheel w = { .step = 32 * MS, .tick = 4 * MS,
				 .phase = 11 * MS };

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		assert_int_equal(place(&w, 24 * MS, seed), 16 * MS);
		assert_int_equal(place(&w, 88 * MS, seed), 16 * MS);
	}
}

/* One SYN alone, or two at once, has 13.5 ms to the 24 from 10.5 on and half of
   13 behind it, from 11 on 13 and half of 14: it may be as late in both. */
static void seeds_choose_among_the_best(void **state)
{
	const struct wheel w = { .step = 32 * MS, .tick = 4 * MS };
	unsigned earlier = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		int64_t at = place(&w, 0, seed);

		assert_true(at == 21 * MS / 2 || at == 11 * MS);
		earlier += at < 11 * MS;
	}
	/* with a standard deviation of 16 */
	assert_in_range(earlier, 420, 580);
}

/* 1000 ticks a second, steps of 64 ms: 1 s is 15 of them and 40 ms, so the
   border is 24 ms after a step again. 43.5 ms after one it is 44.5 away, what
   is repeated 20.5, and 11.5 past half a step, less a tick. */
static void steps_of_other_kernels(void **state)
{
	const struct wheel w = { .step = 64 * MS, .tick = MS };

	(void)state;
	assert_int_equal(place(&w, 0, 1), 87 * MS / 2);
}

/* A far step of 256 ms has eight places that are alike in all that a timer of
   1 s asks: each seed has one of them, the same in each far step. */
static void far_steps(void **state)
{
	const struct wheel w = { .step = 32 * MS, .far = 256 * MS,
				 .tick = 4 * MS, .phase = 211 * MS };
	unsigned seen = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		int64_t at = wheel_time(&w, 1000 * MS, 24 * MS, seed, true);
		int64_t then = wheel_time(&w, 5432 * MS, 24 * MS, seed, true);

		assert_in_range(at, 1000 * MS, 1256 * MS - 1);
		assert_int_equal((then - at) % (256 * MS), 0);
		assert_int_equal((at - w.phase) % (32 * MS), 16 * MS);
		seen |= 1U << (at - w.phase) / (32 * MS) % 8;
		at = wheel_time(&w, 1000 * MS, 24 * MS, seed, false);
		assert_in_range(at, 1000 * MS, 1032 * MS - 1);
	}
	assert_int_equal(seen, 0xff);
}

/* The place is one in a step, wherever the steps are: two labs that found
   other phases begin at the same time after a step. */
static void places_are_from_the_step(void **state)
{
	const struct wheel a = { .step = 32 * MS, .tick = 4 * MS };
	const struct wheel b = { .step = 32 * MS, .tick = 4 * MS,
				 .phase = 700 };

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++)
		assert_int_equal(place(&a, 0, seed), place(&b, 0, seed));
}

static bool read_text(struct wheel *w, const char *text, int64_t tick)
{
	FILE *list = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	bool is_read;

	assert_non_null(list);
	is_read = wheel_read(w, list, tick);
	fclose(list);
	return is_read;
}

/* 250 ticks a second: tick 4294984101 is the fifth after one that 8 divides.
   It was at 367016 ms or some ticks later, and is not over at 367316.7: since
   367316. So that one was at 367296 ms, or 32 ms times 11478. It is 64
   times 67109126 and 37: the far step was at 367168 ms, 1434 times 256 and 64.
 */
static void list(void **state)
{
	const char *one = "Timer List Version: v0.10\n"
		"HRTIMER_MAX_CLOCK_BASES: 8\n"
		"now at 367316768862 nsecs\n\n"
		"cpu: 0\n"
		" # expires at 367320000000-367320000000 nsecs\n"
		"  .last_tick      : 367016000000 nsecs\n"
		"  .last_jiffies   : 4294984025\n"
		"jiffies: 4294984101\n\n"
		"cpu: 1\n"
		"  .last_tick      : 1 nsecs\n"
		"jiffies: 3\n";
	/* the tick was 0.4 ms after each fourth ms; and it was counted late */
	const char *late = "now at 367316768862 nsecs\n"
		"  .last_tick      : 367016400000 nsecs\n"
		"jiffies: 4294984100\n";
	struct wheel w = { .step = 0 };

	(void)state;
	assert_true(read_text(&w, one, 4 * MS));
	assert_int_equal(w.step, 32 * MS);
	assert_int_equal(w.far, 256 * MS);
	assert_int_equal(w.tick, 4 * MS);
	assert_int_equal(w.phase, 64 * MS);
	assert_true(read_text(&w, late, 4 * MS));
	assert_int_equal(w.phase, 64 * MS);
	w.step = 0;
	assert_true(read_text(&w, late, 4 * MS));
	assert_int_equal(w.phase, 64 * MS + 4400000);
	assert_true(read_text(&w, one, 4 * MS));
	assert_int_equal(w.phase, 64 * MS);
}

static void no_list(void **state)
{
	const char *const none[] = {
		"now at 367316768862 nsecs\n", "jiffies: 12\n",
		"now at 7 nsecs\njiffies:\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		struct wheel w = { .step = 5, .phase = 3 };

		assert_false(read_text(&w, none[i], 4 * MS));
		assert_int_equal(w.step, 5);
		assert_int_equal(w.phase, 3);
	}
}

static void after_a_step(void **state)
{
	const struct wheel w = { .step = 32 * MS, .phase = 31 * MS };

	(void)state;
	assert_int_equal(wheel_after(&w, 31 * MS), 0);
	assert_int_equal(wheel_after(&w, 10 * 32 * MS + 3 * MS), 4 * MS);
	assert_int_equal(wheel_after(&w, 30 * MS), 31 * MS);
}

/* whole ticks that make 4 ms or more */
static void rasters(void **state)
{
	static const int64_t ticks[][2] = {
		{ MS, 4 * MS }, { 3333333, 6666666 }, { 4 * MS, 4 * MS },
		{ 10 * MS, 10 * MS },
	};
	struct wheel w = { .phase = 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(ticks) / sizeof(*ticks); i++) {
		w.tick = ticks[i][0];
		w.step = wheel_step(w.tick);
		assert_int_equal(wheel_raster(&w).width, ticks[i][1]);
		assert_int_equal(wheel_raster(&w).phase, 5);
	}
	w.step = 0;
	assert_int_equal(wheel_raster(&w).width, 0);
}

static void unknown(void **state)
{
	const struct wheel none = { .step = 0 };

	(void)state;
	assert_int_equal(wheel_after(&none, 12345), 0);
	assert_int_equal(wheel_time(&none, 12345, 0, 6, true), 12345);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(far_from_what_decides),
		cmocka_unit_test(seeds_choose_among_the_best),
		cmocka_unit_test(steps_of_other_kernels),
		cmocka_unit_test(far_steps),
		cmocka_unit_test(places_are_from_the_step),
		cmocka_unit_test(list),
		cmocka_unit_test(no_list),
		cmocka_unit_test(after_a_step),
		cmocka_unit_test(rasters),
		cmocka_unit_test(unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
