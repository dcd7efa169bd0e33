/* The kernel's timer wheel, by what kernel/time/timer.c says of it. */
#include "lab/wheel.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static void times(void **state)
{
	const struct wheel w = { .step = 32, .phase = 11 };
	unsigned eighths[8] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < 8000; seed++) {
		int64_t at = wheel_time(&w, 1000, seed);

		assert_in_range(at, 1000, 1031);
		/* the same place in any step, however it is asked for */
		for (int64_t now = 1001; now < 1100; now += 7) {
			int64_t then = wheel_time(&w, now, seed);

			assert_in_range(then, now, now + 31);
			assert_int_equal((then - at) % 32, 0);
		}
		eighths[(at - w.phase) % 32 / 4]++;
	}
	/* 1000 each, with a standard deviation of 30 */
	for (int i = 0; i < 8; i++)
		assert_in_range(eighths[i], 850, 1150);
}

/* The place is one in a step, wherever the steps are: two labs that measured
   other phases begin at the same time after a step. */
static void places_are_from_the_step(void **state)
{
	const struct wheel a = { .step = 1000, .phase = 0 };
	const struct wheel b = { .step = 1000, .phase = 700 };

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++)
		assert_int_equal((wheel_time(&a, 5000, seed) - a.phase) % 1000,
				 (wheel_time(&b, 9999, seed) - b.phase) % 1000);
}

static void unknown(void **state)
{
	const struct wheel none = { .step = 0 };

	(void)state;
	assert_int_equal(wheel_time(&none, 12345, 6), 12345);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(times),
		cmocka_unit_test(places_are_from_the_step),
		cmocka_unit_test(unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
