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

static void one_slot_goes_from_first_to_last(void **state)
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

static void slots_begin_far_from_each_other(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 4, COUNT, NULL));
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(take(&s, i, NULL, NULL), i * COUNT / 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(take(&s, i, NULL, NULL), i * COUNT / 4 + 1);
	stretches_end(&s);
}

/* whoever is fast, and whatever was done before: each trial once */
static void each_trial_is_one_slots(void **state)
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

static void who_is_through_takes_half_of_the_longest(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 2, 100, NULL));
	for (unsigned i = 50; i < 100; i++)
		assert_int_equal(take(&s, 1, NULL, NULL), i);
	assert_int_equal(take(&s, 1, NULL, NULL), 25);	/* of 0 to 49 */
	assert_int_equal(take(&s, 0, NULL, NULL), 0);
	assert_int_equal(take(&s, 1, NULL, NULL), 26);
	stretches_end(&s);
}

/* more slots than trials: the last ones find nothing of their own */
static void a_slot_may_have_none(void **state)
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

static void what_fits_comes_first(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 2, 8, NULL));
	assert_int_equal(take(&s, 0, is_of_ones_cell, NULL), 0);
	assert_int_equal(take(&s, 0, is_of_ones_cell, NULL), 2);
	assert_int_equal(take(&s, 1, is_of_ones_cell, NULL), 5);
	/* nothing in its stretch fits any more */
	assert_int_equal(take(&s, 0, is_of_ones_cell, NULL), 1);
	stretches_end(&s);
}

/* two halves of a plan, of two cells, and two slots in the second */
static bool is_late(void *argument, unsigned slot, unsigned number)
{
	(void)argument;
	return (number >= 50) == (slot > 0);
}

static void what_is_taken_from_another_fits_if_it_can(void **state)
{
	struct stretches s;

	(void)state;
	assert_true(stretches_begin(&s, 3, 90, NULL));	/* 30 each */
	for (unsigned i = 0; i < 30; i++)
		take(&s, 2, is_late, NULL);
	/* the middle of 0 to 29 does not fit, that of 30 to 59 is 45 and does
	   not either; so the longest, which is the first of them */
	assert_int_equal(take(&s, 2, is_late, NULL), 15);
	stretches_end(&s);
	assert_true(stretches_begin(&s, 3, 120, NULL));	/* 40 each */
	for (unsigned i = 80; i < 120; i++)
		assert_int_equal(take(&s, 2, is_late, NULL), i);
	assert_int_equal(take(&s, 2, is_late, NULL), 60);
	stretches_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slot_goes_from_first_to_last),
		cmocka_unit_test(slots_begin_far_from_each_other),
		cmocka_unit_test(each_trial_is_one_slots),
		cmocka_unit_test(who_is_through_takes_half_of_the_longest),
		cmocka_unit_test(a_slot_may_have_none),
		cmocka_unit_test(what_fits_comes_first),
		cmocka_unit_test(what_is_taken_from_another_fits_if_it_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
