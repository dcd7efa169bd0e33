/*
 * The IPv4 header (RFC 791 3.1).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------+-------+---------------+-------------------------------+
 *  0  |   4   |  IHL  |      TOS      |         total length          |
 *     +-------+-------+---------------+-----+-------------------------+
 *  4  |        identification         |0 D M|     fragment offset     |
 *     +---------------+---------------+-----+-------------------------+
 *  8  |      TTL      |   protocol    |        header checksum        |
 *     +---------------+---------------+-------------------------------+
 * 12  |                        source address                         |
 *     +---------------------------------------------------------------+
 * 16  |                      destination address                      |
 *     +---------------------------------------------------------------+
 * 20  |                    options, 0 to 40 bytes                     |
 *     +---------------------------------------------------------------+
 *
 * IHL counts words of 4 bytes, the fragment offset units of 8; D is DF (don't
 * fragment), M is MF (more fragments).
 */
#ifndef TCPTRAV_WIRE_IPV4_H
#define TCPTRAV_WIRE_IPV4_H

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IPV4_HEADER = 20,		/* without options */

	IPV4_LENGTH_AT = 2,
	IPV4_ID_AT = 4,
	IPV4_FRAGMENT_AT = 6,
	IPV4_TTL_AT = 8,
	IPV4_PROTOCOL_AT = 9,
	IPV4_CHECKSUM_AT = 10,
	IPV4_SOURCE_AT = 12,
	IPV4_DESTINATION_AT = 16,

	/* Of the word at IPV4_FRAGMENT_AT: */
	IPV4_DONT_FRAGMENT = 0x4000,
	IPV4_MORE_FRAGMENTS = 0x2000,
	IPV4_OFFSET = 0x1fff,

	/* Protocol numbers: RFC 790 */
	IPV4_ICMP = 1,
	IPV4_TCP = 6,
	IPV4_UDP = 17,

	/* Option types: RFC 791 3.1 */
	IPV4_OPTION_END = 0,
	IPV4_OPTION_NOP = 1,
	IPV4_OPTION_COPIED = 0x80,	/* the flag: in each fragment */
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
 *          total_length is less than the header's. The checksum is not
 *          checked: captured packets of this host carry partial ones.
 */
bool ipv4_parse(const uint8_t *bytes, size_t length, struct ipv4 *out);

/* ipv4_build - write a 20-byte header with its checksum (no options) */
void ipv4_build(uint8_t bytes[IPV4_HEADER], const struct ipv4 *in);

/* The fields of a header of at least 20 bytes. */

/* ipv4_header_length - Return: the header's length in bytes, options included:
   0 to 60 */
static inline size_t ipv4_header_length(const uint8_t *ip)
{
	return (size_t)(ip[0] & 15) * 4;
}

static inline uint16_t ipv4_total_length(const uint8_t *ip)
{
	return get16(ip + IPV4_LENGTH_AT);
}

/* ipv4_is_fragment - is it a fragment, the first one or a later one? */
static inline bool ipv4_is_fragment(const uint8_t *ip)
{
	return get16(ip + IPV4_FRAGMENT_AT) &
		(IPV4_MORE_FRAGMENTS | IPV4_OFFSET);
}

/* ipv4_is_later_fragment - is it a fragment without the transport header? */
static inline bool ipv4_is_later_fragment(const uint8_t *ip)
{
	return get16(ip + IPV4_FRAGMENT_AT) & IPV4_OFFSET;
}

static inline uint8_t ipv4_protocol(const uint8_t *ip)
{
	return ip[IPV4_PROTOCOL_AT];
}

static inline uint32_t ipv4_source(const uint8_t *ip)
{
	return get32(ip + IPV4_SOURCE_AT);
}

static inline uint32_t ipv4_destination(const uint8_t *ip)
{
	return get32(ip + IPV4_DESTINATION_AT);
}

/* ipv4_set_ttl - set the TTL and update the checksum incrementally (RFC
   1624) */
static inline void ipv4_set_ttl(uint8_t *ip, uint8_t ttl)
{
	uint16_t before = get16(ip + IPV4_TTL_AT);

	ip[IPV4_TTL_AT] = ttl;
	checksum_change16(ip + IPV4_CHECKSUM_AT, before,
			  get16(ip + IPV4_TTL_AT));
}

/* ipv4_set_checksum - compute and set the checksum of the header and its
   options */
static inline void ipv4_set_checksum(uint8_t *ip)
{
	put16(ip + IPV4_CHECKSUM_AT, 0);
	put16(ip + IPV4_CHECKSUM_AT, (uint16_t)~checksum_fold(
		checksum_add(0, ip, ipv4_header_length(ip))));
}

/* ipv4_checksum_is_right - of a header that is there with its options */
static inline bool ipv4_checksum_is_right(const uint8_t *ip)
{
	return checksum_fold(checksum_add(0, ip, ipv4_header_length(ip))) ==
		0xffff;
}

#endif
