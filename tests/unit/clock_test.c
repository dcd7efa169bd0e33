/* What is left until a time. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void clock_remaining_is_never_negative(void **state)
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
		cmocka_unit_test(clock_remaining_is_never_negative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
