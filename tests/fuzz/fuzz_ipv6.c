/*
 * The input is a packet, from its IPv6 header. The parsed fields must lie
 * within it, depend on the headers only, and read back equal after they are
 * written.
 */
#include "fuzz.h"

#include "wire/ipv6.h"

#include <stdbool.h>
#include <string.h>

static bool cleared(const struct ipv6 *ip)
{
	const uint8_t zeros[16] = { 0 };

	return !memcmp(ip->source, zeros, 16) && !ip->header_length &&
	       !ip->protocol && !ip->fragmented && !ip->fragment_at;
}

static void assert_fragment(const struct ipv6 *ip, const uint8_t *data)
{
	size_t end = ip->fragment_at + IPV6_FRAGMENT_HEADER;

	if (!ip->fragmented) {
		assert(!ip->fragment_at && !ip->fragment_named_at);
		assert(!ip->fragment_offset && !ip->more_fragments);
		return;
	}
	assert(ip->fragment_named_at < ip->fragment_at);
	assert(data[ip->fragment_named_at] == 44);
	assert(ip->fragment_at >= IPV6_HEADER && end <= ip->header_length);
	assert(ip->fragment_offset % 8 == 0);
	if (ip->fragment_offset)
		assert(end == ip->header_length &&
		       ip->protocol == data[ip->fragment_at]);
}

/* The headers alone must parse, and with one byte less must not. */
static void try_cut(const uint8_t *data, const struct ipv6 *ip)
{
	struct ipv6 again;

	assert(ipv6_parse(data, ip->header_length, &again));
	assert(again.header_length == ip->header_length);
	assert(again.protocol == ip->protocol);
	assert(again.fragment_at == ip->fragment_at);
	assert(!ipv6_parse(data, ip->header_length - 1, &again));
	assert(cleared(&again));
}

static void try_build(const uint8_t *data, const struct ipv6 *ip)
{
	uint8_t built[IPV6_HEADER];

	ipv6_build(built, ip);
	assert(!memcmp(built, data, 6));
	assert(built[6] == ip->protocol);
	assert(!memcmp(built + 7, data + 7, IPV6_HEADER - 7));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipv6 ip;

	if (!ipv6_parse(data, size, &ip)) {
		assert(cleared(&ip));
		return 0;
	}
	assert(ip.header_length >= IPV6_HEADER && ip.header_length <= size);
	assert(ip.header_length % 8 == 0);
	assert(ip.header_length <= IPV6_HEADER + (size_t)ip.payload_length);
	assert_fragment(&ip, data);
	try_cut(data, &ip);
	try_build(data, &ip);
	return 0;
}
