/* Values: RFC 1071 3, RFC 1624 4, and sums done by hand. */
#include "wire/bytes.h"
#include "wire/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t rfc1071[] = {
	0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7,
};

static void checksum_matches_rfc1071_example(void **state)
{
	(void)state;
	assert_int_equal(checksum_add(0, rfc1071, 8), 0x2ddf0);
	assert_int_equal(checksum_fold(0x2ddf0), 0xddf2);
}

static void fold_adds_the_second_carry(void **state)
{
	(void)state;
	assert_int_equal(checksum_fold(0), 0);
	assert_int_equal(checksum_fold(0xffff), 0xffff);
	assert_int_equal(checksum_fold(0x10000), 1);
	assert_int_equal(checksum_fold(0x1ffff), 1);
	assert_int_equal(checksum_fold(0xffffffff), 0xffff);
}

static void odd_last_byte_is_padded(void **state)
{
	static const uint8_t three[] = { 0x12, 0x34, 0x56 };

	(void)state;
	assert_int_equal(checksum_add(0, three, 3), 0x1234 + 0x5600);
	assert_int_equal(checksum_add(7, three, 1), 7 + 0x1200);
	assert_int_equal(checksum_add(7, three, 0), 7);
}

static void sum_may_be_added_in_pieces(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= sizeof(rfc1071); cut += 2) {
		uint32_t sum = checksum_add(0, rfc1071, cut);

		sum = checksum_add(sum, rfc1071 + cut, sizeof(rfc1071) - cut);
		assert_int_equal(checksum_fold(sum), 0xddf2);
	}
}

/* 0xffff is zero in one's complement, however often it is added. */
static void long_input_loses_no_carry(void **state)
{
	static uint8_t ones[300000];
	uint32_t sum;

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	sum = checksum_add(0xffffffff, ones, sizeof(ones));
	assert_int_equal(checksum_fold(sum), 0xffff);
	sum = checksum_add(sum, rfc1071, sizeof(rfc1071));
	assert_int_equal(checksum_fold(sum), 0xddf2);
}

static void pseudo_header_is_summed(void **state)
{
	static const uint8_t bytes[] = {
		192, 0, 2, 1, 198, 51, 100, 254, 0, 6, 0xff, 0xfe,
	};
	uint32_t sum = checksum_pseudo(0xc0000201, 0xc63364fe, 6, 0xfffe);

	(void)state;
	/* c000+0201+c633+64fe+0006+fffe = 2ed36 */
	assert_int_equal(checksum_fold(sum), 0xed38);
	assert_int_equal(checksum_fold(sum),
			 checksum_fold(checksum_add(0, bytes, 12)));
}

/* RFC 1624 4: the case that RFC 1141's equation gets wrong (0xffff) */
static void update_matches_rfc1624_example(void **state)
{
	uint8_t field[2] = { 0xdd, 0x2f };

	(void)state;
	checksum_change16(field, 0x5555, 0x3285);
	assert_int_equal(get16(field), 0x0000);
	checksum_change16(field, 0x3285, 0x5555);
	assert_int_equal(get16(field), 0xdd2f);
}

static void update_with_the_same_word_changes_nothing(void **state)
{
	uint8_t field[2];

	(void)state;
	for (uint32_t c = 0; c < 0xffff; c++) {
		put16(field, (uint16_t)c);
		checksum_change32(field, 0xdeadbeef, 0xdeadbeef);
		assert_int_equal(get16(field), c);
	}
}

/* The mended field must be the one that a full sum gives. */
static void update_equals_the_full_sum(void **state)
{
	static const uint32_t words[] = {
		0, 1, 0xffff, 0x10000, 0xffff0000, 0xffffffff, 0x0a000001,
		0xc0000201, 0x7fff8000, 0x8000ffff,
	};
	const size_t count = sizeof(words) / sizeof(words[0]);
	uint8_t data[8] = { 0x45, 0, 0, 0x3c }, field[2], plain[2];

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			uint16_t before, after;

			put32(data + 4, words[i]);
			before = checksum_fold(checksum_add(0, data, 8));
			put32(data + 4, words[j]);
			after = checksum_fold(checksum_add(0, data, 8));
			put16(field, (uint16_t)~before);
			checksum_change32(field, words[i], words[j]);
			assert_int_equal(get16(field), (uint16_t)~after);
			put16(plain, before);
			checksum_change32_partial(plain, words[i], words[j]);
			assert_int_equal(get16(plain), after);
		}
}

/* A port is the second word or the first: both must mend alike. */
static void update_of_16_bits_works_at_either_half(void **state)
{
	uint8_t data[6] = { 0x9c, 0x41, 0x00, 0x50, 0x01, 0x02 };
	uint8_t field[2], plain[2];
	uint16_t before, after;

	(void)state;
	for (size_t at = 0; at < 6; at += 2) {
		uint16_t old = get16(data + at);

		before = checksum_fold(checksum_add(0, data, 6));
		put16(data + at, 0x1234);
		after = checksum_fold(checksum_add(0, data, 6));
		put16(field, (uint16_t)~before);
		checksum_change16(field, old, 0x1234);
		assert_int_equal(get16(field), (uint16_t)~after);
		put16(plain, before);
		checksum_change16_partial(plain, old, 0x1234);
		assert_int_equal(get16(plain), after);
	}
}

/* The pseudo-header as RFC 8200 8.1 draws it, in bytes. */
static void ipv6_pseudo_header_is_summed(void **state)
{
	uint8_t bytes[40] = {
		0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		0xfd, 0x00, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 2,
		0x00, 0x01, 0xff, 0xfe, 0, 0, 0, 58,
	};
	uint32_t sum = checksum_pseudo6(bytes, bytes + 16, 58, 0x1fffe);

	(void)state;
	/* 2001+0db8+0001+fd00+ffff+0002+0001+fffe+003a = 32af4 */
	assert_int_equal(checksum_fold(sum), 0x2af7);
	memset(bytes, 0xff, 32);
	put32(bytes + 32, UINT32_MAX);
	sum = checksum_pseudo6(bytes, bytes + 16, 58, UINT32_MAX);
	assert_int_equal(checksum_fold(sum), 58);
}

/* Byte by byte, folding each time: nothing of the code under test. */
static unsigned int plain_sum(const uint8_t *p, size_t n)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += i % 2 ? p[i] : (unsigned int)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* Fill with a mix of bytes in which all ones and all zeros are frequent. */
static void mix(uint8_t *p, size_t n, uint32_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(*seed >> 24);
		if (*seed & 0x10000)
			p[i] = *seed & 0x20000 ? 0xff : 0;
	}
}

static void update_of_an_address_equals_the_full_sum(void **state)
{
	uint8_t data[24] = { 0x60 }, before[16], field[2], plain[2];
	uint32_t seed = 6;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t length = (size_t)i % 9 * 2;	/* 0 to 16 */

		mix(data + 8, 16, &seed);
		memcpy(before, data + 8, 16);
		put16(plain, (uint16_t)plain_sum(data, 24));
		put16(field, (uint16_t)~get16(plain));
		mix(data + 8, length, &seed);
		checksum_change_bytes(field, before, data + 8, length);
		checksum_change_bytes_partial(plain, before, data + 8, length);
		assert_int_equal(get16(plain), plain_sum(data, 24));
		assert_int_equal(get16(field), 0xffff ^ plain_sum(data, 24));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum_matches_rfc1071_example),
		cmocka_unit_test(fold_adds_the_second_carry),
		cmocka_unit_test(odd_last_byte_is_padded),
		cmocka_unit_test(sum_may_be_added_in_pieces),
		cmocka_unit_test(long_input_loses_no_carry),
		cmocka_unit_test(pseudo_header_is_summed),
		cmocka_unit_test(update_matches_rfc1624_example),
		cmocka_unit_test(update_with_the_same_word_changes_nothing),
		cmocka_unit_test(update_equals_the_full_sum),
		cmocka_unit_test(update_of_16_bits_works_at_either_half),
		cmocka_unit_test(ipv6_pseudo_header_is_summed),
		cmocka_unit_test(update_of_an_address_equals_the_full_sum),
	};

	return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
