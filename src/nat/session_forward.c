#include "nat/session_forward.h"

#include "base/clock.h"
#include "nat/flow_offload.h"
#include "nat/nat_session.h"
#include "nat/tcp_rfc7857.h"
#include "nat/tcp_state.h"
#include "nat/translate.h"
#include "nat/verdict.h"

#define STREAM_AFTER 2000		/* ms, as in Linux */

bool session_check(struct packet_context *ctx, struct nat_session **s)
{
	const char *reason;

	if (uses_conntrack(ctx)) {
		switch (tcp_state_check(ctx, *s)) {
		case CONNTRACK_INVALID:
			handle_invalid(ctx);
			return false;
		case CONNTRACK_RENEW:
			nat_session_remove(ctx->nat, *s, ctx->now);
			*s = NULL;
			return true;
		default:
			break;
		}
	}
	reason = rfc7857_refusal(profile_of(ctx), *s, ctx->side,
				 ctx->packet.kind);
	if (reason)
		drop(ctx, reason);
	else if (check_ttl_mtu(ctx))
		return true;
	if (ctx->ends_session)	/* conntrack acts before the packet ends */
		nat_session_remove(ctx->nat, *s, ctx->now);
	return false;
}

/*
 * refreshes - do packets of this side start the timeout anew: the axis
 * refresh? A RST from inside never does (RFC 7857 7.1).
 */
static bool refreshes(const struct packet_context *ctx)
{
	int axis = profile_of(ctx)->refresh;

	if (ctx->side == NAT_OUTSIDE)
		return axis != REFRESH_OUTBOUND;
	return axis != REFRESH_INBOUND && ctx->packet.kind != PACKET_RST;
}

/* datagram_timer - the timeout of a UDP session: is it a stream by now? */
static enum nat_timer datagram_timer(const struct packet_context *ctx,
				     struct nat_session *s)
{
	const uint16_t both = SEEN_DATAGRAM_OUT | SEEN_DATAGRAM_IN;

	s->seen |= ctx->side == NAT_INSIDE ? SEEN_DATAGRAM_OUT :
		SEEN_DATAGRAM_IN;
	if (profile_of(ctx)->timeout_udp_stream && (s->seen & both) == both &&
	    (uint32_t)(ctx->now / NS_PER_MS) - s->isn > STREAM_AFTER)
		return TIMER_UDP_STREAM;
	return (enum nat_timer)s->timer;
}

/*
 * update_session - the session's state and timeout after this packet
 * Return: true: an axis ends the session
 */
static bool update_session(struct packet_context *ctx, struct nat_session *s)
{
	const struct packet *p = &ctx->packet;
	enum nat_timer timer = (enum nat_timer)s->timer;
	uint8_t state = s->state;
	struct nat *n = ctx->nat;
	bool ends = false, changed = false;

	if (transport(p->protocol) == NAT_TCP) {
		ends = rfc7857_packet(profile_of(ctx), s, ctx->side, p, &timer);
		changed = s->state != state;
	} else if (transport(p->protocol) == NAT_UDP) {
		timer = datagram_timer(ctx, s);
		changed = timer != (enum nat_timer)s->timer;
	}
	if (n->conntrack)
		return ends;	/* tcp_state_check() has set the timeout */
	if (changed || refreshes(ctx))
		nat_session_refresh(n, s, timer, ctx->now);
	else if (p->kind == PACKET_RST && ctx->side == NAT_OUTSIDE &&
		 timer == TIMER_SYN &&
		 s->expires < ctx->now + n->timeouts[TIMER_RST])
		/* RFC 7857 2.2: at least so long without traffic */
		nat_session_refresh(n, s, TIMER_RST, ctx->now);
	return ends;
}

/* rewrite_data - payload = rewrite-addresses */
static void rewrite_data(struct packet_context *ctx,
			 const struct nat_session *s,
			 const struct translation *t)
{
	const struct packet *p = &ctx->packet;
	uint8_t room[16];
	struct translation back = nat_session_translation(
		ctx->nat, s, p, (enum nat_side) !ctx->side, room);

	if (behaviour_of(ctx)->payload == PAYLOAD_KEEP || !t->address ||
	    !back.address)
		return;
	if (p->kind == PACKET_SEGMENT || p->kind == PACKET_DATAGRAM)
		translate_data(&ctx->packet, back.address, t->address);
}

void session_forward(struct packet_context *ctx, struct nat_session *s)
{
	struct nat *n = ctx->nat;
	struct packet *p = &ctx->packet;
	uint8_t room[16];
	struct translation t =
		nat_session_translation(n, s, p, ctx->side, room);
	bool ends = update_session(ctx, s);

	if (ctx->side == NAT_INSIDE)
		translate_out(p, &t);
	else
		translate_in(p, &t);
	rewrite_data(ctx, s, &t);
	/* ip-id = rewrite: only of packets that may be or are fragmented */
	if (profile_of(ctx)->ip_id == IP_ID_REWRITE && !p->ipv6 &&
	    ctx->side == NAT_INSIDE && (!p->ip.whole || p->ip.first))
		translate_id(p, ++n->ip_id);
	if (ctx->ends_session)
		nat_session_remove(n, s, ctx->now);
	else if (ends)
		nat_session_end(n, s);
	else
		offload_recheck(n, s);
	forward(ctx);
	if (!ctx->ends_session && !ends && ctx->result->verdict == NAT_FORWARD)
		n->last_forwarded = session_number(&n->table, s);
}
