/*
 * Hash flooding: strangers who know the code, but not the key, send from
 * endpoints that they chose so that all lie in one chain. Below they know the
 * hash functions (a copy of them, as of this writing) and guess that the key
 * is 0: against a table with that key it works, against any other it must
 * not.
 *
 * How long a chain may be: of n that are thrown into m buckets at random some
 * bucket has k with a probability below m (n e / (k m))^k. With n = m / 2 and
 * k = 14 that is 4096 (e / 28)^14 < 1e-10 for 4096 buckets.
 */
#include "base/rng.h"
#include "nat/address_interning.h"
#include "nat/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 4096, MANY = LIMIT / 2, LONGEST = 13, KEYS = 10 };

#define INSIDE   UINT32_C(0xc0a80102)
#define OUTSIDE  UINT32_C(0xcb007101)
#define PORT     5000

static uint32_t guess(uint64_t a, uint64_t b)
{
	uint64_t x = a * UINT64_C(0x9fb21c651e98df25);

	x = (x ^ x >> 32 ^ b) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(x ^ x >> 32);
}

/* guess_inbound - the bucket of a datagram from a remote endpoint */
static uint32_t guess_inbound(const struct endpoint *remote)
{
	return guess((uint64_t)OUTSIDE << 24 | PORT << 8 | NAT_UDP,
		     (uint64_t)remote->address << 24 |
		     (uint64_t)remote->port << 8 | 1) & (LIMIT - 1);
}

/* Endpoints in a row: one to begin with, then the next one each time. */
typedef struct endpoint (*pattern)(uint32_t i);

static struct endpoint addresses(uint32_t i)
{
	return (struct endpoint){ 0x0a000000 + i, 80 };
}

static struct endpoint high_addresses(uint32_t i)
{
	return (struct endpoint){ i << 20 | 7, 80 };
}

static struct endpoint ports(uint32_t i)
{
	return (struct endpoint){ 0x0a000001, (uint16_t)(1 + i) };
}

static struct endpoint equal_sums(uint32_t i)
{
	return (struct endpoint){ 0x0a00ffff - i, (uint16_t)(1 + i) };
}

static struct endpoint equal_words(uint32_t i)
{
	return (struct endpoint){ 0x0a000000 ^ i << 8, (uint16_t)(i << 8 |
								  1) };
}

static struct endpoint strides(uint32_t i)
{
	return (struct endpoint){ i * 4096, (uint16_t)(4096 * (i % 16) + 1) };
}

/* collide - endpoints that all guess into bucket 0 */
static struct endpoint collide(uint32_t i)
{
	static uint32_t at;
	struct endpoint e;

	if (!i)
		at = 0;
	do {
		e = (struct endpoint){ 0x0a000000 + at / 60000,
				       (uint16_t)(1 + at % 60000) };
		at++;
	} while (guess_inbound(&e));
	return e;
}

static void fill(struct nat_table *t, uint64_t key, pattern next)
{
	const struct nat_mapping like = {
		.inside_address = INSIDE,
		.inside_port = PORT,
		.external_port = PORT,
		.protocol = NAT_UDP,
	};
	struct nat_mapping *m;

	assert_true(table_init(t, LIMIT, key));
	assert_int_equal(t->mask, LIMIT - 1);
	t->outside = OUTSIDE;
	m = table_add_mapping(t, &like);
	for (uint32_t i = 0; i < MANY; i++) {
		struct endpoint remote = next(i);
		struct nat_session *s = table_add_session(t, m, &remote);

		table_set_timer(t, s, TIMER_UDP, 1);
	}
}

static unsigned longest(const struct nat_table *t, enum nat_list list)
{
	unsigned most = 0;

	for (uint32_t b = 0; b <= t->mask; b++) {
		unsigned n = 0;

		for (uint32_t i = t->heads[list][b]; i;
		     i = t->sessions[i].links[list].next)
			n++;
		most = n > most ? n : most;
	}
	return most;
}

/* The attack works against the key that they guess. */
static void guessed_key_makes_one_long_chain(void **state)
{
	struct nat_table t;

	(void)state;
	fill(&t, 0, collide);
	assert_int_equal(longest(&t, LIST_INBOUND), MANY);
	table_free(&t);
}

/* And against no other; nor does any simple pattern. */
static void secret_key_keeps_chains_short(void **state)
{
	static const pattern patterns[] = {
		collide, addresses, high_addresses, ports, equal_sums,
		equal_words, strides,
	};
	struct rng random;

	(void)state;
	rng_seed(&random, 42);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		for (unsigned k = 0; k < KEYS; k++) {
			struct nat_table t;

			fill(&t, rng_next(&random), patterns[i]);
			assert_in_range(longest(&t, LIST_INBOUND), 1, LONGEST);
			assert_in_range(longest(&t, LIST_OUTBOUND), 1,
					LONGEST);
			/* one remote address is one key there */
			if (patterns[i] == addresses ||
			    patterns[i] == equal_sums)
				assert_in_range(longest(&t, LIST_PEER), 1,
						LONGEST);
			table_free(&t);
		}
}

/* Keys that differ in one bit alone make other chains. */
static void keys_one_bit_apart_make_other_chains(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 64; bit++) {
		struct nat_table t;

		fill(&t, UINT64_C(1) << bit, collide);
		assert_in_range(longest(&t, LIST_INBOUND), 1, 2 * LONGEST);
		table_free(&t);
	}
}

/* ---- IPv6 addresses ---- */

static uint32_t guess_book(const uint8_t address[16], uint32_t mask)
{
	uint64_t halves[2];

	memcpy(halves, address, sizeof(halves));
	return guess(halves[0], halves[1]) & mask;
}

static unsigned interned_longest(const struct interned_addresses *b)
{
	unsigned most = 0;

	for (uint32_t i = 0; i <= b->mask; i++) {
		unsigned n = 0;

		for (uint32_t at = b->heads[i]; at; at = b->rows[at].next)
			n++;
		most = n > most ? n : most;
	}
	return most;
}

/* fill_interned - with addresses of one network, all of bucket 0 or not */
static void fill_interned(struct interned_addresses *b, uint64_t key,
			  bool colliding)
{
	uint8_t address[16] = { 0x20, 1, 0x0d, 0xb8 };
	uint32_t at = 0;

	assert_true(interned_init(b, LIMIT, key));
	for (uint32_t i = 0; i < MANY; i++) {
		do {
			memcpy(address + 12, &at, 4);
			at++;
		} while (colliding && guess_book(address, b->mask));
		assert_int_not_equal(interned_add(b, address), 0);
	}
}

static void secret_key_keeps_interning_chains_short(void **state)
{
	struct rng random;
	struct interned_addresses b;

	(void)state;
	fill_interned(&b, 0, true);
	assert_int_equal(interned_longest(&b), MANY);
	interned_free(&b);
	rng_seed(&random, 43);
	for (unsigned k = 0; k < 2 * KEYS; k++) {
		fill_interned(&b, rng_next(&random), k % 2);
		assert_in_range(interned_longest(&b), 1, LONGEST);
		interned_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guessed_key_makes_one_long_chain),
		cmocka_unit_test(secret_key_keeps_chains_short),
		cmocka_unit_test(keys_one_bit_apart_make_other_chains),
		cmocka_unit_test(secret_key_keeps_interning_chains_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
