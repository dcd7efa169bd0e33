/* A packet as the NAT looks at it: read once, rewritten in place at the end. */
#ifndef TCPTRAV_NAT_PACKET_H
#define TCPTRAV_NAT_PACKET_H

#include "base/endpoint.h"
#include "nat/nat.h"
#include "nat/table.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_kind {
	PACKET_SYN,
	PACKET_SYN_ACK,
	PACKET_RST,
	PACKET_SEGMENT,		/* any other of TCP */
	PACKET_DATAGRAM,
	PACKET_ECHO,		/* a request out, or a reply in */
	PACKET_ERROR,		/* of ICMP; quotes a packet */
};

struct packet {
	struct nat_packet *raw;
	struct ipv4 ip;
	enum packet_kind kind;
	enum nat_protocol protocol;	/* of an error: of what it quotes */
	struct endpoint source, destination;	/* an echo's identifier is the
						   inside endpoint's port */
	uint8_t *l4;			/* the TCP, UDP or ICMP header */
	size_t l4_length;
	uint8_t flags;			/* of TCP */
	uint32_t sequence;
	/* Of an error, what it quotes: */
	uint8_t *quoted;		/* its IP header */
	uint8_t *quoted_l4;
	size_t quoted_l4_length;	/* at least 8 */
	struct endpoint quoted_source, quoted_destination;
};

/*
 * packet_read - look at a packet; nothing is changed
 * Return: NULL, or why it is dropped (static text)
 */
const char *packet_read(struct packet *p, struct nat_packet *raw,
			enum nat_side side);

/* packet_decrement - count this hop in the TTL */
void packet_decrement(struct packet *p);

#endif
