/*
 * IPv6 addresses are interned (nat/address_interning.h) while a session or
 * mapping holds them. intern_addresses() holds the packet's two from before a
 * session is opened until it is; release_addresses() lets go of them.
 */
#include "nat/nat_session.h"

#include "base/clock.h"
#include "nat/flow_offload.h"
#include "nat/mapping.h"
#include "nat/session_events.h"
#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"

#include <string.h>

/*
 * same_direction - of ICMP a request belongs to a session that was opened in
 * its direction, a reply to one that was opened in the other
 */
static struct nat_session *same_direction(const struct packet_context *ctx,
					  struct nat_session *s)
{
	bool is_request = ctx->packet.kind == PACKET_ICMP_REQUEST;
	bool opened_in = s && s->seen & SEEN_OPENED_IN;

	if (s && transport(ctx->packet.protocol) == NAT_ICMP &&
	    (opened_in == (ctx->side == NAT_OUTSIDE)) != is_request)
		return NULL;
	return s;
}

/* without_own - ignore sessions of the NAT's own stack */
static struct nat_session *without_own(struct packet_context *ctx,
				       struct nat_session *s)
{
	return s && session_mapping(&ctx->nat->table, s)->flags & MAPPING_OWN ?
		NULL : s;
}

struct nat_session *nat_session_find_quoted(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct nat_table *t = &ctx->nat->table;

	if (ctx->side == NAT_INSIDE)
		return without_own(ctx, table_outbound(t, p->protocol,
						       &p->quoted_destination,
						       &p->quoted_source));
	return without_own(ctx, table_inbound(t, p->protocol, &p->quoted_source,
					      &p->quoted_destination));
}

struct nat_session *nat_session_find_out(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct nat_session *s = table_outbound(&ctx->nat->table, p->protocol,
					       &p->source, &p->destination);

	return without_own(ctx, same_direction(ctx, s));
}

struct nat_session *nat_session_find_in(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;

	return same_direction(ctx, table_inbound(&ctx->nat->table, p->protocol,
						 &p->destination, &p->source));
}

enum nat_timer nat_session_first_timer(const struct packet_context *ctx)
{
	static const uint8_t first[] = {
		[NAT_TCP] = TIMER_SYN,
		[NAT_UDP] = TIMER_UDP,
		[NAT_ICMP] = TIMER_ICMP,
	};

	return (enum nat_timer)first[transport(ctx->packet.protocol)];
}

static void release_addresses(struct packet_context *ctx)
{
	struct interned_addresses *a = &ctx->nat->table.addresses;

	if (!ctx->packet.ipv6)
		return;
	if (ctx->packet.source.address)
		interned_release(a, ctx->packet.source.address);
	if (ctx->packet.destination.address)
		interned_release(a, ctx->packet.destination.address);
}

/*
 * intern_addresses - give the packet's IPv6 addresses their numbers
 * Return: false, with nothing held, when there is no room or when the prefix
 *         of the inside address cannot be exchanged
 */
static bool intern_addresses(struct packet_context *ctx)
{
	struct interned_addresses *a = &ctx->nat->table.addresses;
	struct packet *p = &ctx->packet;
	bool in = ctx->side == NAT_OUTSIDE;
	uint8_t near[16];

	if (!p->ipv6)
		return true;
	memcpy(near, in ? p->ip.destination : p->ip.source, 16);
	if (in && ctx->nat->has_prefixes &&
	    !prefix_in(&ctx->nat->prefixes, near))
		return false;
	p->source.address = interned_add(a, in ? p->ip.source : near);
	p->destination.address = interned_add(a, in ? near :
					      p->ip.destination);
	if (p->source.address && p->destination.address)
		return true;
	release_addresses(ctx);
	return false;
}

/* add_session - to a mapping, for the packet's remote endpoint */
static struct nat_session *add_session(struct packet_context *ctx,
				       struct nat_mapping *m,
				       const struct endpoint *remote,
				       enum nat_timer timer)
{
	struct nat *n = ctx->nat;
	bool is_new = !m->sessions;
	struct nat_session *s = table_add_session(&n->table, m, remote);

	if (ctx->side == NAT_OUTSIDE)
		s->seen = SEEN_OPENED_IN;
	if (transport(ctx->packet.protocol) == NAT_UDP)
		s->isn = (uint32_t)(ctx->now / NS_PER_MS);
	if (transport(ctx->packet.protocol) == NAT_TCP &&
	    n->config.profile.sequence_numbers == SEQUENCE_REWRITE)
		s->offset = (uint32_t)rng_below(&n->random, UINT32_MAX) + 1;
	table_set_timer(&n->table, s, timer, ctx->now + n->timeouts[timer]);
	if (n->conntrack)
		n->conntrack[session_number(&n->table, s)] = ctx->memory;
	if (is_new)
		mapping_event(n, NAT_MAPPING_NEW, m);
	session_event(n, NAT_SESSION_NEW, s);
	return s;
}

struct nat_session *nat_session_open_out(struct packet_context *ctx,
					 enum nat_timer timer,
					 const char **reason)
{
	struct nat_session *s = NULL;
	struct nat_mapping *m;

	*reason = "sessions";
	if (!table_full(&ctx->nat->table) && intern_addresses(ctx)) {
		m = mapping_for(ctx, reason);
		if (m)
			s = add_session(ctx, m, &ctx->packet.destination,
					timer);
		release_addresses(ctx);
	}
	return s;
}

struct nat_session *nat_session_open_in(struct packet_context *ctx,
					struct nat_mapping *m,
					enum nat_timer timer)
{
	struct nat_session *s;

	if (!intern_addresses(ctx))
		return NULL;
	s = add_session(ctx, m, &ctx->packet.source, timer);
	release_addresses(ctx);
	return s;
}

void nat_session_open_own(struct packet_context *ctx)
{
	struct nat_table *t = &ctx->nat->table;
	const struct packet *p = &ctx->packet;
	struct nat_mapping m = {
		.inside_address = p->destination.address,
		.inside_port = p->destination.port,
		.external_port = p->destination.port,
		.external = EXTERNAL_SAME,
		.protocol = (uint8_t)p->protocol,
		.flags = MAPPING_OWN,
	};

	if (table_full(t) || p->ipv6 || is_untranslated(ctx) ||
	    nat_session_find_in(ctx))
		return;
	add_session(ctx, table_add_mapping(t, &m), &p->source,
		    nat_session_first_timer(ctx));
}

/*
 * hold_last_inside - the number of the inside host that sent last; 0: none
 * did. An IPv6 number is held until interned_release().
 */
static uint32_t hold_last_inside(struct nat *n, bool ipv6)
{
	static const uint8_t none[16];

	if (!ipv6)
		return n->last_inside;
	return memcmp(n->last_inside6, none, 16) ?
		interned_add(&n->table.addresses, n->last_inside6) : 0;
}

struct nat_mapping *nat_session_map_open(struct packet_context *ctx)
{
	struct nat *n = ctx->nat;
	const struct packet *p = &ctx->packet;
	struct nat_mapping m = {
		.inside_port = p->destination.port,
		.external_port = p->destination.port,
		.external = EXTERNAL_SAME,
		.protocol = (uint8_t)p->protocol,
	};
	struct nat_mapping *made = NULL;
	bool translated = !is_untranslated(ctx);

	if (!intern_addresses(ctx))
		return NULL;
	m.inside_address = translated ? hold_last_inside(n, p->ipv6) :
		p->destination.address;
	if (m.inside_address && (!translated || mapping_claim(ctx, &m)))
		made = table_add_mapping(&n->table, &m);
	if (translated && p->ipv6 && m.inside_address)
		interned_release(&n->table.addresses, m.inside_address);
	release_addresses(ctx);
	return made;
}

void nat_session_refresh(struct nat *n, struct nat_session *s,
			 enum nat_timer timer, int64_t now)
{
	bool is_new = timer != (enum nat_timer)s->timer;

	table_set_timer(&n->table, s, timer, now + n->timeouts[timer]);
	if (is_new)
		session_event(n, NAT_SESSION_STATE, s);
}

struct translation nat_session_translation(const struct nat *n,
					   const struct nat_session *s,
					   const struct packet *p,
					   enum nat_side side, uint8_t room[16])
{
	const struct nat_mapping *m = &n->table.mappings[s->mapping];
	bool out = side == NAT_INSIDE;
	struct translation t = {
		.port = out ? m->external_port : m->inside_port,
		.offset = s->offset,
	};
	struct endpoint e = out ? mapping_external(&n->table, m) :
		mapping_inside(m);

	if (m->external == EXTERNAL_SAME && (!p->ipv6 || !n->has_prefixes))
		return t;
	if (p->ipv6)
		memcpy(room, interned_bytes(&n->table.addresses, e.address),
		       16);
	else
		put32(room, e.address);
	if (out && p->ipv6 && n->has_prefixes)
		prefix_out(&n->prefixes, room);
	t.address = t.outer = room;
	return t;
}

void nat_session_end(struct nat *n, struct nat_session *s)
{
	offload_revoke(n, s);
	session_event(n, NAT_SESSION_GONE, s);
	table_end(&n->table, s);
}

/* release_port - of a removed mapping, unless another one shares it */
static void release_port(struct nat *n, const struct nat_mapping *m,
			 int64_t now)
{
	enum nat_protocol protocol = (enum nat_protocol)m->protocol;
	struct endpoint external = mapping_external(&n->table, m);
	int64_t delay = n->config.profile.port_reuse_delay * NS_PER_S;

	if (m->external != EXTERNAL_SAME &&
	    !table_external(&n->table, protocol, &external))
		ports_release(&n->ports, m->external, protocol,
			      m->external_port, delay ? now + delay : 0);
}

void nat_session_remove(struct nat *n, struct nat_session *s, int64_t now)
{
	struct nat_mapping *m = session_mapping(&n->table, s);
	bool last = m->sessions == 1;
	struct nat_mapping freed;

	offload_revoke(n, s);
	if (!s->ended)
		session_event(n, NAT_SESSION_GONE, s);
	if (last)
		mapping_event(n, NAT_MAPPING_GONE, m);
	if (last && m->flags & MAPPING_COUNTED)
		subscriber_leave(&n->subscribers, &n->config.profile,
				 (enum nat_protocol)m->protocol,
				 m->inside_address);
	if (table_remove(&n->table, s, &freed))
		release_port(n, &freed, now);
}

void nat_sessions_expire(struct nat *n, int64_t now)
{
	struct nat_session *s;

	while ((s = table_expired(&n->table, now)))
		nat_session_remove(n, s, now);
	ports_release_due(&n->ports, now);
}
