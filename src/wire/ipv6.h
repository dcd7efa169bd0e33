/*
 * The IPv6 header (RFC 8200 3) and its extension headers (4).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------+---------------+---------------------------------------+
 *  0  |   6   | traffic class |              flow label               |
 *     +-------+---------------+-------+---------------+---------------+
 *  4  |        payload length         |  next header  |   hop limit   |
 *     +-------------------------------+---------------+---------------+
 *  8  |                  source address, 16 bytes                     |
 *     +---------------------------------------------------------------+
 * 24  |                destination address, 16 bytes                  |
 *     +---------------------------------------------------------------+
 *
 * The Fragment header (4.5); the offset counts units of 8 bytes:
 *
 *     +---------------+---------------+-------------------------+---+-+
 *  0  |  next header  |   reserved    |     fragment offset     |   |M|
 *     +---------------+---------------+-------------------------+---+-+
 *  4  |                        identification                         |
 *     +---------------------------------------------------------------+
 */
#ifndef TCPTRAV_WIRE_IPV6_H
#define TCPTRAV_WIRE_IPV6_H

#include "wire/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IPV6_HEADER = 40,
	IPV6_FRAGMENT_HEADER = 8,
	IPV6_LINK_MIN = 1280,		/* the least MTU of a link: 5 */

	IPV6_LENGTH_AT = 4,
	IPV6_NEXT_HEADER_AT = 6,
	IPV6_HOP_LIMIT_AT = 7,
	IPV6_SOURCE_AT = 8,
	IPV6_DESTINATION_AT = 24,

	/* Protocol numbers; 0, 43, 44 and 60 are extension headers: 4 */
	IPV6_HOP_BY_HOP = 0,
	IPV6_TCP = 6,
	IPV6_UDP = 17,
	IPV6_ROUTING = 43,
	IPV6_FRAGMENT = 44,
	IPV6_ICMP = 58,
	IPV6_DESTINATION_OPTIONS = 60,
};

struct ipv6 {
	uint8_t source[16], destination[16];	/* network order */
	uint32_t flow_label;		/* 20 bits */
	uint16_t payload_length;	/* as the header says: all that follows
					   it, extension headers too */
	uint8_t traffic_class, hop_limit;
	uint8_t protocol;		/* after the extension headers */
	size_t header_length;		/* with the extension headers */
	/* Of the Fragment header: */
	bool fragmented;		/* there is one */
	bool more_fragments;
	uint16_t fragment_offset;	/* in bytes */
	uint32_t fragment_id;
	size_t fragment_at;		/* where it begins; 0 without one */
	size_t fragment_named_at;	/* offset of the next header field that
					   announces it */
};

/*
 * ipv6_parse - read a header and the extension headers after it
 * @length: bytes there are; may be fewer than the header says (a packet cut
 *          short in a capture or quoted in an ICMP error), but must hold all
 *          extension headers whole
 * The chain of Hop-by-Hop Options, Routing, Destination Options and Fragment
 * headers is skipped; the first other header (an Authentication header too)
 * is the protocol. The chain ends at the Fragment header of a later fragment:
 * data follow it, and its next header is the protocol.
 * Return:  false, with @out cleared, when it is no IPv6 header, when its
 *          chain is cut short or longer than the payload (a jumbogram's
 *          payload length is 0), when Hop-by-Hop Options are not first, or
 *          with a second Fragment header
 */
bool ipv6_parse(const uint8_t *bytes, size_t length, struct ipv6 *out);

/*
 * ipv6_build - write a 40-byte header
 * Without extension headers: the next header is the protocol; header_length
 * and the fragment's fields are ignored.
 */
void ipv6_build(uint8_t bytes[IPV6_HEADER], const struct ipv6 *in);

/* The fields of a header of at least 40 bytes. */

/* ipv6_next_header - Return: the transport protocol, or an extension header's
   number */
static inline uint8_t ipv6_next_header(const uint8_t *ip)
{
	return ip[IPV6_NEXT_HEADER_AT];
}

static inline void ipv6_set_hop_limit(uint8_t *ip, uint8_t hop_limit)
{
	ip[IPV6_HOP_LIMIT_AT] = hop_limit;
}

#endif
