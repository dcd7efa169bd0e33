#include "nat/mapping.h"

enum { OWNED_MOST = 64 };	/* ports of the NAT's own stack that are
				   passed over for one mapping */

bool is_untranslated(const struct packet_context *ctx)
{
	const struct profile *p = profile_of(ctx);

	return ctx->packet.ipv6 ? p->ipv6 != IPV6_NAT66 :
		p->translation == TRANSLATION_NONE;
}

/* has_shares - do axes count or choose anything by inside host? */
static bool has_shares(const struct profile *p)
{
	return p->addresses > 1 || p->port_block || p->ports_per_host ||
	       p->mappings_per_second;
}

/* key_of - the part of the remote endpoint that sessions of one mapping have
   in common: the axis mapping */
static struct endpoint key_of(int mapping, struct endpoint remote)
{
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT)
		remote.address = 0;
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    mapping == MAPPING_ADDRESS)
		remote.port = 0;
	return remote;
}

/* A mapping that is being made for a packet. */
struct mapping_request {
	struct packet_context *ctx;
	struct nat_mapping m;
};

/* user_of - the session that has an external port with the packet's remote
   endpoint, or NULL */
static struct nat_session *user_of(const struct mapping_request *r,
				   uint16_t port)
{
	struct nat_table *t = &r->ctx->nat->table;
	struct nat_mapping like = r->m;
	struct endpoint external;

	like.external_port = port;
	external = mapping_external(t, &like);
	return table_inbound(t, (enum nat_protocol)like.protocol, &external,
			     &r->ctx->packet.destination);
}

static bool is_in_use(void *argument, uint16_t port)
{
	return user_of(argument, port);
}

/* is_own - does the NAT's own stack have the port? */
static bool is_own(const struct mapping_request *r, uint16_t port)
{
	struct nat_session *s = user_of(r, port);

	return s &&
	       session_mapping(&r->ctx->nat->table, s)->flags & MAPPING_OWN;
}

/*
 * take_unowned - take a port that the NAT's own stack does not have with the
 * packet's remote endpoint
 * Ports of the stack that the pool gives are held until one is found, so that
 * it gives others, and returned then.
 */
static bool take_unowned(struct mapping_request *r,
			 const struct port_request *p)
{
	struct port_pool *pool = &r->ctx->nat->ports;
	uint16_t owned[OWNED_MOST], port = 0;
	unsigned count = 0;
	bool taken;

	while ((taken = ports_take(pool, p, &port)) && is_own(r, port) &&
	       count < OWNED_MOST)
		owned[count++] = port;
	if (taken && count == OWNED_MOST && is_own(r, port)) {
		ports_release(pool, p->address, p->protocol, port, 0);
		taken = false;
	}
	while (count)
		ports_release(pool, p->address, p->protocol, owned[--count], 0);
	r->m.external_port = port;
	return taken;
}

/* take_port - choose the external port by the axes about ports. Return: false
   if none is left */
static bool take_port(struct mapping_request *r,
		      const struct subscriber_share *share)
{
	struct packet_context *ctx = r->ctx;
	struct port_request p = {
		.profile = profile_of(ctx),
		.policy = (enum ports)behaviour_of(ctx)->ports,
		.protocol = ctx->packet.protocol,
		.address = share->external,
		.inside = ctx->packet.source.port,
		.first = share->first,
		.last = share->last,
		.in_use = is_in_use,
		.argument = r,
	};

	r->m.external = share->external;
	p.cannot_preserve = is_own(r, p.inside);
	if (!take_unowned(r, &p))
		return false;
	if (r->m.external_port != p.inside || p.cannot_preserve)
		r->m.flags |= MAPPING_COLLIDED;
	return true;
}

/* choose_external - choose the external endpoint of the inside endpoint.
   Return: NULL, or the axis that refuses */
static const char *choose_external(struct mapping_request *r)
{
	struct packet_context *ctx = r->ctx;
	struct subscribers *hosts = &ctx->nat->subscribers;
	const struct profile *profile = profile_of(ctx);
	enum nat_protocol protocol = ctx->packet.protocol;
	uint32_t host = ctx->packet.source.address;
	struct subscriber_share share = { 0 };

	if (is_untranslated(ctx)) {
		r->m.external = EXTERNAL_SAME;
		r->m.external_port = r->m.inside_port;
		return NULL;
	}
	if (has_shares(profile)) {
		const char *reason = subscriber_take(hosts, profile, protocol,
						     host, ctx->now, &share);

		if (reason)
			return reason;
		r->m.flags |= MAPPING_COUNTED;
	}
	if (take_port(r, &share))
		return NULL;
	if (r->m.flags & MAPPING_COUNTED)
		subscriber_leave(hosts, profile, protocol, host);
	return "no port is left";
}

/* is_taken - does another session already have the mapping's external endpoint
   with the packet's remote endpoint? */
static bool is_taken(struct packet_context *ctx, const struct nat_mapping *m)
{
	struct mapping_request r = { .ctx = ctx, .m = *m };

	return behaviour_of(ctx)->ports == PORTS_PRESERVE_OVERLAP ?
		is_in_use(&r, m->external_port) : is_own(&r, m->external_port);
}

struct nat_mapping *mapping_for(struct packet_context *ctx, const char **reason)
{
	const struct packet *p = &ctx->packet;
	int mapping = behaviour_of(ctx)->mapping;
	struct endpoint key = key_of(mapping, p->destination);
	struct nat_mapping *m = NULL;
	struct mapping_request r;

	if (mapping != MAPPING_CONNECTION)
		m = table_mapping(&ctx->nat->table, p->protocol, &p->source,
				  &key);
	if (m) {
		bool alone = m->flags & MAPPING_COLLIDED &&
			profile_of(ctx)->after_collision ==
			AFTER_COLLISION_CONNECTION;

		if (!alone && !is_taken(ctx, m))
			return m;
		key = p->destination;
	}
	r = (struct mapping_request){
		.ctx = ctx,
		.m = {
			.inside_address = p->source.address,
			.inside_port = p->source.port,
			.remote_address = key.address,
			.remote_port = key.port,
			.protocol = (uint8_t)p->protocol,
		},
	};
	*reason = choose_external(&r);
	return *reason ? NULL : table_add_mapping(&ctx->nat->table, &r.m);
}

/* claim_share - may the inside host have the external endpoint in @m? */
static bool claim_share(struct packet_context *ctx, struct nat_mapping *m)
{
	const struct profile *profile = profile_of(ctx);
	struct subscriber_share share = { 0 };

	if (!has_shares(profile))
		return true;
	if (subscriber_take(&ctx->nat->subscribers, profile,
			    ctx->packet.protocol, m->inside_address, ctx->now,
			    &share))
		return false;
	m->flags |= MAPPING_COUNTED;
	return (profile->pooling == POOLING_ARBITRARY ||
		share.external == m->external) &&
	       (!share.first || (m->external_port >= share.first &&
				 m->external_port <= share.last));
}

bool mapping_claim(struct packet_context *ctx, struct nat_mapping *m)
{
	struct nat *n = ctx->nat;
	uint32_t address = ctx->packet.ipv6 ? 0 :
		ctx->packet.destination.address - n->config.outside_address;

	m->external = (uint8_t)address;
	if (claim_share(ctx, m) &&
	    ports_claim(&n->ports, address, ctx->packet.protocol,
			m->external_port))
		return true;
	if (m->flags & MAPPING_COUNTED)
		subscriber_leave(&n->subscribers, profile_of(ctx),
				 ctx->packet.protocol, m->inside_address);
	return false;
}
