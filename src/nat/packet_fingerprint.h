/*
 * What a packet is, in terms that two runs of the same trial have in common:
 * which connection it belongs to, whether it is a SYN, a SYN-ACK, a RST, data
 * or an acknowledgement, and of which bytes. Initial sequence numbers, IP
 * identifications, timestamps and the content are a run's own, and which
 * packets a kernel puts between others hangs on times; none of it counts here.
 * A packet that is sent again is what it was the first time.
 *
 * One of these is for one direction of one link: sequence numbers count from
 * the connection's SYN there, acknowledgements from its first one. Pure;
 * bounded: of too many connections the oldest are forgotten, and the numbers
 * of one that is unknown count from where it is met.
 */
#ifndef TCPTRAV_NAT_PACKET_FINGERPRINT_H
#define TCPTRAV_NAT_PACKET_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINGERPRINT_CONNECTIONS 256
#define FINGERPRINT_NEAR 8		/* places that a connection may be at */

struct fingerprint_connection {
	uint64_t name;		/* a hash of addresses and ports; 0: none */
	uint32_t sequence;	/* of the SYN */
	uint32_t acknowledged;	/* first */
	bool acknowledges;	/* that is known */
	uint32_t met;		/* the n-th that was */
};

/* All zero: nothing was seen. */
struct packet_fingerprint {
	uint32_t met;
	struct fingerprint_connection connections[FINGERPRINT_CONNECTIONS];
};

/*
 * packet_fingerprint - of a packet that comes after those before
 * @packet: from the IP header on
 * @length: bytes there are; what is not IPv4, or too short, is all one
 * Return:  a hash; equal for packets that are the same in these terms
 */
uint64_t packet_fingerprint(struct packet_fingerprint *i, const uint8_t *packet,
			    size_t length);

#endif
