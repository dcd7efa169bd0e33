#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "lab/stretches.h"

#include <string.h>

#define SLOTS 7
#define COUNT 1000

static unsigned take(struct stretches *s, unsigned slot, stretches_fit fits,
		     void *argument)
{
	unsigned number = stretches_choose(s, slot, fits, argument);

	if (number != STRETCHES_NONE)
		stretches_take(s, number);
	return number;
}

static void one_slot_runs_the_plan_from_first_to_last(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 1, COUNT, NULL));
	assert_int_equal(s.left, COUNT);
	for (unsigned i = 0; i < COUNT; i++)
		assert_int_equal(take(&s, 0, NULL, NULL), i);
	assert_int_equal(s.left, 0);
	assert_int_equal(take(&s, 0, NULL, NULL), STRETCHES_NONE);
	stretches_end(&s);
}

/* any few blocks that follow each other in time are spread over the plan */
static void slots_begin_far_from_each_other(void **state)
{
	unsigned parts[4] = { 0 };
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 16, 16000, NULL));
	for (unsigned i = 0; i < 16; i++)
		parts[take(&s, i, NULL, NULL) / 4000]++;
	for (unsigned i = 0; i < 4; i++)
		assert_in_range(parts[i], 3, 5);
	stretches_end(&s);
}

static void neighbours_in_the_plan_go_to_one_slot(void **state)
{
	struct stretches s;
	unsigned first, other;

	(void)state;
	assert_true(stretches_begin(&s, 2, COUNT, NULL));
	first = take(&s, 0, NULL, NULL);
	other = take(&s, 1, NULL, NULL);
	for (unsigned i = 1; i < 16; i++)
		assert_int_equal(take(&s, 0, NULL, NULL), first + i);
	assert_int_equal(take(&s, 1, NULL, NULL), other + 1);
	stretches_end(&s);
}

/* whoever is fast, and whatever was done before: each trial once */
static void each_trial_goes_to_exactly_one_slot(void **state)
{
	static uint8_t skip[COUNT / 8 + 1];
	bool seen[COUNT] = { false };
	struct stretches s;
	unsigned number, turn = 0, left;

	(void)state;
	for (unsigned i = 0; i < COUNT; i++)	/* the first half, and some */
		if (i < COUNT / 2 || i % 3 == 0)
			skip[i / 8] |= (uint8_t)(1U << i % 8);
	assert_true(stretches_begin(&s, SLOTS, COUNT, skip));
	left = s.left;
	while ((number = take(&s, turn * turn % SLOTS, NULL, NULL)) !=
	       STRETCHES_NONE) {
		assert_in_range(number, 0, COUNT - 1);
		assert_false(seen[number]);
		assert_false(skip[number / 8] >> number % 8 & 1);
		seen[number] = true;
		assert_int_equal(s.left, --left);
		turn++;
	}
	assert_int_equal(left, 0);
	stretches_end(&s);
}

/* two blocks, and three slots */
static void a_slot_without_a_block_takes_half_of_the_longest(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 3, 32, NULL));
	assert_int_equal(take(&s, 0, NULL, NULL), 0);
	assert_int_equal(take(&s, 1, NULL, NULL), 16);
	assert_int_equal(take(&s, 1, NULL, NULL), 17);
	assert_int_equal(take(&s, 2, NULL, NULL), 8);	/* of 1 to 15 */
	assert_int_equal(take(&s, 0, NULL, NULL), 1);
	assert_int_equal(take(&s, 2, NULL, NULL), 9);
	stretches_end(&s);
}

/* more slots than trials: the last ones find nothing of their own */
static void a_slot_may_have_no_trial(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 5, 2, NULL));
	for (unsigned i = 0; i < 5; i++)
		assert_int_not_equal(take(&s, i, NULL, NULL) ==
				     STRETCHES_NONE, i < 2);
	stretches_end(&s);
}

/* the plan's trials are of two cells by turns; a slot's own is its number's */
static bool is_of_ones_cell(void *argument, unsigned slot, unsigned number)
{
	(void)argument;
	return number % 2 == slot % 2;
}

static void a_trial_that_fits_the_cell_comes_first(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 2, 16, NULL));
	assert_int_equal(take(&s, 0, is_of_ones_cell, NULL), 0);
	for (unsigned i = 2; i < 8; i += 2)
		assert_int_equal(take(&s, 0, is_of_ones_cell, NULL), i);
	/* from 1 on it is the other's, of which this one gets 8 to 15 */
	assert_int_equal(take(&s, 1, is_of_ones_cell, NULL), 9);
	/* what is left before it does not fit */
	assert_int_equal(take(&s, 0, is_of_ones_cell, NULL), 1);
	stretches_end(&s);
}

/* ten cells, of a hundred trials each */
static bool is_of_the_first_cell(void *argument, unsigned slot,
				 unsigned number)
{
	(void)argument;
	(void)slot;
	return number < 100;
}

static void a_block_that_fits_the_cell_is_preferred(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 2, COUNT, NULL));
	take(&s, 1, NULL, NULL);	/* the first block */
	/* six more begin below 100, the last at 96 */
	for (unsigned i = 0; i < 6 * 16; i++)
		assert_in_range(take(&s, 0, is_of_the_first_cell, NULL), 16,
				111);
	assert_in_range(take(&s, 0, is_of_the_first_cell, NULL), 112,
			COUNT - 1);
	stretches_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slot_runs_the_plan_from_first_to_last),
		cmocka_unit_test(slots_begin_far_from_each_other),
		cmocka_unit_test(neighbours_in_the_plan_go_to_one_slot),
		cmocka_unit_test(each_trial_goes_to_exactly_one_slot),
		cmocka_unit_test(
			a_slot_without_a_block_takes_half_of_the_longest),
		cmocka_unit_test(a_slot_may_have_no_trial),
		cmocka_unit_test(a_trial_that_fits_the_cell_comes_first),
		cmocka_unit_test(a_block_that_fits_the_cell_is_preferred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
