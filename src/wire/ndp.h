/*
 * Neighbour solicitations and advertisements (RFC 4861 4.3 and 4.4), each a
 * whole IPv6 packet; behind the IPv6 header:
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +---------------+---------------+-------------------------------+
 *  0  | type: 135, 136|    code: 0    |           checksum            |
 *     +-+-+-+---------+---------------+-------------------------------+
 *  4  |R|S|O|        reserved (flags in an advertisement only)        |
 *     +-+-+-+---------------------------------------------------------+
 *  8  |                   target address, 16 bytes                    |
 *     +---------------+---------------+-------------------------------+
 * 24  | option: 1, 2  |   length: 1   |          MAC, 6 bytes         |
 *     +---------------+---------------+-------------------------------+
 */
#ifndef TCPTRAV_WIRE_NDP_H
#define TCPTRAV_WIRE_NDP_H

#include "wire/ipv6.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NDP_LENGTH 72		/* of the IPv6 packet, with the option */

struct ndp {
	bool advertisement;	/* else a solicitation */
	bool solicited, override;	/* of an advertisement */
	uint8_t source[16], destination[16], target[16];
	bool has_mac;		/* there is the option */
	uint8_t mac[6];		/* a solicitation's source's, or an
				   advertisement's target's */
};

/*
 * ndp_parse - read a packet
 * @ip:    from the IPv6 header on
 * Return: false for other packets, and for invalid ones (RFC 4861 7.1): a hop
 *         limit that is not 255, a wrong checksum, a multicast target, an
 *         option of length 0
 */
bool ndp_parse(const uint8_t *ip, size_t length, struct ndp *out);

/* ndp_is - a quick check, of three bytes, whether to call ndp_parse() */
static inline bool ndp_is(const uint8_t *ip, size_t length)
{
	return length >= NDP_LENGTH - 8 &&
	       ipv6_next_header(ip) == IPV6_ICMP &&
	       ip[IPV6_HOP_LIMIT_AT] == 255 &&
	       (ip[IPV6_HEADER] == 135 || ip[IPV6_HEADER] == 136);
}

/* ndp_build - write a packet with @n->mac as its option; Return: NDP_LENGTH */
size_t ndp_build(const struct ndp *n, uint8_t out[NDP_LENGTH]);

/* ndp_group - compute the solicited-node multicast address (RFC 4291 2.7.1) */
void ndp_group(const uint8_t target[16], uint8_t group[16]);

/* ndp_link_local - the link-local address made of a MAC (RFC 4291 appendix A)
   */
void ndp_link_local(const uint8_t mac[6], uint8_t address[16]);

#endif
