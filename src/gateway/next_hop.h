/*
 * The addresses of an interface, the networks on its link, and its default
 * gateway; and from these the next hop of a packet.
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

/* The interface's network in one family. */
struct neighbour_network {
	struct neighbour_address address;	/* the interface's own */
	uint32_t count;		/* own addresses, from @address on (IPv6: 1);
				   0: it has none in this family */
	uint8_t prefix;		/* length, of 128 bits: for IPv4 96 or more */
	bool has_gateway;
	struct neighbour_address gateway;
};

struct neighbour_config {
	uint8_t mac[6];
	struct neighbour_network ipv4;
	struct neighbour_network ipv6;	/* with an address in it, the link-local
					   address of @mac is its own too */
};

bool neighbour_is_ipv4(const struct neighbour_address *a);
bool neighbour_equal(const struct neighbour_address *a,
		     const struct neighbour_address *b);

/* neighbour_is_own - is @a an address of the interface itself? */
bool neighbour_is_own(const struct neighbour_config *c,
		      const struct neighbour_address *a);

/* neighbour_on_link - is @a on the interface's link (the gateway, or reached
   without it)? */
bool neighbour_on_link(const struct neighbour_config *c,
		       const struct neighbour_address *a);

/*
 * neighbour_next_hop - find the next hop of a packet to @to
 * Return: false when there is no route, or @to is the interface's own
 */
bool neighbour_next_hop(const struct neighbour_config *c,
			const struct neighbour_address *to,
			struct neighbour_address *out);

#endif
