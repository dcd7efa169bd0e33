/* Strings that are kept once, and the numbers that people write. */
#include "base/number.h"
#include "base/string_interning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 10000 };

static void equal_strings_are_one_pointer(void **state)
{
	const char *first[MANY];
	struct string_set p = { .count = 0 };
	char text[16];
	bool is_new;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "%d", i);
		first[i] = string_intern(&p, text, &is_new);
		assert_true(is_new);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_ptr_equal(string_intern(&p, text, &is_new), first[i]);
		assert_false(is_new);
		assert_string_equal(first[i], text);
	}
	assert_int_equal(p.count, MANY);
	string_set_free(&p);
	assert_int_equal(p.count, 0);
	assert_string_equal(string_intern(&p, "", NULL), "");
	string_set_free(&p);
}

static void number_with_trailing_text_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", " ", "x", "1x", "nan", "-0.1", "10.1", "1e400", "1 ",
	};
	struct error e;
	double value = 3;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(number_parse("--n", wrong[i], 0, 10, &value, &e));
		assert_int_equal(e.kind, ERROR_USE);
		assert_true(value == 3);
	}
	assert_string_equal(e.text, "--n \"1 \": not a number from 0 to 10");
	assert_true(number_parse("--n", "2.5", 0, 10, &value, &e));
	assert_true(value == 2.5);
}

static void whole_number_is_read_with_64_bits(void **state)
{
	static const char *const wrong[] = {
		"", "-1", "+1", " 1", "1.0", "18446744073709551616", "0",
	};
	struct error e;
	uint64_t value = 3;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(number_parse_whole("--n", wrong[i], 1, UINT64_MAX,
						&value, &e));
	assert_string_equal(e.text, "--n \"0\": not a whole number from 1 to"
			    " 18446744073709551615");
	assert_int_equal(value, 3);
	assert_true(number_parse_whole("--n", "18446744073709551615", 1,
				       UINT64_MAX, &value, &e));
	assert_true(value == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_strings_are_one_pointer),
		cmocka_unit_test(number_with_trailing_text_is_refused),
		cmocka_unit_test(whole_number_is_read_with_64_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
