/*
 * The series are some that will never be: /var/cache/tcptrav of the machine
 * that runs this test may have real kernels.
 */
#include "virtual/kernel.h"

#include "guest_kernel.inc"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define OTHER_HASH "0123456789ab"

static char top[64];
static struct error e;
static char path[PATH_MAX];

static int begin(void **state)
{
	(void)state;
	strcpy(top, "/tmp/tcptrav-test-XXXXXX");
	path[0] = '\0';
	memset(&e, 0, sizeof(e));
	return !mkdtemp(top) || setenv("XDG_CACHE_HOME", top, 1);
}

static int end(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static void make_file(const char *name, mode_t mode)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", top, name);
	for (char *p = full + strlen(top) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(chmod(full, mode), 0);
}

static void make_kernel(const char *version, const char *hash)
{
	char name[128];

	snprintf(name, sizeof(name), "tcptrav/linux-%s-%s/linux", version,
		 hash);
	make_file(name, 0755);
}

static void assert_found(const char *name, const char *version)
{
	char expected[256];

	if (!guest_kernel_find(name, path, &e))
		fail_msg("%s", e.text);
	snprintf(expected, sizeof(expected), "%s/tcptrav/linux-%s-%s/linux",
		 top, version, GUEST_KERNEL_HASH);
	assert_string_equal(path, expected);
}

static void assert_refused(const char *name, enum error_kind kind,
			   const char *text)
{
	strcpy(path, "as before");
	assert_false(guest_kernel_find(name, path, &e));
	assert_int_equal(e.kind, kind);
	assert_non_null(strstr(e.text, text));
	assert_string_equal(path, "as before");
}

static void the_hash_has_12_hexadecimal_digits(void **state)
{
	(void)state;
	assert_int_equal(strlen(GUEST_KERNEL_HASH), 12);
	assert_int_equal(strspn(GUEST_KERNEL_HASH, "0123456789abcdef"), 12);
}

static void the_newest_kernel_of_a_series_is_found(void **state)
{
	(void)state;
	make_kernel("99.1.9", GUEST_KERNEL_HASH);
	make_kernel("99.1.10", GUEST_KERNEL_HASH);
	make_kernel("99.1.11", OTHER_HASH);
	make_kernel("99.12.200", GUEST_KERNEL_HASH);
	assert_found("99.1", "99.1.10");
	assert_found("99.12", "99.12.200");
}

static void without_a_name_the_series_is_6_1(void **state)
{
	(void)state;
	make_kernel("6.1.99999", GUEST_KERNEL_HASH);
	make_kernel("6.12.99999", GUEST_KERNEL_HASH);
	assert_found(NULL, "6.1.99999");
}

static void home_is_asked_if_xdg_cache_home_is_no_path(void **state)
{
	(void)state;
	make_file(".cache/tcptrav/linux-99.1.1-" GUEST_KERNEL_HASH "/linux",
		  0755);
	setenv("HOME", top, 1);
	setenv("XDG_CACHE_HOME", "here", 1);
	assert_true(guest_kernel_find("99.1", path, &e));
	unsetenv("XDG_CACHE_HOME");
	assert_true(guest_kernel_find("99.1", path, &e));
	assert_true(strstr(path, "/.cache/tcptrav/") > path);
	unsetenv("HOME");
	assert_refused("99.1", ERROR_MISSING, "make virtual KERNEL=99.1");
}

static void a_missing_kernel_names_the_command_that_builds_it(void **state)
{
	(void)state;
	make_kernel("99.12.1", GUEST_KERNEL_HASH);
	make_file("tcptrav/linux-99.1.1-" GUEST_KERNEL_HASH "/linux", 0644);
	make_file("tcptrav/linux-99.1.x-" GUEST_KERNEL_HASH "/linux", 0755);
	make_file("tcptrav/.new.abcdef/linux", 0755);
	assert_refused("99.1", ERROR_MISSING, "Linux 99.1, is not there");
	assert_refused("99.1", ERROR_MISSING, "make virtual KERNEL=99.1");
}

static void a_kernel_of_another_recipe_is_told(void **state)
{
	(void)state;
	make_kernel("99.1.1", OTHER_HASH);
	assert_refused("99.1", ERROR_MISSING, "linux-99.1.1-" OTHER_HASH);
	assert_refused("99.1", ERROR_MISSING, "make virtual KERNEL=99.1");
}

static void a_text_with_a_slash_is_the_file_itself(void **state)
{
	char name[96];

	(void)state;
	make_file("mine", 0755);
	make_file("not", 0644);
	snprintf(name, sizeof(name), "%s/mine", top);
	assert_true(guest_kernel_find(name, path, &e));
	assert_string_equal(path, name);
	snprintf(name, sizeof(name), "%s/not", top);
	assert_refused(name, ERROR_MISSING, name);
	snprintf(name, sizeof(name), "%s/absent", top);
	assert_refused(name, ERROR_MISSING, name);
	assert_refused(top, ERROR_MISSING, "is not an executable file");
}

static void a_name_that_is_neither_is_wrong_use(void **state)
{
	static const char *const names[] = {
		"", "6", "6.", ".1", "6.1.192", "6.1 ", "linux-6.1", "6,1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char quoted[32];

		snprintf(quoted, sizeof(quoted), "\"%s\"", names[i]);
		assert_refused(names[i], ERROR_USE, quoted);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_hash_has_12_hexadecimal_digits),
		TEST(the_newest_kernel_of_a_series_is_found),
		TEST(without_a_name_the_series_is_6_1),
		TEST(home_is_asked_if_xdg_cache_home_is_no_path),
		TEST(a_missing_kernel_names_the_command_that_builds_it),
		TEST(a_kernel_of_another_recipe_is_told),
		TEST(a_text_with_a_slash_is_the_file_itself),
		TEST(a_name_that_is_neither_is_wrong_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
