/* The RST that answers an IPv6 SYN: RFC 9293 3.10.7.1, RFC 8200 8.1. */
#include "wire6_fixture.h"

#include "wire/ipv6.h"
#include "wire/tcp.h"

static const struct rst6 answer = {
	.source = { PEER6 }, .destination = { HOST6 },
	.source_port = 40002, .destination_port = 40001,
	.acknowledgement = 0x01020305, .hop_limit = 64,
};

/* All but the checksum, which plain_sum6() looks at. */
static const uint8_t expected[60] = {
	0x60, 0, 0, 0, 0, 20, 6, 64, PEER6, HOST6,
	0x9c, 0x42, 0x9c, 0x41, 0, 0, 0, 0, 1, 2, 3, 5,
	0x50, 0x14, 0, 0, 0, 0, 0, 0,
};

static void rst_is_built_with_its_numbers(void **state)
{
	uint8_t bytes[61];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(rst6_build(&answer, bytes, 61), RST6_LENGTH);
	assert_int_equal(plain_sum6(bytes), 0xffff);
	assert_int_equal(bytes[60], 0xff);
	set16(bytes + 56, 0);
	assert_memory_equal(bytes, expected, 60);
}

static void checksum_covers_each_field(void **state)
{
	uint8_t bytes[60];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct rst6 in = answer;

		in.acknowledgement = i * 0x12345671;
		in.source_port = (uint16_t)(i * 31);
		in.destination_port = (uint16_t)(i * 77);
		in.source[i % 16] = (uint8_t)i;
		in.destination[i % 13] = (uint8_t)(255 - i % 256);
		assert_int_equal(rst6_build(&in, bytes, 60), 60);
		assert_int_equal(plain_sum6(bytes), 0xffff);
	}
}

static void rst_that_does_not_fit_is_not_built(void **state)
{
	uint8_t bytes[60];

	(void)state;
	for (size_t room = 0; room < 60; room++)
		assert_int_equal(rst6_build(&answer, bytes, room), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rst_is_built_with_its_numbers),
		cmocka_unit_test(checksum_covers_each_field),
		cmocka_unit_test(rst_that_does_not_fit_is_not_built),
	};

	return cmocka_run_group_tests_name("rst6", tests, NULL, NULL);
}
