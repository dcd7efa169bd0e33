#include "nat/icmp_errors.h"

#include "nat/mapping.h"
#include "nat/nat_session.h"
#include "nat/tcp_rfc7857.h"
#include "nat/tcp_state.h"
#include "nat/verdict.h"
#include "wire/bytes.h"

#include <string.h>

/*
 * is_about - can the quoted packet be one of the session's? Of ICMP, requests
 * go in the direction that the session was opened in and replies in the other.
 * Conntrack also wants the error to go to the source of the quoted packet.
 */
static bool is_about(const struct packet_context *ctx,
		     const struct nat_session *s)
{
	const struct packet *p = &ctx->packet;
	bool opened_in = s->seen & SEEN_OPENED_IN;

	if (transport(p->protocol) == NAT_ICMP &&
	    p->quotes_request != (opened_in == (ctx->side == NAT_INSIDE)))
		return false;
	return !uses_conntrack(ctx) ||
	       !memcmp(p->ip.destination, p->inner.source, p->ipv6 ? 16 : 4);
}

bool icmp_error_is_known(struct packet_context *ctx)
{
	const struct nat_session *s = ctx->packet.is_known_only ?
		nat_session_find_quoted(ctx) : NULL;

	return s && is_about(ctx, s);
}

/* rewrite_error - the packet, or only the error's own header: the axis
   icmp-payload */
static void rewrite_error(struct packet_context *ctx,
			  const struct translation *t)
{
	if (profile_of(ctx)->icmp_payload == ICMP_PAYLOAD_LEAVE)
		translate_outer(&ctx->packet, ctx->side, t->outer);
	else if (ctx->side == NAT_INSIDE)
		translate_error_out(&ctx->packet, t);
	else
		translate_error_in(&ctx->packet, t);
}

/* error_out_of_no_session - an inside host's error that is about no session:
   the axis icmp-out */
static void error_out_of_no_session(struct packet_context *ctx)
{
	struct nat *n = ctx->nat;
	struct packet *p = &ctx->packet;
	uint8_t address[16];

	if (uses_conntrack(ctx)) {
		handle_invalid(ctx);
		return;
	}
	if (profile_of(ctx)->icmp_out != ICMP_OUT_ALL) {
		drop(ctx, "no session");
		return;
	}
	if (!check_ttl_mtu(ctx))
		return;
	memcpy(address, p->ip.source, p->ipv6 ? 16 : 4);
	if (uses_prefixes(ctx))
		prefix_out(&n->prefixes, address);
	else if (!is_untranslated(ctx) && p->ipv6)
		memcpy(address, n->config.outside6.address, 16);
	else if (!is_untranslated(ctx))
		put32(address, n->config.outside_address);
	translate_outer(p, NAT_INSIDE, address);
	forward(ctx);
}

/* error_out - an inside host's error about a packet that came in */
static void error_out(struct packet_context *ctx)
{
	struct nat *n = ctx->nat;
	struct packet *p = &ctx->packet;
	const struct nat_session *s;
	struct translation t;
	uint8_t room[16], source[16];

	if (profile_of(ctx)->icmp_out == ICMP_OUT_NONE) {
		drop(ctx, "icmp-out = none");
		return;
	}
	if (uses_prefixes(ctx)) {
		memcpy(source, p->ip.source, sizeof(source));
		if (!prefix_out(&n->prefixes, source)) {
			drop(ctx, "not of the inside prefix");
			return;
		}
	}
	s = nat_session_find_quoted(ctx);
	if (!s || !is_about(ctx, s)) {
		error_out_of_no_session(ctx);
		return;
	}
	if (!check_ttl_mtu(ctx))
		return;
	t = nat_session_translation(n, s, p, NAT_INSIDE, room);
	if (t.outer && uses_prefixes(ctx))
		t.outer = source;	/* its sender may be another host than
					   the session's */
	rewrite_error(ctx, &t);
	forward(ctx);
}

/* update_session - what an error from outside does to its session: the axes
   ...-after-... */
static void update_session(struct packet_context *ctx, struct nat_session *s)
{
	struct nat *n = ctx->nat;
	const struct profile *profile = profile_of(ctx);
	int effect;

	switch (transport(ctx->packet.protocol)) {
	case NAT_TCP:
		effect = rfc7857_error(profile, s, ctx->packet.error) ?
			AFTER_ICMP_END : AFTER_ICMP_KEEP;
		break;
	case NAT_UDP:
		effect = profile->udp_after_icmp;
		break;
	default:
		effect = profile->query_after_icmp;
	}
	if (effect == AFTER_ICMP_END)
		nat_session_end(n, s);
	else if (effect == AFTER_ICMP_REFRESH)
		nat_session_refresh(n, s, (enum nat_timer)s->timer, ctx->now);
}

/* error_in - an error from outside about a packet that went out */
static void error_in(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct nat_session *s = nat_session_find_quoted(ctx);
	struct translation t;
	uint8_t room[16];

	if (!s || !is_about(ctx, s)) {
		drop(ctx, "no session");
		return;
	}
	if (profile_of(ctx)->icmp_in == PASSING_DROP) {
		drop(ctx, "icmp-in = drop");
		return;
	}
	if (profile_of(ctx)->icmp_source == ICMP_SOURCE_PEER_ONLY &&
	    memcmp(p->ip.source, p->inner.destination, p->ipv6 ? 16 : 4) != 0) {
		drop(ctx, "icmp-source = peer-only");
		return;
	}
	if (!check_ttl_mtu(ctx))
		return;
	t = nat_session_translation(ctx->nat, s, p, NAT_OUTSIDE, room);
	rewrite_error(ctx, &t);
	update_session(ctx, s);
	forward(ctx);
}

void handle_icmp_error(struct packet_context *ctx)
{
	(ctx->side == NAT_INSIDE ? error_out : error_in)(ctx);
}
