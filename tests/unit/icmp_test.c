/*
 * ICMP: RFC 792 for the layout, RFC 1122 3.2.2 for what is never answered,
 * RFC 1812 4.3.2 for the router's part, RFC 1191 4 for the next link's MTU.
 */
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROUTER 0xcb007101	/* 203.0.113.1 */
#define QUOTED 28		/* offset of the quote in a whole packet */

/* 10.0.0.1:40001 > 192.0.2.9:40002, a SYN that ran out of hops */
static const uint8_t syn[40] = {
	0x45, 0x10, 0x00, 0x28, 0x12, 0x34, 0x40, 0x00, 0x01, 0x06,
	0, 0, 10, 0, 0, 1, 192, 0, 2, 9,
	0x9c, 0x41, 0x9c, 0x42, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0,
	0x50, 0x02, 0xfa, 0xf0, 0x44, 0x7a, 0, 0,
};

/* Parse an exact copy, so that the sanitizer sees a byte read too many. */
static bool parse(const uint8_t *bytes, size_t length, struct icmp *out)
{
	uint8_t *copy = malloc(length ? length : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	memset(out, 0xa5, sizeof(*out));
	ok = icmp_parse(copy, length, out);
	free(copy);
	return ok;
}

static void assert_cleared(const struct icmp *m)
{
	assert_int_equal(m->type | m->code | m->id, 0);
	assert_false(m->is_error);
	assert_int_equal(m->quoted_at, 0);
	assert_int_equal(m->quoted.source | m->quoted.header_length, 0);
	assert_int_equal(m->source.address | m->source.port, 0);
	assert_int_equal(m->destination.address | m->destination.port, 0);
	assert_int_equal(m->sequence, 0);
}

/* An error's header, then @length bytes of quote. */
static size_t error_bytes(uint8_t *out, uint8_t type, const uint8_t *quote,
			  size_t length)
{
	memset(out, 0, ICMP_HEADER);
	out[0] = type;
	memcpy(out + ICMP_HEADER, quote, length);
	return ICMP_HEADER + length;
}

static void echo_is_parsed(void **state)
{
	static const uint8_t bytes[8] = { 8, 0, 0xf7, 0xfd, 0xbe, 0xef, 0, 1 };
	struct icmp m;

	(void)state;
	assert_true(parse(bytes, 8, &m));
	assert_int_equal(m.type, ICMP_TYPE_ECHO);
	assert_int_equal(m.code, 0);
	assert_int_equal(m.id, 0xbeef);
	assert_false(m.is_error);
	for (size_t length = 0; length < 8; length++) {
		assert_false(parse(bytes, length, &m));
		assert_cleared(&m);
	}
}

static void only_an_echo_has_an_id(void **state)
{
	uint8_t bytes[8] = { 13, 0, 0, 0, 0xbe, 0xef, 0, 1 };
	struct icmp m;

	(void)state;
	assert_true(parse(bytes, 8, &m));
	assert_int_equal(m.id, 0);
	bytes[0] = ICMP_TYPE_ECHO_REPLY;
	assert_true(parse(bytes, 8, &m));
	assert_int_equal(m.id, 0xbeef);
}

static void quoted_segment_is_parsed(void **state)
{
	uint8_t bytes[ICMP_HEADER + 40];
	struct icmp m;
	size_t length = error_bytes(bytes, 11, syn, 28);

	(void)state;
	bytes[1] = 1;
	assert_true(parse(bytes, length, &m));
	assert_int_equal(m.type, ICMP_TYPE_TIME_EXCEEDED);
	assert_int_equal(m.code, 1);
	assert_true(m.is_error);
	assert_int_equal(m.quoted_at, 8);
	assert_int_equal(m.quoted.protocol, IPV4_TCP);
	assert_int_equal(m.quoted.ttl, 1);
	assert_int_equal(m.quoted.total_length, 40);
	assert_int_equal(m.source.address, 0x0a000001);
	assert_int_equal(m.source.port, 40001);
	assert_int_equal(m.destination.address, 0xc0000209);
	assert_int_equal(m.destination.port, 40002);
	assert_int_equal(m.sequence, 0x01020304);
}

static void each_error_type_is_parsed_with_its_quote(void **state)
{
	uint8_t bytes[ICMP_HEADER + 40];
	struct icmp m;

	(void)state;
	for (unsigned int type = 0; type < 256; type++) {
		bool error = type == 3 || type == 4 || type == 5 ||
			     type == 11 || type == 12;
		size_t length = error_bytes(bytes, (uint8_t)type, syn, 40);

		assert_true(parse(bytes, length, &m));
		assert_int_equal(m.is_error, error);
		assert_int_equal(m.source.port, error ? 40001 : 0);
		assert_int_equal(parse(bytes, ICMP_HEADER, &m), !error);
	}
}

static void quote_that_is_cut_short_is_refused(void **state)
{
	uint8_t bytes[ICMP_HEADER + 40];
	struct icmp m;
	size_t length = error_bytes(bytes, 3, syn, 40);

	(void)state;
	for (size_t cut = 0; cut <= length; cut++) {
		assert_int_equal(parse(bytes, cut, &m), cut >= 8 + 20 + 8);
		if (cut < 8 + 20 + 8)
			assert_cleared(&m);
	}
}

static void quote_with_ip_options_is_parsed(void **state)
{
	uint8_t quote[80] = { 0 }, bytes[ICMP_HEADER + 80];
	struct icmp m;
	size_t length;

	(void)state;
	memcpy(quote, syn, 20);
	memcpy(quote + 60, syn + 20, 20);
	quote[0] = 0x4f;
	put16(quote + 2, 80);
	length = error_bytes(bytes, 11, quote, 68);
	assert_true(parse(bytes, length, &m));
	assert_int_equal(m.source.port, 40001);
	assert_int_equal(m.sequence, 0x01020304);
	assert_false(parse(bytes, length - 1, &m));
	assert_cleared(&m);
}

static void quote_of_another_protocol_has_no_ports(void **state)
{
	uint8_t quote[28], bytes[ICMP_HEADER + 28];
	struct icmp m;

	(void)state;
	memcpy(quote, syn, 28);
	quote[9] = IPV4_UDP;
	assert_true(parse(bytes, error_bytes(bytes, 3, quote, 28), &m));
	assert_int_equal(m.source.port, 40001);
	assert_int_equal(m.destination.port, 40002);
	assert_int_equal(m.sequence, 0);
	quote[9] = IPV4_ICMP;
	assert_true(parse(bytes, error_bytes(bytes, 3, quote, 28), &m));
	assert_int_equal(m.source.address, 0x0a000001);
	assert_int_equal(m.source.port | m.destination.port, 0);
	assert_int_equal(m.sequence, 0);
	memcpy(quote, syn, 28);
	put16(quote + 6, 1);	/* a later fragment has no ports */
	assert_true(parse(bytes, error_bytes(bytes, 3, quote, 28), &m));
	assert_int_equal(m.source.port | m.destination.port, 0);
	quote[0] = 0x60;
	assert_false(parse(bytes, error_bytes(bytes, 3, quote, 28), &m));
	assert_cleared(&m);
}

static void time_exceeded_is_built(void **state)
{
	uint8_t out[576];
	struct ipv4 ip;
	struct icmp m;
	size_t length = icmp_error_build(out, sizeof(out), ROUTER, 11, 0, syn,
					 sizeof(syn));

	(void)state;
	assert_int_equal(length, QUOTED + 40);
	assert_true(ipv4_parse(out, length, &ip));
	assert_int_equal(ip.source, ROUTER);
	assert_int_equal(ip.destination, 0x0a000001);
	assert_int_equal(ip.total_length, length);
	assert_int_equal(ip.protocol, IPV4_ICMP);
	assert_int_equal(ip.tos, 0xd0);	/* precedence 6, the packet's TOS */
	assert_true(ip.ttl >= 64);
	assert_int_equal(checksum_fold(checksum_add(0, out, 20)), 0xffff);
	assert_int_equal(checksum_fold(checksum_add(0, out + 20, length - 20)),
			 0xffff);
	assert_memory_equal(out + QUOTED, syn, 40);
	assert_int_equal(get32(out + 24), 0);	/* unused */
	assert_true(parse(out + 20, length - 20, &m));
	assert_int_equal(m.type, 11);
	assert_int_equal(m.code, 0);
	assert_int_equal(m.sequence, 0x01020304);
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

/* RFC 1191 4: 16 bits unused, which are zero, then the MTU */
static void fragmentation_needed_carries_the_mtu(void **state)
{
	uint8_t out[576];
	struct icmp m;
	size_t length;

	(void)state;
	memset(out, 0xff, sizeof(out));
	length = icmp_too_big_build(out, sizeof(out), ROUTER, 0x05d4, syn, 40);
	assert_int_equal(length, QUOTED + 40);
	assert_int_equal(get32(out + 12), ROUTER);
	assert_int_equal(get32(out + 16), 0x0a000001);
	assert_int_equal(out[20], 3);
	assert_int_equal(out[21], 4);
	assert_int_equal(get32(out + 24), 0x05d4);
	assert_memory_equal(out + QUOTED, syn, 40);
	assert_int_equal(plain_sum(out, 20), 0xffff);
	assert_int_equal(plain_sum(out + 20, length - 20), 0xffff);
	assert_true(parse(out + 20, length - 20, &m));
	assert_true(m.is_error);
	assert_int_equal(m.code, ICMP_CODE_TOO_BIG);
	assert_int_equal(icmp_too_big_build(out, QUOTED + 39, ROUTER, 1492,
					    syn, 40), 0);
	assert_int_equal(icmp_too_big_build(out, 576, ROUTER, 1492, syn, 19),
			 0);
}

static void error_has_at_most_576_bytes(void **state)
{
	uint8_t packet[1500] = { 0 }, out[577];
	size_t length;

	(void)state;
	memcpy(packet, syn, 40);
	for (uint16_t total = 540; total <= 556; total++) {
		put16(packet + 2, total);
		length = icmp_error_build(out, sizeof(out), ROUTER, 3, 13,
					  packet, total);
		assert_int_equal(length, total < 548 ? QUOTED + total : 576);
	}
	put16(packet + 2, 1500);
	out[576] = 0x5a;
	length = icmp_error_build(out, 576, ROUTER, 3, 13, packet, 1500);
	assert_int_equal(length, 576);
	assert_int_equal(out[576], 0x5a);
	assert_int_equal(out[21], ICMP_CODE_ADMIN);
}

static void error_that_does_not_fit_is_not_built(void **state)
{
	uint8_t out[QUOTED + 40];

	(void)state;
	for (size_t room = 0; room <= sizeof(out); room++)
		assert_int_equal(icmp_error_build(out, room, ROUTER, 3, 1, syn,
						  40),
				 room == sizeof(out) ? room : 0);
}

static void padding_of_the_frame_is_not_quoted(void **state)
{
	uint8_t packet[46] = { 0 }, out[576];

	(void)state;
	memcpy(packet, syn, 40);
	assert_int_equal(icmp_error_build(out, 576, ROUTER, 3, 1, packet, 46),
			 QUOTED + 40);
}

static size_t answer(const uint8_t *packet, size_t length)
{
	uint8_t out[576];

	return icmp_error_build(out, sizeof(out), ROUTER, 3, 1, packet,
				length);
}

static void icmp_error_is_never_answered(void **state)
{
	uint8_t packet[28];

	(void)state;
	memcpy(packet, syn, 28);
	packet[9] = IPV4_ICMP;
	put16(packet + 2, 28);
	for (unsigned int type = 0; type < 256; type++) {
		bool error = type == 3 || type == 4 || type == 5 ||
			     type == 11 || type == 12;

		packet[20] = (uint8_t)type;
		assert_int_equal(!answer(packet, 28), error);
	}
	packet[20] = ICMP_TYPE_ECHO;
	assert_int_equal(answer(packet, 20), 0);	/* which type? */
}

static void later_fragments_and_groups_are_never_answered(void **state)
{
	static const uint32_t no_host[] = {
		0, 0x7f000001, 0xe0000001, 0xffffffff,
	};
	uint8_t packet[40];

	(void)state;
	assert_int_equal(answer(syn, 40), QUOTED + 40);
	for (size_t length = 0; length < 20; length++)
		assert_int_equal(answer(syn, length), 0);
	memcpy(packet, syn, 40);
	put16(packet + 6, 0x2000);		/* the first fragment may be */
	assert_int_equal(answer(packet, 40), QUOTED + 40);
	put16(packet + 6, 0x0001);		/* a later one not */
	assert_int_equal(answer(packet, 40), 0);
	for (size_t i = 0; i < sizeof(no_host) / sizeof(no_host[0]); i++) {
		memcpy(packet, syn, 40);
		put32(packet + 12, no_host[i]);
		assert_int_equal(answer(packet, 40), 0);
	}
	memcpy(packet, syn, 40);
	put32(packet + 16, 0xe00000fb);		/* to a group */
	assert_int_equal(answer(packet, 40), 0);
	packet[0] = 0x60;
	assert_int_equal(answer(packet, 40), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(echo_is_parsed),
		cmocka_unit_test(only_an_echo_has_an_id),
		cmocka_unit_test(quoted_segment_is_parsed),
		cmocka_unit_test(each_error_type_is_parsed_with_its_quote),
		cmocka_unit_test(quote_that_is_cut_short_is_refused),
		cmocka_unit_test(quote_with_ip_options_is_parsed),
		cmocka_unit_test(quote_of_another_protocol_has_no_ports),
		cmocka_unit_test(time_exceeded_is_built),
		cmocka_unit_test(fragmentation_needed_carries_the_mtu),
		cmocka_unit_test(error_has_at_most_576_bytes),
		cmocka_unit_test(error_that_does_not_fit_is_not_built),
		cmocka_unit_test(padding_of_the_frame_is_not_quoted),
		cmocka_unit_test(icmp_error_is_never_answered),
		cmocka_unit_test(later_fragments_and_groups_are_never_answered),
	};

	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
