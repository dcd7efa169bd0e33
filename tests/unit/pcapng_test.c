/* Blocks as draft-ietf-opsawg-pcapng 3 and 4 lay them out, word by word. */
#include "wire/pcapng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t word(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t half(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Both lengths of a block must be its own, and whole words. */
static void assert_framed(const uint8_t *block, size_t length, uint32_t type)
{
	assert_true(length >= 12);
	assert_int_equal(length % 4, 0);
	assert_int_equal(word(block), type);
	assert_int_equal(word(block + 4), length);
	assert_int_equal(word(block + length - 4), length);
}

static void assert_option(const uint8_t *p, uint16_t code, const char *text)
{
	static const uint8_t zeros[3];
	size_t length = strlen(text);

	assert_int_equal(half(p), code);
	assert_int_equal(half(p + 2), length);
	assert_memory_equal(p + 4, text, length);
	assert_memory_equal(p + 4 + length, zeros, (4 - length % 4) % 4);
}

static void section_header_is_written(void **state)
{
	static const uint8_t palindrome[] = { 0x0a, 0x0d, 0x0d, 0x0a };
	uint8_t b[256];
	size_t length;

	(void)state;
	memset(b, 0xff, sizeof(b));
	length = pcapng_section(b, sizeof(b), "tcptrav");
	assert_int_equal(length, 24 + 4 + 8 + 4 + 4);
	assert_framed(b, length, 0x0a0d0d0a);
	assert_memory_equal(b, palindrome, 4);
	assert_int_equal(word(b + 8), 0x1a2b3c4d);
	assert_int_equal(half(b + 12), 1);
	assert_int_equal(half(b + 14), 0);
	assert_int_equal(word(b + 16), 0xffffffff);
	assert_int_equal(word(b + 20), 0xffffffff);
	assert_option(b + 24, 4, "tcptrav");
	assert_int_equal(word(b + 36), 0);
}

static void interface_description_is_written(void **state)
{
	uint8_t b[256];
	size_t length;

	(void)state;
	memset(b, 0xff, sizeof(b));
	length = pcapng_interface(b, sizeof(b), "A", 128);
	assert_int_equal(length, 16 + 8 + 8 + 4 + 4);
	assert_framed(b, length, 1);
	assert_int_equal(half(b + 8), 101);	/* LINKTYPE_RAW */
	assert_int_equal(half(b + 10), 0);
	assert_int_equal(word(b + 12), 128);
	assert_option(b + 16, 2, "A");
	assert_option(b + 24, 9, "\x09");	/* 10^-9 s */
	assert_int_equal(word(b + 32), 0);
}

static void packet_block_is_written_with_its_comment(void **state)
{
	static const uint8_t data[5] = { 0x45, 1, 2, 3, 4 };
	const int64_t at = INT64_C(0x18a1b2c3d4e5f607);
	uint8_t b[256];
	size_t length;

	(void)state;
	memset(b, 0xff, sizeof(b));
	length = pcapng_packet(b, sizeof(b), 1, at, data, 5, 1500, "SYN out");
	assert_int_equal(length, 28 + 8 + 4 + 8 + 4 + 4);
	assert_framed(b, length, 6);
	assert_int_equal(word(b + 8), 1);
	assert_int_equal(word(b + 12), 0x18a1b2c3);
	assert_int_equal(word(b + 16), 0xd4e5f607);
	assert_int_equal(word(b + 20), 5);
	assert_int_equal(word(b + 24), 1500);
	assert_memory_equal(b + 28, data, 5);
	assert_memory_equal(b + 33, "\0\0\0", 3);
	assert_option(b + 36, 1, "SYN out");
	assert_int_equal(word(b + 48), 0);
}

static void packet_block_without_comment_has_no_options(void **state)
{
	uint8_t b[64];

	(void)state;
	assert_int_equal(pcapng_packet(b, 64, 0, 0, "abcd", 4, 4, NULL), 36);
	assert_framed(b, 36, 6);
	assert_int_equal(pcapng_packet(b, 64, 0, 0, NULL, 0, 60, NULL), 32);
	assert_framed(b, 32, 6);
	assert_int_equal(pcapng_packet(b, 64, 0, 0, "abcd", 4, 4, ""), 44);
	assert_option(b + 32, 1, "");
}

static void block_that_does_not_fit_is_not_written(void **state)
{
	(void)state;
	for (size_t room = 0; room <= 60; room++) {
		uint8_t *b = malloc(room ? room : 1);	/* sanitizer's edge */

		assert_non_null(b);
		assert_int_equal(pcapng_section(b, room, "tcptrav"),
				 room < 44 ? 0 : 44);
		assert_int_equal(pcapng_interface(b, room, "A", 128),
				 room < 40 ? 0 : 40);
		assert_int_equal(pcapng_packet(b, room, 1, 7, "abcde", 5, 5,
					       "SYN out"),
				 room < 56 ? 0 : 56);
		free(b);
	}
}

static void huge_packet_does_not_overflow(void **state)
{
	uint8_t b[64] = { 0 };

	(void)state;
	assert_int_equal(pcapng_packet(b, 64, 0, 0, b, UINT32_MAX, UINT32_MAX,
				       NULL), 0);
}

/* An option's length has 16 bits: a longer comment is cut, between letters. */
static void comment_too_long_is_cut_between_characters(void **state)
{
	const size_t size = 70000, room = 80000;
	char *comment = malloc(size + 1);
	uint8_t *b = malloc(room);
	size_t length;

	(void)state;
	assert_non_null(comment);
	assert_non_null(b);
	comment[0] = 'x';
	for (size_t i = 1; i < size; i += 3)	/* U+2192, an arrow */
		memcpy(comment + i, "\xe2\x86\x92", 3);
	comment[size] = '\0';
	length = pcapng_packet(b, room, 0, 0, "abcd", 4, 4, comment);
	assert_framed(b, length, 6);
	assert_int_equal(half(b + 32), 1);
	assert_int_equal((half(b + 34) - 1) % 3, 0);
	assert_true(half(b + 34) > 65000);
	assert_memory_equal(b + 36, comment, half(b + 34));
	free(comment);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(section_header_is_written),
		cmocka_unit_test(interface_description_is_written),
		cmocka_unit_test(packet_block_is_written_with_its_comment),
		cmocka_unit_test(packet_block_without_comment_has_no_options),
		cmocka_unit_test(block_that_does_not_fit_is_not_written),
		cmocka_unit_test(huge_packet_does_not_overflow),
		cmocka_unit_test(comment_too_long_is_cut_between_characters),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
