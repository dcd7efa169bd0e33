/* ICMPv6 (RFC 4443): echo, and errors with the packet they quote. */
#ifndef TCPTRAV_WIRE_ICMP6_H
#define TCPTRAV_WIRE_ICMP6_H

#include "wire/ipv6.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ICMP6_HEADER = 8,

	ICMP6_TYPE_UNREACHABLE = 1,
	ICMP6_TYPE_TOO_BIG = 2,
	ICMP6_TYPE_TIME_EXCEEDED = 3,
	ICMP6_TYPE_PARAMETER_PROBLEM = 4,
	ICMP6_TYPE_ECHO = 128,
	ICMP6_TYPE_ECHO_REPLY = 129,

	ICMP6_CODE_NO_ROUTE = 0,	/* of unreachable */
	ICMP6_CODE_ADMIN = 1,
	ICMP6_CODE_ADDRESS = 3,
	ICMP6_CODE_PORT = 4,
	ICMP6_CODE_OPTION = 2,		/* of parameter problem */
};

struct icmp6 {
	uint8_t type, code;
	uint16_t id;			/* of an echo, quoted or not; else 0 */
	uint32_t parameter;		/* of an error: the MTU of too big, the
					   pointer of a parameter problem */
	bool is_error;			/* quotes a packet */
	size_t quoted_at;		/* offset of the quoted IPv6 header
					   from the ICMP header's start */
	struct ipv6 quoted;		/* its headers */
	uint16_t source_port, destination_port;	/* of quoted TCP or UDP */
	uint32_t sequence;		/* of a quoted TCP segment, else 0 */
};

/*
 * icmp6_parse - read a message; the checksum is not checked
 * @bytes:  from the ICMP header on
 * Errors are types 1 to 4. Of other types but echo only type and code are
 * read.
 * Return:  false, with @out cleared, when shorter than 8 bytes, or when it is
 *          an error that does not quote an IPv6 header with all extension
 *          headers and, of TCP, UDP and ICMPv6 in no later fragment, 8 bytes
 *          of what follows them
 */
bool icmp6_parse(const uint8_t *bytes, size_t length, struct icmp6 *out);

/*
 * icmp6_error_build - build the error with which a router or NAT answers a
 * packet
 * @out, @room:      it quotes as much as fits in there and in 1280 bytes
 *                   (RFC 4443 2.4 (c))
 * @from:            the router's own address
 * @parameter:       the MTU of too big, the pointer of a parameter problem,
 *                   else 0
 * @packet, @length: the offending packet, from its IPv6 header on, as received
 * Return: length of the whole IPv6 packet; 0 if @packet must not be answered
 *         (RFC 4443 2.4 (e): an ICMPv6 error or redirect; sent to a multicast
 *         group, unless the error is too big or an unknown option; from no
 *         single host), when ipv6_parse() refuses it, or when @room does not
 *         hold its headers and 8 bytes
 */
size_t icmp6_error_build(uint8_t *out, size_t room, const uint8_t from[16],
			 uint8_t type, uint8_t code, uint32_t parameter,
			 const uint8_t *packet, size_t length);

#endif
