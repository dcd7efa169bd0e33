#include "nat/inbound.h"

#include "nat/filter.h"
#include "nat/nat_session.h"
#include "nat/session_forward.h"
#include "nat/tcp_rfc7857.h"
#include "nat/tcp_state.h"
#include "nat/unsolicited.h"
#include "nat/verdict.h"

/* open_session - open a session for a packet without one. Return: NULL if the
   packet was dropped or answered */
static struct nat_session *open_session(struct packet_context *ctx)
{
	struct nat_table *t = &ctx->nat->table;
	const struct packet *p = &ctx->packet;
	int filtering = behaviour_of(ctx)->filtering;
	struct nat_mapping *m = table_external(t, p->protocol,
					       &p->destination);
	bool may_open = p->kind == PACKET_SYN || p->kind == PACKET_DATAGRAM ||
		p->kind == PACKET_ICMP_REQUEST;
	enum nat_timer timer = nat_session_first_timer(ctx);
	struct nat_session *s;

	if (!may_open ||
	    (m ? !filter_passes(t, filtering, m, &p->source) :
	     filtering != FILTERING_OPEN)) {
		refuse(ctx, m);
		return NULL;
	}
	if (table_full(t)) {
		drop(ctx, "sessions");
		return NULL;
	}
	if (uses_conntrack(ctx) && !tcp_state_opens(ctx, &timer)) {
		handle_invalid(ctx);
		return NULL;
	}
	if (!check_ttl_mtu(ctx))
		return NULL;
	if (!m)
		m = nat_session_map_open(ctx);
	s = m ? nat_session_open_in(ctx, m, timer) : NULL;
	if (!s)
		refuse(ctx, false);
	return s;
}

/* may_enter - check a packet of a session. Return: false if the packet has been
   dropped or answered */
static bool may_enter(struct packet_context *ctx, struct nat_session **s)
{
	struct nat *n = ctx->nat;
	const struct nat_mapping *m = session_mapping(&n->table, *s);

	if (m->flags & MAPPING_OWN) {
		refuse(ctx, false);
		return false;
	}
	/* A SYN after the end of the session's connection begins another one:
	   the filter applies to it again. */
	if (ctx->packet.kind == PACKET_SYN && !uses_conntrack(ctx) &&
	    rfc7857_is_over(*s) &&
	    !filter_passes(&n->table, behaviour_of(ctx)->filtering, m,
			   &ctx->packet.source)) {
		refuse(ctx, true);
		return false;
	}
	return session_check(ctx, s);
}

void handle_inbound(struct packet_context *ctx)
{
	struct nat_session *s = nat_session_find_in(ctx);

	if (s && !may_enter(ctx, &s))
		return;
	if (!s)
		s = open_session(ctx);
	if (s)
		session_forward(ctx, s);
}
