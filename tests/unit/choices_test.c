/* The combinations of a run's choices. */
#include "predict/choices.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A run that meets a choice of two, and after its second value one of three. */
static void run(struct choices *c, char text[8])
{
	unsigned first, count = 0;

	choices_begin(c);
	first = choices_take(c, 2);
	text[count++] = (char)('0' + first);
	if (first)
		text[count++] = (char)('0' + choices_take(c, 3));
	text[count] = '\0';
}

static void each_combination_is_visited_once_the_usual_first(void **state)
{
	static const char *const expected[] = { "0", "10", "11", "12" };
	struct choices c = { 0 };
	char text[8];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		run(&c, text);
		assert_string_equal(text, expected[i]);
		assert_int_equal(choices_next(&c), i < 3);
	}
}

static void kept_combination_runs_again(void **state)
{
	struct choices c = { 0 }, kept;
	char text[8];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		run(&c, text);
		kept = c;
		choices_next(&c);
	}
	run(&kept, text);
	assert_string_equal(text, "11");
}

static void choices_beyond_the_room_are_the_usual(void **state)
{
	struct choices c = { 0 };
	unsigned runs = 0;

	(void)state;
	do {
		choices_begin(&c);
		for (unsigned i = 0; i < CHOICES; i++)
			choices_take(&c, i < CHOICES - 3 ? 1 : 2);
		assert_int_equal(choices_take(&c, 2), 0);
		runs++;
	} while (choices_next(&c));
	assert_int_equal(runs, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_combination_is_visited_once_the_usual_first),
		cmocka_unit_test(kept_combination_runs_again),
		cmocka_unit_test(choices_beyond_the_room_are_the_usual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
