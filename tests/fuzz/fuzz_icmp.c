/*
 * The input is a packet, from its IP header. It is parsed as a capture or a NAT
 * does, and answered as a router does. The answer must be well-formed, quote
 * the packet, and have no answer itself.
 */
#include "fuzz.h"

#include "wire/checksum.h"
#include "wire/icmp.h"

#include <string.h>

#define ROUTER 0xcb007101	/* 203.0.113.1 */

static void try_parse(const uint8_t *data, size_t size)
{
	struct icmp m;

	if (!icmp_parse(data, size, &m)) {
		assert(!m.is_error && !m.quoted_at && !m.source.address);
		return;
	}
	if (!m.is_error)
		return;
	assert(m.quoted_at == ICMP_HEADER);
	assert(m.quoted_at + m.quoted.header_length + 8 <= size);
	assert(m.source.address == m.quoted.source);
	assert(m.destination.address == m.quoted.destination);
}

static void try_answer(const uint8_t *answer, size_t length,
		       const struct ipv4 *of, size_t size)
{
	const uint8_t *icmp = answer + IPV4_HEADER;
	uint8_t again[576];
	struct ipv4 ip;
	struct icmp m;
	bool whole;

	assert(ipv4_parse(answer, length, &ip));
	assert(ip.total_length == length && length <= 576);
	assert(ip.source == ROUTER && ip.destination == of->source);
	assert(checksum_fold(checksum_add(0, answer, IPV4_HEADER)) == 0xffff);
	assert(checksum_fold(checksum_add(0, icmp, length - IPV4_HEADER)) ==
	       0xffff);
	whole = size >= of->header_length + 8U &&
		of->total_length >= of->header_length + 8;
	assert(icmp_parse(icmp, length - IPV4_HEADER, &m) == whole);
	assert(!icmp_error_build(again, sizeof(again), 1, 3, 1, answer,
				 length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t answer[576], tight[576];
	size_t length;
	struct ipv4 ip;

	try_parse(data, size);
	if (!ipv4_parse(data, size, &ip)) {
		assert(!icmp_error_build(answer, sizeof(answer), ROUTER, 11, 0,
					 data, size));
		return 0;
	}
	try_parse(data + ip.header_length, size - ip.header_length);
	length = icmp_error_build(answer, sizeof(answer), ROUTER, 11, 0, data,
				  size);
	if (!length)
		return 0;
	try_answer(answer, length, &ip, size);
	assert(!memcmp(answer + IPV4_HEADER + ICMP_HEADER, data,
		       length - IPV4_HEADER - ICMP_HEADER));
	assert(!icmp_error_build(tight, length - 1, ROUTER, 11, 0, data,
				 size));
	return 0;
}
