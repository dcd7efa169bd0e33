#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "lab/admission.h"

/* allowed - the largest number that may run at once */
static unsigned allowed(const struct admission *a)
{
	unsigned running = 0;

	while (admission_allows(a, running))
		running++;
	return running;
}

/* reach_all - 300, from 16 on */
static void reach_all(struct admission *a)
{
	admission_begin(a, 300, 16);
	for (int i = 0; i < 1000; i++)
		admission_learn(a, 0);
}

static void the_window_begins_with_few_trials(void **state)
{
	struct admission a;

	(void)state;
	admission_begin(&a, 300, 16);
	assert_int_equal(allowed(&a), 16);
	admission_begin(&a, 4, 16);
	assert_int_equal(allowed(&a), 4);
	admission_begin(&a, 1, 1);
	assert_int_equal(allowed(&a), 1);
}

/* while all are in time each lets another one in: double in each round */
static void a_machine_in_time_runs_all_at_once(void **state)
{
	struct admission a;

	(void)state;
	admission_begin(&a, 300, 16);
	for (int i = 0; i < 16; i++)
		admission_learn(&a, 0);
	assert_int_equal(allowed(&a), 32);
	for (int i = 0; i < 1000; i++)
		admission_learn(&a, 0.1);
	assert_int_equal(allowed(&a), 300);
}

static void a_medium_lateness_leaves_the_window(void **state)
{
	struct admission a;

	(void)state;
	admission_begin(&a, 300, 16);
	for (int i = 0; i < 1000; i++)
		admission_learn(&a, 0.4);
	assert_int_equal(allowed(&a), 16);
}

#define MANY 76		/* more than a quarter of 300 */

/* Something else has a CPU for a moment: that is no reason to run fewer, how
   often it may be, while it is a quarter of a windowful at most. */
static void a_few_late_trials_do_not_cut_the_window(void **state)
{
	struct admission a;

	(void)state;
	reach_all(&a);
	for (int i = 0; i < 3000; i++)
		admission_learn(&a, i % 300 < MANY - 1 ? 2 : 0);
	assert_int_equal(allowed(&a), 300);
	for (int i = 0; i < 600; i++)
		admission_learn(&a, i % 300 < MANY ? 2 : 0);
	assert_in_range(allowed(&a), 200, 250);
}

/* The trials that ran beside the late one are late for the same reason. */
static void trials_that_ran_before_a_cut_do_not_cut_again(void **state)
{
	struct admission a;
	unsigned once;

	(void)state;
	reach_all(&a);
	for (int i = 0; i < MANY; i++)
		admission_learn(&a, 2);
	once = allowed(&a);
	assert_in_range(once, 200, 220);
	for (int i = 0; i < 300 + (int)once / 4; i++)
		admission_learn(&a, 2);
	assert_int_equal(allowed(&a), once);
	admission_learn(&a, 2);
	assert_in_range(allowed(&a), once / 2, once - 1);
}

static void the_window_is_never_cut_below_its_least(void **state)
{
	struct admission a;

	(void)state;
	admission_begin(&a, 300, 16);
	for (int i = 0; i < 10000; i++)
		admission_learn(&a, 5);
	assert_int_equal(allowed(&a), 16);
}

/* After a cut it takes sixteen in time for one more. */
static void after_a_cut_the_window_grows_slowly(void **state)
{
	struct admission a;
	unsigned before;

	(void)state;
	reach_all(&a);
	for (int i = 0; i < 300 + MANY; i++)
		admission_learn(&a, 2);
	before = allowed(&a);
	for (unsigned i = 0; i < 2 * before; i++)
		admission_learn(&a, 0);
	assert_in_range(allowed(&a), before + before / 8 - 1,
			before + before / 8 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_window_begins_with_few_trials),
		cmocka_unit_test(a_machine_in_time_runs_all_at_once),
		cmocka_unit_test(a_medium_lateness_leaves_the_window),
		cmocka_unit_test(a_few_late_trials_do_not_cut_the_window),
		cmocka_unit_test(trials_that_ran_before_a_cut_do_not_cut_again),
		cmocka_unit_test(the_window_is_never_cut_below_its_least),
		cmocka_unit_test(after_a_cut_the_window_grows_slowly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
