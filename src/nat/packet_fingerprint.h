/*
 * What a packet is, in terms that two runs of one trial have in common: its
 * connection, whether it is a SYN, a SYN-ACK, a RST, data or an
 * acknowledgement, and of which bytes. Initial sequence numbers, IP
 * identifications, timestamps, and the data itself differ between runs and do
 * not count. A retransmission has the fingerprint of the original.
 *
 * One `struct packet_fingerprint` serves one direction of one link. Sequence
 * numbers count from the connection's SYN there, acknowledgements from its
 * first one. Pure. Bounded: with too many connections the oldest are
 * forgotten, and the numbers of a connection whose SYN was not seen count from
 * its first packet.
 */
#ifndef TCPTRAV_NAT_PACKET_FINGERPRINT_H
#define TCPTRAV_NAT_PACKET_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINGERPRINT_CONNECTIONS 256
#define FINGERPRINT_NEAR 8		/* places where a connection may be */

struct fingerprint_connection {
	uint64_t name;		/* a hash of addresses and ports; 0: none */
	uint32_t sequence;	/* of the SYN */
	uint32_t acknowledged;	/* first */
	bool acknowledges;	/* acknowledged is set */
	uint32_t met;		/* it is the n-th connection */
};

/* All zero: no packet was seen. */
struct packet_fingerprint {
	uint32_t met;
	struct fingerprint_connection connections[FINGERPRINT_CONNECTIONS];
};

/*
 * packet_fingerprint - of the next packet
 * @packet: from the IP header on
 * @length: bytes there are; all packets that are not IPv4 or too short have
 *          the same fingerprint
 * Return:  a hash; equal for packets that are equal in these terms
 */
uint64_t packet_fingerprint(struct packet_fingerprint *i, const uint8_t *packet,
			    size_t length);

#endif
