/* A packet as the NAT looks at it: read once, rewritten in place at the end. */
#ifndef TCPTRAV_NAT_PACKET_H
#define TCPTRAV_NAT_PACKET_H

#include "base/endpoint.h"
#include "nat/nat.h"
#include "nat/prefix.h"
#include "nat/table.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_kind {
	PACKET_SYN,
	PACKET_SYN_ACK,
	PACKET_RST,
	PACKET_SEGMENT,		/* any other of TCP */
	PACKET_DATAGRAM,
	PACKET_QUERY,		/* of ICMP: a request */
	PACKET_ANSWER,		/* to one */
	PACKET_ERROR,		/* of ICMP; quotes a packet */
	PACKET_FRAGMENT,	/* a later one, without ports */
};

/* What an ICMP error says, in either family. */
enum packet_error {
	ERROR_UNREACHABLE_IN, ERROR_TIME_EXCEEDED_IN, ERROR_TOO_BIG_IN,
	ERROR_OTHER_IN,		/* parameter problem, source quench */
};

/* The IP header, of either family. */
struct packet_ip {
	uint8_t *source, *destination;	/* in the packet; 4 or 16 bytes */
	size_t header;			/* length, with what extends it */
	size_t length;			/* of the whole, as the header says */
	uint32_t id;			/* of IPv6: the fragment's */
	uint8_t protocol, ttl;
	bool first, later;		/* of several fragments: the first, or
					   one behind it */
	bool whole;			/* must not be fragmented */
};

struct packet {
	struct nat_packet *raw;
	bool ipv6;
	bool is_whole;			/* the IP header is right, and all of
					   the packet is there */
	struct packet_ip ip;
	enum packet_kind kind;
	enum nat_protocol protocol;	/* of an error: of what it quotes */
	struct endpoint source, destination;	/* a query's identifier is the
						   inside endpoint's port;
						   IPv6 addresses: numbers of
						   the book, 0: not in it */
	uint8_t *l4;			/* the TCP, UDP or ICMP header */
	size_t l4_length;
	uint8_t flags;			/* of TCP */
	uint32_t sequence;
	/* Of an error, what it quotes: */
	enum packet_error error;
	bool quotes_query;		/* of ICMP, not an answer to one */
	bool is_known_only;		/* it quotes enough to know its session
					   by, but is never translated */
	struct packet_ip inner;
	uint8_t *quoted;		/* its IP header */
	uint8_t *quoted_l4;
	size_t quoted_l4_length;	/* at least 8 */
	struct endpoint quoted_source, quoted_destination;
};

/* What reading depends on. */
struct packet_reader {
	const struct profile *profile;
	const struct interned_addresses *book;
	const struct prefix_pair *pair;	/* NULL: IPv6 prefixes stay */
	enum nat_side side;
};

/*
 * packet_read - look at a packet; nothing is changed
 * Return: NULL, or why it is dropped (static text)
 */
const char *packet_read(struct packet *p, struct nat_packet *raw,
			const struct packet_reader *c);

/*
 * packet_read_ip - the IP header alone, of a packet or of what is quoted
 * @length: bytes there are
 * Return:  NULL, or why not
 */
const char *packet_read_ip(struct packet_ip *ip, bool ipv6, uint8_t *bytes,
			   size_t length);

/*
 * packet_number - an address of the packet as the tables know it, IPv6
 * addresses with the inside's prefix
 * @near: of the NAT's inner side: prefixes are exchanged there alone
 */
uint32_t packet_number(const struct packet_reader *c, bool ipv6,
		       const uint8_t *address, bool near);

/* packet_read_icmp - the rest of packet_read(), for ICMP of both families */
const char *packet_read_icmp(struct packet *p,
			     const struct packet_reader *c);

/* packet_decrement - count this hop in the TTL */
void packet_decrement(struct packet *p);

#endif
