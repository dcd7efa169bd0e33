/*
 * The input is the room for an answer (two bytes), its type and code, and a
 * packet from its IPv6 header. It is parsed as a NAT does, and answered as a
 * router does. The answer must be well-formed, fit, quote the packet, and have
 * no answer itself.
 */
#include "fuzz.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp6.h"

#include <stdlib.h>
#include <string.h>

enum { INPUT = 4, ROOM_MAX = 1500 };

static const uint8_t router[16] = { 0x20, 0x01, 0x0d, 0xb8, 0xff };

static void try_parse(const uint8_t *data, size_t size)
{
	struct icmp6 m;

	if (!icmp6_parse(data, size, &m)) {
		assert(!m.is_error && !m.quoted_at && !m.id && !m.type);
		return;
	}
	if (!m.is_error) {
		assert(!m.quoted.header_length && !m.source_port);
		return;
	}
	assert(m.quoted_at == ICMP6_HEADER);
	assert(m.quoted_at + m.quoted.header_length <= size);
	if (m.source_port || m.destination_port || m.id || m.sequence)
		assert(m.quoted_at + m.quoted.header_length + 8 <= size &&
		       !m.quoted.fragment_offset);
}

static void try_answer(const uint8_t *answer, size_t length, size_t room,
		       const struct ipv6 *of)
{
	const uint8_t *icmp = answer + IPV6_HEADER;
	size_t message = length - IPV6_HEADER;
	uint8_t again[IPV6_LINK_MIN];
	struct ipv6 ip;

	assert(ipv6_parse(answer, length, &ip));
	assert(length <= room && length <= IPV6_LINK_MIN);
	assert(ip.header_length == IPV6_HEADER && ip.protocol == IPV6_ICMP);
	assert(ip.payload_length == message && message >= ICMP6_HEADER);
	assert(!memcmp(ip.source, router, 16));
	assert(!memcmp(ip.destination, of->source, 16));
	assert(checksum_fold(checksum_add(checksum_pseudo6(
		ip.source, ip.destination, IPV6_ICMP, (uint32_t)message),
		icmp, message)) == 0xffff);
	try_parse(icmp, message);
	if (icmp[0] < 128)
		assert(!icmp6_error_build(again, sizeof(again), router, 2, 0,
					  1280, answer, length));
}

/* In memory of exactly @room bytes, so that a sanitizer sees its end. */
static void try_error(const uint8_t *data, size_t size, size_t room,
		      const uint8_t header[2])
{
	uint8_t *answer = malloc(room ? room : 1);
	size_t length, quoted;
	struct ipv6 ip;

	assert(answer);
	length = icmp6_error_build(answer, room, router, header[0], header[1],
				   0x12345678, data, size);
	if (length) {
		assert(ipv6_parse(data, size, &ip));
		try_answer(answer, length, room, &ip);
		quoted = length - IPV6_HEADER - ICMP6_HEADER;
		assert(quoted <= size && quoted >= ip.header_length);
		assert(!memcmp(answer + IPV6_HEADER + ICMP6_HEADER, data,
			       quoted));
		assert(!memcmp(answer + IPV6_HEADER, header, 2));
		assert(get32(answer + IPV6_HEADER + 4) == 0x12345678);
	}
	free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room;
	struct ipv6 ip;

	if (size < INPUT)
		return 0;
	room = get16(data) % (ROOM_MAX + 1);
	try_error(data + INPUT, size - INPUT, room, data + 2);
	data += INPUT;
	size -= INPUT;
	try_parse(data, size);
	if (ipv6_parse(data, size, &ip))
		try_parse(data + ip.header_length, size - ip.header_length);
	return 0;
}
