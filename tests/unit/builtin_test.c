/*
 * The built-in profiles: each differs from the defaults in what its name
 * says, and prints as text that means the same.
 */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct profile good(const char *text)
{
	struct error e = { 0 };
	struct profile p;

	if (!profile_parse("x.nat", text, strlen(text), &p, &e))
		fail_msg("%s", e.text);
	return p;
}

static int value_of(const char *axis, const struct profile *p)
{
	for (size_t i = 0; i < axis_count; i++)
		if (!strcmp(axes[i].name, axis))
			return axis_value(&axes[i], p);
	fail_msg("no axis %s", axis);
	return -1;
}

/* What each differs in from the defaults, but for timeouts: its name. */
static const struct {
	const char *name;
	struct {
		const char *axis, *value;
	} sets[3];
} promises[] = {
	{ "full-cone", { { "filtering", "endpoint-independent" } } },
	{ "icmp", { { "unsolicited-syn", "icmp-port" },
		    { "after-unreachable-in", "end" } } },
	{ "no-syn-ack-out", { { "syn-ack-out-after-syn-out", "drop" } } },
	{ "no-syn-in", { { "syn-in-after-syn-out", "drop" } } },
	{ "port-restricted-cone", { { NULL, NULL } } },
	{ "restricted-cone", { { "filtering", "address" } } },
	{ "rfc5382", { { "filtering", "endpoint-independent" } } },
	{ "rst", { { "unsolicited-syn", "rst" }, { "after-rst-in", "end" } } },
	{ "seq-rewriting", { { "sequence-numbers", "rewrite" } } },
	{ "symmetric", { { "mapping", "connection" } } },
	{ "symmetric-random", { { "mapping", "connection" },
				{ "ports", "random" } } },
};

static void test_builtins(void **state)
{
	(void)state;
	assert_int_equal(profile_builtin_count, 11);
	for (size_t i = 0; i < 11; i++) {
		bool rfc = !strcmp(promises[i].name, "rfc5382");
		char text[200] = "";
		struct error e = { 0 };
		struct profile p, want;

		for (size_t j = 0; j < 3 && promises[i].sets[j].axis; j++)
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text), "%s = %s\n",
				 promises[i].sets[j].axis,
				 promises[i].sets[j].value);
		want = good(text);
		if (!profile_find(promises[i].name, &p, &e))
			fail_msg("%s", e.text);
		assert_string_equal(p.name, promises[i].name);
		assert_true(strlen(p.summary) > 20 && strlen(p.summary) < 80);
		for (size_t j = 0; j < axis_count; j++)
			if (!rfc || axes[j].values)
				assert_int_equal(axis_value(&axes[j], &p),
						 axis_value(&axes[j], &want));
	}
}

static void test_rfc5382(void **state)
{
	struct error e;
	struct profile p;

	(void)state;
	assert_true(profile_find("rfc5382", &p, &e));
	assert_true(value_of("timeout-established", &p) >= 7440);
	assert_true(value_of("timeout-syn", &p) >= 240);
	assert_true(value_of("timeout-closing", &p) >= 240);
	assert_true(value_of("timeout-rst", &p) >= 240);
	assert_true(value_of("timeout-udp", &p) >= 300);
	assert_true(value_of("timeout-icmp", &p) >= 60);
}

/* ---- printing ---- */

static void assert_round_trip(const struct profile *p)
{
	size_t length = profile_print(p, NULL, 0);
	char *text = malloc(length + 1);
	struct error e = { 0 };
	struct profile again;

	assert_non_null(text);
	assert_int_equal(profile_print(p, text, length + 1), length);
	assert_int_equal(strlen(text), length);
	if (!profile_parse(p->name, text, length, &again, &e))
		fail_msg("%s", e.text);
	assert_memory_equal(&again, p, sizeof(again));
	/* A short room gets as much as fits, and an end. */
	for (size_t room = 1; room <= length; room += 7) {
		char *small = malloc(room);

		assert_non_null(small);
		assert_int_equal(profile_print(p, small, room), length);
		assert_int_equal(strlen(small), room - 1);
		assert_memory_equal(small, text, room - 1);
		free(small);
	}
	free(text);
}

static void test_round_trips(void **state)
{
	struct profile p;
	struct error e;

	(void)state;
	profile_defaults(&p);
	assert_round_trip(&p);
	for (size_t i = 0; i < profile_builtin_count; i++) {
		assert_true(profile_find(profile_builtin[i].name, &p, &e));
		assert_round_trip(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builtins),
		cmocka_unit_test(test_rfc5382),
		cmocka_unit_test(test_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
