/* Rewriting packets: endpoints, sequence numbers and checksums. */
#ifndef TCPTRAV_NAT_TRANSLATE_H
#define TCPTRAV_NAT_TRANSLATE_H

#include "nat/packet.h"

/* The new values of a packet. */
struct translation {
	const uint8_t *address;	/* 4 or 16 bytes; NULL: it stays */
	uint16_t port;		/* or identifier */
	uint32_t offset;	/* of the inside host's sequence numbers, added
				   on the way out; 0: kept */
	const uint8_t *outer;	/* of an ICMP error: its own address at that
				   end; NULL: it stays */
};

/* translate_out - give a packet of the inside host its external source */
void translate_out(struct packet *p, const struct translation *t);

/* translate_in - make the inside host the destination */
void translate_in(struct packet *p, const struct translation *t);

/*
 * translate_error_in - an error about a packet that went out: revert the quoted
 * packet, and deliver the error to its sender (RFC 5508 REQ-4)
 */
void translate_error_in(struct packet *p, const struct translation *t);

/*
 * translate_error_out - an error about a packet that came in: quote the packet
 * as it came, and send the error from the external address (RFC 5508 REQ-5)
 */
void translate_error_out(struct packet *p, const struct translation *t);

/* translate_outer - rewrite an error's own address only, not the quote */
void translate_outer(struct packet *p, enum nat_side side,
		     const uint8_t *address);

/*
 * translate_data - replace an address in the data of a segment or datagram,
 * wherever its 4 (or 16) bytes appear
 */
void translate_data(struct packet *p, const uint8_t *before,
		    const uint8_t *after);

/* translate_id - give an IPv4 packet another identification */
void translate_id(struct packet *p, uint16_t id);

#endif
