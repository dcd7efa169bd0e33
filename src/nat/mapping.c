/* Mappings: which one a packet from inside has, and what a new one gets. */
#include "nat/core.h"

bool flow_is_same(const struct packet_context *g)
{
	const struct profile *p = profile_of(g);

	return g->packet.ipv6 ? p->ipv6 != IPV6_NAT66 :
		p->translation == TRANSLATION_NONE;
}

/* has_shares - is anything counted or chosen by inside host? */
static bool has_shares(const struct profile *p)
{
	return p->addresses > 1 || p->port_block || p->ports_per_host ||
	       p->mappings_per_second;
}

/* key_of - the part of the remote endpoint that the axis `mapping` asks to
   be the same */
static struct endpoint key_of(int mapping, struct endpoint remote)
{
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT)
		remote.address = 0;
	if (mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    mapping == MAPPING_ADDRESS)
		remote.port = 0;
	return remote;
}

enum { OWNED_MOST = 64 };	/* ports of its own stack that a NAT passes
				   over for one mapping */

/* A mapping that is being made. */
struct making {
	struct packet_context *g;
	struct nat_mapping m;
};

/* user_of - the session that has an external port with the packet's remote
   endpoint, or NULL */
static struct nat_session *user_of(const struct making *k, uint16_t port)
{
	struct nat_table *t = &k->g->nat->table;
	struct nat_mapping like = k->m;
	struct endpoint external;

	like.external_port = port;
	external = mapping_external(t, &like);
	return table_inbound(t, (enum nat_protocol)like.protocol, &external,
			     &k->g->packet.destination);
}

static bool in_use(void *argument, uint16_t port)
{
	return user_of(argument, port);
}

/* own_holds - does the NAT's own stack own it? */
static bool own_holds(const struct making *k, uint16_t port)
{
	struct nat_session *s = user_of(k, port);

	return s && session_mapping(&k->g->nat->table, s)->flags & MAPPING_OWN;
}

/* take_unowned - a port that the NAT's own stack does not own towards the
   packet's remote endpoint */
static bool take_unowned(struct making *k, const struct port_request *r)
{
	struct port_pool *pool = &k->g->nat->ports;
	uint16_t passed[OWNED_MOST], port = 0;
	unsigned count = 0;
	bool taken;

	while ((taken = ports_take(pool, r, &port)) && own_holds(k, port) &&
	       count < OWNED_MOST)
		passed[count++] = port;
	if (taken && count == OWNED_MOST && own_holds(k, port)) {
		ports_release(pool, r->address, r->protocol, port, 0);
		taken = false;
	}
	while (count)
		ports_release(pool, r->address, r->protocol, passed[--count],
			      0);
	k->m.external_port = port;
	return taken;
}

/* take_port - the axes about ports; NULL, or which one refuses */
static const char *take_port(struct making *k,
			     const struct subscriber_share *share)
{
	struct packet_context *g = k->g;
	struct port_request r = {
		.profile = profile_of(g),
		.policy = (enum ports)behaviour_of(g)->ports,
		.protocol = g->packet.protocol,
		.address = share->external,
		.inside = g->packet.source.port,
		.first = share->first,
		.last = share->last,
		.in_use = in_use,
		.argument = k,
	};

	k->m.external = share->external;
	r.lost = own_holds(k, r.inside);
	if (!take_unowned(k, &r))
		return "no port is left";
	if (k->m.external_port != r.inside || r.lost)
		k->m.flags |= MAPPING_COLLIDED;
	return NULL;
}

/* give_external - what the inside endpoint is outside */
static const char *give_external(struct making *k)
{
	struct packet_context *g = k->g;
	struct nat *n = g->nat;
	const struct profile *profile = profile_of(g);
	struct subscriber_share share = { 0 };
	const char *reason;

	if (flow_is_same(g)) {
		k->m.external = EXTERNAL_SAME;
		k->m.external_port = k->m.inside_port;
		return NULL;
	}
	if (has_shares(profile)) {
		reason = subscriber_take(&n->subscribers, profile,
					 g->packet.protocol,
					 g->packet.source.address, g->now,
					 &share);
		if (reason)
			return reason;
		k->m.flags |= MAPPING_COUNTED;
	}
	reason = take_port(k, &share);
	if (reason && k->m.flags & MAPPING_COUNTED)
		subscriber_leave(&n->subscribers, profile, g->packet.protocol,
				 g->packet.source.address);
	return reason;
}

static struct nat_mapping *make_mapping(struct packet_context *g,
					const struct endpoint *key,
					const char **reason)
{
	const struct packet *p = &g->packet;
	struct making k = {
		.g = g,
		.m = {
			.inside_address = p->source.address,
			.inside_port = p->source.port,
			.remote_address = key->address,
			.remote_port = key->port,
			.protocol = (uint8_t)p->protocol,
		},
	};

	*reason = give_external(&k);
	return *reason ? NULL : table_add_mapping(&g->nat->table, &k.m);
}

/* is_apart - does a mapping serve one connection alone? */
static bool is_apart(const struct packet_context *g,
		     const struct nat_mapping *m)
{
	return m->flags & MAPPING_COLLIDED &&
	       profile_of(g)->after_collision == AFTER_COLLISION_CONNECTION;
}

/* is_held - has somebody else the mapping's external endpoint towards the
   packet's remote one: the NAT's own stack, or one whose port overlaps? */
static bool is_held(struct packet_context *g, const struct nat_mapping *m)
{
	struct making k = { .g = g, .m = *m };

	return behaviour_of(g)->ports == PORTS_PRESERVE_OVERLAP ?
		in_use(&k, m->external_port) :
		own_holds(&k, m->external_port);
}

struct nat_mapping *flow_mapping_out(struct packet_context *g,
				     const char **reason)
{
	const struct packet *p = &g->packet;
	int mapping = behaviour_of(g)->mapping;
	struct endpoint key = key_of(mapping, p->destination);
	struct nat_mapping *m = NULL;

	if (mapping != MAPPING_CONNECTION)
		m = table_mapping(&g->nat->table, p->protocol, &p->source,
				  &key);
	if (m && !is_apart(g, m) && !is_held(g, m))
		return m;
	return make_mapping(g, m ? &p->destination : &key, reason);
}

/* open_share - may the host have the endpoint that the packet is for? */
static bool open_share(struct packet_context *g, struct nat_mapping *m)
{
	const struct profile *profile = profile_of(g);
	struct subscriber_share share = { 0 };

	if (!has_shares(profile))
		return true;
	if (subscriber_take(&g->nat->subscribers, profile,
			    g->packet.protocol, m->inside_address, g->now,
			    &share))
		return false;
	m->flags |= MAPPING_COUNTED;
	return (profile->pooling == POOLING_ARBITRARY ||
		share.external == m->external) &&
	       (!share.first || (m->external_port >= share.first &&
				 m->external_port <= share.last));
}

bool flow_claim_external(struct packet_context *g, struct nat_mapping *m)
{
	struct nat *n = g->nat;
	uint32_t address = g->packet.ipv6 ? 0 :
		g->packet.destination.address - n->config.outside_address;

	m->external = (uint8_t)address;
	if (open_share(g, m) && ports_claim(&n->ports, address,
					    g->packet.protocol,
					    m->external_port))
		return true;
	if (m->flags & MAPPING_COUNTED)
		subscriber_leave(&n->subscribers, profile_of(g),
				 g->packet.protocol, m->inside_address);
	return false;
}
