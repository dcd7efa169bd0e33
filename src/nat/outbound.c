/* What inside hosts send. */
#include "nat/core.h"

#include "nat/reply.h"
#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"
#include "wire/icmp.h"

#include <string.h>

/* opens - may a packet from inside without a session open one? */
static bool opens(const struct packet_context *g)
{
	switch (g->packet.kind) {
	case PACKET_SYN:
	case PACKET_DATAGRAM:
	case PACKET_QUERY:
		return true;
	case PACKET_ANSWER:
		return false;
	default:
		return profile_of(g)->non_syn == NON_SYN_OPEN;
	}
}

/* stray - a packet that only a session could let pass */
static void stray(struct packet_context *g)
{
	if (transport(g->packet.protocol) != NAT_TCP)
		passage_drop(g, "no session");
	else if (profile_of(g)->non_syn == NON_SYN_RST)
		answer_rst(g->result, &g->packet, "non-syn = rst");
	else
		passage_drop(g, "non-syn = drop");
}

/* exhausted - there is nothing left for a packet that opens a session */
static void exhausted(struct packet_context *g, const char *reason)
{
	switch (profile_of(g)->exhausted) {
	case EXHAUSTED_ICMP_ADMIN:
		passage_unreachable(g, ICMP_CODE_ADMIN, reason);
		break;
	case EXHAUSTED_ICMP_HOST:
		passage_unreachable(g, ICMP_CODE_HOST, reason);
		break;
	default:
		passage_drop(g, reason);
	}
}

/* unmappable - an IPv6 address that the prefixes leave nothing for */
static bool unmappable(struct packet_context *g)
{
	uint8_t address[16];

	if (!g->packet.ipv6 || !g->nat->has_pair)
		return false;
	memcpy(address, g->packet.ip.source, sizeof(address));
	if (prefix_out(&g->nat->pair, address))
		return false;
	if (prefix_covers(g->nat->pair.inside, g->nat->pair.length, address))
		passage_icmp(g, ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, 0,
			     "ipv6 = nptv6: no such address");
	else
		passage_drop(g, "not of the inside prefix");
	return true;
}

/* open_session - for a packet that belongs to none; NULL: it is answered */
static struct nat_session *open_session(struct packet_context *g)
{
	enum nat_timer timer = flow_timer(g);
	const char *reason;
	struct nat_session *s;

	if (tracking_asks(g) ? !tracking_opens(g, &timer) :
	    !opens(g)) {
		(tracking_asks(g) ? passage_invalid : stray)(g);
		return NULL;
	}
	if (unmappable(g) || passage_stops(g))
		return NULL;
	s = flow_open_out(g, timer, &reason);
	if (!s)
		exhausted(g, reason);
	return s;
}

/* is_older - does the SYN begin a connection beside the session's? Where
   each connection has a mapping the old one stays until it is forgotten. */
static bool is_older(const struct packet_context *g,
		     const struct nat_session *s)
{
	return behaviour_of(g)->mapping == MAPPING_CONNECTION &&
	       g->packet.kind == PACKET_SYN && rfc7857_is_over(s) &&
	       s->isn != g->packet.sequence;
}

/* known - go on with a session; false: the packet's fate is sealed */
static bool known(struct packet_context *g, struct nat_session **s)
{
	if (tracking_asks(g) || !is_older(g, *s))
		return flow_goes_on(g, s);
	*s = NULL;
	return true;
}

/* cancel_answers - the inside host's SYN comes before the answer to the
   peer's (RFC 5382 REQ-4) */
static void cancel_answers(struct packet_context *g,
			   const struct nat_session *s)
{
	struct nat *n = g->nat;
	struct endpoint external =
		mapping_external(&n->table, session_mapping(&n->table, s));
	struct nat_endpoint from, to;

	if (g->packet.kind != PACKET_SYN || !n->pending.count)
		return;
	from = view_endpoint(n, g->packet.ipv6, &external);
	to = view_endpoint(n, g->packet.ipv6, &g->packet.destination);
	if (g->packet.ipv6)
		memcpy(to.address, g->packet.ip.destination, 16);
	if (g->packet.ipv6 && n->has_pair)
		prefix_out(&n->pair, from.address);
	delayed_error_cancel(&n->pending, &from, &to);
}

void passage_outbound(struct packet_context *g)
{
	struct nat_session *s = flow_find_out(g);

	if (g->packet.ipv6)
		memcpy(g->nat->last_inside6, g->packet.ip.source, 16);
	else
		g->nat->last_inside = g->packet.source.address;
	if (g->packet.kind == PACKET_QUERY &&
	    profile_of(g)->icmp_query == PASSING_DROP) {
		passage_drop(g, "icmp-query = drop");
		return;
	}
	if (s && !known(g, &s))
		return;
	if (!s)
		s = open_session(g);
	if (!s)
		return;
	cancel_answers(g, s);
	flow_pass(g, s);
}
