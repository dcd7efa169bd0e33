/* IPv6: RFC 8200 3 for the header, 4 for the extension headers. */
#include "wire6_fixture.h"

#include "wire/ipv6.h"

enum { HOPOPTS = 0, ROUTING = 43, FRAGMENT = 44, AH = 51, NONE = 59,
       DSTOPTS = 60, TCP = 6 };

/* Parse an exact copy, so that the sanitizer sees a byte read too many. */
static bool parse(const uint8_t *bytes, size_t length, struct ipv6 *out)
{
	uint8_t *copy = malloc(length ? length : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	memset(out, 0xa5, sizeof(*out));
	ok = ipv6_parse(copy, length, out);
	free(copy);
	return ok;
}

static void assert_cleared(const struct ipv6 *ip)
{
	static const uint8_t zeros[16];

	assert_memory_equal(ip->source, zeros, 16);
	assert_memory_equal(ip->destination, zeros, 16);
	assert_int_equal(ip->flow_label | ip->payload_length, 0);
	assert_int_equal(ip->traffic_class | ip->hop_limit | ip->protocol, 0);
	assert_int_equal(ip->header_length | ip->fragment_at |
			 ip->fragment_named_at, 0);
	assert_false(ip->fragmented || ip->more_fragments);
	assert_int_equal(ip->fragment_id | ip->fragment_offset, 0);
}

struct header_chain {
	uint8_t bytes[2600];
	size_t length;
	size_t named_at;	/* the byte that names what is added next */
};

/* A header whose chain is still empty; @left: bytes of data after it all. */
static struct header_chain chain_start(size_t left)
{
	struct header_chain c = { .length = 40, .named_at = 6 };

	memcpy(c.bytes, syn6, 40);
	c.bytes[6] = NONE;
	set16(c.bytes + 4, (unsigned)left);
	return c;
}

/* chain_add - an extension header of 8 + @units * 8 bytes */
static void chain_add(struct header_chain *c, uint8_t kind, uint8_t units)
{
	size_t length = 8 + (kind == FRAGMENT ? 0 : units * 8U);

	c->bytes[c->named_at] = kind;
	c->named_at = c->length;
	c->bytes[c->length] = NONE;
	c->bytes[c->length + 1] = units;
	c->length += length;
	set16(c->bytes + 4, read16(c->bytes + 4) + (unsigned)length);
}

static void known_header_is_parsed(void **state)
{
	uint8_t bytes[60];
	struct ipv6 ip;

	(void)state;
	memcpy(bytes, syn6, 60);
	bytes[0] = 0x6a;	/* class ab, flow label cdef1 */
	bytes[1] = 0xbc;
	bytes[2] = 0xde;
	bytes[3] = 0xf1;
	bytes[7] = 63;
	assert_true(parse(bytes, 60, &ip));
	assert_int_equal(ip.traffic_class, 0xab);
	assert_int_equal(ip.flow_label, 0xcdef1);
	assert_int_equal(ip.payload_length, 20);
	assert_int_equal(ip.protocol, IPV6_TCP);
	assert_int_equal(ip.hop_limit, 63);
	assert_int_equal(ip.header_length, 40);
	assert_memory_equal(ip.source, syn6 + 8, 16);
	assert_memory_equal(ip.destination, syn6 + 24, 16);
	assert_false(ip.fragmented);
	assert_int_equal(ip.fragment_at | ip.fragment_named_at, 0);
	for (size_t length = 0; length <= 60; length++) {
		assert_int_equal(parse(bytes, length, &ip), length >= 40);
		if (length < 40)
			assert_cleared(&ip);
	}
}

static void parsed_header_is_built_back(void **state)
{
	uint8_t bytes[60], built[41];
	struct ipv6 ip;

	(void)state;
	memcpy(bytes, syn6, 60);
	for (unsigned i = 0; i < 256; i++) {
		bytes[0] = (uint8_t)(0x60 | (i & 15));
		for (size_t at = 1; at < 40; at++)
			bytes[at] = (uint8_t)(at * 37 + i * 11);
		bytes[6] = 6;
		assert_true(parse(bytes, 60, &ip));
		memset(built, 0x5a, sizeof(built));
		ipv6_build(built, &ip);
		assert_memory_equal(built, bytes, 40);
		assert_int_equal(built[40], 0x5a);
	}
}

static void flow_label_is_limited_to_20_bits(void **state)
{
	const struct ipv6 ip = { .flow_label = UINT32_MAX };
	uint8_t built[40];

	(void)state;
	ipv6_build(built, &ip);
	assert_int_equal(read16(built), 0x600f);
	assert_int_equal(read16(built + 2), 0xffff);
}

static void other_versions_are_refused(void **state)
{
	uint8_t bytes[60];
	struct ipv6 ip;

	(void)state;
	memcpy(bytes, syn6, 60);
	for (unsigned version = 0; version < 16; version++) {
		bytes[0] = (uint8_t)(version << 4);
		assert_int_equal(parse(bytes, 60, &ip), version == 6);
		if (version != 6)
			assert_cleared(&ip);
	}
}

/* RFC 8200 4.1: the order that is recommended, destination options twice */
static void extension_headers_are_skipped(void **state)
{
	static const uint8_t kinds[] = { HOPOPTS, DSTOPTS, ROUTING, FRAGMENT,
					 DSTOPTS };
	static const uint8_t units[] = { 1, 0, 4, 0, 2 };
	struct header_chain c = chain_start(20);
	struct ipv6 ip;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		chain_add(&c, kinds[i], units[i]);
	c.bytes[c.named_at] = TCP;
	assert_true(parse(c.bytes, c.length, &ip));
	assert_int_equal(ip.protocol, IPV6_TCP);
	assert_int_equal(ip.header_length, 40 + 16 + 8 + 40 + 8 + 24);
	assert_true(ip.fragmented);
	assert_int_equal(ip.fragment_at, 40 + 16 + 8 + 40);
	assert_int_equal(ip.fragment_named_at, 40 + 16 + 8);
	assert_int_equal(ip.payload_length, 16 + 8 + 40 + 8 + 24 + 20);
	for (size_t length = 0; length < c.length; length++) {
		assert_false(parse(c.bytes, length, &ip));
		assert_cleared(&ip);
	}
}

/* 4.1: any order and any number must be coped with, save hop-by-hop, which
   is only ever first */
static void extension_headers_are_skipped_in_any_order(void **state)
{
	struct header_chain c = chain_start(0);
	struct ipv6 ip;

	(void)state;
	chain_add(&c, ROUTING, 0);
	chain_add(&c, DSTOPTS, 0);
	chain_add(&c, ROUTING, 0);
	assert_true(parse(c.bytes, c.length, &ip));
	assert_int_equal(ip.header_length, 64);
	assert_int_equal(ip.protocol, NONE);
	chain_add(&c, HOPOPTS, 0);
	assert_false(parse(c.bytes, c.length, &ip));
	assert_cleared(&ip);
	c = chain_start(0);
	chain_add(&c, HOPOPTS, 0);
	assert_true(parse(c.bytes, c.length, &ip));
	chain_add(&c, HOPOPTS, 0);
	assert_false(parse(c.bytes, c.length, &ip));
	assert_cleared(&ip);
}

static void long_chain_is_followed_to_its_end(void **state)
{
	struct header_chain c = chain_start(0);
	struct ipv6 ip;

	(void)state;
	for (int i = 0; i < 300; i++)
		chain_add(&c, DSTOPTS, 0);
	assert_true(parse(c.bytes, c.length, &ip));
	assert_int_equal(ip.header_length, 40 + 2400);
	c = chain_start(0);
	chain_add(&c, ROUTING, 255);	/* the longest there is */
	assert_true(parse(c.bytes, c.length, &ip));
	assert_int_equal(ip.header_length, 40 + 2048);
	assert_false(parse(c.bytes, c.length - 1, &ip));
	assert_cleared(&ip);
}

/* The chain is within the payload, whatever bytes (padding) follow it. */
static void chain_longer_than_the_payload_is_refused(void **state)
{
	struct header_chain c = chain_start(0);
	struct ipv6 ip;

	(void)state;
	chain_add(&c, HOPOPTS, 0);
	chain_add(&c, DSTOPTS, 1);
	for (unsigned payload = 0; payload <= 30; payload++) {
		set16(c.bytes + 4, payload);
		assert_int_equal(parse(c.bytes, c.length + 40, &ip),
				 payload >= 24);
		if (payload < 24)
			assert_cleared(&ip);
	}
}

static void unknown_protocol_ends_the_chain(void **state)
{
	struct ipv6 ip;

	(void)state;
	for (unsigned kind = 0; kind < 256; kind++) {
		struct header_chain c = chain_start(8);
		bool known = kind == HOPOPTS || kind == ROUTING ||
			     kind == FRAGMENT || kind == DSTOPTS;

		c.bytes[6] = (uint8_t)kind;
		c.bytes[40] = AH;
		assert_true(parse(c.bytes, 48, &ip));
		assert_int_equal(ip.protocol, known ? AH : kind);
		assert_int_equal(ip.header_length, known ? 48 : 40);
	}
}

/* 4.5: offset in units of 8 bytes, two reserved bits, more fragments */
static void fragment_header_is_parsed(void **state)
{
	static const uint8_t id[4] = { 0xde, 0xad, 0xbe, 0xef };
	struct ipv6 ip;

	(void)state;
	for (unsigned word = 0; word < 0x10000; word += 7) {
		struct header_chain c = chain_start(8);

		chain_add(&c, FRAGMENT, 0xff);	/* reserved: no length */
		c.bytes[40] = TCP;
		set16(c.bytes + 42, word);
		memcpy(c.bytes + 44, id, 4);
		assert_true(parse(c.bytes, c.length, &ip));
		assert_true(ip.fragmented);
		assert_int_equal(ip.more_fragments, word % 2);
		assert_int_equal(ip.fragment_offset, word / 8 * 8);
		assert_int_equal(ip.fragment_id, 0xdeadbeef);
		assert_int_equal(ip.fragment_at, 40);
		assert_int_equal(ip.fragment_named_at, 6);
		assert_int_equal(ip.header_length, 48);
		assert_int_equal(ip.protocol, IPV6_TCP);
	}
}

/* Behind the header of a later fragment is data, whatever it looks like. */
static void later_fragment_ends_the_chain(void **state)
{
	struct header_chain c = chain_start(0);
	struct ipv6 ip;

	(void)state;
	chain_add(&c, FRAGMENT, 0);
	chain_add(&c, DSTOPTS, 0);
	c.bytes[c.named_at] = TCP;
	assert_true(parse(c.bytes, c.length, &ip));
	assert_int_equal(ip.protocol, IPV6_TCP);
	assert_int_equal(ip.header_length, 56);
	set16(c.bytes + 42, 1 << 3);
	assert_true(parse(c.bytes, c.length, &ip));
	assert_int_equal(ip.protocol, DSTOPTS);
	assert_int_equal(ip.header_length, 48);
	assert_true(parse(c.bytes, 48, &ip));
}

static void second_fragment_header_is_refused(void **state)
{
	struct header_chain c = chain_start(8);
	struct ipv6 ip;

	(void)state;
	chain_add(&c, FRAGMENT, 0);
	chain_add(&c, FRAGMENT, 0);
	assert_false(parse(c.bytes, c.length, &ip));
	assert_cleared(&ip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_header_is_parsed),
		cmocka_unit_test(parsed_header_is_built_back),
		cmocka_unit_test(flow_label_is_limited_to_20_bits),
		cmocka_unit_test(other_versions_are_refused),
		cmocka_unit_test(extension_headers_are_skipped),
		cmocka_unit_test(extension_headers_are_skipped_in_any_order),
		cmocka_unit_test(long_chain_is_followed_to_its_end),
		cmocka_unit_test(chain_longer_than_the_payload_is_refused),
		cmocka_unit_test(unknown_protocol_ends_the_chain),
		cmocka_unit_test(fragment_header_is_parsed),
		cmocka_unit_test(later_fragment_ends_the_chain),
		cmocka_unit_test(second_fragment_header_is_refused),
	};

	return cmocka_run_group_tests_name("ipv6", tests, NULL, NULL);
}
