/*
 * Sessions and their mappings: found, opened, passed through, forgotten.
 */
#include "nat/core.h"

#include "base/clock.h"
#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"

#include <string.h>

/* right_way - queries go the way in which their session was opened, answers
   the other */
static struct nat_session *right_way(const struct packet_context *g,
				     struct nat_session *s)
{
	bool forth = g->packet.kind == PACKET_QUERY;
	bool opened_in = s && s->seen & SEEN_OPENED_IN;

	if (s && transport(g->packet.protocol) == NAT_ICMP &&
	    (opened_in == (g->side == NAT_OUTSIDE)) != forth)
		return NULL;
	return s;
}

/* not_own - what the NAT's own stack has is no inside host's */
static struct nat_session *not_own(struct packet_context *g,
				   struct nat_session *s)
{
	return s && session_mapping(&g->nat->table, s)->flags & MAPPING_OWN ?
		NULL : s;
}

struct nat_session *flow_find_quoted(struct packet_context *g)
{
	const struct packet *p = &g->packet;
	struct nat_table *t = &g->nat->table;

	if (g->side == NAT_INSIDE)
		return not_own(g, table_outbound(t, p->protocol,
						 &p->quoted_destination,
						 &p->quoted_source));
	return not_own(g, table_inbound(t, p->protocol, &p->quoted_source,
					&p->quoted_destination));
}

struct nat_session *flow_find_out(struct packet_context *g)
{
	const struct packet *p = &g->packet;

	return not_own(g, right_way(g, table_outbound(&g->nat->table,
						      p->protocol, &p->source,
						      &p->destination)));
}

struct nat_session *flow_find_in(struct packet_context *g)
{
	const struct packet *p = &g->packet;

	return right_way(g, table_inbound(&g->nat->table, p->protocol,
					  &p->destination, &p->source));
}

enum nat_timer flow_timer(const struct packet_context *g)
{
	static const uint8_t first[] = {
		[NAT_TCP] = TIMER_SYN,
		[NAT_UDP] = TIMER_UDP,
		[NAT_ICMP] = TIMER_ICMP,
	};

	return (enum nat_timer)first[transport(g->packet.protocol)];
}

/* let_go - what write_down() held */
static void let_go(struct packet_context *g)
{
	struct interned_addresses *book = &g->nat->table.book;

	if (!g->packet.ipv6)
		return;
	if (g->packet.source.address)
		interned_release(book, g->packet.source.address);
	if (g->packet.destination.address)
		interned_release(book, g->packet.destination.address);
}

/* write_down - the packet's IPv6 addresses get numbers, for as long as
   nothing else holds them; false, and they are let go, when there is no room
   or no such address */
static bool write_down(struct packet_context *g)
{
	struct interned_addresses *book = &g->nat->table.book;
	struct packet *p = &g->packet;
	bool in = g->side == NAT_OUTSIDE;
	uint8_t near[16];

	if (!p->ipv6)
		return true;
	memcpy(near, in ? p->ip.destination : p->ip.source, 16);
	if (in && g->nat->has_pair && !prefix_in(&g->nat->pair, near))
		return false;
	p->source.address = interned_add(book, in ? p->ip.source : near);
	p->destination.address = interned_add(book, in ? near :
					    p->ip.destination);
	if (p->source.address && p->destination.address)
		return true;
	let_go(g);
	return false;
}

/* new_session - of a mapping, for the packet's remote endpoint */
static struct nat_session *new_session(struct packet_context *g,
				       struct nat_mapping *m,
				       const struct endpoint *remote,
				       enum nat_timer timer)
{
	struct nat *n = g->nat;
	bool is_new = !m->sessions;
	struct nat_session *s = table_add_session(&n->table, m, remote);

	if (g->side == NAT_OUTSIDE)
		s->seen = SEEN_OPENED_IN;
	if (transport(g->packet.protocol) == NAT_UDP)
		s->isn = (uint32_t)(g->now / NS_PER_MS);
	if (transport(g->packet.protocol) == NAT_TCP &&
	    n->config.profile.sequence_numbers == SEQUENCE_REWRITE)
		s->offset = (uint32_t)rng_below(&n->random, UINT32_MAX) + 1;
	session_time(&n->table, s, timer, g->now + n->timeouts[timer]);
	if (n->memories)
		n->memories[session_number(&n->table, s)] = g->memory;
	if (n->config.event && is_new)
		view_mapping(n, NAT_MAPPING_NEW, m);
	if (n->config.event)
		view_session(n, NAT_SESSION_NEW, s);
	return s;
}

struct nat_session *flow_open_out(struct packet_context *g,
				  enum nat_timer timer, const char **reason)
{
	struct nat_session *s = NULL;
	struct nat_mapping *m;

	*reason = "sessions";
	if (!table_full(&g->nat->table) && write_down(g)) {
		m = flow_mapping_out(g, reason);
		if (m)
			s = new_session(g, m, &g->packet.destination, timer);
		let_go(g);
	}
	return s;
}

struct nat_session *flow_open_in(struct packet_context *g,
				 struct nat_mapping *m, enum nat_timer timer)
{
	struct nat_session *s;

	if (!write_down(g))
		return NULL;
	s = new_session(g, m, &g->packet.source, timer);
	let_go(g);
	return s;
}

void flow_map_own(struct packet_context *g)
{
	struct nat_table *t = &g->nat->table;
	const struct packet *p = &g->packet;
	struct nat_mapping m = {
		.inside_address = p->destination.address,
		.inside_port = p->destination.port,
		.external_port = p->destination.port,
		.external = EXTERNAL_SAME,
		.protocol = (uint8_t)p->protocol,
		.flags = MAPPING_OWN,
	};

	if (table_full(t) || p->ipv6 || flow_is_same(g) || flow_find_in(g))
		return;
	new_session(g, table_add_mapping(t, &m), &p->source, TIMER_SYN);
}

/* last_inside - the number of the inside host that sent last; 0: there is
   none. Of IPv6 it has one user more then. */
static uint32_t last_inside(struct nat *n, bool ipv6)
{
	static const uint8_t none[16];

	if (!ipv6)
		return n->last_inside;
	return memcmp(n->last_inside6, none, 16) ?
		interned_add(&n->table.book, n->last_inside6) : 0;
}

struct nat_mapping *flow_map_open(struct packet_context *g)
{
	struct nat *n = g->nat;
	const struct packet *p = &g->packet;
	struct nat_mapping m = {
		.inside_port = p->destination.port,
		.external_port = p->destination.port,
		.external = EXTERNAL_SAME,
		.protocol = (uint8_t)p->protocol,
	};
	struct nat_mapping *made = NULL;
	bool hosts = !flow_is_same(g);	/* its own address is the inside's */

	if (!write_down(g))
		return NULL;
	m.inside_address = hosts ? last_inside(n, p->ipv6) :
		p->destination.address;
	if (m.inside_address && (!hosts || flow_claim_external(g, &m)))
		made = table_add_mapping(&n->table, &m);
	if (hosts && p->ipv6 && m.inside_address)
		interned_release(&n->table.book, m.inside_address);
	let_go(g);
	return made;
}

void flow_refresh(struct nat *n, struct nat_session *s, enum nat_timer timer,
		  int64_t now)
{
	bool is_new = timer != (enum nat_timer)s->timer;

	session_time(&n->table, s, timer, now + n->timeouts[timer]);
	if (is_new && n->config.event)
		view_session(n, NAT_SESSION_STATE, s);
}

struct translation flow_translation(const struct nat *n,
				    const struct nat_session *s,
				    const struct packet *p, enum nat_side side,
				    uint8_t room[16])
{
	const struct nat_mapping *m = session_mapping((struct nat_table *)
						      &n->table, s);
	bool out = side == NAT_INSIDE;
	struct translation t = {
		.port = out ? m->external_port : m->inside_port,
		.offset = s->offset,
	};
	struct endpoint e = out ? mapping_external(&n->table, m) :
		mapping_inside(m);

	if (m->external == EXTERNAL_SAME && (!p->ipv6 || !n->has_pair))
		return t;
	if (p->ipv6)
		memcpy(room, interned_bytes(&n->table.book, e.address), 16);
	else
		put32(room, e.address);
	if (out && p->ipv6 && n->has_pair)
		prefix_out(&n->pair, room);
	t.address = t.outer = room;
	return t;
}

static void release(struct nat *n, const struct nat_mapping *m, int64_t now)
{
	const struct profile *p = &n->config.profile;
	enum nat_protocol protocol = (enum nat_protocol)m->protocol;
	struct endpoint external = mapping_external(&n->table, m);
	int64_t rest = p->port_reuse_delay * NS_PER_S;

	if (m->external == EXTERNAL_SAME)
		return;
	if (!table_external(&n->table, protocol, &external))
		ports_release(&n->ports, m->external, protocol,
			      m->external_port, rest ? now + rest : 0);
}

void flow_end(struct nat *n, struct nat_session *s)
{
	offload_end(n, s);
	if (n->config.event)
		view_session(n, NAT_SESSION_GONE, s);
	session_end(&n->table, s);
}

void flow_remove(struct nat *n, struct nat_session *s, int64_t now)
{
	struct nat_mapping *m = session_mapping(&n->table, s);
	bool last = m->sessions == 1;
	struct nat_mapping freed;

	offload_end(n, s);
	if (n->config.event && !s->ended)
		view_session(n, NAT_SESSION_GONE, s);
	if (last && n->config.event)
		view_mapping(n, NAT_MAPPING_GONE, m);
	if (last && m->flags & MAPPING_COUNTED)
		subscriber_leave(&n->subscribers, &n->config.profile,
				 (enum nat_protocol)m->protocol,
				 m->inside_address);
	if (table_remove(&n->table, s, &freed))
		release(n, &freed, now);
}

void flow_expire(struct nat *n, int64_t now)
{
	struct nat_session *s;

	while ((s = table_expired(&n->table, now)))
		flow_remove(n, s, now);
	ports_rested(&n->ports, now);
}
