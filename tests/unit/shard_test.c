/* Shards: each trial of a plan is in one of them. */
#include "plan/shard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_trial_is_in_exactly_one_shard(void **state)
{
	(void)state;
	for (unsigned of = 1; of <= 9; of++)
		for (unsigned count = 0; count <= 20; count++) {
			unsigned left[20] = { 0 };

			for (unsigned k = 1; k <= of; k++) {
				const struct shard s = { k, of };
				unsigned share = shard_share(&s, count);
				uint8_t bits[3] = { 0 };

				shard_skip(&s, count, bits);
				for (unsigned i = 0; i < count; i++) {
					left[i] += !(bits[i / 8] >> i % 8 & 1);
					share -= !(bits[i / 8] >> i % 8 & 1);
				}
				assert_int_equal(share, 0);
			}
			for (unsigned i = 0; i < count; i++)
				assert_int_equal(left[i], 1);
		}
}

static void without_a_shard_every_trial_is_run(void **state)
{
	const struct shard all = { 0, 0 };
	uint8_t bits[1] = { 2 };

	(void)state;
	shard_skip(&all, 8, bits);
	assert_int_equal(bits[0], 2);
	assert_int_equal(shard_share(&all, 8), 8);
}

static void only_k_of_n_is_read_as_a_shard(void **state)
{
	static const char *const wrong[] = {
		"", "/", "1", "1/", "/2", "0/2", "3/2", "1/2/", "1/2x", "-1/2",
		"1/-2", " 1/2", "1 /2", "a/b", "1/1000001",
		"1/99999999999999999999",
	};
	struct shard s = { 7, 7 };
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(shard_read(wrong[i], &s, &e));
		assert_int_equal(e.kind, ERROR_USE);
		assert_int_equal(s.number, 7);
	}
	assert_true(shard_read("2/3", &s, &e));
	assert_int_equal(s.number, 2);
	assert_int_equal(s.of, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_trial_is_in_exactly_one_shard),
		cmocka_unit_test(without_a_shard_every_trial_is_run),
		cmocka_unit_test(only_k_of_n_is_read_as_a_shard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
