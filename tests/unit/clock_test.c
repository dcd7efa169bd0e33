/* Times that come again, and what is left until a time. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_next_turn(void **state)
{
	(void)state;
	assert_int_equal(clock_turn(-5, 10, 4), 10);
	assert_int_equal(clock_turn(10, 10, 4), 10);
	assert_int_equal(clock_turn(11, 10, 4), 14);
	assert_int_equal(clock_turn(14, 10, 4), 14);
	assert_int_equal(clock_turn(15, 10, 4), 18);
	assert_int_equal(clock_turn(16, 10, 1), 16);
}

static void what_is_left(void **state)
{
	struct timespec out;

	(void)state;
	assert_null(clock_remaining(0, TIME_NEVER, &out));
	clock_remaining(1, 3 * NS_PER_S, &out);
	assert_int_equal(out.tv_sec, 2);
	assert_int_equal(out.tv_nsec, 999999999);
	clock_remaining(2, 1, &out);
	assert_int_equal(out.tv_sec, 0);
	assert_int_equal(out.tv_nsec, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_turn),
		cmocka_unit_test(what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
