/*
 * A packet goes through one of four ways: out, in, an ICMP error out, an ICMP
 * error in. Each is the same order of questions: which session (or whom the
 * mapping lets in), what the axes forbid, does the packet die of its TTL here;
 * only then is anything remembered or rewritten. So a packet that is not
 * forwarded leaves no trace, as in Linux, whose conntrack confirms an entry on
 * the way out.
 */
#include "nat/nat.h"

#include "nat/answer.h"
#include "nat/filter.h"
#include "nat/packet.h"
#include "nat/port.h"
#include "nat/table.h"
#include "nat/track.h"
#include "nat/translate.h"

#include "base/clock.h"
#include "wire/icmp.h"

#include <stdlib.h>

enum {
	SESSIONS_DEFAULT = 65536,
	MULTICAST = 0xe0,	/* first byte of addresses that are not one
				   host's */
};

struct nat {
	struct nat_config config;
	struct nat_table table;
	struct port_pool ports;
	struct rng offsets;
	int64_t timeouts[TIMERS];	/* ns */
	struct nat_counts counts;
};

/* One packet on its way, to hand on from question to question. */
struct passage {
	struct nat *nat;
	struct packet packet;
	enum nat_side side;
	int64_t now;
	struct nat_result *result;
};

/* The session's first timeout, by protocol. */
static const uint8_t first_timer[NAT_PROTOCOLS] = {
	[NAT_TCP] = TIMER_SYN,
	[NAT_UDP] = TIMER_UDP,
	[NAT_ICMP] = TIMER_ICMP,
};

static void set_timeouts(struct nat *n)
{
	const struct profile *p = &n->config.profile;
	const int seconds[TIMERS] = {
		[TIMER_SYN] = p->timeout_syn,
		[TIMER_ESTABLISHED] = p->timeout_established,
		[TIMER_CLOSING] = p->timeout_closing,
		[TIMER_RST] = p->timeout_rst,
		[TIMER_UDP] = p->timeout_udp,
		[TIMER_ICMP] = p->timeout_icmp,
	};

	for (int i = 0; i < TIMERS; i++)
		n->timeouts[i] = seconds[i] * NS_PER_S;
}

struct nat *nat_new(const struct nat_config *config)
{
	struct nat *n = calloc(1, sizeof(*n));
	struct rng seeds;

	if (!n)
		return NULL;
	n->config = *config;
	if (!n->config.sessions)
		n->config.sessions = SESSIONS_DEFAULT;
	rng_seed(&seeds, config->seed);
	ports_init(&n->ports, rng_next(&seeds));
	rng_seed(&n->offsets, rng_next(&seeds));
	set_timeouts(n);
	if (!table_init(&n->table, n->config.sessions, rng_next(&seeds))) {
		free(n);
		return NULL;
	}
	return n;
}

void nat_free(struct nat *n)
{
	if (!n)
		return;
	table_free(&n->table);
	free(n);
}

void nat_counts(const struct nat *n, struct nat_counts *out)
{
	*out = n->counts;
	out->sessions = n->table.session_count;
	out->mappings = n->table.mapping_count;
}

static void drop(struct passage *g, const char *reason)
{
	answer_nothing(g->result, reason);
}

/*
 * dies_here - is this the packet's last hop? Then it is answered. The last
 * question before anything is remembered.
 */
static bool dies_here(struct passage *g)
{
	const struct nat_config *c = &g->nat->config;

	if (c->profile.ttl == TTL_KEEP || g->packet.ip.ttl > 1)
		return false;
	answer_icmp(g->result, &g->packet, g->side == NAT_INSIDE ?
		    c->inside_address : c->outside_address,
		    ICMP_TYPE_TIME_EXCEEDED, 0, "ttl = decrement");
	return true;
}

static void forward(struct passage *g)
{
	if (g->nat->config.profile.ttl == TTL_DECREMENT)
		packet_decrement(&g->packet);
	g->result->verdict = NAT_FORWARD;
	g->result->reason = "";
}

/* stray_reason - of a packet that only a session could let pass */
static const char *stray_reason(const struct packet *p)
{
	return p->protocol == NAT_TCP ? "non-syn = drop" : "no session";
}

/* refuse - a packet from outside that belongs to no session */
static void refuse(struct passage *g, bool mapped)
{
	struct nat *n = g->nat;
	const struct profile *profile = &n->config.profile;
	const struct packet *p = &g->packet;
	const struct nat_session *ended = p->protocol != NAT_TCP ? NULL :
		table_ended(&n->table, NAT_TCP, p->destination.port,
			    &p->source);
	const char *reason = ended ?
		track_end_reason(profile, ended, p->kind) :
		p->kind == PACKET_SYN ? filter_reason(profile, mapped) :
		p->kind == PACKET_DATAGRAM ?
		filter_datagram_reason(profile, mapped) : stray_reason(p);

	if (p->kind == PACKET_SYN)
		answer_unsolicited(g->result, p, &n->config, reason);
	else
		drop(g, reason);
}

/* new_session - of a mapping, for the packet's remote endpoint */
static struct nat_session *new_session(struct passage *g,
				       struct nat_mapping *m,
				       const struct endpoint *remote)
{
	struct nat *n = g->nat;
	struct nat_session *s = table_add_session(&n->table, m, remote);
	enum nat_timer timer = first_timer[m->protocol];

	if (m->protocol == NAT_TCP &&
	    n->config.profile.sequence_numbers == SEQUENCE_REWRITE)
		s->offset = (uint32_t)rng_below(&n->offsets, UINT32_MAX) + 1;
	session_time(&n->table, s, timer, g->now + n->timeouts[timer]);
	return s;
}

/* mapping_remote - the part of the remote endpoint that the axis `mapping`
   asks to be the same */
static struct endpoint mapping_remote(const struct profile *profile,
				      struct endpoint remote)
{
	if (profile->mapping == MAPPING_ENDPOINT_INDEPENDENT)
		remote.address = 0;
	if (profile->mapping == MAPPING_ENDPOINT_INDEPENDENT ||
	    profile->mapping == MAPPING_ADDRESS)
		remote.port = 0;
	return remote;
}

static struct nat_mapping *mapping_out(struct passage *g)
{
	struct nat *n = g->nat;
	const struct profile *profile = &n->config.profile;
	const struct packet *p = &g->packet;
	struct endpoint remote = mapping_remote(profile, p->destination);
	struct nat_mapping *m = NULL;
	uint16_t port;

	if (profile->mapping != MAPPING_CONNECTION)
		m = table_mapping(&n->table, p->protocol, &p->source, &remote);
	if (m)
		return m;
	if (!ports_take(&n->ports, profile, p->protocol, p->source.port,
			&port))
		return NULL;
	return table_add_mapping(&n->table, p->protocol, &p->source, &remote,
				 port);
}

/* session_out - the session that an outbound packet opens, or NULL */
static struct nat_session *session_out(struct passage *g)
{
	struct nat_mapping *m = NULL;

	if (!table_full(&g->nat->table))
		m = mapping_out(g);
	return m ? new_session(g, m, &g->packet.destination) : NULL;
}

/*
 * refresh - after a packet has passed: a new timeout starts to run, and what
 * the inside host sends starts it anew, but for its RSTs (RFC 7857 7.1)
 */
static void refresh(struct passage *g, struct nat_session *s,
		    enum nat_timer timer)
{
	if (timer == s->timer && (g->side == NAT_OUTSIDE ||
				  g->packet.kind == PACKET_RST))
		return;
	session_time(&g->nat->table, s, timer,
		     g->now + g->nat->timeouts[timer]);
}

/* pass - a packet of a session: remember, rewrite, forward */
static void pass(struct passage *g, struct nat_session *s)
{
	struct nat *n = g->nat;
	struct packet *p = &g->packet;
	const struct nat_mapping *m = session_mapping(&n->table, s);
	struct endpoint external = { n->config.outside_address, m->external };
	enum nat_timer timer = (enum nat_timer)s->timer;
	bool ends = p->protocol == NAT_TCP &&
		track_packet(&n->config.profile, s, g->side, p, &timer);

	if (g->side == NAT_INSIDE)
		packet_translate_out(p, &external, s->offset);
	else
		packet_translate_in(p, &m->inside, s->offset);
	refresh(g, s, timer);
	if (ends)
		session_end(&n->table, s);
	forward(g);
}

/* opens - may a packet from inside without a session open one? */
static bool opens(const struct packet *p)
{
	return p->kind == PACKET_SYN || p->kind == PACKET_DATAGRAM ||
	       p->kind == PACKET_ECHO;
}

/* is_new - does this SYN open a new connection in a session that is over? */
static bool is_new(const struct nat_session *s, const struct packet *p)
{
	return p->kind == PACKET_SYN && track_is_over(s);
}

static void outbound(struct passage *g)
{
	struct nat *n = g->nat;
	const struct profile *profile = &n->config.profile;
	const struct packet *p = &g->packet;
	struct nat_session *s = table_outbound(&n->table, p->protocol,
					       &p->source, &p->destination);
	const char *reason = NULL;

	if (s && profile->mapping == MAPPING_CONNECTION && is_new(s, p) &&
	    s->isn != p->sequence)
		s = NULL;	/* the old one stays until it is forgotten */
	if (s)
		reason = track_refuses(profile, s, NAT_INSIDE, p->kind);
	else if (!opens(p))
		reason = stray_reason(p);
	if (reason) {
		drop(g, reason);
		return;
	}
	if (dies_here(g))
		return;
	if (!s)
		s = session_out(g);
	if (s)
		pass(g, s);
	else
		drop(g, "exhausted = drop");
}

/* session_in - the session that a packet from outside opens, or NULL, with
   the packet answered */
static struct nat_session *session_in(struct passage *g)
{
	struct nat_table *t = &g->nat->table;
	const struct packet *p = &g->packet;
	struct nat_mapping *m = table_external(t, p->protocol,
					       p->destination.port);

	if ((p->kind != PACKET_SYN && p->kind != PACKET_DATAGRAM) || !m ||
	    !filter_passes(t, &g->nat->config.profile, m, &p->source)) {
		refuse(g, m);
		return NULL;
	}
	if (table_full(t)) {
		drop(g, "exhausted = drop");
		return NULL;
	}
	return dies_here(g) ? NULL : new_session(g, m, &p->source);
}

static void inbound(struct passage *g)
{
	struct nat *n = g->nat;
	const struct profile *profile = &n->config.profile;
	const struct packet *p = &g->packet;
	struct nat_session *s = table_inbound(&n->table, p->protocol,
					      p->destination.port, &p->source);
	const char *reason;

	if (!s) {
		s = session_in(g);
		if (s)
			pass(g, s);
		return;
	}
	if (is_new(s, p) &&
	    !filter_passes(&n->table, profile, session_mapping(&n->table, s),
			   &p->source)) {
		refuse(g, true);
		return;
	}
	reason = track_refuses(profile, s, NAT_OUTSIDE, p->kind);
	if (reason)
		drop(g, reason);
	else if (!dies_here(g))
		pass(g, s);
}

/* error_out - an inside host's ICMP error about a packet that came in */
static void error_out(struct passage *g)
{
	struct nat *n = g->nat;
	struct packet *p = &g->packet;
	const struct nat_session *s =
		table_outbound(&n->table, p->protocol, &p->quoted_destination,
			       &p->quoted_source);
	struct endpoint external = { n->config.outside_address, 0 };

	if (!s) {
		drop(g, "no session");
		return;
	}
	if (dies_here(g))
		return;
	external.port = session_mapping(&n->table, s)->external;
	quote_translate_out(p, &external, s->offset);
	forward(g);
}

/* error_in - an ICMP error about a packet that went out */
static void error_in(struct passage *g)
{
	struct nat *n = g->nat;
	struct packet *p = &g->packet;
	struct nat_session *s = NULL;

	if (p->quoted_source.address == n->config.outside_address)
		s = table_inbound(&n->table, p->protocol,
				  p->quoted_source.port,
				  &p->quoted_destination);
	if (!s) {
		drop(g, "no session");
		return;
	}
	if (dies_here(g))
		return;
	quote_translate_in(p, &session_mapping(&n->table, s)->inside,
			   s->offset);
	if (p->protocol == NAT_TCP &&
	    track_error(&n->config.profile, s, p->l4[0], p->l4[1]))
		session_end(&n->table, s);
	forward(g);
}

/* misaddressed - why a packet is not for the other side, or NULL */
static const char *misaddressed(const struct passage *g)
{
	const struct nat_config *c = &g->nat->config;
	uint32_t to = g->packet.destination.address;

	if (g->side == NAT_OUTSIDE)
		return to == c->outside_address ? NULL :
			"not the outside address";
	if (to == c->outside_address)
		return "hairpin = no";
	if (to == c->inside_address)
		return "to the NAT itself";
	return to >> 24 >= MULTICAST ? "to no single host" : NULL;
}

static void expire(struct nat *n, int64_t now)
{
	struct nat_mapping gone;
	int what;

	while ((what = table_expire(&n->table, now, &gone)))
		if (what == 2)
			ports_release(&n->ports,
				      (enum nat_protocol)gone.protocol,
				      gone.external);
}

static void count(struct nat_counts *counts, enum nat_verdict verdict)
{
	if (verdict == NAT_FORWARD)
		counts->forwarded++;
	else if (verdict == NAT_DROP)
		counts->dropped++;
	else
		counts->replied++;
}

void nat_input(struct nat *n, enum nat_side side, struct nat_packet *packet,
	       int64_t now, struct nat_result *result)
{
	struct passage g = {
		.nat = n, .side = side, .now = now, .result = result,
	};
	const char *reason;

	result->reply_length = 0;
	expire(n, now);
	reason = packet_read(&g.packet, packet, side);
	if (!reason)
		reason = misaddressed(&g);
	if (reason)
		drop(&g, reason);
	else if (g.packet.kind == PACKET_ERROR)
		(side == NAT_INSIDE ? error_out : error_in)(&g);
	else
		(side == NAT_INSIDE ? outbound : inbound)(&g);
	count(&n->counts, result->verdict);
}
