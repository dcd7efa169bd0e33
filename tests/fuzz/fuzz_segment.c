/*
 * The input is a packet, from its IP header, and also a block of options. If it
 * parses, the bytes built from it must parse to the same.
 */
#include "fuzz.h"

#include "wire/checksum.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <string.h>

static void try_ipv4(const uint8_t *data, size_t size)
{
	uint8_t first[IPV4_HEADER], second[IPV4_HEADER];
	struct ipv4 ip;

	if (!ipv4_parse(data, size, &ip)) {
		assert(!ip.header_length && !ip.total_length);
		return;
	}
	assert(ip.header_length >= IPV4_HEADER && ip.header_length <= 60);
	assert(ip.header_length <= size);
	assert(ip.total_length >= ip.header_length);
	ipv4_build(first, &ip);
	assert(checksum_fold(checksum_add(0, first, IPV4_HEADER)) == 0xffff);
	assert(ipv4_parse(first, IPV4_HEADER, &ip));
	ipv4_build(second, &ip);
	assert(!memcmp(first, second, IPV4_HEADER));
}

static void try_segment(const uint8_t *data, size_t size)
{
	uint8_t first[100], second[100];
	char text[SEGMENT_TEXT];
	struct segment s;
	size_t length;

	if (!segment_parse(data, size, &s)) {
		assert(!s.source.address && !s.options_length && !s.flags);
		return;
	}
	assert(strlen(segment_text(&s, s.sequence, 0, text)) < SEGMENT_TEXT);
	length = segment_build(&s, first, sizeof(first));
	assert(length == (size_t)IPV4_HEADER + TCP_HEADER + s.options_length);
	assert(!segment_build(&s, second, length - 1));
	assert(segment_parse(first, length, &s) && !s.payload);
	assert(segment_build(&s, second, sizeof(second)) == length);
	assert(!memcmp(first, second, length));
}

static void try_options(const uint8_t *data, size_t size)
{
	uint8_t first[TCP_OPTIONS_MAX], second[TCP_OPTIONS_MAX], length;
	struct tcp_options o;

	if (!tcp_options_parse(data, size, &o)) {
		assert(!o.has_mss && !o.has_scale && !o.sack_permitted);
		assert(!o.has_timestamps);
		return;
	}
	length = tcp_options_build(&o, first);
	assert(length % 4 == 0 && length <= TCP_OPTIONS_MAX);
	assert(tcp_options_parse(first, length, &o));
	assert(tcp_options_build(&o, second) == length);
	assert(!memcmp(first, second, length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct udp udp;

	try_ipv4(data, size);
	try_segment(data, size);
	try_options(data, size);
	assert(udp_parse(data, size, &udp) == (size >= UDP_HEADER));
	return 0;
}
