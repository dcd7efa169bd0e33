/* When an attempt repeats what may have been lost: after a random back-off. */
#include "method/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define NOW (12345 * MS + 678)

static void retry_is_within_least_and_least_plus_spread(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (int i = 0; i < 10000; i++)
		assert_in_range(retry_time(NOW, 500 * MS, 300 * MS, &rng) - NOW,
				500 * MS, 800 * MS);
	assert_int_equal(retry_time(NOW, 7, 0, &rng), NOW + 7);
}

static void retries_are_spread_evenly(void **state)
{
	unsigned seen[16] = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2);
	for (int i = 0; i < 16000; i++)
		seen[(retry_time(NOW, MS, 160 * MS - 1, &rng) - NOW - MS) /
		     (10 * MS)]++;
	/* 1000 each, with a standard deviation of 31 */
	for (int i = 0; i < 16; i++)
		assert_in_range(seen[i], 850, 1150);
}

static void equal_seeds_give_equal_retries(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct rng one, other;

		rng_seed(&one, seed);
		rng_seed(&other, seed);
		assert_int_equal(retry_time(NOW, MS, 500 * MS, &one),
				 retry_time(NOW, MS, 500 * MS, &other));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retry_is_within_least_and_least_plus_spread),
		cmocka_unit_test(retries_are_spread_evenly),
		cmocka_unit_test(equal_seeds_give_equal_retries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
