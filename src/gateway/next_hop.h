/*
 * What an interface is: its addresses, what is on its link, and the gateway
 * to all else. Of a packet's destination that tells who is next.
 */
#ifndef TCPTRAV_GATEWAY_NEXT_HOP_H
#define TCPTRAV_GATEWAY_NEXT_HOP_H

#include <stdbool.h>
#include <stdint.h>

/* Of either family; IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2). */
struct neighbour_address {
	uint8_t bytes[16];
};

struct neighbour_address neighbour_ipv4(uint32_t address);
struct neighbour_address neighbour_ipv6(const uint8_t address[16]);

/* What the interface is in one family. */
struct neighbour_network {
	struct neighbour_address address;
	uint32_t count;			/* so many addresses from that one on
					   are its own (IPv6: 1); 0: it has
					   none in this family */
	uint8_t prefix;			/* what is on the link; of 128 bits,
					   for IPv4 thus 96 and more */
	bool has_gateway;
	struct neighbour_address gateway;
};

struct neighbour_config {
	uint8_t mac[6];
	struct neighbour_network ipv4;
	struct neighbour_network ipv6;	/* with one, it has the link-local
					   address of its MAC, too */
};

bool neighbour_is_ipv4(const struct neighbour_address *a);
bool neighbour_equal(const struct neighbour_address *a,
		     const struct neighbour_address *b);

/* neighbour_is_own - is it the interface's own? */
bool neighbour_is_own(const struct neighbour_config *c,
		      const struct neighbour_address *a);

/* neighbour_on_link - is it reached without a gateway, or the gateway? */
bool neighbour_on_link(const struct neighbour_config *c,
		       const struct neighbour_address *a);

/*
 * neighbour_next_hop - whom a packet to @to is given to
 * Return: false when there is no way to it, or it is the interface's own
 */
bool neighbour_next_hop(const struct neighbour_config *c,
			const struct neighbour_address *to,
			struct neighbour_address *out);

#endif
