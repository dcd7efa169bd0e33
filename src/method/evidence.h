/*
 * What the packets of an attempt say, gathered one by one from the capture.
 * Pure. Mechanism and cause are read from here, never from the method
 * (DESIGN 2).
 */
#ifndef TCPTRAV_METHOD_EVIDENCE_H
#define TCPTRAV_METHOD_EVIDENCE_H

#include "base/endpoint.h"
#include "base/result_codes.h"
#include "rendezvous/message.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVIDENCE_SYN_ACKS 8

enum first_segment {
	FIRST_NONE,
	FIRST_SYN,		/* a SYN met the socket in SYN_SENT or LISTEN */
	FIRST_SYN_ACK,		/* a SYN-ACK that acknowledges the own SYN */
};

/* An ICMP error for the own SYN. */
struct icmp_answer {
	bool came;
	uint32_t from;
	uint8_t type, code;
};

struct evidence {
	/* given */
	struct endpoint server;		/* its packets are none of ours */
	struct endpoint peer;		/* predicted; port 0: not yet known */
	bool asked_spoofing;		/* S was asked to spoof */
	bool have_theirs;		/* the peer's SYN, as a letter said */
	struct syn_facts theirs;

	/* gathered */
	bool have_mine;			/* the latest own SYN */
	struct segment mine;
	enum first_segment first;	/* since the latest own SYN */
	struct segment first_segment;
	unsigned syn_acks;		/* SYN-ACKs in that fit the own SYN */
	uint16_t syn_ack_window[EVIDENCE_SYN_ACKS];
	bool syn_in;			/* any SYN of the peer's */
	bool other_port;		/* from another port than predicted */
	bool syn_ack_out;		/* the own kernel's, not a forged one */
	bool forged_out;
	bool syn_ack_wrong;		/* one that does not fit the own SYN */
	bool rst_in;			/* RST that answers the own SYN */
	bool rst_out_for_syn;		/* the own kernel refused a SYN */
	struct icmp_answer exceeded, unreachable;
};

/*
 * evidence_packet - one captured packet
 * @bytes: from the IP header on, perhaps cut short
 * Return: true when it belongs to the attempt (it then belongs in the trace)
 */
bool evidence_packet(struct evidence *ev, bool outgoing, const uint8_t *bytes,
		     size_t length);

/*
 * evidence_mechanism - what took this side's socket out of its state
 * @accepted: the stream came from the listener
 */
enum mechanism evidence_mechanism(const struct evidence *ev, bool accepted);

/* evidence_answered - has the own SYN been answered by RST or unreachable? */
bool evidence_answered(const struct evidence *ev);

/*
 * evidence_shared_link - has the peer's own public address answered the own
 * low-TTL SYN? Then the SYN has reached the peer's NAT: the NATs share a link.
 */
bool evidence_shared_link(const struct evidence *ev);

/*
 * evidence_cause - what the packets alone say of a failure
 * Return: CAUSE_NONE when they say nothing
 */
enum cause evidence_cause(const struct evidence *ev);

#endif
