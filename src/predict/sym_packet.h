/*
 * Symbolic packets. Endpoints and sequence numbers are names instead of
 * values: two ports are equal or not, and a sequence number belongs to one
 * socket and has been shifted by some NATs.
 */
#ifndef TCPTRAV_PREDICT_SYM_PACKET_H
#define TCPTRAV_PREDICT_SYM_PACKET_H

#include <stdbool.h>
#include <stdint.h>

enum { A, B, SIDES };

struct sym_endpoint {
	int address, port;
};

static inline bool sym_endpoint_equal(struct sym_endpoint x,
				      struct sym_endpoint y)
{
	return x.address == y.address && x.port == y.port;
}

/* A sequence number. Two of one side and one shift can be compared: the later
   socket's is the greater. With different shifts the order is unknown. */
struct sym_seq {
	int isn;		/* which of its side's sockets chose it;
				   -1: none, or 0 on the wire */
	uint64_t shift;		/* sum of the offsets that NATs added */
};

static inline bool sym_seq_equal(struct sym_seq x, struct sym_seq y)
{
	return x.isn == y.isn && x.shift == y.shift;
}

/* sym_seq_is - is it the number of the socket @isn, not shifted? */
static inline bool sym_seq_is(struct sym_seq x, int isn)
{
	return x.isn == isn && !x.shift;
}

#define SYM_SEQ_NONE ((struct sym_seq){ -1, 0 })

enum sym_kind { KIND_SYN, KIND_SYN_ACK, KIND_ACK, KIND_DATA, KIND_RST,
		KIND_KNOCK,	/* a datagram over UDP */
		KIND_TIME_EXCEEDED, KIND_UNREACHABLE };

#define KIND_IS_ICMP(k) ((k) >= KIND_TIME_EXCEEDED)

enum sym_maker { MADE_BY_KERNEL, MADE_BY_FORGER, MADE_BY_S, MADE_BY_NAT,
		 MADE_BY_ROUTER };

#define TTL_USUAL 64

struct sym_packet {
	enum sym_kind kind;
	enum sym_maker maker;
	int from;		/* the side that sent it or is said to have
				   sent it */
	int to;			/* the side that shall receive it */
	struct sym_endpoint source, destination;	/* translated on its
							   way */
	int ttl;
	int level;		/* of a knock */
	struct sym_seq sequence;
	struct sym_seq acks;	/* isn -1: no ACK flag */
	bool has_proof;		/* it acknowledges the receiver's proof; a bare
				   RST: its number follows that proof */
	/* an ICMP error: */
	struct sym_endpoint quoted_source, quoted_destination;
	struct sym_seq quoted_sequence;
	int quoted_ttl;
	enum sym_kind quoted;
};

/* sym_packet_rst - the RST that answers @p (RFC 9293 3.10.7.1): with its
   acknowledgement as sequence number, or with an ACK of the whole of it */
static inline struct sym_packet sym_packet_rst(const struct sym_packet *p)
{
	bool has_ack = p->acks.isn >= 0;

	return (struct sym_packet){
		.kind = KIND_RST,
		.source = p->destination, .destination = p->source,
		.ttl = TTL_USUAL,
		.sequence = has_ack ? p->acks : SYM_SEQ_NONE,
		.acks = has_ack ? SYM_SEQ_NONE : p->sequence,
		.has_proof = has_ack && p->has_proof,
	};
}

/* sym_packet_error - the ICMP error that quotes @p, from @address */
static inline struct sym_packet sym_packet_error(const struct sym_packet *p,
						 enum sym_kind kind,
						 int address)
{
	return (struct sym_packet){
		.kind = kind,
		.source = { address, 0 }, .destination = p->source,
		.ttl = TTL_USUAL, .acks = SYM_SEQ_NONE,
		.quoted_source = p->source,
		.quoted_destination = p->destination,
		.quoted_sequence = p->sequence, .quoted_ttl = p->ttl,
		.quoted = p->kind,
	};
}

#endif
