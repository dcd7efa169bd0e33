#include "nat/outbound.h"

#include "nat/reply.h"
#include "nat/nat_session.h"
#include "nat/session_events.h"
#include "nat/session_forward.h"
#include "nat/tcp_rfc7857.h"
#include "nat/tcp_state.h"
#include "nat/verdict.h"
#include "wire/icmp.h"

#include <string.h>

/* may_open - may a packet of this kind open a session? */
static bool may_open(const struct packet_context *ctx)
{
	switch (ctx->packet.kind) {
	case PACKET_SYN:
	case PACKET_DATAGRAM:
	case PACKET_ICMP_REQUEST:
		return true;
	case PACKET_ICMP_REPLY:
		return false;
	default:
		return profile_of(ctx)->non_syn == NON_SYN_OPEN;
	}
}

/* refuse_out - refuse a packet that only an existing session would let pass */
static void refuse_out(struct packet_context *ctx)
{
	if (transport(ctx->packet.protocol) != NAT_TCP)
		drop(ctx, "no session");
	else if (profile_of(ctx)->non_syn == NON_SYN_RST)
		reply_rst(ctx->result, &ctx->packet, "non-syn = rst");
	else
		drop(ctx, "non-syn = drop");
}

/* refuse_exhausted - refuse a packet for which no session or port is left: the
   axis exhausted */
static void refuse_exhausted(struct packet_context *ctx, const char *reason)
{
	switch (profile_of(ctx)->exhausted) {
	case EXHAUSTED_ICMP_ADMIN:
		reply_unreachable(ctx, ICMP_CODE_ADMIN, reason);
		break;
	case EXHAUSTED_ICMP_HOST:
		reply_unreachable(ctx, ICMP_CODE_HOST, reason);
		break;
	default:
		drop(ctx, reason);
	}
}

/* prefix_allows - nptv6: can the source's prefix be exchanged? If not, the
   packet is answered or dropped. */
static bool prefix_allows(struct packet_context *ctx)
{
	const struct prefix_pair *prefixes = &ctx->nat->prefixes;
	uint8_t address[16];

	if (!uses_prefixes(ctx))
		return true;
	memcpy(address, ctx->packet.ip.source, sizeof(address));
	if (prefix_out(prefixes, address))
		return true;
	if (prefix_covers(prefixes->inside, prefixes->length, address))
		reply_unreachable(ctx, ICMP_CODE_HOST,
				  "ipv6 = nptv6: no such address");
	else
		drop(ctx, "not of the inside prefix");
	return false;
}

/* open_session - open a session for a packet without one. Return: NULL if the
   packet was dropped or answered */
static struct nat_session *open_session(struct packet_context *ctx)
{
	enum nat_timer timer = nat_session_first_timer(ctx);
	struct nat_session *s;
	const char *reason;

	if (uses_conntrack(ctx) && !tcp_state_opens(ctx, &timer)) {
		handle_invalid(ctx);
		return NULL;
	}
	if (!uses_conntrack(ctx) && !may_open(ctx)) {
		refuse_out(ctx);
		return NULL;
	}
	if (!prefix_allows(ctx) || !check_ttl_mtu(ctx))
		return NULL;
	s = nat_session_open_out(ctx, timer, &reason);
	if (!s)
		refuse_exhausted(ctx, reason);
	return s;
}

/*
 * begins_another - does a SYN begin another connection than the session's,
 * which is over? With mapping = connection it then gets its own mapping, and
 * the old session stays until it expires.
 */
static bool begins_another(const struct packet_context *ctx,
			   const struct nat_session *s)
{
	return !uses_conntrack(ctx) &&
	       behaviour_of(ctx)->mapping == MAPPING_CONNECTION &&
	       ctx->packet.kind == PACKET_SYN && rfc7857_is_over(s) &&
	       s->isn != ctx->packet.sequence;
}

/* cancel_delayed_error - the inside host's SYN leaves before the answer to
   the peer's SYN was sent (RFC 5382 REQ-4) */
static void cancel_delayed_error(struct packet_context *ctx,
				 const struct nat_session *s)
{
	struct nat *n = ctx->nat;
	const struct packet *p = &ctx->packet;
	struct endpoint external =
		mapping_external(&n->table, session_mapping(&n->table, s));
	struct nat_endpoint from, to;

	if (p->kind != PACKET_SYN || !n->delayed_errors.count)
		return;
	from = nat_endpoint_of(n, p->ipv6, &external);
	to = nat_endpoint_of(n, p->ipv6, &p->destination);
	if (p->ipv6)
		memcpy(to.address, p->ip.destination, 16);
	if (uses_prefixes(ctx))
		prefix_out(&n->prefixes, from.address);
	delayed_error_cancel(&n->delayed_errors, &from, &to);
}

void handle_outbound(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct nat_session *s = nat_session_find_out(ctx);

	if (p->ipv6)
		memcpy(ctx->nat->last_inside6, p->ip.source, 16);
	else
		ctx->nat->last_inside = p->source.address;
	if (p->kind == PACKET_ICMP_REQUEST &&
	    profile_of(ctx)->icmp_query == PASSING_DROP) {
		drop(ctx, "icmp-query = drop");
		return;
	}
	if (s && begins_another(ctx, s))
		s = NULL;
	if (s && !session_check(ctx, &s))
		return;
	if (!s)
		s = open_session(ctx);
	if (!s)
		return;
	cancel_delayed_error(ctx, s);
	session_forward(ctx, s);
}
