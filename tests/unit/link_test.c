/* The link model: delay, loss by its seed, order. */
#include "base/clock.h"
#include "nat/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_delay(void **state)
{
	struct link_config config = { .delay = 10 * NS_PER_MS };
	struct link_model l;
	int64_t due;

	(void)state;
	link_init(&l, &config);
	for (int64_t now = 0; now < 1000; now++) {
		assert_true(link_input(&l, now, &due));
		assert_int_equal(due, now + 10 * NS_PER_MS);
	}
}

static unsigned lost(double loss, uint64_t seed, unsigned packets)
{
	struct link_config config = { .loss = loss, .seed = seed };
	struct link_model l;
	unsigned count = 0;
	int64_t due;

	link_init(&l, &config);
	for (unsigned i = 0; i < packets; i++)
		count += !link_input(&l, i, &due);
	return count;
}

static void test_loss(void **state)
{
	(void)state;
	assert_int_equal(lost(0.0, 1, 10000), 0);
	assert_int_equal(lost(1.0, 1, 10000), 10000);
	/* 10,000 tosses with 0.1: 1000, with a standard deviation of 30 */
	for (uint64_t seed = 0; seed < 20; seed++)
		assert_in_range(lost(0.1, seed, 10000), 850, 1150);
}

/* Equal seeds give equal fates, others give others. */
static void test_seed(void **state)
{
	struct link_config config = { .loss = 0.5, .seed = 7 };
	struct link_model a, b, c;
	unsigned same = 0;
	int64_t due;

	(void)state;
	link_init(&a, &config);
	link_init(&b, &config);
	config.seed = 8;
	link_init(&c, &config);
	for (int i = 0; i < 10000; i++) {
		bool fate = link_input(&a, i, &due);

		assert_int_equal(link_input(&b, i, &due), fate);
		same += link_input(&c, i, &due) == fate;
	}
	assert_in_range(same, 4700, 5300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
