/* The book of IPv6 addresses. */
#include "nat/address_interning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct numbered_address {
	uint8_t bytes[16];
};

static struct numbered_address address(uint32_t i)
{
	struct numbered_address a = { { 0x20, 1, 0x0d, 0xb8 } };

	memcpy(a.bytes + 9, &i, 4);
	return a;
}

static uint32_t enter(struct interned_addresses *b, uint32_t i)
{
	struct numbered_address a = address(i);

	return interned_add(b, a.bytes);
}

static uint32_t find(const struct interned_addresses *b, uint32_t i)
{
	struct numbered_address a = address(i);

	return interned_find(b, a.bytes);
}

/* Once written down an address has one number, not 0, until its last user
   leaves. */
static void address_keeps_its_number_until_released(void **state)
{
	struct numbered_address a = address(7);
	struct interned_addresses b;
	uint32_t number;

	(void)state;
	assert_true(interned_init(&b, 10, 1));
	assert_int_equal(find(&b, 7), 0);
	number = enter(&b, 7);
	assert_int_not_equal(number, 0);
	assert_int_equal(enter(&b, 7), number);
	interned_hold(&b, number);
	assert_memory_equal(interned_bytes(&b, number), a.bytes, 16);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(find(&b, 7), number);
		interned_release(&b, number);
	}
	assert_int_equal(find(&b, 7), 0);
	interned_free(&b);
}

static void full_table_interns_nothing_new(void **state)
{
	struct interned_addresses b;
	uint32_t number;

	(void)state;
	assert_true(interned_init(&b, 100, 1));
	for (uint32_t i = 0; i < 100; i++)
		assert_int_not_equal(enter(&b, i), 0);
	assert_int_equal(enter(&b, 100), 0);
	number = find(&b, 50);
	assert_int_equal(enter(&b, 50), number);	/* it is there */
	interned_release(&b, number);
	interned_release(&b, number);
	assert_int_not_equal(enter(&b, 100), 0);
	assert_int_equal(enter(&b, 50), 0);
	interned_free(&b);
}

/* Coming and going in every order, in chains: all others stay to be found
   under their numbers. */
static void other_addresses_are_found_after_any_removals(void **state)
{
	uint32_t numbers[500] = { 0 };
	struct interned_addresses b;

	(void)state;
	assert_true(interned_init(&b, 400, 99));
	for (uint32_t round = 0; round < 20000; round++) {
		uint32_t i = round * 7919 % 500, j = round * 104729 % 500;

		if (!numbers[i])
			numbers[i] = enter(&b, i);
		if (numbers[j]) {
			assert_int_equal(find(&b, j), numbers[j]);
			interned_release(&b, numbers[j]);
			numbers[j] = 0;
			assert_int_equal(find(&b, j), 0);
		}
	}
	for (uint32_t i = 0; i < 500; i++)
		assert_int_equal(find(&b, i), numbers[i]);
	interned_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_keeps_its_number_until_released),
		cmocka_unit_test(full_table_interns_nothing_new),
		cmocka_unit_test(other_addresses_are_found_after_any_removals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
