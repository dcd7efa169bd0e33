/*
 * The engine's entrance, and the way of a packet through its files.
 *
 * A packet arrives in nat_input() with the side that it came from.
 *
 *   read       packet.c, packet_ip.c and packet_icmp.c fill `struct packet`:
 *              kind, protocol, endpoints, and what an ICMP error quotes. A
 *              packet that they cannot read is dropped; tcp-state = conntrack
 *              may let it leave untranslated.
 *   route      nat_input() asks where it belongs:
 *                a sender on the blocklist      dropped (unsolicited.c)
 *                a later fragment               later_fragments.c
 *                an ICMP request to the NAT     echo.c
 *                from inside to an external
 *                address of the NAT             hairpin.c: out and in again
 *                to nobody behind the NAT       dropped
 *                anything else                  dispatch.c
 *   dispatch   dispatch.c hands it to one of three stages:
 *                from inside                    outbound.c
 *                from outside                   inbound.c
 *                an ICMP error                  icmp_errors.c
 *   find       nat_session.c looks for its session (table.c).
 *   open       Without a session: outbound.c asks whether the packet may open
 *              one, and mapping.c which external endpoint it gets (port.c,
 *              subscriber.c). inbound.c asks the mapping's filter (filter.c);
 *              what may not enter is dropped or answered by unsolicited.c.
 *   check      With a session: session_forward.c asks the state machine
 *              (tcp_rfc7857.c, or tcp_state.c over tcp_conntrack.c and
 *              tcp_window.c) and the axes about the order of packets.
 *   ttl, mtu   check_ttl_mtu() in verdict.c is the last check. Up to here
 *              nothing was remembered or rewritten.
 *   remember   The session is opened or updated (nat_session.c), and reported
 *              (session_events.c).
 *   rewrite    translate.c: addresses, ports, sequence numbers, checksums.
 *   forward    verdict.c; a packet that is too big goes to fragmentation.c.
 *
 * Every stage ends with a call of verdict.c: drop(), forward(), or a reply
 * that reply.c builds. So a packet that is not forwarded leaves no trace, as
 * in Linux, whose conntrack confirms an entry on the way out. (Exceptions: a
 * ban, a port that the NAT's own stack takes, a delayed error.)
 *
 * Packets that leave later, through nat_output(): fragments of packets that
 * were too big, fragments that were held (fragment_table.c), and ICMP errors
 * that wait for 6 s (delayed_errors.c); nat_output.c.
 *
 * Established sessions may leave the engine: flow_offload.c says which, and
 * nat_touch() reports their packets.
 */
#include "nat/nat_internal.h"

#include "nat/dispatch.h"
#include "nat/echo.h"
#include "nat/flow_offload.h"
#include "nat/hairpin.h"
#include "nat/icmp_errors.h"
#include "nat/later_fragments.h"
#include "nat/mapping.h"
#include "nat/apply_profile.h"
#include "nat/nat_session.h"
#include "nat/tcp_state.h"
#include "nat/unsolicited.h"
#include "nat/verdict.h"

#include <stdlib.h>
#include <string.h>

enum {
	MULTICAST = 0xe0,	/* first byte of IPv4 multicast and above */
	MULTICAST6 = 0xff,
};

static bool init_tables(struct nat *n)
{
	struct nat_config *c = &n->config;
	unsigned addresses = (unsigned)c->profile.addresses;
	bool conntrack = c->profile.tcp_state == TCP_STATE_CONNTRACK;
	struct rng seeds;

	if (!c->sessions)
		c->sessions = (uint32_t)c->profile.sessions;
	rng_seed(&seeds, c->seed);
	if (!ports_init(&n->ports, addresses,
			c->profile.port_reuse_delay, rng_next(&seeds)))
		return false;
	rng_seed(&n->random, rng_next(&seeds));
	if (!table_init(&n->table, c->sessions, rng_next(&seeds)) ||
	    !subscribers_init(&n->subscribers, c->sessions, addresses,
			      rng_next(&seeds)))
		return false;
	n->table.outside = c->outside_address;
	if (conntrack)
		n->conntrack =
			calloc((size_t)c->sessions + 1, sizeof(*n->conntrack));
	return n->conntrack || !conntrack;
}

/* init_ipv6 - intern the external address, and prepare nptv6's prefixes */
static void init_ipv6(struct nat *n)
{
	const struct nat_config *c = &n->config;
	uint8_t inside[16], outside[16];

	if (c->outside6.prefix)
		n->table.outside6 =
			interned_add(&n->table.addresses, c->outside6.address);
	if (c->profile.ipv6 != IPV6_NPTV6 || !c->inside6.prefix ||
	    c->inside6.prefix > PREFIX_LENGTH_MAX)
		return;
	prefix_of(c->inside6.address, c->inside6.prefix, inside);
	prefix_of(c->outside6.address, c->outside6.prefix, outside);
	n->has_prefixes =
		prefix_pair_init(&n->prefixes, inside, c->inside6.prefix,
				 outside, c->outside6.prefix);
}

struct nat *nat_new(const struct nat_config *config)
{
	struct nat *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->config = *config;
	if (!init_tables(n)) {
		nat_free(n);
		return NULL;
	}
	nat_apply_profile(n);
	init_ipv6(n);
	return n;
}

void nat_free(struct nat *n)
{
	if (!n)
		return;
	table_free(&n->table);
	ports_destroy(&n->ports);
	subscribers_free(&n->subscribers);
	free(n->conntrack);
	free(n);
}

void nat_reload(struct nat *n, const struct profile *profile, int64_t now)
{
	struct profile *p = &n->config.profile;
	struct profile old = *p;
	int64_t before[TIMERS];

	offload_revoke_all(n);
	nat_sessions_expire(n, now);
	memcpy(before, n->timeouts, sizeof(before));
	*p = *profile;
	/* what the tables were made for stays */
	p->addresses = old.addresses;
	p->sessions = old.sessions;
	p->port_block = old.port_block;
	if (!n->ports.quarantined)
		p->port_reuse_delay = 0;
	p->tcp_state = old.tcp_state;
	p->translation = old.translation;
	p->ipv6 = old.ipv6;
	nat_apply_profile(n);
	for (int i = 0; i < TIMERS; i++)
		table_shift(&n->table, (enum nat_timer)i,
			    n->timeouts[i] - before[i]);
	nat_sessions_expire(n, now);
}

void nat_counts(const struct nat *n, struct nat_counts *out)
{
	*out = n->counts;
	out->sessions = n->table.session_count;
	out->mappings = n->table.mapping_count;
}

void nat_touch(struct nat *n, uint32_t session, enum nat_side side,
	       uint64_t packets, int64_t now)
{
	int other_side_only = side == NAT_INSIDE ? REFRESH_INBOUND :
		REFRESH_OUTBOUND;
	struct nat_session *s = &n->table.sessions[session];

	n->counts.forwarded += packets;
	n->counts.offloaded += packets;
	if (s->offloaded && n->config.profile.refresh != other_side_only)
		nat_session_refresh(n, s, (enum nat_timer)s->timer, now);
}

void nat_expire(struct nat *n, int64_t now)
{
	nat_sessions_expire(n, now);
}

/* is_multicast - is the destination multicast, or another address that is not a
   single host's? */
static bool is_multicast(const struct packet *p)
{
	return p->ip.destination[0] >= (p->ipv6 ? MULTICAST6 : MULTICAST);
}

/* misaddressed - Return: why the packet cannot be for a host on the other side;
   NULL: it can */
static const char *misaddressed(const struct packet_context *ctx)
{
	const struct nat *n = ctx->nat;
	const struct packet *p = &ctx->packet;

	if (is_multicast(p))
		return "to no single host";
	if (is_to_internal(n, p))
		return ctx->side == NAT_INSIDE ? "to the NAT itself" :
			"not the outside address";
	if (uses_prefixes(ctx) && ctx->side == NAT_OUTSIDE &&
	    !prefix_covers(n->prefixes.outside, n->prefixes.length,
			   p->ip.destination))
		return "not of the outside prefix";
	if (is_untranslated(ctx))
		return is_to_external(n, p) ? "to the NAT itself" : NULL;
	return ctx->side == NAT_OUTSIDE && !is_to_external(n, p) ?
		"not the outside address" : NULL;
}

/* route - pass a valid packet to the stage that handles it */
static void route(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	bool to_nat = is_to_external(ctx->nat, p) ||
		(ctx->side == NAT_INSIDE && is_to_internal(ctx->nat, p));
	const char *reason;

	if (ctx->side == NAT_OUTSIDE && sender_is_blocked(ctx)) {
		drop(ctx, "unsolicited-syn = ban");
		return;
	}
	if (p->kind == PACKET_FRAGMENT) {
		handle_later_fragment(ctx);
		return;
	}
	if (p->kind == PACKET_ICMP_REQUEST && to_nat) {
		handle_echo(ctx);
		return;
	}
	reason = misaddressed(ctx);
	if (reason)
		drop(ctx, reason);
	else if (ctx->side == NAT_INSIDE && to_nat)
		handle_hairpin(ctx);
	else
		dispatch(ctx);
}

/* route_unreadable - handle a packet that could not be read; conntrack calls it
   invalid, unless it is an error that conntrack knows and does not translate */
static void route_unreadable(struct packet_context *ctx, const char *reason)
{
	const struct packet *p = &ctx->packet;

	if (p->is_whole && uses_conntrack(ctx) && ctx->side == NAT_INSIDE &&
	    profile_of(ctx)->invalid == INVALID_LEAK &&
	    !icmp_error_is_known(ctx) && !is_multicast(p) &&
	    !is_to_internal(ctx->nat, p))
		handle_invalid(ctx);
	else
		drop(ctx, reason);
}

void nat_input(struct nat *n, enum nat_side side, struct nat_packet *packet,
	       int64_t now, struct nat_result *result)
{
	struct packet_context ctx = {
		.nat = n, .side = side, .now = now, .result = result,
	};
	const char *reason;

	result->reply_length = 0;
	n->last_forwarded = 0;
	nat_sessions_expire(n, now);
	reason = read_packet(&ctx, packet);
	if (ctx.packet.ip.first &&
	    n->config.profile.fragments == FRAGMENTS_DROP) {
		drop(&ctx, "fragments = drop");
	} else if (reason) {
		route_unreadable(&ctx, reason);
	} else if (ctx.packet.ip.first) {
		struct fragment_key key = fragment_key_of(&ctx);

		route(&ctx);
		note_first_fragment(&ctx, &key);
	} else {
		route(&ctx);
	}
	if (result->verdict == NAT_DROP)
		n->counts.dropped++;
	else if (result->verdict == NAT_REPLY)
		n->counts.replied++;
	else
		n->counts.forwarded++;
}
