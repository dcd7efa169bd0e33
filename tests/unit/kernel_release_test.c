/* Versions of Linux, as uname -r prints them. */
#include "base/kernel_release.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_release_is_of_its_version_and_of_older_ones(void **state)
{
	(void)state;
	assert_true(kernel_release_is("5.9.0", 5, 9));
	assert_true(kernel_release_is("6.1.0-44-amd64", 5, 9));
	assert_true(kernel_release_is("5.10", 5, 9));
	assert_false(kernel_release_is("5.8.18", 5, 9));
	assert_false(kernel_release_is("4.19.0-27-amd64", 5, 9));
	assert_false(kernel_release_is("", 5, 9));
	assert_false(kernel_release_is("unknown", 0, 0));
}

static void an_error_names_both_versions(void **state)
{
	struct error e = { .kind = ERROR_NONE };

	(void)state;
	assert_true(kernel_needed("the lab", 2, 6, &e));
	assert_false(kernel_needed("the lab", 9999, 1, &e));
	assert_int_equal(e.kind, ERROR_MISSING);
	assert_int_equal(strncmp(e.text, "the lab needs Linux 9999.1 or newer,"
				 " and this is ", 49), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_release_is_of_its_version_and_of_older_ones),
		cmocka_unit_test(an_error_names_both_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
