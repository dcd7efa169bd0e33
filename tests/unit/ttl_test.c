/* Choosing the low TTL from the hops that answered. */
#include "method/ttl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PRIVATE   0x0a000001	/* 10.0.0.1, RFC 1918 */
#define SHARED    0x64400001	/* 100.64.0.1, RFC 6598 */
#define OWN       0xcb007109	/* 203.0.113.9: the own public address */
#define OUTSIDE   0xc6336401	/* 198.51.100.1 */
#define FURTHER   0xc0000201	/* 192.0.2.1 */

static void first_hop_after_the_private_ones_is_chosen(void **state)
{
	struct hops one = { .from = { [1] = PRIVATE, [2] = OUTSIDE } };
	struct hops nested = { .from = { [1] = PRIVATE, [2] = SHARED,
					 [3] = PRIVATE, [4] = PRIVATE,
					 [5] = OUTSIDE, [6] = FURTHER } };
	struct hops none = { .from = { [1] = OUTSIDE } };

	(void)state;
	assert_int_equal(ttl_choose(&one, OWN, false), 2);
	assert_int_equal(ttl_choose(&nested, OWN, false), 5);
	assert_int_equal(ttl_choose(&none, OWN, false), 1);
}

/* A NAT that answers with its external address is still inside. */
static void hop_with_the_own_public_address_is_inside(void **state)
{
	struct hops h = { .from = { [1] = OWN, [2] = OUTSIDE } };

	(void)state;
	assert_int_equal(ttl_choose(&h, OWN, false), 2);
}

/* There is a carrier's NAT after the public hop. */
static void private_hop_after_a_public_one_is_inside(void **state)
{
	struct hops h = { .from = { [1] = PRIVATE, [2] = OUTSIDE,
				    [3] = SHARED, [4] = FURTHER } };

	(void)state;
	assert_int_equal(ttl_choose(&h, OWN, false), 4);
}

static void silent_hops_are_skipped_only_at_the_end(void **state)
{
	struct hops h = { .from = { [1] = PRIVATE, [3] = OUTSIDE } };
	struct hops nothing = { .from = { 0 } };
	struct hops inside = { .from = { [1] = PRIVATE } };

	(void)state;
	assert_int_equal(ttl_choose(&h, OWN, false), 0);
	assert_int_equal(ttl_choose(&h, OWN, true), 3);
	assert_int_equal(ttl_choose(&nothing, OWN, true), 0);
	assert_int_equal(ttl_choose(&inside, OWN, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_hop_after_the_private_ones_is_chosen),
		cmocka_unit_test(hop_with_the_own_public_address_is_inside),
		cmocka_unit_test(private_hop_after_a_public_one_is_inside),
		cmocka_unit_test(silent_hops_are_skipped_only_at_the_end),
	};

	return cmocka_run_group_tests_name("ttl", tests, NULL, NULL);
}
