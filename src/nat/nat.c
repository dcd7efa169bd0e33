/*
 * A packet goes through one of three ways: out, in, or as an ICMP error. Each
 * is the same order of questions: which session (or whom the mapping lets
 * in), what the axes forbid, does the packet die of its TTL or its size here;
 * only then is anything remembered or rewritten. So a packet that is not
 * forwarded leaves no trace, as in Linux, whose conntrack confirms an entry on
 * the way out.
 */
#include "nat/core.h"

#include "nat/reply.h"

#include "base/clock.h"
#include "wire/bytes.h"
#include "wire/icmp.h"

#include <stdlib.h>
#include <string.h>

enum {
	MULTICAST = 0xe0,	/* first byte of IPv4 addresses that are not
				   one host's */
	MULTICAST6 = 0xff,
	SYN_SENT2_SECONDS = 120,	/* Linux has no setting for it */
};

static void set_timeouts(const struct profile *p, int64_t out[TIMERS])
{
	int fin_wait = p->timeout_fin_wait ? p->timeout_fin_wait :
		p->timeout_established;
	const int seconds[TIMERS] = {
		[TIMER_SYN] = p->timeout_syn,
		[TIMER_SYN_RECV] = p->timeout_syn_recv ? p->timeout_syn_recv :
			p->timeout_syn,
		[TIMER_ESTABLISHED] = p->timeout_established,
		[TIMER_FIN_WAIT] = fin_wait,
		[TIMER_CLOSE_WAIT] = p->timeout_close_wait ?
			p->timeout_close_wait : fin_wait,
		[TIMER_CLOSING] = p->timeout_closing,
		[TIMER_LAST_ACK] = p->timeout_last_ack ? p->timeout_last_ack :
			p->timeout_closing,
		[TIMER_TIME_WAIT] = p->timeout_time_wait ?
			p->timeout_time_wait : p->timeout_closing,
		[TIMER_RST] = p->timeout_rst,
		[TIMER_UNACKNOWLEDGED] = p->timeout_unacknowledged ?
			p->timeout_unacknowledged : p->timeout_established,
		[TIMER_SYN_SENT2] = SYN_SENT2_SECONDS,
		[TIMER_UDP] = p->timeout_udp,
		[TIMER_UDP_STREAM] = p->timeout_udp_stream ?
			p->timeout_udp_stream : p->timeout_udp,
		[TIMER_ICMP] = p->timeout_icmp,
	};

	for (int i = 0; i < TIMERS; i++)
		out[i] = seconds[i] * NS_PER_S;
}

/* own_or - the value of an axis that may be "as TCP's" */
static int own_or(int value, int tcp)
{
	return value == AS_TCP ? tcp : value - 1;
}

static void set_behaviours(struct nat *n)
{
	const struct profile *p = &n->config.profile;
	struct behaviour tcp = {
		.mapping = p->mapping,
		.ports = p->ports,
		.filtering = p->filtering,
		.hairpin = p->hairpin,
		.payload = p->payload,
	};
	struct behaviour udp = {
		.mapping = own_or(p->udp_mapping, tcp.mapping),
		.ports = own_or(p->udp_ports, tcp.ports),
		.filtering = own_or(p->udp_filtering, tcp.filtering),
		.hairpin = own_or(p->udp_hairpin, tcp.hairpin),
		.payload = own_or(p->udp_payload, tcp.payload),
	};
	struct behaviour query = udp;

	query.mapping = own_or(p->query_mapping, tcp.mapping);
	query.payload = PAYLOAD_KEEP;
	n->behaviours[NAT_TCP] = tcp;
	n->behaviours[NAT_UDP] = udp;
	n->behaviours[NAT_ICMP] = query;
}

static void set_conntrack(struct nat *n)
{
	const struct profile *p = &n->config.profile;

	n->conntrack = conntrack_defaults;
	n->conntrack.be_liberal = p->window == WINDOW_UNCHECKED;
	n->conntrack.loose = p->non_syn == NON_SYN_OPEN;
	tracking_timeouts(n);
}

static void set_profile(struct nat *n)
{
	set_timeouts(&n->config.profile, n->timeouts);
	set_behaviours(n);
	set_conntrack(n);
}

/* set_ipv6 - the book's entry for the external address, and the prefixes */
static void set_ipv6(struct nat *n)
{
	const struct nat_config *c = &n->config;

	if (c->outside6.prefix)
		n->table.outside6 =
			interned_add(&n->table.book, c->outside6.address);
	if (c->profile.ipv6 == IPV6_NPTV6 && c->inside6.prefix &&
	    c->inside6.prefix <= PREFIX_LENGTH_MAX) {
		uint8_t inside[16], outside[16];

		prefix_of(c->inside6.address, c->inside6.prefix, inside);
		prefix_of(c->outside6.address, c->outside6.prefix, outside);
		n->has_pair = prefix_pair_init(&n->pair, inside,
					       c->inside6.prefix, outside,
					       c->outside6.prefix);
	}
}

static bool set_tables(struct nat *n)
{
	struct nat_config *c = &n->config;
	unsigned addresses = (unsigned)c->profile.addresses;
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
	if (c->profile.tcp_state == TCP_STATE_CONNTRACK)
		n->memories = calloc((size_t)c->sessions + 1,
				     sizeof(*n->memories));
	return n->memories || c->profile.tcp_state != TCP_STATE_CONNTRACK;
}

struct nat *nat_new(const struct nat_config *config)
{
	struct nat *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->config = *config;
	if (!set_tables(n)) {
		nat_free(n);
		return NULL;
	}
	set_profile(n);
	set_ipv6(n);
	return n;
}

void nat_free(struct nat *n)
{
	if (!n)
		return;
	table_free(&n->table);
	ports_free(&n->ports);
	subscribers_free(&n->subscribers);
	free(n->memories);
	free(n);
}

void nat_reload(struct nat *n, const struct profile *profile, int64_t now)
{
	struct profile *mine = &n->config.profile;
	struct profile old = *mine;
	int64_t before[TIMERS];

	offload_end_all(n);
	flow_expire(n, now);
	memcpy(before, n->timeouts, sizeof(before));
	*mine = *profile;
	/* what the tables were made for stays */
	mine->addresses = old.addresses;
	mine->sessions = old.sessions;
	mine->port_block = old.port_block;
	if (!n->ports.rests)
		mine->port_reuse_delay = 0;
	mine->tcp_state = old.tcp_state;
	mine->translation = old.translation;
	mine->ipv6 = old.ipv6;
	set_profile(n);
	for (int i = 0; i < TIMERS; i++)
		table_shift(&n->table, (enum nat_timer)i,
			    n->timeouts[i] - before[i]);
	flow_expire(n, now);
}

void nat_counts(const struct nat *n, struct nat_counts *out)
{
	*out = n->counts;
	out->sessions = n->table.session_count;
	out->mappings = n->table.mapping_count;
}

void passage_drop(struct packet_context *g, const char *reason)
{
	answer_nothing(g->result, reason);
}

void passage_forward(struct packet_context *g)
{
	if (profile_of(g)->ttl == TTL_DECREMENT && !g->turned)
		packet_decrement(&g->packet);
	g->result->verdict = NAT_FORWARD;
	g->result->reason = "";
}

void passage_leave(struct packet_context *g)
{
	uint32_t mtu = passage_excess(g);

	passage_forward(g);
	if (mtu && !g->packet.ip.whole)
		passage_cut(g, mtu);
}

bool nat_may_icmp(struct nat *n, int64_t now)
{
	int most = n->config.profile.icmp_rate;

	if (now - n->icmp_second >= NS_PER_S) {
		n->icmp_second = now;
		n->icmp_sent = 0;
	}
	if (most && n->icmp_sent >= most)
		return false;
	n->icmp_sent++;
	return true;
}

/* own_address - what an ICMP error is sent from: the NAT's address that the
   packet was for, else that of the side that it came from */
static void own_address(const struct packet_context *g, uint8_t from[16])
{
	const struct nat_config *c = &g->nat->config;
	bool inside = g->side == NAT_INSIDE;

	if (!inside && nat_is_external(g->nat, &g->packet))
		memcpy(from, g->packet.ip.destination,
		       g->packet.ipv6 ? 16 : 4);
	else if (g->packet.ipv6)
		memcpy(from, (inside ? &c->inside6 : &c->outside6)->address,
		       16);
	else
		put32(from, inside ? c->inside_address : c->outside_address);
}

void passage_icmp(struct packet_context *g, uint8_t type, uint8_t code,
		  uint32_t parameter, const char *reason)
{
	struct answer_icmp a = { type, code, parameter, { 0 } };

	if (!nat_may_icmp(g->nat, g->now)) {
		passage_drop(g, "icmp-rate");
		return;
	}
	own_address(g, a.from);
	answer_icmp(g->result, &g->packet, &a, reason);
}

uint32_t passage_excess(const struct packet_context *g)
{
	const struct packet *p = &g->packet;
	uint32_t mtu = g->side == NAT_INSIDE ? g->nat->config.outside_mtu :
		g->nat->config.inside_mtu;
	size_t length = p->raw->segment ? p->raw->segment : p->ip.length;

	return length > mtu && !g->turned && !g->stays ? mtu : 0;
}

void passage_unreachable(struct packet_context *g, uint8_t code,
			 const char *reason)
{
	passage_icmp(g, ICMP_TYPE_UNREACHABLE, code, 0, reason);
}

static bool too_big(struct packet_context *g)
{
	const struct packet *p = &g->packet;
	uint32_t mtu = passage_excess(g);

	if (!mtu)
		return false;
	if (!p->ip.whole) {
		if (profile_of(g)->too_big_fragment == TOO_BIG_ANSWER)
			return false;	/* to be cut, once it is translated */
		passage_drop(g, "too-big-fragment = drop");
	} else if (profile_of(g)->too_big == TOO_BIG_DROP) {
		passage_drop(g, "too-big = drop");
	} else {
		passage_icmp(g, ICMP_TYPE_UNREACHABLE, ICMP_CODE_TOO_BIG, mtu,
			     "too-big = icmp");
	}
	return true;
}

bool passage_stops(struct packet_context *g)
{
	if (!g->turned && profile_of(g)->ttl == TTL_DECREMENT &&
	    g->packet.ip.ttl <= 1) {
		passage_icmp(g, ICMP_TYPE_TIME_EXCEEDED, 0, 0,
			     "ttl = decrement");
		return true;
	}
	return too_big(g);
}

bool nat_is_external(const struct nat *n, const struct packet *p)
{
	const struct nat_config *c = &n->config;

	if (!p->ipv6)
		return get32(p->ip.destination) - c->outside_address <
			(uint32_t)c->profile.addresses;
	return c->outside6.prefix &&
	       !memcmp(p->ip.destination, c->outside6.address, 16);
}

bool nat_is_internal(const struct nat *n, const struct packet *p)
{
	const struct nat_config *c = &n->config;

	if (!p->ipv6)
		return get32(p->ip.destination) == c->inside_address;
	return c->inside6.prefix &&
	       !memcmp(p->ip.destination, c->inside6.address, 16);
}

/* is_group - an address of no single host */
static bool is_group(const struct packet *p)
{
	return p->ip.destination[0] >= (p->ipv6 ? MULTICAST6 : MULTICAST);
}

/* misaddressed - why a packet is not for the other side, or NULL */
static const char *misaddressed(const struct packet_context *g)
{
	const struct packet *p = &g->packet;

	if (is_group(p))
		return "to no single host";
	if (nat_is_internal(g->nat, p))
		return g->side == NAT_INSIDE ? "to the NAT itself" :
			"not the outside address";
	if (p->ipv6 && g->nat->has_pair && g->side == NAT_OUTSIDE &&
	    !prefix_covers(g->nat->pair.outside, g->nat->pair.length,
			   p->ip.destination))
		return "not of the outside prefix";
	if (flow_is_same(g))
		return nat_is_external(g->nat, p) ? "to the NAT itself" :
			NULL;
	return g->side == NAT_OUTSIDE && !nat_is_external(g->nat, p) ?
		"not the outside address" : NULL;
}

void passage_take(struct packet_context *g)
{
	if (g->packet.kind == PACKET_ERROR)
		passage_error(g);
	else if (g->side == NAT_INSIDE)
		passage_outbound(g);
	else
		passage_inbound(g);
}

const char *passage_read(struct packet_context *g, struct nat_packet *raw)
{
	const struct nat *n = g->nat;
	struct packet_reader c = {
		.profile = &n->config.profile,
		.book = &n->table.book,
		.pair = n->has_pair ? &n->pair : NULL,
		.side = g->side,
	};

	return packet_read(&g->packet, raw, &c);
}

/* route - a packet that could be read */
static void route(struct packet_context *g)
{
	const struct packet *p = &g->packet;
	bool own = nat_is_external(g->nat, p) ||
		(g->side == NAT_INSIDE && nat_is_internal(g->nat, p));
	const char *reason;

	if (g->side == NAT_OUTSIDE && passage_banned(g)) {
		passage_drop(g, "unsolicited-syn = ban");
		return;
	}
	if (p->kind == PACKET_FRAGMENT) {
		passage_fragment(g);
		return;
	}
	if (p->kind == PACKET_QUERY && own) {
		passage_echo(g);
		return;
	}
	reason = misaddressed(g);
	if (reason)
		passage_drop(g, reason);
	else if (g->side == NAT_INSIDE && own)
		passage_hairpin(g);
	else
		passage_take(g);
}

/* unreadable - to conntrack what it cannot make out is invalid; what it
   knows and cannot translate is dropped */
static void unreadable(struct packet_context *g, const char *reason)
{
	const struct packet *p = &g->packet;

	if (p->is_whole && tracking_asks(g) && g->side == NAT_INSIDE &&
	    profile_of(g)->invalid == INVALID_LEAK && !error_is_known(g) &&
	    !is_group(p) && !nat_is_internal(g->nat, p))
		passage_invalid(g);
	else
		passage_drop(g, reason);
}

static void count(struct nat_counts *counts, enum nat_verdict verdict)
{
	if (verdict == NAT_DROP)
		counts->dropped++;
	else if (verdict == NAT_REPLY)
		counts->replied++;
	else
		counts->forwarded++;
}

void nat_input(struct nat *n, enum nat_side side, struct nat_packet *packet,
	       int64_t now, struct nat_result *result)
{
	struct packet_context g = {
		.nat = n, .side = side, .now = now, .result = result,
	};
	const char *reason;

	result->reply_length = 0;
	n->passed = 0;
	flow_expire(n, now);
	reason = passage_read(&g, packet);
	if (g.packet.ip.first &&
	    n->config.profile.fragments == FRAGMENTS_DROP) {
		passage_drop(&g, "fragments = drop");
	} else if (reason) {
		unreadable(&g, reason);
	} else if (g.packet.ip.first) {
		struct fragment_key key = fragment_key_of(&g);

		route(&g);
		passage_fragment_first(&g, &key);
	} else {
		route(&g);
	}
	count(&n->counts, result->verdict);
}
