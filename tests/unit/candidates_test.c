/* Private candidates: which endpoints are told, and which are ever tried. */
#include "method/candidates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ADDRESS(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | \
			     (uint32_t)(c) << 8 | (uint32_t)(d))
#define HOME ADDRESS(192, 168, 1, 2)
#define LOOPBACK ADDRESS(127, 0, 0, 1)

static struct candidates list(unsigned count, struct endpoint a,
			      struct endpoint b)
{
	return (struct candidates){ .count = count, .at = { a, b } };
}

static void own_address_towards_s_is_told_first(void **state)
{
	const uint32_t addresses[] = { LOOPBACK, ADDRESS(10, 8, 0, 1), HOME,
				       ADDRESS(172, 17, 0, 1),
				       ADDRESS(10, 9, 0, 1),
				       ADDRESS(10, 9, 0, 2) };
	const struct endpoint local = { HOME, 4321 };
	struct candidates own;

	(void)state;
	candidates_own(&local, addresses, 6, &own);
	assert_int_equal(own.count, CANDIDATES_MAX);
	assert_true(endpoint_equal(&own.at[0], &local));
	assert_int_equal(own.at[1].address, ADDRESS(10, 8, 0, 1));
	assert_int_equal(own.at[2].address, ADDRESS(172, 17, 0, 1));
	assert_int_equal(own.at[3].address, ADDRESS(10, 9, 0, 1));
	for (unsigned i = 0; i < own.count; i++)
		assert_int_equal(own.at[i].port, 4321);
}

static void addresses_that_name_no_host_are_refused(void **state)
{
	static const struct {
		uint32_t address;
		uint16_t port;
		const char *why;
	} told[] = {
		{ HOME, 0, "port 0" },
		{ 0, 1, "unspecified" },
		{ ADDRESS(0, 1, 2, 3), 1, "unspecified" },
		{ ADDRESS(224, 0, 0, 1), 1, "multicast" },
		{ ADDRESS(239, 255, 255, 255), 1, "multicast" },
		{ ADDRESS(240, 0, 0, 1), 1, "reserved" },
		{ ADDRESS(255, 255, 255, 255), 1, "broadcast" },
		{ LOOPBACK, 1, "loopback" },
		{ ADDRESS(127, 255, 0, 9), 1, "loopback" },
	};
	const struct candidates own = list(1, (struct endpoint){ HOME, 1 },
					   (struct endpoint){ 0, 0 });

	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		const struct endpoint e = { told[i].address, told[i].port };

		assert_string_equal(candidate_refusal(&e, &own), told[i].why);
	}
	assert_null(candidate_refusal(&(struct endpoint){
		ADDRESS(10, 0, 0, 1), 1 }, &own));
	assert_null(candidate_refusal(&(struct endpoint){
		ADDRESS(223, 255, 255, 255), 65535 }, &own));
}

static void own_loopback_is_tried(void **state)
{
	const struct candidates own = list(1, (struct endpoint){ LOOPBACK, 1 },
					   (struct endpoint){ 0, 0 });

	(void)state;
	assert_null(candidate_refusal(&(struct endpoint){ LOOPBACK, 2 },
				      &own));
	assert_string_equal(candidate_refusal(&(struct endpoint){
		LOOPBACK + 1, 2 }, &own), "loopback");
}

/* The same private address in another LAN is the ordinary case; with the same
   port, too, the SYN would come back to the socket that sent it. */
static void a_host_never_connects_to_itself(void **state)
{
	const struct candidates own = list(1, (struct endpoint){ HOME, 4321 },
					   (struct endpoint){ 0, 0 });
	const struct candidates told = list(2, (struct endpoint){ HOME, 4321 },
					    (struct endpoint){ HOME, 4322 });
	struct candidates out;

	(void)state;
	candidates_accept(&told, &own, &out);
	assert_int_equal(out.count, 1);
	assert_int_equal(out.at[0].port, 4322);
}

static void an_endpoint_is_tried_once(void **state)
{
	const struct candidates own = { .count = 0 };
	struct candidates told = list(2, (struct endpoint){ HOME, 1 },
				      (struct endpoint){ HOME, 1 });

	(void)state;
	candidates_accept(&told, &own, &told);
	assert_int_equal(told.count, 1);
}

static void they_are_tried_where_both_public_addresses_are_equal(void **state)
{
	const struct endpoint mine = { ADDRESS(192, 0, 2, 2), 1 };
	const struct endpoint same = { ADDRESS(192, 0, 2, 2), 2 };
	const struct endpoint other = { ADDRESS(198, 51, 100, 2), 1 };

	(void)state;
	assert_true(candidates_are_tried(CANDIDATES_AUTO, &mine, &same, false));
	assert_false(candidates_are_tried(CANDIDATES_AUTO, &mine, &other,
					  false));
	assert_true(candidates_are_tried(CANDIDATES_AUTO, &mine, &other, true));
	assert_true(candidates_are_tried(CANDIDATES_LAN, &mine, &other, false));
	assert_false(candidates_are_tried(CANDIDATES_PUBLIC, &mine, &same,
					  true));
}

static void they_are_parsed_as_written(void **state)
{
	const struct candidates in = list(2, (struct endpoint){ HOME, 4321 },
		(struct endpoint){ ADDRESS(10, 255, 0, 1), 65535 });
	uint8_t bytes[CANDIDATES_MAX * CANDIDATE_BYTES + CANDIDATE_BYTES];
	struct candidates out;
	size_t length = candidates_write(&in, bytes);

	(void)state;
	assert_int_equal(length, 2 * CANDIDATE_BYTES);
	assert_true(candidates_parse(bytes, length, &out));
	assert_int_equal(out.count, 2);
	assert_true(endpoint_equal(&out.at[0], &in.at[0]));
	assert_true(endpoint_equal(&out.at[1], &in.at[1]));
	assert_false(candidates_parse(bytes, length - 1, &out));
	assert_int_equal(out.count, 0);
	assert_false(candidates_parse(bytes, sizeof(bytes), &out));
}

static void names_are_read_as_written(void **state)
{
	enum candidate_use use;
	struct error e;

	(void)state;
	for (int i = 0; i < CANDIDATE_USES; i++) {
		assert_true(candidate_use_parse(
			candidate_use_name((enum candidate_use)i), &use, &e));
		assert_int_equal(use, i);
	}
	assert_false(candidate_use_parse("lam", &use, &e));
	assert_string_equal(e.text, "--candidates \"lam\": neither auto, lan"
			    " nor public; did you mean \"lan\"?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_address_towards_s_is_told_first),
		cmocka_unit_test(addresses_that_name_no_host_are_refused),
		cmocka_unit_test(own_loopback_is_tried),
		cmocka_unit_test(a_host_never_connects_to_itself),
		cmocka_unit_test(an_endpoint_is_tried_once),
		cmocka_unit_test(
			they_are_tried_where_both_public_addresses_are_equal),
		cmocka_unit_test(they_are_parsed_as_written),
		cmocka_unit_test(names_are_read_as_written),
	};

	return cmocka_run_group_tests_name("candidates", tests, NULL, NULL);
}
