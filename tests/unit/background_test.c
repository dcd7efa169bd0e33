/* When the hosts of a busy topology open their connections. */
#include "base/clock.h"
#include "lab/background.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define DRAWS 10000

/*
 * Of an exponential distribution with rate r, mean and standard deviation
 * are 1/r, and the share e^-1 = 0.3679 is above the mean. Over 10000 draws
 * the mean's own deviation is 1 %, the share's 0.5 %: five times that is
 * allowed.
 */
static void background_intervals_are_exponential(void **state)
{
	const double rate = 50;
	struct rng r;
	double sum = 0;
	unsigned above = 0;

	(void)state;
	rng_seed(&r, 1);
	for (unsigned i = 0; i < DRAWS; i++) {
		int64_t interval = background_interval(&r, rate);

		assert_true(interval >= 0);
		sum += (double)interval;
		above += (double)interval > (double)NS_PER_S / rate;
	}
	assert_true(sum > 0.95 * DRAWS / rate * (double)NS_PER_S);
	assert_true(sum < 1.05 * DRAWS / rate * (double)NS_PER_S);
	assert_in_range(above, 3679 - 250, 3679 + 250);
}

static void equal_seeds_give_equal_background_times(void **state)
{
	struct rng a, b;

	(void)state;
	rng_seed(&a, 7);
	rng_seed(&b, 7);
	for (unsigned i = 0; i < 100; i++)
		assert_true(background_interval(&a, 3) ==
			    background_interval(&b, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(background_intervals_are_exponential),
		cmocka_unit_test(equal_seeds_give_equal_background_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
