/* What comes from outside. */
#include "nat/core.h"

#include "nat/reply.h"
#include "nat/filter.h"
#include "nat/tcp_rfc7857.h"

#include "base/clock.h"
#include "wire/icmp.h"

#include <string.h>

#define PATIENCE (6 * NS_PER_S)		/* RFC 5382 REQ-4 */

/* ---- what may not enter ---- */

static struct nat_endpoint endpoint_of(bool ipv6, const uint8_t *address,
				       uint16_t port)
{
	struct nat_endpoint e = { .ipv6 = ipv6, .port = port };

	memcpy(e.address, address, ipv6 ? 16 : 4);
	return e;
}

/* answer_later - port unreachable, if nothing happens until then */
static void answer_later(struct packet_context *g, const char *reason)
{
	const struct packet *p = &g->packet;
	struct nat *n = g->nat;
	struct answer_icmp what = { ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, 0,
				    { 0 } };
	struct delayed_error *a =
		delayed_error_add(&n->pending, g->now + PATIENCE);

	passage_drop(g, reason);
	if (!a)
		return;
	memcpy(what.from, p->ip.destination, p->ipv6 ? 16 : 4);
	a->external = endpoint_of(p->ipv6, p->ip.destination,
				  p->destination.port);
	a->remote = endpoint_of(p->ipv6, p->ip.source, p->source.port);
	a->length =
		(uint16_t)answer_build(a->bytes, DELAYED_ERROR_ROOM, p, &what);
	a->cancelled = !a->length;
}

static void ban(struct packet_context *g, const char *reason)
{
	struct nat_endpoint e = endpoint_of(g->packet.ipv6,
					    g->packet.ip.source, 0);

	blocklist_add(&g->nat->bans, e.address,
		      g->now + profile_of(g)->ban_time * NS_PER_S);
	passage_drop(g, reason);
}

bool passage_banned(const struct packet_context *g)
{
	struct nat_endpoint e;

	if (!g->nat->bans.count ||
	    profile_of(g)->unsolicited_syn != UNSOLICITED_BAN)
		return false;
	e = endpoint_of(g->packet.ipv6, g->packet.ip.source, 0);
	return blocklist_has(&g->nat->bans, e.address, g->now);
}

/* answer_syn - as the axes `unsolicited-...` say */
static void answer_syn(struct packet_context *g, const char *reason)
{
	const struct profile *profile = profile_of(g);

	if (profile->unsolicited_takes_port == TAKES_PORT_YES)
		flow_map_own(g);
	switch (profile->unsolicited_syn) {
	case UNSOLICITED_RST:
		answer_rst(g->result, &g->packet, reason);
		break;
	case UNSOLICITED_ICMP_PORT:
		passage_unreachable(g, ICMP_CODE_PORT, reason);
		break;
	case UNSOLICITED_ICMP_HOST:
		passage_unreachable(g, ICMP_CODE_HOST, reason);
		break;
	case UNSOLICITED_ICMP_ADMIN:
		passage_unreachable(g, ICMP_CODE_ADMIN, reason);
		break;
	case UNSOLICITED_ICMP_AFTER_6S:
		answer_later(g, reason);
		break;
	case UNSOLICITED_BAN:
		ban(g, reason);
		break;
	default:
		passage_drop(g, reason);
	}
}

/* refuse_other - neither SYN nor datagram */
static void refuse_other(struct packet_context *g, const char *ended)
{
	bool is_tcp = transport(g->packet.protocol) == NAT_TCP;

	if (ended)
		passage_drop(g, ended);
	else if (!is_tcp)
		passage_drop(g, "no session");
	else if (profile_of(g)->non_syn == NON_SYN_RST)
		answer_rst(g->result, &g->packet, "non-syn = rst");
	else
		passage_drop(g, "non-syn = drop");
}

/* refuse - a packet from outside that belongs to no session */
static void refuse(struct packet_context *g, bool mapped)
{
	const struct profile *profile = profile_of(g);
	const struct packet *p = &g->packet;
	int filtering = behaviour_of(g)->filtering;
	const struct nat_session *ended =
		table_ended(&g->nat->table, p->protocol, &p->destination,
			    &p->source);
	const char *reason = ended ?
		rfc7857_end_reason(profile, ended, p->kind) : NULL;

	if (p->kind == PACKET_SYN)
		answer_syn(g, reason ? reason :
			   filter_reason(filtering, profile->unsolicited_syn,
					 mapped));
	else if (p->kind == PACKET_DATAGRAM)
		passage_drop(g, filter_datagram_reason(filtering, mapped));
	else
		refuse_other(g, reason);
}

/* ---- what may ---- */

/* asks - is it of the kind that a filter may let in? */
static bool asks(const struct packet *p)
{
	return p->kind == PACKET_SYN || p->kind == PACKET_DATAGRAM ||
	       p->kind == PACKET_QUERY;
}

/* goes_on - conntrack's word on a packet that opens a session */
static bool goes_on(struct packet_context *g, enum nat_timer *timer)
{
	if (!tracking_asks(g) || tracking_opens(g, timer))
		return true;
	passage_invalid(g);
	return false;
}

/* open_session - for a packet that belongs to none; NULL: it is answered */
static struct nat_session *open_session(struct packet_context *g)
{
	struct nat_table *t = &g->nat->table;
	const struct packet *p = &g->packet;
	int filtering = behaviour_of(g)->filtering;
	struct nat_mapping *m = table_external(t, p->protocol,
					       &p->destination);
	bool open = !m && asks(p) && filtering == FILTERING_OPEN;
	enum nat_timer timer = flow_timer(g);
	struct nat_session *s;

	if (!asks(p) ||
	    (m ? !filter_passes(t, filtering, m, &p->source) : !open)) {
		refuse(g, m);
		return NULL;
	}
	if (table_full(t)) {
		passage_drop(g, "sessions");
		return NULL;
	}
	if (!goes_on(g, &timer) || passage_stops(g))
		return NULL;
	if (open)
		m = flow_map_open(g);
	s = m ? flow_open_in(g, m, timer) : NULL;
	if (!s)
		refuse(g, false);
	return s;
}

/* is_over - is it a SYN that begins a new connection in a session that is
   over? Then it must pass the filter again. */
static bool is_over(const struct packet_context *g, const struct nat_session *s)
{
	return g->packet.kind == PACKET_SYN && !tracking_asks(g) &&
	       rfc7857_is_over(s);
}

/* known - go on with a session; false: the packet's fate is sealed */
static bool known(struct packet_context *g, struct nat_session **s)
{
	struct nat *n = g->nat;
	const struct nat_mapping *m = session_mapping(&n->table, *s);

	if (m->flags & MAPPING_OWN) {
		refuse(g, false);
		return false;
	}
	if (is_over(g, *s) &&
	    !filter_passes(&n->table, behaviour_of(g)->filtering, m,
			   &g->packet.source)) {
		refuse(g, true);
		return false;
	}
	return flow_goes_on(g, s);
}

void passage_inbound(struct packet_context *g)
{
	struct nat_session *s = flow_find_in(g);

	if (s && !known(g, &s))
		return;
	if (!s)
		s = open_session(g);
	if (s)
		flow_pass(g, s);
}
