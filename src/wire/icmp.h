/*
 * ICMP for IPv4 (RFC 792): echo, and errors with the packet they quote.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +---------------+---------------+-------------------------------+
 *  0  |     type      |     code      |           checksum            |
 *     +---------------+---------------+-------------------------------+
 *  4  | echo: identifier              | sequence number               |
 *     | too big: unused               | next-hop MTU (RFC 1191 4)     |
 *     +-------------------------------+-------------------------------+
 *  8  | echo: data; error: IP header and at least 8 bytes of data     |
 *     +---------------------------------------------------------------+
 *
 * ICMPv6 messages begin with the same 8 bytes, save that the MTU has all 32
 * bits of the second word (RFC 4443 3.2).
 */
#ifndef TCPTRAV_WIRE_ICMP_H
#define TCPTRAV_WIRE_ICMP_H

#include "base/endpoint.h"
#include "wire/ipv4.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ICMP_HEADER = 8,

	ICMP_CHECKSUM_AT = 2,
	ICMP_ID_AT = 4,			/* of an echo or information message */

	ICMP_TYPE_ECHO_REPLY = 0,
	ICMP_TYPE_UNREACHABLE = 3,
	ICMP_TYPE_SOURCE_QUENCH = 4,	/* deprecated: RFC 6633 */
	ICMP_TYPE_REDIRECT = 5,
	ICMP_TYPE_ECHO = 8,
	ICMP_TYPE_TIME_EXCEEDED = 11,
	ICMP_TYPE_PARAMETER_PROBLEM = 12,
	ICMP_TYPE_INFORMATION = 15,	/* deprecated: RFC 6918 */
	ICMP_TYPE_INFORMATION_REPLY = 16,

	ICMP_CODE_HOST = 1,		/* of unreachable */
	ICMP_CODE_PORT = 3,
	ICMP_CODE_TOO_BIG = 4,		/* fragmentation needed and DF set */
	ICMP_CODE_ADMIN = 13,		/* RFC 1812 5.2.7.1 */
};

/* The fields of a message of at least 8 bytes, of ICMP or ICMPv6. */

static inline uint8_t icmp_type(const uint8_t *icmp)
{
	return icmp[0];
}

static inline uint8_t icmp_code(const uint8_t *icmp)
{
	return icmp[1];
}

/* icmp_id - Return: the identifier of an echo or information message */
static inline uint16_t icmp_id(const uint8_t *icmp)
{
	return get16(icmp + ICMP_ID_AT);
}

/* icmp_set_type - set the type and update the checksum incrementally (RFC
   1624) */
static inline void icmp_set_type(uint8_t *icmp, uint8_t type)
{
	uint16_t before = get16(icmp);

	icmp[0] = type;
	checksum_change16(icmp + ICMP_CHECKSUM_AT, before, get16(icmp));
}

struct icmp {
	uint8_t type, code;
	uint16_t id;			/* echo only */
	bool is_error;			/* quotes a packet */
	size_t quoted_at;		/* offset of the quoted IP header from
					   the ICMP header's start */
	struct ipv4 quoted;		/* its header */
	struct endpoint source, destination;	/* of the quoted packet; port
						   0 unless TCP or UDP */
	uint32_t sequence;		/* of a quoted TCP segment, else 0 */
};

/*
 * icmp_parse - read a message; the checksum is not checked
 * @bytes:  from the ICMP header on
 * Return:  false, with @out cleared, when shorter than 8 bytes, or when it is
 *          an error that does not quote a whole IP header and 8 bytes of
 *          its data
 */
bool icmp_parse(const uint8_t *bytes, size_t length, struct icmp *out);

/*
 * icmp_error_build - build the error with which a router or NAT answers a
 * packet
 * @out, @room:      room of 576 bytes always suffices
 * @from:            the router's own address (host byte order)
 * @packet, @length: the offending packet, from its IP header on, as received
 * Return: length of the whole IP packet; 0 if @packet must not be answered
 *         (not IPv4, a later fragment, or itself an ICMP error: RFC 1122
 *         3.2.2) or it does not fit. Quotes as much as fits in 576 bytes.
 */
size_t icmp_error_build(uint8_t *out, size_t room, uint32_t from,
			uint8_t type, uint8_t code, const uint8_t *packet,
			size_t length);

/*
 * icmp_too_big_build - the error for a packet with DF that is longer than the
 * next link's MTU (RFC 1191 4)
 * @mtu:    of that link, in bytes
 * Return:  as icmp_error_build()
 */
size_t icmp_too_big_build(uint8_t *out, size_t room, uint32_t from,
			  uint16_t mtu, const uint8_t *packet,
			  size_t length);

#endif
