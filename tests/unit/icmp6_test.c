/* ICMPv6: RFC 4443 2.1 to 2.4 for errors, 3 and 4 for the messages. */
#include "wire6_fixture.h"

#include "wire/icmp6.h"

#define QUOTED 48		/* offset of the quote in a whole packet */

enum { TCP = 6, UDP = 17, FRAGMENT = 44, ICMP = 58, NONE = 59, DSTOPTS = 60 };

static const uint8_t router[16] = {
	0x20, 1, 0x0d, 0xb8, 0, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
};

/* Parse an exact copy, so that the sanitizer sees a byte read too many. */
static bool parse(const uint8_t *bytes, size_t length, struct icmp6 *out)
{
	uint8_t *copy = malloc(length ? length : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	memset(out, 0xa5, sizeof(*out));
	ok = icmp6_parse(copy, length, out);
	free(copy);
	return ok;
}

static void assert_cleared(const struct icmp6 *m)
{
	assert_int_equal(m->type | m->code | m->id, 0);
	assert_int_equal(m->parameter | m->sequence, 0);
	assert_false(m->is_error);
	assert_int_equal(m->quoted_at | m->quoted.header_length, 0);
	assert_int_equal(m->source_port | m->destination_port, 0);
}

/* An error's header, then @length bytes of quote. */
static size_t error_bytes(uint8_t *out, unsigned type, const uint8_t *quote,
			  size_t length)
{
	memset(out, 0, ICMP6_HEADER);
	out[0] = (uint8_t)type;
	memcpy(out + ICMP6_HEADER, quote, length);
	return ICMP6_HEADER + length;
}

static void echo_is_parsed(void **state)
{
	uint8_t bytes[8] = { 128, 0, 0xf7, 0xfd, 0xbe, 0xef, 0, 1 };
	struct icmp6 m;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		bool quotes = type >= 1 && type <= 4;

		bytes[0] = (uint8_t)type;
		assert_int_equal(parse(bytes, 8, &m), !quotes);
		if (quotes)
			continue;
		assert_int_equal(m.type, type);
		assert_int_equal(m.id,
				 type == 128 || type == 129 ? 0xbeef : 0);
		assert_int_equal(m.parameter, 0);
		assert_false(m.is_error);
	}
	for (size_t length = 0; length < 8; length++) {
		assert_false(parse(bytes, length, &m));
		assert_cleared(&m);
	}
}

static void quoted_segment_is_parsed(void **state)
{
	uint8_t bytes[ICMP6_HEADER + 60];
	struct icmp6 m;

	(void)state;
	for (unsigned type = 1; type <= 4; type++) {
		size_t length = error_bytes(bytes, type, syn6, 60);

		bytes[1] = 1;
		memcpy(bytes + 4, "\x00\x01\x02\x03", 4);
		assert_true(parse(bytes, length, &m));
		assert_int_equal(m.type, type);
		assert_int_equal(m.code, 1);
		assert_int_equal(m.id, 0);
		assert_int_equal(m.parameter, 0x10203);
		assert_true(m.is_error);
		assert_int_equal(m.quoted_at, 8);
		assert_int_equal(m.quoted.protocol, IPV6_TCP);
		assert_int_equal(m.quoted.hop_limit, 1);
		assert_memory_equal(m.quoted.source, syn6 + 8, 16);
		assert_memory_equal(m.quoted.destination, syn6 + 24, 16);
		assert_int_equal(m.source_port, 40001);
		assert_int_equal(m.destination_port, 40002);
		assert_int_equal(m.sequence, 0x01020304);
	}
}

static void quote_that_is_cut_short_is_refused(void **state)
{
	uint8_t bytes[ICMP6_HEADER + 60];
	struct icmp6 m;
	size_t length = error_bytes(bytes, 3, syn6, 60);

	(void)state;
	for (size_t cut = 0; cut <= length; cut++) {
		assert_int_equal(parse(bytes, cut, &m), cut >= 8 + 40 + 8);
		if (cut < 8 + 40 + 8)
			assert_cleared(&m);
	}
}

/* What follows the quoted packet is not of it (RFC 4884's objects). */
static void quoted_payload_length_bounds_the_quote(void **state)
{
	uint8_t bytes[ICMP6_HEADER + 60];
	struct icmp6 m;
	size_t length = error_bytes(bytes, 3, syn6, 60);

	(void)state;
	for (unsigned payload = 0; payload <= 20; payload++) {
		set16(bytes + ICMP6_HEADER + 4, payload);
		assert_int_equal(parse(bytes, length, &m), payload >= 8);
	}
}

static void quote_with_extension_headers_is_parsed(void **state)
{
	uint8_t quote[72] = { 0 }, bytes[ICMP6_HEADER + 72];
	struct icmp6 m;

	(void)state;
	memcpy(quote, syn6, 40);
	quote[5] = 36;
	quote[6] = DSTOPTS;
	quote[40] = TCP;
	quote[41] = 1;
	memcpy(quote + 56, syn6 + 40, 16);
	assert_true(parse(bytes, error_bytes(bytes, 1, quote, 64), &m));
	assert_int_equal(m.quoted.header_length, 56);
	assert_int_equal(m.source_port, 40001);
	assert_int_equal(m.sequence, 0x01020304);
	assert_false(parse(bytes, error_bytes(bytes, 1, quote, 63), &m));
	assert_cleared(&m);
}

static void quote_of_another_protocol_has_no_ports(void **state)
{
	uint8_t quote[60], bytes[ICMP6_HEADER + 60];
	struct icmp6 m;

	(void)state;
	memcpy(quote, syn6, 60);
	quote[6] = UDP;
	assert_true(parse(bytes, error_bytes(bytes, 1, quote, 48), &m));
	assert_int_equal(m.source_port, 40001);
	assert_int_equal(m.destination_port, 40002);
	assert_int_equal(m.sequence, 0);
	quote[6] = ICMP;
	for (unsigned type = 127; type <= 130; type++) {
		bool is_echo = type == 128 || type == 129;

		quote[40] = (uint8_t)type;
		assert_true(parse(bytes, error_bytes(bytes, 1, quote, 48),
				  &m));
		assert_int_equal(m.id, is_echo ? 0x0102 : 0);
		assert_int_equal(m.source_port | m.destination_port, 0);
		assert_int_equal(m.sequence, 0);
	}
	assert_false(parse(bytes, error_bytes(bytes, 1, quote, 47), &m));
	assert_cleared(&m);
	quote[6] = NONE;
	assert_true(parse(bytes, error_bytes(bytes, 1, quote, 40), &m));
	assert_int_equal(m.source_port | m.id, 0);
}

/* A later fragment has no ports, and may be of any length. */
static void quote_of_a_later_fragment_has_no_ports(void **state)
{
	uint8_t quote[60], bytes[ICMP6_HEADER + 60];
	struct icmp6 m;

	(void)state;
	memcpy(quote, syn6, 60);
	quote[6] = FRAGMENT;
	memcpy(quote + 40, "\x06\0\0\x08\0\0\0\x07", 8);
	for (size_t length = 48; length <= 60; length++) {
		assert_true(parse(bytes, error_bytes(bytes, 3, quote, length),
				  &m));
		assert_int_equal(m.quoted.protocol, IPV6_TCP);
		assert_int_equal(m.quoted.fragment_offset, 8);
		assert_int_equal(m.source_port | m.destination_port, 0);
		assert_int_equal(m.sequence, 0);
	}
	assert_false(parse(bytes, error_bytes(bytes, 3, quote, 47), &m));
	assert_cleared(&m);
}

static void unreachable_is_built(void **state)
{
	uint8_t out[1280];
	struct ipv6 ip;
	struct icmp6 m;
	size_t length;

	(void)state;
	memset(out, 0xff, sizeof(out));
	length = icmp6_error_build(out, sizeof(out), router, 1,
				   ICMP6_CODE_ADMIN, 0, syn6, 60);
	assert_int_equal(length, QUOTED + 60);
	assert_true(ipv6_parse(out, length, &ip));
	assert_memory_equal(ip.source, router, 16);
	assert_memory_equal(ip.destination, syn6 + 8, 16);
	assert_int_equal(ip.payload_length, 68);
	assert_int_equal(ip.protocol, IPV6_ICMP);
	assert_true(ip.hop_limit >= 64);
	assert_int_equal(plain_sum6(out), 0xffff);
	assert_memory_equal(out + QUOTED, syn6, 60);
	assert_memory_equal(out + 44, "\0\0\0\0", 4);	/* unused */
	assert_true(parse(out + 40, length - 40, &m));
	assert_int_equal(m.type, ICMP6_TYPE_UNREACHABLE);
	assert_int_equal(m.code, ICMP6_CODE_ADMIN);
	assert_int_equal(m.sequence, 0x01020304);
}

/* 3.2: the MTU is 32 bits long; 3.4: so is the pointer */
static void mtu_and_pointer_are_built(void **state)
{
	uint8_t out[1280];
	size_t length = icmp6_error_build(out, sizeof(out), router,
					  ICMP6_TYPE_TOO_BIG, 0, 1492, syn6,
					  60);

	(void)state;
	assert_int_equal(length, QUOTED + 60);
	assert_memory_equal(out + 44, "\0\0\x05\xd4", 4);
	assert_int_equal(plain_sum6(out), 0xffff);
	length = icmp6_error_build(out, sizeof(out), router, 4, 1, 0xfedcba98,
				   syn6, 60);
	assert_int_equal(length, QUOTED + 60);
	assert_memory_equal(out + 40, "\x04\x01", 2);
	assert_memory_equal(out + 44, "\xfe\xdc\xba\x98", 4);
	assert_int_equal(plain_sum6(out), 0xffff);
}

/* 2.4 (c): the error is no longer than 1280 bytes, nor than its room */
static void quote_fits_room_and_1280_bytes(void **state)
{
	static const size_t rooms[] = { 1500, 1281, 1280, 1279, 576, 577, 97 };
	uint8_t packet[1500] = { 0 }, out[1501];

	(void)state;
	memcpy(packet, syn6, 60);
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		size_t most = rooms[i] < 1280 ? rooms[i] : 1280;

		for (size_t total = 60; total <= 1500; total += 5) {
			size_t length, whole = QUOTED + total;

			set16(packet + 4, (unsigned)total - 40);
			memset(out, 0x5a, sizeof(out));
			length = icmp6_error_build(out, rooms[i], router, 2, 0,
						   1400, packet, total);
			assert_int_equal(length, whole < most ? whole : most);
			assert_int_equal(plain_sum6(out), 0xffff);
			assert_memory_equal(out + QUOTED, packet,
					    length - QUOTED);
			assert_int_equal(out[length], 0x5a);
		}
	}
}

/* Its headers and 8 bytes, or it tells nobody whose it was. */
static void error_that_does_not_fit_is_not_built(void **state)
{
	uint8_t out[QUOTED + 60], packet[40];

	(void)state;
	for (size_t room = 0; room <= sizeof(out); room++)
		assert_int_equal(icmp6_error_build(out, room, router, 1, 0, 0,
						   syn6, 60),
				 room >= QUOTED + 48 ? room : 0);
	memcpy(packet, syn6, 40);
	packet[5] = 0;
	packet[6] = NONE;
	for (size_t room = 0; room <= sizeof(out); room++)
		assert_int_equal(icmp6_error_build(out, room, router, 1, 0, 0,
						   packet, 40),
				 room >= QUOTED + 40 ? QUOTED + 40 : 0);
}

static size_t answer(unsigned type, unsigned code, const uint8_t *packet,
		     size_t length)
{
	uint8_t out[1280];

	return icmp6_error_build(out, sizeof(out), router, (uint8_t)type,
				 (uint8_t)code, 0, packet, length);
}

static void padding_of_the_frame_is_not_quoted(void **state)
{
	uint8_t packet[66] = { 0 };

	(void)state;
	memcpy(packet, syn6, 60);
	assert_int_equal(answer(1, 0, packet, 66), QUOTED + 60);
}

/* 2.4 (e.1), (e.2): types below 128 are errors, 137 is redirect */
static void icmpv6_error_is_never_answered(void **state)
{
	uint8_t packet[60];

	(void)state;
	memcpy(packet, syn6, 60);
	packet[6] = ICMP;
	for (unsigned type = 0; type < 256; type++) {
		bool never = type < 128 || type == 137;

		packet[40] = (uint8_t)type;
		assert_int_equal(answer(1, 0, packet, 60),
				 never ? 0 : QUOTED + 60);
		assert_int_equal(answer(2, 0, packet, 60),
				 never ? 0 : QUOTED + 60);
	}
	packet[40] = 128;
	assert_int_equal(answer(1, 0, packet, 40), 0);	/* which type? */
}

static void
icmpv6_error_behind_headers_is_never_answered(void **state)
{
	uint8_t packet[76];

	(void)state;
	memcpy(packet, syn6, 40);
	packet[5] = 36;
	packet[6] = DSTOPTS;
	memcpy(packet + 40, "\x2c\0\x01\x04\0\0\0\0", 8);
	memcpy(packet + 48, "\x3a\0\0\x01\0\0\0\x07", 8);
	memcpy(packet + 56, syn6 + 40, 20);
	packet[56] = 1;
	assert_int_equal(answer(1, 0, packet, 76), 0);
	packet[56] = 129;
	assert_int_equal(answer(1, 0, packet, 76), QUOTED + 76);
	packet[51] = 8;		/* a later fragment: of what? */
	assert_int_equal(answer(1, 0, packet, 76), 0);
	packet[48] = UDP;	/* of no error */
	assert_int_equal(answer(1, 0, packet, 76), QUOTED + 76);
}

/* 2.4 (e.3): save with too big, and with code 2 of parameter problem */
static void packet_to_a_group_is_answered_with_two_errors_only(void **state)
{
	uint8_t packet[60];

	(void)state;
	memcpy(packet, syn6, 60);
	packet[24] = 0xff;
	for (unsigned type = 1; type <= 4; type++)
		for (unsigned code = 0; code < 4; code++) {
			bool may = type == 2 || (type == 4 && code == 2);

			assert_int_equal(answer(type, code, packet, 60),
					 may ? QUOTED + 60 : 0);
		}
}

/* 2.4 (e.6), and ::1, which is no other host's (RFC 4291 2.5.3) */
static void packet_from_no_single_host_is_never_answered(void **state)
{
	uint8_t packet[60];

	(void)state;
	memcpy(packet, syn6, 60);
	assert_int_equal(answer(2, 0, packet, 60), QUOTED + 60);
	for (size_t length = 0; length < 40; length++)
		assert_int_equal(answer(1, 0, packet, length), 0);
	memset(packet + 8, 0, 16);
	assert_int_equal(answer(2, 0, packet, 60), 0);
	packet[23] = 1;
	assert_int_equal(answer(2, 0, packet, 60), 0);
	packet[23] = 2;
	assert_int_equal(answer(2, 0, packet, 60), QUOTED + 60);
	packet[8] = 0xff;
	assert_int_equal(answer(2, 0, packet, 60), 0);
	packet[8] = 0x20;
	packet[0] = 0x45;
	assert_int_equal(answer(2, 0, packet, 60), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(echo_is_parsed),
		cmocka_unit_test(quoted_segment_is_parsed),
		cmocka_unit_test(quote_that_is_cut_short_is_refused),
		cmocka_unit_test(quoted_payload_length_bounds_the_quote),
		cmocka_unit_test(quote_with_extension_headers_is_parsed),
		cmocka_unit_test(quote_of_another_protocol_has_no_ports),
		cmocka_unit_test(quote_of_a_later_fragment_has_no_ports),
		cmocka_unit_test(unreachable_is_built),
		cmocka_unit_test(mtu_and_pointer_are_built),
		cmocka_unit_test(quote_fits_room_and_1280_bytes),
		cmocka_unit_test(error_that_does_not_fit_is_not_built),
		cmocka_unit_test(padding_of_the_frame_is_not_quoted),
		cmocka_unit_test(icmpv6_error_is_never_answered),
		cmocka_unit_test(icmpv6_error_behind_headers_is_never_answered),
		cmocka_unit_test(
			packet_to_a_group_is_answered_with_two_errors_only),
		cmocka_unit_test(packet_from_no_single_host_is_never_answered),
	};

	return cmocka_run_group_tests_name("icmp6", tests, NULL, NULL);
}
