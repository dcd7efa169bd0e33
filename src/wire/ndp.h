/*
 * Neighbour solicitations and advertisements (RFC 4861 4.3 and 4.4), each a
 * whole IPv6 packet.
 */
#ifndef TCPTRAV_WIRE_NDP_H
#define TCPTRAV_WIRE_NDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NDP_LENGTH 72		/* with the one option that it has */

struct ndp {
	bool advertisement;	/* else a solicitation */
	bool solicited, override;	/* of an advertisement */
	uint8_t source[16], destination[16], target[16];
	bool has_mac;		/* the source's, or of an advertisement the
				   target's */
	uint8_t mac[6];
};

/*
 * ndp_parse - from the IPv6 header on
 * Return: false for anything else, and for what RFC 4861 7.1 calls invalid: a
 *         hop limit that is not 255, a wrong checksum, a multicast target, an
 *         option of length 0 ...
 */
bool ndp_parse(const uint8_t *ip, size_t length, struct ndp *out);

/* ndp_is - is it worth ndp_parse()? Looks at three bytes of the header */
static inline bool ndp_is(const uint8_t *ip, size_t length)
{
	return length >= NDP_LENGTH - 8 && ip[6] == 58 && ip[7] == 255 &&
	       (ip[40] == 135 || ip[40] == 136);
}

/* ndp_build - with its MAC as the option; Return: its length */
size_t ndp_build(const struct ndp *n, uint8_t out[NDP_LENGTH]);

/* ndp_group - the solicited-node multicast address (RFC 4291 2.7.1) */
void ndp_group(const uint8_t target[16], uint8_t group[16]);

/* ndp_link_local - the address that a MAC gives (RFC 4291 appendix A) */
void ndp_link_local(const uint8_t mac[6], uint8_t address[16]);

#endif
