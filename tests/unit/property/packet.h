/*
 * Packets for the property test: built and read with nothing of the code
 * under test, in the plainest way there is.
 */
#ifndef TCPTRAV_TESTS_PROPERTY_PACKET_H
#define TCPTRAV_TESTS_PROPERTY_PACKET_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROOM = 2600, FIN = 1, SYN = 2, RST = 4, ACK = 16, MORE = 0x2000,
       DONT = 0x4000 };

struct bytes {
	uint8_t at[ROOM];
	size_t length;
};

/* What stands in a packet. */
struct observed_packet {
	bool ipv6, first, later, whole;	/* of fragments; DF */
	uint8_t protocol;		/* 6, 17, 1 or 58 */
	uint8_t ttl, type, code, flags;
	uint16_t id;
	struct nat_endpoint source, destination;	/* of a query: the
							   identifier, both */
	size_t l4, end;			/* offsets */
	size_t data;			/* of TCP's and UDP's data */
	uint32_t sequence, acknowledgement;
	bool error, query, answer;	/* of ICMP */
	size_t inner;			/* offset of what an error quotes */
};

/* What build() makes. */
struct recipe {
	struct nat_endpoint source, destination;
	uint8_t protocol;		/* 6, 17 or 1: also ICMPv6 */
	uint8_t type;			/* of ICMP, in IPv4's numbers */
	uint8_t flags, ttl;
	uint16_t id, fragment;		/* IPv4's fields */
	uint32_t sequence, acknowledgement;
	size_t options;			/* IP's, multiple of 8; 0: none */
	const uint8_t *tcp_options;	/* may be NULL */
	size_t tcp_length;		/* multiple of 4 */
	const uint8_t *data;
	size_t length;			/* of data */
	bool unsummed;			/* UDP without checksum */
	size_t padding;			/* behind UDP's data */
};

void build(struct bytes *out, const struct recipe *r);

/* build_error - an ICMP error from @from to whoever sent @about */
void build_error(struct bytes *out, const struct nat_endpoint *from,
		 const struct nat_endpoint *to, uint8_t type, uint8_t code,
		 const uint8_t *about, size_t quoted);

/* read_packet - false: not a packet that can be read whole */
bool see(const uint8_t *bytes, size_t length, struct observed_packet *out);

/* see_quoted - what an error quotes, as far as it does; needs 8 bytes */
bool see_quoted(const uint8_t *bytes, const struct observed_packet *error,
		struct observed_packet *out);

/* plain_sum - byte by byte, folding each time */
unsigned plain_sum(unsigned sum, const uint8_t *p, size_t n);

/* header_sum, l4_sum - 0xffff (or 0) when right; of as much as is there */
unsigned header_sum(const uint8_t *bytes, const struct observed_packet *s);
unsigned l4_sum(const uint8_t *bytes, const struct observed_packet *s);
unsigned pseudo_sum(const uint8_t *bytes, const struct observed_packet *s);

/* has_sum - is there a checksum? (not in a datagram that has 0) */
bool has_sum(const uint8_t *bytes, const struct observed_packet *s);
size_t sum_at(const struct observed_packet *s);

/* is_right - both checksums */
bool is_right(const uint8_t *bytes, size_t length);

/* seal - write both checksums */
void seal(uint8_t *bytes, size_t length);

/* fragment - one piece of an IPv4 packet: @at and @n count data behind the
   header, @at in eights */
void fragment(struct bytes *out, const struct bytes *whole, size_t at,
	      size_t n);

bool same_address(const struct nat_endpoint *a, const struct nat_endpoint *b);
bool same_endpoint(const struct nat_endpoint *a,
		   const struct nat_endpoint *b);

unsigned read16(const uint8_t *p);
uint32_t read32(const uint8_t *p);
void set16(uint8_t *p, unsigned v);
void set32(uint8_t *p, uint32_t v);

#endif
