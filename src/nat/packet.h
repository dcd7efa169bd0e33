/* A packet as the engine reads it: read once, rewritten in place at the end. */
#ifndef TCPTRAV_NAT_PACKET_H
#define TCPTRAV_NAT_PACKET_H

#include "base/endpoint.h"
#include "nat/nat.h"
#include "nat/packet_ip.h"
#include "nat/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_kind {
	PACKET_SYN,
	PACKET_SYN_ACK,
	PACKET_RST,
	PACKET_SEGMENT,		/* any other TCP segment */
	PACKET_DATAGRAM,
	PACKET_ICMP_REQUEST,
	PACKET_ICMP_REPLY,
	PACKET_ICMP_ERROR,	/* quotes a packet */
	PACKET_FRAGMENT,	/* a later one, without ports */
};

/* What an ICMP error reports, in either family. */
enum packet_error {
	ERROR_UNREACHABLE_IN, ERROR_TIME_EXCEEDED_IN, ERROR_TOO_BIG_IN,
	ERROR_OTHER_IN,		/* parameter problem, source quench */
};

struct packet {
	struct nat_packet *raw;
	bool ipv6;
	bool is_whole;			/* the IP header is right, and the
					   packet has the length it says */
	struct packet_ip ip;
	enum packet_kind kind;
	enum nat_protocol protocol;	/* of an error: of what it quotes */
	struct endpoint source, destination;	/* the identifier of an ICMP
						   request or reply is the
						   inside endpoint's port; IPv6
						   addresses are interned, 0:
						   not interned */
	uint8_t *l4;			/* the TCP, UDP or ICMP header */
	size_t l4_length;		/* with the data */
	uint8_t flags;			/* of TCP */
	uint32_t sequence;
	/* Of an ICMP error, what it quotes: */
	enum packet_error error;
	bool quotes_request;		/* an ICMP request, not a reply */
	bool is_known_only;		/* enough to find its session, but the
					   error is never translated */
	struct packet_ip inner;
	uint8_t *quoted;		/* the quoted IP header */
	uint8_t *quoted_l4;
	size_t quoted_l4_length;	/* at least 8 */
	struct endpoint quoted_source, quoted_destination;
};

/*
 * packet_read - read a packet; its bytes do not change
 * @p:     filled as far as it can be read
 * Return: NULL, or why it is dropped (static text)
 */
const char *packet_read(struct packet *p, struct nat_packet *raw,
			const struct packet_reader *r);

/* packet_decrement_ttl - the TTL or hop limit, and IPv4's header checksum */
void packet_decrement_ttl(struct packet *p);

#endif
