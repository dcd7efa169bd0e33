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

/* The mark of a SYN-ACK that no kernel made: its window is that of the
   sender's SYN minus 1. */
static bool is_marked(uint16_t window, uint16_t syn_window)
{
	return (uint16_t)(window + 1) == syn_window;
}

/* A new own SYN: a new socket, unless it is the same one again. */
static void own_syn(struct evidence *ev, const struct segment *s)
{
	if (ev->have_mine && ev->mine.sequence == s->sequence)
		return;
	ev->have_mine = true;
	ev->mine = *s;
	ev->first = FIRST_NONE;
	ev->syn_acks = 0;
	ev->rst_in = false;
}

static void own_segment(struct evidence *ev, const struct segment *s)
{
	if (is_syn(s)) {
		own_syn(ev, s);
	} else if (is_syn_ack(s)) {
		if (ev->have_mine && is_marked(s->window, ev->mine.window))
			ev->forged_out = true;
		else
			ev->syn_ack_out = true;
	} else if ((s->flags & TCP_RST) && (s->flags & TCP_ACK)) {
		/* RST of a SYN acknowledges it; of an ACK it does not. */
		ev->rst_out_for_syn |= ev->syn_in;
	}
}

/* is_of_peer - from the endpoint that the own SYN went to? What comes from
   another is for no socket that waits in SYN_SENT. */
static bool is_of_peer(const struct evidence *ev, const struct segment *s)
{
	return !ev->peer.port || endpoint_equal(&s->source, &ev->peer);
}

static void peer_syn(struct evidence *ev, const struct segment *s)
{
	ev->syn_in = true;
	if (ev->first == FIRST_NONE && is_of_peer(ev, s)) {
		ev->first = FIRST_SYN;
		ev->first_segment = *s;
	}
}

static void peer_syn_ack(struct evidence *ev, const struct segment *s)
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

static void peer_rst(struct evidence *ev, const struct segment *s)
{
	if ((s->flags & TCP_ACK) && ev->have_mine &&
	    s->acknowledgement == ev->mine.sequence + 1 &&
	    ev->first == FIRST_NONE)
		ev->rst_in = true;
}

static void peer_segment(struct evidence *ev, const struct segment *s)
{
	if (ev->peer.port && s->source.address == ev->peer.address &&
	    s->source.port != ev->peer.port)
		ev->other_port = true;
	if (is_syn(s))
		peer_syn(ev, s);
	else if (is_syn_ack(s))
		peer_syn_ack(ev, s);
	else if (s->flags & TCP_RST)
		peer_rst(ev, s);
}

/*
 * All sockets of the host's have IP_MINTTL 2 (host/socket.h), for which the
 * kernel discards segments, too. A low-TTL SYN comes with 1 where nothing but
 * one NAT is in between: it is captured, but no socket ever sees it.
 */
#define TTL_TAKEN 2

/* An ICMP error counts when it quotes a segment to the peer: before anything
   else has come, that is the SYN. */
static bool icmp_packet(struct evidence *ev, bool outgoing,
			const struct ipv4 *ip, const uint8_t *bytes,
			size_t length)
{
	struct icmp_answer *answer;
	struct icmp icmp;

	if (outgoing || !icmp_parse(bytes + ip->header_length,
				    length - ip->header_length, &icmp) ||
	    !icmp.is_error || icmp.quoted.protocol != IPV4_TCP ||
	    endpoint_equal(&icmp.destination, &ev->server))
		return false;
	if (ev->have_mine && icmp.sequence != ev->mine.sequence)
		return true;	/* not the SYN's: a low-TTL ACK's, say */
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
		return icmp_packet(ev, outgoing, &ip, bytes, length);
	if (!segment_parse(bytes, length, &s))
		return false;
	remote = outgoing ? &s.destination : &s.source;
	if (endpoint_equal(remote, &ev->server))
		return false;
	if (outgoing)
		own_segment(ev, &s);
	else if (ip.ttl >= TTL_TAKEN)
		peer_segment(ev, &s);
	return true;
}

/* The window of the peer's SYN, as its letter or the SYN itself said. */
static bool their_window(const struct evidence *ev, uint16_t *window)
{
	if (ev->have_theirs)
		*window = ev->theirs.window;
	else if (ev->first == FIRST_SYN)
		*window = ev->first_segment.window;
	else
		return false;
	return true;
}

static bool fits_mark(const struct evidence *ev, uint16_t window)
{
	uint16_t theirs;

	return their_window(ev, &theirs) && is_marked(window, theirs);
}

/* The peer's kernel answered with a SYN-ACK of its own, so its socket had
   been in SYN_SENT when our SYN came: both opened. */
static bool peer_opened_too(const struct evidence *ev)
{
	for (unsigned i = 0; i < ev->syn_acks; i++)
		if (!fits_mark(ev, ev->syn_ack_window[i]))
			return true;
	return false;
}

enum mechanism evidence_mechanism(const struct evidence *ev, bool accepted)
{
	if (accepted)
		return MECHANISM_SYN_THROUGH_HOLE;
	switch (ev->first) {
	case FIRST_SYN:
		return peer_opened_too(ev) ? MECHANISM_SIMULTANEOUS_OPEN :
					     MECHANISM_SYN_THROUGH_HOLE;
	case FIRST_SYN_ACK:
		if (!fits_mark(ev, ev->first_segment.window))
			return MECHANISM_SYN_THROUGH_HOLE;
		return ev->asked_spoofing ? MECHANISM_SPOOFED_SYN_ACK :
					    MECHANISM_FORGED_SYN_ACK;
	case FIRST_NONE:
		break;
	}
	return MECHANISM_NONE;	/* nothing was captured */
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
	if (ev->other_port)
		return CAUSE_PORT_NOT_PREDICTED;
	return CAUSE_NONE;
}
