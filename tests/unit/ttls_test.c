#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "lab/ttls.h"

static const struct method method = { .name = "m", .low_ttl = true };

static struct trial a_trial(const char *nat_a, const char *nat_b)
{
	return (struct trial){
		.approach = { .method = &method, .low_ttl = true },
		.nat_a = nat_a, .nat_b = nat_b, .topology = "two-nats",
	};
}

static void a_ttl_is_found_for_one_side(void **state)
{
	struct trial one = a_trial("rst", "icmp");
	struct trial other = a_trial("ban", "rst");
	struct trial both = a_trial("ban", "icmp");
	struct trial swapped = a_trial("icmp", "ban");
	struct ttls *t = ttls_new();
	uint8_t found[2] = { 9, 9 };

	(void)state;
	assert_non_null(t);
	assert_false(ttls_find(t, &one, found));
	assert_true(ttls_learn(t, &one, (uint8_t[]){ 2, 3 }));
	assert_true(ttls_find(t, &one, found));
	assert_int_equal(found[0], 2);
	assert_int_equal(found[1], 3);
	assert_false(ttls_find(t, &both, found));
	assert_true(ttls_learn(t, &other, (uint8_t[]){ 0, 4 }));
	assert_true(ttls_find(t, &both, found));
	assert_int_equal(found[0], 0);
	assert_int_equal(found[1], 3);
	assert_false(ttls_find(t, &swapped, found));
	both.topology = "nested-2";
	assert_false(ttls_find(t, &both, found));
	ttls_free(t);
}

static void the_ttl_that_was_found_first_stays(void **state)
{
	struct trial one = a_trial("rst", "icmp");
	struct ttls *t = ttls_new();
	uint8_t found[2];

	(void)state;
	assert_true(ttls_learn(t, &one, (uint8_t[]){ 2, 3 }));
	assert_true(ttls_learn(t, &one, (uint8_t[]){ 4, 5 }));
	assert_true(ttls_find(t, &one, found));
	assert_int_equal(found[0], 2);
	assert_int_equal(found[1], 3);
	ttls_free(t);
}

static void no_search_where_packets_may_be_lost(void **state)
{
	struct trial t = a_trial("rst", "icmp");

	(void)state;
	assert_true(ttls_wanted(&t));
	t.ttl = 3;
	assert_false(ttls_wanted(&t));
	t.ttl = 0;
	t.loss = 0.1;
	assert_false(ttls_wanted(&t));
	t.loss = 0;
	t.approach.low_ttl = false;
	assert_false(ttls_wanted(&t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ttl_is_found_for_one_side),
		cmocka_unit_test(the_ttl_that_was_found_first_stays),
		cmocka_unit_test(no_search_where_packets_may_be_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
