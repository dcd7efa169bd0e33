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
static void the_step_follows_from_the_tick(void **state)
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
	int64_t at = wheel_time(w, 1000 * MS, apart, seed);

	assert_in_range(at, 1000 * MS, 1000 * MS + w->step - 1);
	/* the same place in any step, however it is asked for */
	for (int64_t now = 1001 * MS; now < 1100 * MS; now += 7 * MS) {
		int64_t then = wheel_time(w, now, apart, seed);

		assert_in_range(then, now, now + w->step - 1);
		assert_int_equal((then - at) % w->step, 0);
	}
	return (at - w->phase) % w->step;
}

/*
 * 1 s is 31 steps of 32 ms and 8 ms: what leaves up to 24 ms after a step
 * comes again with the 32nd step from there, the rest with the next. The second
 * of two first SYNs, 20 ms apart, has 10.5 ms to that border when the first
 * leaves 13.5 ms after a step: the second is then 9.5 ms past the step, which
 * may itself be 4 late, and what is left of it counts twice: 11. Half a
 * millisecond earlier that would be 10, and later 10 are left to the border.
 */
static void two_syns_leave_far_from_a_step(void **state)
{
	const struct wheel w = { .step = 32 * MS, .tick = 4 * MS,
				 .phase = 11 * MS };

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		assert_int_equal(place(&w, 20 * MS, seed), 27 * MS / 2);
		assert_int_equal(place(&w, 84 * MS, seed), 27 * MS / 2);
	}
}

/* One SYN alone, or two at once: 21.5 ms past a border, of which 9.5 count
   twice, and 18.5 before the next. */
static void one_syn_leaves_far_from_a_step(void **state)
{
	const struct wheel w = { .step = 32 * MS, .tick = 4 * MS };

	(void)state;
	assert_int_equal(place(&w, 0, 1), 11 * MS / 2);
}

/* With 24 ms between them the second SYN has 13 ms to the border where the
   first is 11 ms past a step, and twice 6.5 behind it at 10.5. */
static void seeds_choose_among_the_best(void **state)
{
	const struct wheel w = { .step = 32 * MS, .tick = 4 * MS };
	unsigned earlier = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		int64_t at = place(&w, 24 * MS, seed);

		assert_true(at == 21 * MS / 2 || at == 11 * MS);
		earlier += at < 11 * MS;
	}
	/* with a standard deviation of 16 */
	assert_in_range(earlier, 420, 580);
}

/* 1000 ticks a second, steps of 64 ms: 1 s is 15 of them and 40 ms, so the
   border is 24 ms after a step again. 46 ms after one it is 42 away, and 21,
   which count twice, behind. */
static void other_tick_rates_have_other_steps(void **state)
{
	const struct wheel w = { .step = 64 * MS, .tick = MS };

	(void)state;
	assert_int_equal(place(&w, 0, 1), 46 * MS);
}

/* The place is one in a step, wherever the steps are: two labs that found
   other phases begin at the same time after a step. */
static void places_count_from_the_step(void **state)
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
   367316. So that one was at 367296 ms, or 32 ms times 11478. */
static void the_list_of_timers_gives_phase_and_step(void **state)
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
	assert_int_equal(w.tick, 4 * MS);
	assert_int_equal(w.phase, 0);
	assert_true(read_text(&w, late, 4 * MS));
	assert_int_equal(w.phase, 0);
	w.step = 0;
	assert_true(read_text(&w, late, 4 * MS));
	assert_int_equal(w.phase, 4400000);
	assert_true(read_text(&w, one, 4 * MS));
	assert_int_equal(w.phase, 0);
}

static void a_malformed_list_changes_nothing(void **state)
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

static void without_a_wheel_a_trial_begins_at_once(void **state)
{
	const struct wheel none = { .step = 0 };

	(void)state;
	assert_int_equal(wheel_time(&none, 12345, 0, 6), 12345);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_step_follows_from_the_tick),
		cmocka_unit_test(two_syns_leave_far_from_a_step),
		cmocka_unit_test(one_syn_leaves_far_from_a_step),
		cmocka_unit_test(seeds_choose_among_the_best),
		cmocka_unit_test(other_tick_rates_have_other_steps),
		cmocka_unit_test(places_count_from_the_step),
		cmocka_unit_test(the_list_of_timers_gives_phase_and_step),
		cmocka_unit_test(a_malformed_list_changes_nothing),
		cmocka_unit_test(without_a_wheel_a_trial_begins_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
