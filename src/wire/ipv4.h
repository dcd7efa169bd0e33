/* The IPv4 header (RFC 791). */
#ifndef TCPTRAV_WIRE_IPV4_H
#define TCPTRAV_WIRE_IPV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IPV4_HEADER = 20,
	IPV4_ICMP = 1,
	IPV4_TCP = 6,
	IPV4_UDP = 17,
};

struct ipv4 {
	uint32_t source, destination;	/* host byte order */
	uint16_t total_length;		/* as the header says */
	uint16_t id;
	uint16_t fragment_offset;	/* in bytes */
	bool more_fragments, dont_fragment;
	uint8_t header_length;		/* in bytes, 20 to 60 */
	uint8_t ttl, protocol, tos;
};

/*
 * ipv4_parse - read a header
 * @length: bytes there are; may be fewer than total_length (a packet cut
 *          short in a capture or quoted in an ICMP error), but must hold the
 *          whole header, options included
 * Return:  false, with @out cleared, when it is no whole IPv4 header or when
 *          total_length is less than the header's. The checksum is not looked
 *          at: captured own packets carry partial ones.
 */
bool ipv4_parse(const uint8_t *bytes, size_t length, struct ipv4 *out);

/* ipv4_build - write a 20-byte header with its checksum (no options) */
void ipv4_build(uint8_t bytes[IPV4_HEADER], const struct ipv4 *in);

#endif
