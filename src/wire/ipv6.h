/* The IPv6 header and its extension headers (RFC 8200). */
#ifndef TCPTRAV_WIRE_IPV6_H
#define TCPTRAV_WIRE_IPV6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IPV6_HEADER = 40,
	IPV6_FRAGMENT_HEADER = 8,
	IPV6_LINK_MIN = 1280,		/* what every link carries: 5 */

	IPV6_TCP = 6,
	IPV6_UDP = 17,
	IPV6_ICMP = 58,
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
	size_t fragment_named_at;	/* the byte before it that says that a
					   Fragment header follows */
};

/*
 * ipv6_parse - read a header and the extension headers after it
 * @length: bytes there are; may be fewer than the header says (a packet cut
 *          short in a capture or quoted in an ICMP error), but must hold all
 *          extension headers whole
 * Hop-by-hop options, routing, destination options and fragment headers are
 * passed over; whatever else follows (an authentication header too) is the
 * protocol. Behind the Fragment header of any but the first fragment stands
 * no header: there the chain ends, and the protocol is the one that it names.
 * Return:  false, with @out cleared, when it is no IPv6 header, when its
 *          chain is cut short or longer than the payload (a jumbogram's has
 *          no length here), when hop-by-hop options are not first, or with a
 *          second Fragment header
 */
bool ipv6_parse(const uint8_t *bytes, size_t length, struct ipv6 *out);

/*
 * ipv6_build - write a 40-byte header
 * No extension headers: the protocol stands in it, and header_length and the
 * fragment's fields are not looked at.
 */
void ipv6_build(uint8_t bytes[IPV6_HEADER], const struct ipv6 *in);

#endif
