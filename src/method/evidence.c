#include "method/evidence.h"

#include "wire/icmp.h"
#include "wire/ipv4.h"

#include <string.h>

static bool is_syn(const struct segment *s)
{
	return (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

static bool is_syn_ack(const struct segment *s)
{
	return (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) ==
	       (TCP_SYN | TCP_ACK);
}

/* Forged and spoofed SYN-ACKs are marked: the window is that of the sender's
   SYN minus 1. */
static bool is_marked(uint16_t window, uint16_t syn_window)
{
	return (uint16_t)(window + 1) == syn_window;
}

/* A SYN with a new ISN is of a new socket: forget the answers to the old
   one. */
static void add_own_syn(struct evidence *ev, const struct segment *s)
{
	if (ev->have_mine && ev->mine.sequence == s->sequence)
		return;
	ev->have_mine = true;
	ev->mine = *s;
	ev->first = FIRST_NONE;
	ev->syn_acks = 0;
	ev->rst_in = false;
	ev->peer_connected = false;
}

static void add_own_segment(struct evidence *ev, const struct segment *s)
{
	if (is_syn(s)) {
		add_own_syn(ev, s);
	} else if (is_syn_ack(s)) {
		if (ev->have_mine &&
		    is_marked(s->window, ev->announced_window ?
			      ev->announced_window : ev->mine.window))
			ev->forged_out = true;
		else
			ev->syn_ack_out = true;
	} else if ((s->flags & TCP_RST) && (s->flags & TCP_ACK)) {
		/* An RST for a SYN has the ACK flag; one for an ACK has not. */
		ev->rst_out_for_syn |= ev->syn_in;
	}
}

/* Is it from the endpoint that the own SYN went to? A socket in SYN_SENT
   receives segments only from there. */
static bool is_of_peer(const struct evidence *ev, const struct segment *s)
{
	return !ev->peer.port || endpoint_equal(&s->source, &ev->peer);
}

static void add_peer_syn(struct evidence *ev, const struct segment *s)
{
	ev->syn_in = true;
	if (ev->first == FIRST_NONE && is_of_peer(ev, s)) {
		ev->first = FIRST_SYN;
		ev->first_segment = *s;
	}
}

static void add_peer_syn_ack(struct evidence *ev, const struct segment *s)
{
	if (!ev->have_mine)
		return;
	if (s->acknowledgement != ev->mine.sequence + 1) {
		ev->syn_ack_wrong = true;
		return;
	}
	if (ev->syn_acks < EVIDENCE_SYN_ACKS)
		ev->syn_ack_window[ev->syn_acks++] = s->window;
	if (ev->first == FIRST_NONE && is_of_peer(ev, s)) {
		ev->first = FIRST_SYN_ACK;
		ev->first_segment = *s;
	}
}

/* Neither SYN nor SYN-ACK. An RST of a peer that had connected ends its
   connection; it does not answer the own SYN. */
static void add_peer_answer(struct evidence *ev, const struct segment *s)
{
	if (!(s->flags & TCP_RST))
		ev->peer_connected = true;
	else if (!ev->peer_connected)
		ev->rst_in = true;
}

static void add_peer_segment(struct evidence *ev, const struct segment *s)
{
	if (ev->peer.port && s->source.address == ev->peer.address &&
	    s->source.port != ev->peer.port)
		ev->unpredicted_port = true;
	if (is_syn(s))
		add_peer_syn(ev, s);
	else if (is_syn_ack(s))
		add_peer_syn_ack(ev, s);
	else if ((s->flags & TCP_ACK) && ev->have_mine &&
		 ev->first == FIRST_NONE &&
		 s->acknowledgement == ev->mine.sequence + 1)
		add_peer_answer(ev, s);
}

/*
 * All sockets have IP_MINTTL 2 (host/socket.h), so the kernel also discards
 * segments with a smaller TTL. A low-TTL SYN that passed only one NAT arrives
 * with TTL 1: it is captured, but no socket receives it.
 */
#define MIN_TTL 2

/* Add an ICMP error, if it quotes the own SYN. */
static bool add_icmp(struct evidence *ev, bool outgoing, const struct ipv4 *ip,
		     const uint8_t *bytes, size_t length)
{
	struct icmp_answer *answer;
	struct icmp icmp;

	if (outgoing || !icmp_parse(bytes + ip->header_length,
				    length - ip->header_length, &icmp) ||
	    !icmp.is_error || icmp.quoted.protocol != (ev->datagrams ?
						      IPV4_UDP : IPV4_TCP) ||
	    (ev->datagrams ?
	     icmp.destination.address == ev->server.address :
	     endpoint_equal(&icmp.destination, &ev->server)))
		return false;
	if (!ev->datagrams && ev->have_mine &&
	    icmp.sequence != ev->mine.sequence)
		return true;	/* for a later segment, as a low-TTL ACK */
	answer = icmp.type == ICMP_TYPE_TIME_EXCEEDED ? &ev->exceeded :
		 icmp.type == ICMP_TYPE_UNREACHABLE ? &ev->unreachable : NULL;
	if (answer && !answer->came)
		*answer = (struct icmp_answer){ .came = true,
			.from = ip->source, .type = icmp.type,
			.code = icmp.code };
	return answer;
}

bool evidence_packet(struct evidence *ev, bool outgoing, const uint8_t *bytes,
		     size_t length)
{
	const struct endpoint *remote;
	struct segment s;
	struct ipv4 ip;

	if (!ipv4_parse(bytes, length, &ip))
		return false;
	if (ip.protocol == IPV4_ICMP)
		return add_icmp(ev, outgoing, &ip, bytes, length);
	if (ip.protocol == IPV4_UDP)
		return ev->datagrams && ev->server.address !=
		       (outgoing ? ip.destination : ip.source);
	if (ev->datagrams || !segment_parse(bytes, length, &s))
		return false;
	remote = outgoing ? &s.destination : &s.source;
	if (endpoint_equal(remote, &ev->server))
		return false;
	if (outgoing)
		add_own_segment(ev, &s);
	else if (ip.ttl >= MIN_TTL)
		add_peer_segment(ev, &s);
	return true;
}

bool evidence_remote(bool outgoing, const uint8_t *bytes, size_t length,
		     struct endpoint *out)
{
	struct segment s;
	struct icmp icmp;
	struct ipv4 ip;

	if (!ipv4_parse(bytes, length, &ip))
		return false;
	if (ip.protocol == IPV4_ICMP) {
		if (!icmp_parse(bytes + ip.header_length,
				length - ip.header_length, &icmp) ||
		    !icmp.is_error || icmp.quoted.protocol != IPV4_TCP)
			return false;
		*out = icmp.destination;
		return true;
	}
	if (ip.protocol != IPV4_TCP || !segment_parse(bytes, length, &s))
		return false;
	*out = outgoing ? s.destination : s.source;
	return true;
}

/* The window of the peer's SYN, from the peer's message or the SYN itself. */
static bool peer_syn_window(const struct evidence *ev, uint16_t *window)
{
	if (ev->have_theirs)
		*window = ev->theirs.window;
	else if (ev->first == FIRST_SYN)
		*window = ev->first_segment.window;
	else
		return false;
	return true;
}

static bool has_peer_mark(const struct evidence *ev, uint16_t window)
{
	uint16_t theirs;

	return peer_syn_window(ev, &theirs) && is_marked(window, theirs);
}

/* Did the peer's kernel answer our SYN with an unmarked SYN-ACK? After the
   peer's SYN that means that its socket was in SYN_SENT. */
static bool peer_was_in_syn_sent(const struct evidence *ev)
{
	for (unsigned i = 0; i < ev->syn_acks; i++)
		if (!has_peer_mark(ev, ev->syn_ack_window[i]))
			return true;
	return false;
}

enum mechanism evidence_mechanism(const struct evidence *ev, bool accepted)
{
	if (accepted)
		return MECHANISM_SYN_THROUGH_HOLE;
	switch (ev->first) {
	case FIRST_SYN:
		return peer_was_in_syn_sent(ev) ? MECHANISM_SIMULTANEOUS_OPEN :
					     MECHANISM_SYN_THROUGH_HOLE;
	case FIRST_SYN_ACK:
		if (!has_peer_mark(ev, ev->first_segment.window))
			return MECHANISM_SYN_THROUGH_HOLE;
		return ev->asked_spoofing ? MECHANISM_SPOOFED_SYN_ACK :
					    MECHANISM_FORGED_SYN_ACK;
	case FIRST_NONE:
		break;
	}
	return MECHANISM_NONE;	/* nothing was captured */
}

enum mechanism evidence_knock_mechanism(enum knock_level first)
{
	return first == KNOCK_SEARCHING ? MECHANISM_KNOCK_THROUGH_HOLE :
					  MECHANISM_KNOCK_ANSWERED;
}

bool evidence_answered(const struct evidence *ev)
{
	return ev->rst_in || ev->unreachable.came;
}

bool evidence_shared_link(const struct evidence *ev)
{
	return ev->rst_in ||
	       (ev->exceeded.came && ev->exceeded.from == ev->peer.address) ||
	       (ev->unreachable.came &&
		ev->unreachable.from == ev->peer.address);
}

enum cause evidence_cause(const struct evidence *ev)
{
	if (ev->syn_ack_wrong)
		return CAUSE_SEQUENCE_REFUSED;
	if (ev->rst_out_for_syn)
		return CAUSE_RST_FROM_HOST;
	if (ev->rst_in)
		return CAUSE_RST_FROM_NAT;
	if (ev->unreachable.came)
		return CAUSE_ICMP_FROM_NAT;
	if (ev->unpredicted_port)
		return CAUSE_PORT_NOT_PREDICTED;
	return CAUSE_NONE;
}
