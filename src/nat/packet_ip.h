/* The IP header of either family, as the engine reads it. */
#ifndef TCPTRAV_NAT_PACKET_IP_H
#define TCPTRAV_NAT_PACKET_IP_H

#include "nat/address_interning.h"
#include "nat/nat.h"
#include "nat/prefix.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet_ip {
	uint8_t *source, *destination;	/* in the packet; 4 or 16 bytes */
	size_t header;			/* length, extension headers too */
	size_t length;			/* of the whole packet, by the header */
	uint32_t id;			/* of IPv6: the fragment's */
	uint8_t protocol, ttl;
	bool first, later;		/* the first fragment of several; a
					   later one */
	bool whole;			/* must not be fragmented */
};

/*
 * packet_read_ip - read a header, of a packet or of one that is quoted
 * @length: bytes there are
 * Return:  NULL, or why it cannot be read (static text)
 */
const char *packet_read_ip(struct packet_ip *ip, bool ipv6, uint8_t *bytes,
			   size_t length);

/* What reading a packet depends on. */
struct packet_reader {
	const struct profile *profile;
	const struct interned_addresses *addresses;
	const struct prefix_pair *prefixes;	/* NULL: IPv6 prefixes stay */
	enum nat_side side;			/* that the packet came from */
};

/*
 * packet_address - an address as the tables have it: IPv4 as a number, IPv6
 * interned, with the inside's prefix; 0: not interned
 * @inner: it is at the end of the NAT's inside host, where prefixes are
 *         exchanged
 */
uint32_t packet_address(const struct packet_reader *r, bool ipv6,
			const uint8_t *address, bool inner);

#endif
