/* The public interface, as far as it needs no network. */
#include "tcptrav.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void a_made_code_is_valid_and_a_changed_one_is_quoted(void **state)
{
	char code[TCPTRAV_CODE_SIZE], again[TCPTRAV_CODE_SIZE], why[200];

	(void)state;
	assert_int_equal(tcptrav_code_make(code), TCPTRAV_OK);
	assert_int_equal(strlen(code), 17);
	assert_int_equal(tcptrav_code_check(code, again, NULL, 0), TCPTRAV_OK);
	assert_string_equal(code, again);
	code[3] = code[3] == 'a' ? 'b' : 'a';
	assert_int_equal(tcptrav_code_check(code, NULL, why, sizeof(why)),
			 TCPTRAV_USE);
	assert_non_null(strstr(why, code));
}

static void methods_are_listed_with_summaries(void **state)
{
	size_t n = 0;

	(void)state;
	for (; tcptrav_method_at(n).name; n++)
		assert_true(strlen(tcptrav_method_at(n).summary) > 0);
	assert_true(n >= 4);
	assert_string_equal(tcptrav_version(), TCPTRAV_VERSION);
}

/* Each wrong configuration is refused before anything is opened. */
static void wrong_configurations_are_refused_with_a_reason(void **state)
{
	char code[TCPTRAV_CODE_SIZE];
	const struct { struct tcptrav_config config; const char *why; }
	cases[] = {
		{ { .method = "stunt2" }, "needed" },
		{ { "stunt9", "h", code, .ttl = 0 }, "\"stunt9\"" },
		{ { "p2pnat", "h", code, .ttl = 3 }, "low-TTL" },
		{ { "stunt2", "h", code, .ttl = 256 }, "256" },
		{ { "stunt1", "h", code, .variant = 1 }, "variant" },
		{ { "stunt2", "h:x", code, .ttl = 0 }, "\"x\"" },
		{ { "stunt2", "h", "abc", .ttl = 0 }, "abc" },
		{ { "stunt2", "h", code, .timeout_ms = -1 }, "negative" },
		{ { "stunt2", "h", code, .keepalive_s = -1 }, "keepalive_s" },
		{ { "udp", "h", code, .ttl = 0 }, "tcptrav_channel_open" },
	};
	struct tcptrav_result result;

	(void)state;
	assert_int_equal(tcptrav_code_make(code), TCPTRAV_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(tcptrav_connect(&cases[i].config, &result),
				 TCPTRAV_USE);
		assert_int_equal(result.fd, -1);
		assert_string_equal(result.outcome, "error");
		assert_non_null(strstr(result.explain, cases[i].why));
	}
}

static void a_stream_and_a_channel_are_told_apart(void **state)
{
	char code[TCPTRAV_CODE_SIZE];
	struct tcptrav_config config = { "p2pnat", "h", code, .ttl = 0 };
	struct tcptrav_channel *channel;
	struct tcptrav_result result;

	(void)state;
	assert_int_equal(tcptrav_code_make(code), TCPTRAV_OK);
	assert_int_equal(tcptrav_channel_open(&config, &result, &channel),
			 TCPTRAV_USE);
	assert_null(channel);
	assert_int_equal(result.fd, -1);
	assert_non_null(strstr(result.explain, "tcptrav_connect"));
	tcptrav_channel_close(channel);
	for (size_t n = 0; tcptrav_method_at(n).name; n++)
		assert_int_equal(tcptrav_method_at(n).datagrams,
				 !strcmp(tcptrav_method_at(n).name, "udp"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_made_code_is_valid_and_a_changed_one_is_quoted),
		cmocka_unit_test(methods_are_listed_with_summaries),
		cmocka_unit_test(
			wrong_configurations_are_refused_with_a_reason),
		cmocka_unit_test(a_stream_and_a_channel_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
