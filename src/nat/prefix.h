/*
 * NPTv6 (RFC 6296): exchanges one prefix for another of the same length, each
 * address for one other, without state. A word of the address is adjusted, so
 * that no checksum over the address changes.
 */
#ifndef TCPTRAV_NAT_PREFIX_H
#define TCPTRAV_NAT_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

enum { PREFIX_LENGTH_MAX = 64 };

struct prefix_pair {
	uint8_t inside[16], outside[16];
	uint8_t length;			/* in bits, 1 to 64 */
	uint16_t adjustment;		/* added on the way out, in one's
					   complement: 3.1 */
};

/*
 * prefix_pair_init - exchange these two prefixes
 * @inside, @outside: the prefixes, all bits beyond their lengths zero
 * Return: false, with @pair cleared, when the lengths differ or are not 1 to
 *         64, or when other bits are set
 */
bool prefix_pair_init(struct prefix_pair *pair, const uint8_t inside[16],
		      unsigned int inside_length, const uint8_t outside[16],
		      unsigned int outside_length);

/* prefix_of - the first @length bits of an address, the others 0 */
void prefix_of(const uint8_t address[16], unsigned int length,
	       uint8_t out[16]);

/* prefix_covers - do the first @length bits (up to 128) agree? */
bool prefix_covers(const uint8_t prefix[16], unsigned int length,
		   const uint8_t address[16]);

/*
 * prefix_out, prefix_in - rewrite an inside address to its outside address, and
 * back
 * Return: false, with the address unchanged, when it does not have the prefix,
 *         or when the words that may be adjusted are all ones: with a prefix of
 *         up to 48 bits the subnet, else the interface identifier. The NAT
 *         answers such packets with destination unreachable.
 */
bool prefix_out(const struct prefix_pair *pair, uint8_t address[16]);
bool prefix_in(const struct prefix_pair *pair, uint8_t address[16]);

#endif
