/* When an attempt repeats what may have been lost: at random, in steps. */
#include "method/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define FIRST (12345 * MS + 678)

static void in_whole_steps_from_the_first(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (int64_t after = 0; after < 3000 * MS; after += 1234567) {
		int64_t at = repeat_at(FIRST, FIRST + after, 500 * MS,
				       500 * MS, &rng);

		assert_int_equal((at - FIRST) % REPEAT_STEP, 0);
		assert_in_range(at - FIRST - after, 500 * MS - REPEAT_STEP / 2,
				1000 * MS + REPEAT_STEP);
	}
}

/* 500 ms are 15.6 steps: from 16 on there are as many as fit in 500 ms, and
   one. */
static void any_step_is_as_likely(void **state)
{
	unsigned seen[16] = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2);
	for (int i = 0; i < 16000; i++) {
		int64_t at = repeat_at(FIRST, FIRST, 500 * MS, 500 * MS, &rng);
		int64_t step = (at - FIRST) / REPEAT_STEP - 16;

		assert_in_range(step, 0, 15);
		seen[step]++;
	}
	/* 1000 each, with a standard deviation of 31 */
	for (int i = 0; i < 16; i++)
		assert_in_range(seen[i], 850, 1150);
}

/* What is a little late has the same steps: the nearest counts. */
static void a_late_one_has_the_same_steps(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct rng one, other;

		rng_seed(&one, seed);
		rng_seed(&other, seed);
		assert_int_equal(
			repeat_at(FIRST, FIRST + 96 * MS, MS, 500 * MS, &one),
			repeat_at(FIRST, FIRST + 96 * MS + REPEAT_STEP / 2 - 1,
				  MS, 500 * MS, &other));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_whole_steps_from_the_first),
		cmocka_unit_test(any_step_is_as_likely),
		cmocka_unit_test(a_late_one_has_the_same_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
