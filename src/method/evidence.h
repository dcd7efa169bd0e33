/*
 * What the captured packets of an attempt show. Mechanism and cause are
 * decided from here, never from the method. Pure.
 */
#ifndef TCPTRAV_METHOD_EVIDENCE_H
#define TCPTRAV_METHOD_EVIDENCE_H

#include "base/endpoint.h"
#include "base/result_codes.h"
#include "method/knocking.h"
#include "rendezvous/message.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVIDENCE_SYN_ACKS 8

enum first_segment {
	FIRST_NONE,
	FIRST_SYN,		/* a SYN, to a socket in SYN_SENT or LISTEN */
	FIRST_SYN_ACK,		/* a SYN-ACK that acknowledges the own SYN */
};

/* The first ICMP error of a type for the own SYN. */
struct icmp_answer {
	bool came;			/* there was one */
	uint32_t from;
	uint8_t type, code;
};

struct evidence {
	/* set by the attempt */
	struct endpoint server;		/* packets to and from it are ignored */
	struct endpoint peer;		/* predicted; port 0: not known yet */
	bool datagrams;			/* the method is over UDP */
	bool asked_spoofing;		/* S was asked to spoof */
	uint16_t announced_window;	/* own forged SYN-ACKs are marked by
					   this window, not the own SYN's; 0:
					   by that */
	bool have_theirs;		/* the peer's message about its SYN, or
					   what it announced */
	struct syn_facts theirs;

	/* set from packets */
	bool have_mine;			/* the latest own SYN */
	struct segment mine;
	enum first_segment first;	/* since the latest own SYN */
	struct segment first_segment;
	unsigned syn_acks;		/* SYN-ACKs in that fit the own SYN */
	uint16_t syn_ack_window[EVIDENCE_SYN_ACKS];
	bool syn_in;			/* any SYN of the peer's */
	bool unpredicted_port;		/* a packet of the peer's came from
					   another port than predicted */
	bool syn_ack_out;		/* by the own kernel, not forged */
	bool forged_out;
	bool syn_ack_wrong;		/* one that does not fit the own SYN */
	bool rst_in;			/* an RST answered the own SYN */
	bool peer_connected;		/* data or an ACK did */
	bool rst_out_for_syn;		/* the own kernel refused a SYN */
	struct icmp_answer exceeded, unreachable;
};

/*
 * evidence_packet - add a captured packet
 * @bytes: from the IP header on, perhaps truncated
 * Return: true if it belongs to the attempt, and so to its trace
 */
bool evidence_packet(struct evidence *ev, bool outgoing, const uint8_t *bytes,
		     size_t length);

/*
 * evidence_remote - the other end of a captured TCP segment, or of the segment
 * that an ICMP error quotes
 * Return: false for other packets
 */
bool evidence_remote(bool outgoing, const uint8_t *bytes, size_t length,
		     struct endpoint *out);

/*
 * evidence_mechanism - what took this host's socket out of SYN_SENT or LISTEN
 * @accepted: the stream came from the listener
 */
enum mechanism evidence_mechanism(const struct evidence *ev, bool accepted);

/*
 * evidence_knock_mechanism - the same over UDP: what the first authenticated
 * datagram of the peer's was. One whose sender had heard nothing came through
 * the hole of an own knock; else it answers an own knock.
 */
enum mechanism evidence_knock_mechanism(enum knock_level first);

/* evidence_answered - has the own SYN been answered by RST or unreachable? */
bool evidence_answered(const struct evidence *ev);

/*
 * evidence_shared_link - has the peer's public address answered the own low-TTL
 * SYN? Then the SYN reached the peer's NAT, so the NATs share a link.
 */
bool evidence_shared_link(const struct evidence *ev);

/*
 * evidence_cause - why the attempt failed, as far as packets show it
 * Return: CAUSE_NONE if they don't
 */
enum cause evidence_cause(const struct evidence *ev);

#endif
