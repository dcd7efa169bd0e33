/* A packet of a session goes through: what is remembered and rewritten. */
#include "nat/core.h"

#include "base/clock.h"
#include "nat/tcp_rfc7857.h"

#define STREAM_AFTER 2000		/* ms, as in Linux */

/* refreshes - whose packets start the timeout anew: the axis refresh; but no
   outbound RST (RFC 7857 7.1) */
static bool refreshes(const struct packet_context *g)
{
	int axis = profile_of(g)->refresh;

	if (g->side == NAT_OUTSIDE)
		return axis != REFRESH_OUTBOUND;
	return axis != REFRESH_INBOUND && g->packet.kind != PACKET_RST;
}

/* datagram - is it a stream by now? */
static enum nat_timer datagram(const struct packet_context *g,
			       struct nat_session *s)
{
	const uint16_t both = SEEN_DATAGRAM_OUT | SEEN_DATAGRAM_IN;

	s->seen |= g->side == NAT_INSIDE ? SEEN_DATAGRAM_OUT :
		SEEN_DATAGRAM_IN;
	if (profile_of(g)->timeout_udp_stream && (s->seen & both) == both &&
	    (uint32_t)(g->now / NS_PER_MS) - s->isn > STREAM_AFTER)
		return TIMER_UDP_STREAM;
	return (enum nat_timer)s->timer;
}

/*
 * remember - what the packet does to its session
 * Return: does an axis end it?
 */
static bool remember(struct packet_context *g, struct nat_session *s)
{
	const struct packet *p = &g->packet;
	enum nat_timer timer = (enum nat_timer)s->timer;
	uint8_t state = s->state;
	struct nat *n = g->nat;
	bool ends = false, moved;

	if (transport(p->protocol) == NAT_TCP)
		ends = rfc7857_packet(profile_of(g), s, g->side, p, &timer);
	else if (transport(p->protocol) == NAT_UDP)
		timer = datagram(g, s);
	if (n->memories)
		return ends;	/* its timeouts are conntrack's */
	moved = transport(p->protocol) == NAT_TCP ? s->state != state :
		timer != (enum nat_timer)s->timer;
	if (moved || refreshes(g))
		flow_refresh(n, s, timer, g->now);
	else if (p->kind == PACKET_RST && g->side == NAT_OUTSIDE &&
		 timer == TIMER_SYN &&
		 s->expires < g->now + n->timeouts[TIMER_RST])
		/* RFC 7857 2.2: so long without traffic */
		flow_refresh(n, s, TIMER_RST, g->now);
	return ends;
}

/* rewrite_data - payload = rewrite-addresses */
static void rewrite_data(struct packet_context *g, const struct nat_session *s,
			 const struct translation *t)
{
	struct nat *n = g->nat;
	const struct packet *p = &g->packet;
	uint8_t room[16];
	struct translation other = flow_translation(n, s, p,
		g->side == NAT_INSIDE ? NAT_OUTSIDE : NAT_INSIDE, room);

	if (behaviour_of(g)->payload == PAYLOAD_KEEP || !t->address ||
	    !other.address)
		return;
	if (p->kind == PACKET_SEGMENT || p->kind == PACKET_DATAGRAM)
		translate_data(&g->packet, other.address, t->address);
}

/* rewrite_id - ip-id = rewrite: of what may be fragmented, or was */
static void rewrite_id(struct packet_context *g)
{
	struct packet *p = &g->packet;

	if (profile_of(g)->ip_id == IP_ID_REWRITE && !p->ipv6 &&
	    g->side == NAT_INSIDE && (!p->ip.whole || p->ip.first))
		translate_id(p, ++g->nat->ip_id);
}

/* admits - conntrack's word on a packet of a session: as flow_goes_on() */
static bool admits(struct packet_context *g, struct nat_session **s)
{
	switch (tracking_known(g, *s)) {
	case TRACKING_INVALID:
		passage_invalid(g);
		return false;
	case TRACKING_RENEW:
		flow_remove(g->nat, *s, g->now);
		*s = NULL;
		return true;
	default:
		return true;
	}
}

bool flow_goes_on(struct packet_context *g, struct nat_session **s)
{
	const char *reason;

	if (tracking_asks(g) && !admits(g, s))
		return false;
	if (!*s)
		return true;
	reason = rfc7857_refusal(profile_of(g), *s, g->side, g->packet.kind);
	if (reason)
		passage_drop(g, reason);
	if (!reason && !passage_stops(g))
		return true;
	if (g->destroys)	/* conntrack has seen it before it dies here */
		flow_remove(g->nat, *s, g->now);
	return false;
}

void flow_pass(struct packet_context *g, struct nat_session *s)
{
	struct nat *n = g->nat;
	uint8_t room[16];
	struct translation t = flow_translation(n, s, &g->packet, g->side,
						room);
	bool ends = remember(g, s);

	if (g->side == NAT_INSIDE)
		translate_out(&g->packet, &t);
	else
		translate_in(&g->packet, &t);
	rewrite_data(g, s, &t);
	rewrite_id(g);
	if (g->destroys)
		flow_remove(n, s, g->now);
	else if (ends)
		flow_end(n, s);
	else
		offload_check(n, s);
	passage_leave(g);
	if (!g->destroys && !ends && g->result->verdict == NAT_FORWARD)
		n->passed = session_number(&n->table, s);
}
