/* The IPv4 and UDP headers: RFC 791 3.1, RFC 768, and a header in bytes. */
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"
#include "wire/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 192.168.0.1 > 192.168.0.199, UDP, 115 bytes; its checksum is b861 */
static const uint8_t header[20] = {
	0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
	0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
};

/* Parse an exact copy, so that the sanitizer sees a byte read too many. */
static bool parse(const uint8_t *bytes, size_t length, struct ipv4 *out)
{
	uint8_t *copy = malloc(length ? length : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	memset(out, 0xa5, sizeof(*out));
	ok = ipv4_parse(copy, length, out);
	free(copy);
	return ok;
}

static void assert_cleared(const struct ipv4 *out)
{
	assert_int_equal(out->source | out->destination, 0);
	assert_int_equal(out->total_length | out->id | out->header_length, 0);
	assert_int_equal(out->fragment_offset | out->ttl | out->protocol |
			 out->tos, 0);
	assert_false(out->more_fragments || out->dont_fragment);
}

static void known_header_is_parsed(void **state)
{
	struct ipv4 ip;

	(void)state;
	assert_true(parse(header, 20, &ip));
	assert_int_equal(ip.source, 0xc0a80001);
	assert_int_equal(ip.destination, 0xc0a800c7);
	assert_int_equal(ip.total_length, 115);
	assert_int_equal(ip.header_length, 20);
	assert_int_equal(ip.id, 0);
	assert_int_equal(ip.ttl, 64);
	assert_int_equal(ip.protocol, IPV4_UDP);
	assert_int_equal(ip.tos, 0);
	assert_true(ip.dont_fragment);
	assert_false(ip.more_fragments);
	assert_int_equal(ip.fragment_offset, 0);
}

static void known_header_is_built(void **state)
{
	const struct ipv4 ip = {
		.source = 0xc0a80001, .destination = 0xc0a800c7,
		.total_length = 115, .dont_fragment = true, .ttl = 64,
		.protocol = IPV4_UDP,
	};
	uint8_t bytes[IPV4_HEADER];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	ipv4_build(bytes, &ip);
	assert_memory_equal(bytes, header, 20);
}

static void header_cut_short_is_refused(void **state)
{
	struct ipv4 ip;

	(void)state;
	for (size_t length = 0; length < 20; length++) {
		assert_false(parse(header, length, &ip));
		assert_cleared(&ip);
	}
}

static void header_with_missing_options_is_refused(void **state)
{
	uint8_t bytes[60] = { 0 };
	struct ipv4 ip;

	(void)state;
	memcpy(bytes, header, 20);
	for (uint8_t words = 0; words < 16; words++) {
		bytes[0] = (uint8_t)(0x40 | words);
		for (size_t length = 0; length <= 60; length++) {
			bool whole = words >= 5 && length >= words * 4U;

			assert_int_equal(parse(bytes, length, &ip), whole);
			if (whole)
				assert_int_equal(ip.header_length, words * 4);
			else
				assert_cleared(&ip);
		}
	}
}

static void other_versions_are_refused(void **state)
{
	uint8_t bytes[20];
	struct ipv4 ip;

	(void)state;
	memcpy(bytes, header, 20);
	for (unsigned int version = 0; version < 16; version++) {
		bytes[0] = (uint8_t)(version << 4 | 5);
		assert_int_equal(parse(bytes, 20, &ip), version == 4);
	}
}

static void total_length_below_the_header_is_refused(void **state)
{
	uint8_t bytes[24] = { 0 };
	struct ipv4 ip;

	(void)state;
	memcpy(bytes, header, 20);
	bytes[0] = 0x46;
	for (uint16_t total = 0; total < 30; total++) {
		put16(bytes + 2, total);
		assert_int_equal(parse(bytes, 24, &ip), total >= 24);
	}
	put16(bytes + 2, 0xffff);	/* more than there is: cut short */
	assert_true(parse(bytes, 24, &ip));
	assert_int_equal(ip.total_length, 0xffff);
}

/* RFC 791 3.1: reserved, DF, MF, then 13 bits of offset in units of 8 */
static void fragment_fields_are_parsed(void **state)
{
	uint8_t bytes[20];
	struct ipv4 ip;

	(void)state;
	memcpy(bytes, header, 20);
	put16(bytes + 6, 0x2000);
	assert_true(parse(bytes, 20, &ip));
	assert_true(ip.more_fragments && !ip.dont_fragment);
	assert_int_equal(ip.fragment_offset, 0);
	put16(bytes + 6, 0x3fff);
	assert_true(parse(bytes, 20, &ip));
	assert_true(ip.more_fragments && !ip.dont_fragment);
	assert_int_equal(ip.fragment_offset, 65528);
	put16(bytes + 6, 0x8001);
	assert_true(parse(bytes, 20, &ip));
	assert_false(ip.more_fragments || ip.dont_fragment);
	assert_int_equal(ip.fragment_offset, 8);
}

static void wrong_checksum_is_accepted(void **state)
{
	uint8_t bytes[20];
	struct ipv4 ip;

	(void)state;
	memcpy(bytes, header, 20);
	put16(bytes + 10, 0xbad0);
	assert_true(parse(bytes, 20, &ip));
}

static void every_built_header_is_parsed_back(void **state)
{
	const struct ipv4 in = {
		.source = 0xfffefdfc, .destination = 1,
		.total_length = 0xfffe, .id = 0xabcd,
		.fragment_offset = 65528, .more_fragments = true,
		.dont_fragment = true, .header_length = 20, .ttl = 255,
		.protocol = IPV4_TCP, .tos = 0xb8,
	};
	uint8_t bytes[IPV4_HEADER];
	struct ipv4 out;

	(void)state;
	ipv4_build(bytes, &in);
	assert_int_equal(checksum_fold(checksum_add(0, bytes, 20)), 0xffff);
	assert_true(parse(bytes, 20, &out));
	assert_int_equal(out.source, in.source);
	assert_int_equal(out.destination, in.destination);
	assert_int_equal(out.total_length, in.total_length);
	assert_int_equal(out.id, in.id);
	assert_int_equal(out.fragment_offset, in.fragment_offset);
	assert_true(out.more_fragments && out.dont_fragment);
	assert_int_equal(out.ttl, in.ttl);
	assert_int_equal(out.protocol, in.protocol);
	assert_int_equal(out.tos, in.tos);
}

static void udp_header_is_parsed(void **state)
{
	static const uint8_t bytes[8] = {
		0x82, 0x9a, 0x00, 0x35, 0x00, 0x0c, 0xbe, 0xef,
	};
	struct udp udp;

	(void)state;
	assert_true(udp_parse(bytes, 8, &udp));
	assert_int_equal(udp.source, 33434);
	assert_int_equal(udp.destination, 53);
	assert_int_equal(udp.length, 12);
	assert_int_equal(udp.checksum, 0xbeef);
	for (size_t length = 0; length < 8; length++) {
		assert_false(udp_parse(bytes, length, &udp));
		assert_int_equal(udp.source | udp.destination | udp.length |
				 udp.checksum, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_header_is_parsed),
		cmocka_unit_test(known_header_is_built),
		cmocka_unit_test(header_cut_short_is_refused),
		cmocka_unit_test(header_with_missing_options_is_refused),
		cmocka_unit_test(other_versions_are_refused),
		cmocka_unit_test(total_length_below_the_header_is_refused),
		cmocka_unit_test(fragment_fields_are_parsed),
		cmocka_unit_test(wrong_checksum_is_accepted),
		cmocka_unit_test(every_built_header_is_parsed_back),
		cmocka_unit_test(udp_header_is_parsed),
	};

	return cmocka_run_group_tests_name("ipv4", tests, NULL, NULL);
}
