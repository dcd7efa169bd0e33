/*
 * NPTv6: RFC 6296 3.4 and 3.5 for the word that is adjusted, 3.6 for the
 * example. What is asked of any pair: the address's sum stays (3.1), the way
 * back leads to the same address, and no two addresses fall together.
 */
#include "wire6_fixture.h"

#include "base/rng.h"
#include "nat/prefix.h"

#include <arpa/inet.h>

struct ipv6_text_address {
	uint8_t bytes[16];
};

static struct ipv6_text_address address(const char *text)
{
	struct ipv6_text_address a;

	assert_int_equal(inet_pton(AF_INET6, text, a.bytes), 1);
	return a;
}

static struct prefix_pair pair(const char *inside, const char *outside,
			       unsigned length)
{
	struct prefix_pair p;

	assert_true(prefix_pair_init(&p, address(inside).bytes, length,
				     address(outside).bytes, length));
	return p;
}

/* assert_maps - one address to the other, and back */
static void assert_maps(const struct prefix_pair *p, const char *inside,
			const char *outside)
{
	struct ipv6_text_address a = address(inside);

	assert_true(prefix_out(p, a.bytes));
	assert_memory_equal(a.bytes, address(outside).bytes, 16);
	assert_true(prefix_in(p, a.bytes));
	assert_memory_equal(a.bytes, address(inside).bytes, 16);
}

/* assert_refused - and left as it was */
static void assert_refused(const struct prefix_pair *p, const char *text,
			   bool (*way)(const struct prefix_pair *, uint8_t *))
{
	struct ipv6_text_address a = address(text);

	assert_false(way(p, a.bytes));
	assert_memory_equal(a.bytes, address(text).bytes, 16);
}

/* 030a - 2dba = d54f (the RFC has their complements); 0001 + d54f = d550 */
static void rfc6296_example_is_reproduced(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405::", "2001:db8:1::",
					  48);

	(void)state;
	assert_int_equal(p.adjustment, 0xd54f);
	assert_maps(&p, "fd01:203:405:1::1234", "2001:db8:1:d550::1234");
}

/* The subnet that comes to ffff is written as 0: 2ab0 + d54f = ffff. */
static void negative_zero_is_written_as_zero(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405::", "2001:db8:1::",
					  48);

	(void)state;
	assert_maps(&p, "fd01:203:405:2ab0::1", "2001:db8:1:0::1");
	assert_maps(&p, "fd01:203:405:0::1", "2001:db8:1:d54f::1");
	assert_maps(&p, "fd01:203:405:fffe::1", "2001:db8:1:d54e::1");
	assert_maps(&p, "fd01:203:405:2ab1::1", "2001:db8:1:1::1");
}

static void subnet_of_ones_cannot_be_mapped(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405::", "2001:db8:1::",
					  48);

	(void)state;
	assert_refused(&p, "fd01:203:405:ffff::1", prefix_out);
	assert_refused(&p, "2001:db8:1:ffff::1", prefix_in);
	assert_maps(&p, "fd01:203:405:1:ffff:ffff:ffff:ffff",
		    "2001:db8:1:d550:ffff:ffff:ffff:ffff");
}

/* 3.5, by hand: fd01+0203+0405+0200 - (2001+0db8+0001+0100), that is
   050a - 2eba = d64f in one's complement */
static void longer_prefix_adjusts_the_identifier(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405:200::",
					  "2001:db8:1:100::", 56);

	(void)state;
	assert_int_equal(p.adjustment, 0xd64f);
	assert_maps(&p, "fd01:203:405:2aa::1234",
		    "2001:db8:1:1aa:d64f::1234");
	assert_maps(&p, "fd01:203:405:2ff:29b0::1",	/* = ffff */
		    "2001:db8:1:1ff::1");
	assert_maps(&p, "fd01:203:405:2aa:ffff:1::",
		    "2001:db8:1:1aa:ffff:d650::");
	assert_maps(&p, "fd01:203:405:2aa:ffff:ffff:2:0",
		    "2001:db8:1:1aa:ffff:ffff:d651:0");
	assert_maps(&p, "fd01:203:405:2aa:ffff:ffff:ffff:3",
		    "2001:db8:1:1aa:ffff:ffff:ffff:d652");
	assert_refused(&p, "fd01:203:405:2aa:ffff:ffff:ffff:ffff", prefix_out);
	assert_refused(&p, "2001:db8:1:1aa:ffff:ffff:ffff:ffff", prefix_in);
}

/* With a prefix beyond 48 bits a subnet of ones is like any other. */
static void longer_prefix_maps_a_subnet_of_ones(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405:fff0::",
					  "2001:db8:1:fff0::", 60);

	(void)state;
	assert_maps(&p, "fd01:203:405:ffff::1", "2001:db8:1:ffff:d54f::1");
}

/* Sums that are equal: nothing to make up for, and 0 stays 0. */
static void equal_sums_change_the_prefix_alone(void **state)
{
	const struct prefix_pair p = pair("fd00:1::", "1:fd00::", 32);
	const struct prefix_pair same = pair("fd00::", "fd00::", 64);

	(void)state;
	assert_maps(&p, "fd00:1:2::3", "1:fd00:2::3");
	assert_maps(&p, "fd00:1:2:3::3", "1:fd00:2:3::3");
	assert_maps(&same, "fd00::", "fd00::");
	assert_maps(&same, "fd00::1:2:3:4", "fd00::1:2:3:4");
}

static void other_prefixes_are_left_alone(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405:80::",
					  "2001:db8:1:100::", 57);

	(void)state;
	assert_maps(&p, "fd01:203:405:ff::1", "2001:db8:1:17f:d4cf::1");
	assert_refused(&p, "fd01:203:405:7f::1", prefix_out);
	assert_refused(&p, "fd01:203:405:180::1", prefix_out);
	assert_refused(&p, "fe80::1", prefix_out);
	assert_refused(&p, "2001:db8:1:100::1", prefix_out);
	assert_refused(&p, "2001:db8:1:180::1", prefix_in);
	assert_refused(&p, "fd01:203:405:80::1", prefix_in);
}

static void wrong_prefix_pairs_are_refused(void **state)
{
	static const struct prefix_pair none;
	struct prefix_pair p;
	struct ipv6_text_address a = address("fd00::"), b = address("2001::");

	(void)state;
	for (unsigned n = 0; n < 200; n++) {
		bool good = n >= 16 && n <= 64;

		if (n >= 1 && n < 16)	/* their ones reach further */
			continue;
		assert_int_equal(prefix_pair_init(&p, a.bytes, n, b.bytes, n),
				 good);
		assert_false(prefix_pair_init(&p, a.bytes, n, b.bytes, n + 1));
		assert_memory_equal(&p, &none, sizeof(p));
	}
	a = address("fd00:0:0:1::");
	b = address("2001:0:0:2::");
	assert_true(prefix_pair_init(&p, a.bytes, 64, b.bytes, 64));
	assert_false(prefix_pair_init(&p, a.bytes, 63, b.bytes, 63));
	a = address("8000::");
	b = address("::");
	assert_true(prefix_pair_init(&p, a.bytes, 1, b.bytes, 1));
	assert_false(prefix_pair_init(&p, b.bytes, 64,
				      address("::1").bytes, 64));
}

static void prefix_covers_compares_the_first_bits(void **state)
{
	struct ipv6_text_address a = address("fd01:203:405:80::");

	(void)state;
	assert_true(prefix_covers(a.bytes, 57,
				  address("fd01:203:405:ff::1").bytes));
	assert_false(prefix_covers(a.bytes, 58,
				   address("fd01:203:405:ff::1").bytes));
	assert_true(prefix_covers(a.bytes, 0, address("::1").bytes));
	assert_true(prefix_covers(a.bytes, 128, a.bytes));
	assert_false(prefix_covers(a.bytes, 128,
				   address("fd01:203:405:80::1").bytes));
	assert_true(prefix_covers(a.bytes, 127,
				  address("fd01:203:405:80::1").bytes));
}

/* ---- any pair, any address ---- */

static struct ipv6_text_address random_prefix(struct rng *r, unsigned length)
{
	struct ipv6_text_address a = { { 0 } };

	for (unsigned bit = 0; bit < length; bit++)
		if (rng_below(r, 2))
			a.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	if (!a.bytes[0])	/* so that no sum is zero */
		a.bytes[0] = 0x80;
	return a;
}

/* An address within; words of ones and zeros are frequent. */
static struct ipv6_text_address
random_address(struct rng *r, struct ipv6_text_address prefix, unsigned length)
{
	struct ipv6_text_address a;

	rng_fill(r, a.bytes, 16);
	for (size_t i = 4; i < 16; i += 2) {
		uint64_t choice = rng_below(r, 4);

		if (choice < 2)
			set16(a.bytes + i, choice ? 0xffff : 0);
	}
	for (unsigned bit = 0; bit < length; bit++) {
		uint8_t one = (uint8_t)(0x80 >> bit % 8);
		uint8_t *byte = &a.bytes[bit / 8];

		*byte = (uint8_t)((*byte & ~one) |
				  (prefix.bytes[bit / 8] & one));
	}
	return a;
}

/* may_map - RFC 6296 3.4, 3.5 */
static bool may_map(struct ipv6_text_address a, unsigned length)
{
	if (length <= 48)
		return read16(a.bytes + 6) != 0xffff;
	for (size_t i = 8; i < 16; i += 2)
		if (read16(a.bytes + i) != 0xffff)
			return true;
	return false;
}

static void try_random(struct rng *r, unsigned length)
{
	struct ipv6_text_address in = random_prefix(r, length);
	struct ipv6_text_address out = random_prefix(r, length);
	struct prefix_pair p;

	assert_true(prefix_pair_init(&p, in.bytes, length, out.bytes, length));
	for (int i = 0; i < 200; i++) {
		struct ipv6_text_address before = random_address(r, in, length);
		struct ipv6_text_address a = before;
		bool maps = may_map(before, length);

		assert_int_equal(prefix_out(&p, a.bytes), maps);
		if (!maps) {
			assert_memory_equal(a.bytes, before.bytes, 16);
			continue;
		}
		assert_true(prefix_covers(out.bytes, length, a.bytes));
		assert_int_equal(plain_sum(0, a.bytes, 16),
				 plain_sum(0, before.bytes, 16));
		assert_true(may_map(a, length));
		assert_true(prefix_in(&p, a.bytes));
		assert_memory_equal(a.bytes, before.bytes, 16);
	}
}

static void any_address_comes_back(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 6296);
	for (unsigned length = 1; length <= 64; length++)
		for (int i = 0; i < 20; i++)
			try_random(&r, length);
}

/* All subnets but one, to as many others: none is lost or taken twice. */
static void subnets_are_mapped_one_to_one(void **state)
{
	const struct prefix_pair p = pair("fd01:203:405::", "2001:db8:1::",
					  48);
	static bool taken[0x10000];

	(void)state;
	for (unsigned subnet = 0; subnet < 0xffff; subnet++) {
		struct ipv6_text_address a = address("fd01:203:405::1");

		set16(a.bytes + 6, subnet);
		assert_true(prefix_out(&p, a.bytes));
		assert_false(taken[read16(a.bytes + 6)]);
		taken[read16(a.bytes + 6)] = true;
	}
	assert_false(taken[0xffff]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc6296_example_is_reproduced),
		cmocka_unit_test(negative_zero_is_written_as_zero),
		cmocka_unit_test(subnet_of_ones_cannot_be_mapped),
		cmocka_unit_test(longer_prefix_adjusts_the_identifier),
		cmocka_unit_test(longer_prefix_maps_a_subnet_of_ones),
		cmocka_unit_test(equal_sums_change_the_prefix_alone),
		cmocka_unit_test(other_prefixes_are_left_alone),
		cmocka_unit_test(wrong_prefix_pairs_are_refused),
		cmocka_unit_test(prefix_covers_compares_the_first_bits),
		cmocka_unit_test(any_address_comes_back),
		cmocka_unit_test(subnets_are_mapped_one_to_one),
	};

	return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}
