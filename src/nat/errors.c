/* ICMP errors through the NAT (RFC 5508). */
#include "nat/core.h"

#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"

#include <string.h>

/* own_source - an error about no session, from the external address */
static void own_source(struct packet_context *g)
{
	struct nat *n = g->nat;
	struct packet *p = &g->packet;
	uint8_t address[16];

	if (passage_stops(g))
		return;
	memcpy(address, p->ip.source, p->ipv6 ? 16 : 4);
	if (p->ipv6 && n->has_pair)
		prefix_out(&n->pair, address);
	else if (!flow_is_same(g) && p->ipv6)
		memcpy(address, n->config.outside6.address, 16);
	else if (!flow_is_same(g))
		put32(address, n->config.outside_address);
	translate_outer(p, NAT_INSIDE, address);
	passage_leave(g);
}

/* stray_out - an inside host's error about no session */
static void stray_out(struct packet_context *g)
{
	if (tracking_asks(g))
		passage_invalid(g);
	else if (profile_of(g)->icmp_out == ICMP_OUT_ALL)
		own_source(g);
	else
		passage_drop(g, "no session");
}

/* rewrite - the packet, or the error's own header alone: icmp-payload */
static void rewrite(struct packet_context *g, const struct translation *t)
{
	if (profile_of(g)->icmp_payload == ICMP_PAYLOAD_LEAVE)
		translate_outer(&g->packet, g->side, t->outer);
	else if (g->side == NAT_INSIDE)
		translate_error_out(&g->packet, t);
	else
		translate_error_in(&g->packet, t);
}

/*
 * is_about - is the quoted packet one that such a session has? Queries go one
 * way, their answers the other; and conntrack wants the error to go to whom
 * the quoted packet came from.
 */
static bool is_about(const struct packet_context *g,
		     const struct nat_session *s)
{
	const struct packet *p = &g->packet;
	bool opened_in = s->seen & SEEN_OPENED_IN;

	if (transport(p->protocol) == NAT_ICMP &&
	    p->quotes_query != (opened_in == (g->side == NAT_INSIDE)))
		return false;
	return !tracking_asks(g) ||
	       !memcmp(p->ip.destination, p->inner.source, p->ipv6 ? 16 : 4);
}

bool error_is_known(struct packet_context *g)
{
	const struct nat_session *s = g->packet.is_known_only ?
		flow_find_quoted(g) : NULL;

	return s && is_about(g, s);
}

/* has_source - is there an external address to send it from? */
static bool has_source(const struct packet_context *g)
{
	uint8_t address[16];

	if (!g->packet.ipv6 || !g->nat->has_pair)
		return true;
	memcpy(address, g->packet.ip.source, sizeof(address));
	return prefix_out(&g->nat->pair, address);
}

/* error_out - an inside host's ICMP error about a packet that came in */
static void error_out(struct packet_context *g)
{
	struct nat *n = g->nat;
	struct packet *p = &g->packet;
	const struct nat_session *s;
	struct translation t;
	uint8_t room[16], outer[16];

	if (profile_of(g)->icmp_out == ICMP_OUT_NONE) {
		passage_drop(g, "icmp-out = none");
		return;
	}
	if (!has_source(g)) {
		passage_drop(g, "not of the inside prefix");
		return;
	}
	s = flow_find_quoted(g);
	if (!s || !is_about(g, s)) {
		stray_out(g);
		return;
	}
	if (passage_stops(g))
		return;
	t = flow_translation(n, s, p, NAT_INSIDE, room);
	if (t.outer && p->ipv6 && n->has_pair) {
		/* it may be another host's, of the same prefix */
		memcpy(outer, p->ip.source, 16);
		t.outer = prefix_out(&n->pair, outer) ? outer : NULL;
	}
	rewrite(g, &t);
	passage_leave(g);
}

/* after - what the error does to its session: the axes ...-after-... */
static void after(struct packet_context *g, struct nat_session *s)
{
	struct nat *n = g->nat;
	const struct profile *profile = profile_of(g);
	int what = transport(g->packet.protocol) == NAT_UDP ?
		profile->udp_after_icmp : profile->query_after_icmp;

	if (transport(g->packet.protocol) == NAT_TCP)
		what = rfc7857_error(profile, s, g->packet.error) ?
			AFTER_ICMP_END : AFTER_ICMP_KEEP;
	if (what == AFTER_ICMP_END)
		flow_end(n, s);
	else if (what == AFTER_ICMP_REFRESH)
		flow_refresh(n, s, (enum nat_timer)s->timer, g->now);
}

/* refuses - does an axis keep it out? */
static const char *refuses(const struct packet_context *g)
{
	const struct packet *p = &g->packet;

	if (profile_of(g)->icmp_in == PASSING_DROP)
		return "icmp-in = drop";
	if (profile_of(g)->icmp_source == ICMP_SOURCE_PEER_ONLY &&
	    memcmp(p->ip.source, p->inner.destination,
		   p->ipv6 ? 16 : 4) != 0)
		return "icmp-source = peer-only";
	return NULL;
}

/* error_in - an ICMP error about a packet that went out */
static void error_in(struct packet_context *g)
{
	struct nat *n = g->nat;
	struct packet *p = &g->packet;
	struct nat_session *s = flow_find_quoted(g);
	const char *reason = s && is_about(g, s) ? refuses(g) : "no session";
	struct translation t;
	uint8_t room[16];

	if (reason) {
		passage_drop(g, reason);
		return;
	}
	if (passage_stops(g))
		return;
	t = flow_translation(n, s, p, NAT_OUTSIDE, room);
	rewrite(g, &t);
	after(g, s);
	passage_leave(g);
}

void passage_error(struct packet_context *g)
{
	(g->side == NAT_INSIDE ? error_out : error_in)(g);
}
