/*
 * Inside the engine: the NAT, and one packet on its way through it. Nobody
 * but the engine's own files knows these.
 */
#ifndef TCPTRAV_NAT_CORE_H
#define TCPTRAV_NAT_CORE_H

#include "nat/blocklist.h"
#include "nat/tcp_conntrack.h"
#include "nat/fragment_table.h"
#include "nat/nat.h"
#include "nat/packet.h"
#include "nat/delayed_errors.h"
#include "nat/port.h"
#include "nat/subscriber.h"
#include "nat/table.h"
#include "nat/translate.h"

/* The axes that UDP and queries may have a value of their own for. */
struct behaviour {
	int mapping, ports, filtering, hairpin, payload;
};

/* A session's, where tcp-state is conntrack. */
union nat_memory {
	struct conntrack_tcp tcp;
	struct conntrack_udp udp;
};

/* A packet that was too big, on its way out in pieces. */
struct cutting {
	enum nat_side side;
	uint32_t mtu;
	size_t length;			/* 0: there is none */
	size_t at;			/* of the data that is left */
	uint8_t bytes[65535];
};

struct nat {
	struct nat_config config;
	struct behaviour behaviours[3];	/* by transport() */
	struct nat_table table;
	struct port_pool ports;
	struct subscribers subscribers;
	struct blocklist bans;
	struct delayed_errors pending;
	struct fragments fragments;
	struct cutting cutting;
	struct prefix_pair pair;	/* of ipv6 = nptv6 */
	bool has_pair;
	union nat_memory *memories;	/* by session; NULL without conntrack */
	struct conntrack_options conntrack;
	struct rng random;
	int64_t timeouts[TIMERS];	/* ns */
	int64_t icmp_second;		/* that own ICMP is counted in */
	int icmp_sent;
	uint16_t ip_id;			/* the last one given */
	uint32_t last_inside;		/* IPv4 host heard from last, for
					   filtering = open; 0: none */
	uint8_t last_inside6[16];	/* the same of IPv6 */
	struct nat_counts counts;
	uint32_t passed;		/* the session whose packet was just
					   forwarded; 0: none */
	uint64_t (*shortcut_ended)(void *argument, uint32_t session);
	void *shortcut_argument;
	uint8_t output[65535];		/* what nat_output() gave last */
};

/* One packet on its way, to hand on from question to question. */
struct packet_context {
	struct nat *nat;
	struct packet packet;
	enum nat_side side;
	int64_t now;
	bool destroys;			/* conntrack: the session ends with
					   it */
	bool turned;			/* it came from inside, and was turned
					   back: its TTL is counted */
	bool stays;			/* it will be turned: the outside's
					   MTU is no matter */
	union nat_memory memory;	/* of the session that it opens */
	struct nat_result *result;
};

static inline const struct profile *profile_of(const struct packet_context *g)
{
	return &g->nat->config.profile;
}

static inline const struct behaviour *
behaviour_of(const struct packet_context *g)
{
	return &g->nat->behaviours[transport(g->packet.protocol)];
}

/* ---- nat.c ---- */

/* drop, forward - the packet's end */
void passage_drop(struct packet_context *g, const char *reason);
void passage_forward(struct packet_context *g);

/* passage_leave - forward a translated packet, or cut it up for a link that
   it is too big for */
void passage_leave(struct packet_context *g);

/* passage_excess - the MTU of the next link, if the packet is too big for
   it; else 0 */
uint32_t passage_excess(const struct packet_context *g);

/*
 * passage_stops - the last question before anything is remembered: does the
 * packet die here, of its TTL or its size? Then it is answered.
 */
bool passage_stops(struct packet_context *g);

/* passage_icmp - drop it and answer with an ICMP error of IPv4's type and
   code, or what says the same in IPv6 */
void passage_icmp(struct packet_context *g, uint8_t type, uint8_t code,
		  uint32_t parameter, const char *reason);

/* passage_read - look at the packet
   Return: NULL, or why it is dropped */
const char *passage_read(struct packet_context *g, struct nat_packet *raw);

/* passage_take - one of its three ways */
void passage_take(struct packet_context *g);

/* nat_may_icmp - one more ICMP error of the NAT's own: the axis icmp-rate */
bool nat_may_icmp(struct nat *n, int64_t now);

/* passage_unreachable - the same with destination unreachable */
void passage_unreachable(struct packet_context *g, uint8_t code,
			 const char *reason);

/* nat_is_external, nat_is_internal - is the packet for an address of the NAT
   itself, on its outside or its inside? */
bool nat_is_external(const struct nat *n, const struct packet *p);
bool nat_is_internal(const struct nat *n, const struct packet *p);

/* ---- flow.c: sessions come, pass packets and go ---- */

/* flow_find_out, flow_find_in - the packet's session, or NULL */
struct nat_session *flow_find_out(struct packet_context *g);
struct nat_session *flow_find_in(struct packet_context *g);

/* flow_find_quoted - that of what an ICMP error quotes, or NULL */
struct nat_session *flow_find_quoted(struct packet_context *g);

/*
 * flow_open_out - the session that a packet from inside opens
 * @timer: its first timeout
 * Return: NULL when there is none to be had, with @reason the axis that says
 *         so
 */
struct nat_session *flow_open_out(struct packet_context *g,
				  enum nat_timer timer, const char **reason);

/* flow_open_in - the session that a packet from outside opens in a mapping;
   the caller has asked table_full() */
struct nat_session *flow_open_in(struct packet_context *g,
				 struct nat_mapping *m, enum nat_timer timer);

/* flow_timer - the first timeout of a session of the packet's protocol */
enum nat_timer flow_timer(const struct packet_context *g);

/* flow_map_own - a mapping of the NAT's own stack, for a SYN that came to it;
   nothing when the port is taken or there is no room */
void flow_map_own(struct packet_context *g);

/* flow_map_open - filtering = open: a mapping for whom an unasked packet
   goes to; NULL when there is nobody or the port rests. The caller has asked
   table_full(). */
struct nat_mapping *flow_map_open(struct packet_context *g);

/*
 * flow_goes_on - ask what the state machine and the axes about orders of
 * packets say of a packet of a session, and whether it dies here
 * @s:     becomes NULL where it must be looked at as one of no session
 * Return: false: its fate is sealed
 */
bool flow_goes_on(struct packet_context *g, struct nat_session **s);

/* flow_pass - a packet of a session: remember, rewrite, forward */
void flow_pass(struct packet_context *g, struct nat_session *s);

/* flow_end - no packet belongs to a session any more */
void flow_end(struct nat *n, struct nat_session *s);

/* flow_remove - forget a session at once */
void flow_remove(struct nat *n, struct nat_session *s, int64_t now);

/* flow_expire - forget all whose time has come */
void flow_expire(struct nat *n, int64_t now);

/* flow_refresh - start a session's timeout anew, or another one */
void flow_refresh(struct nat *n, struct nat_session *s, enum nat_timer timer,
		  int64_t now);

/* flow_translation - what the session's endpoint becomes on @side's way */
struct translation flow_translation(const struct nat *n,
				    const struct nat_session *s,
				    const struct packet *p, enum nat_side side,
				    uint8_t room[16]);

/* ---- mapping.c: what an inside endpoint is outside ---- */

/* flow_is_same - is the external endpoint the inside one? */
bool flow_is_same(const struct packet_context *g);

/* flow_mapping_out - the mapping of a packet from inside, made if need be;
   NULL when none is to be had, with @reason the axis that says so */
struct nat_mapping *flow_mapping_out(struct packet_context *g,
				     const char **reason);

/* flow_claim_external - filtering = open: give @m the endpoint that the packet
   is for, if it can be had */
bool flow_claim_external(struct packet_context *g, struct nat_mapping *m);

/* ---- tracking.c: tcp-state = conntrack ---- */

/* What conntrack says of a packet before anything else is asked. */
enum tracking { TRACKING_PASS, TRACKING_INVALID, TRACKING_RENEW };

/* tracking_timeouts - the profile's, for conntrack */
void tracking_timeouts(struct nat *n);

/* tracking_asks - is a packet of this protocol for conntrack at all? */
static inline bool tracking_asks(const struct packet_context *g)
{
	return g->nat->memories;
}

/*
 * tracking_known - a packet of a session
 * Its timeout is set, even by some that are invalid; that of an end to the
 * session is noted in the passage.
 */
enum tracking tracking_known(struct packet_context *g, struct nat_session *s);

/* tracking_opens - may a packet without a session begin one?
   What is remembered of it then is noted in the passage. */
bool tracking_opens(struct packet_context *g, enum nat_timer *timer);

/* tracking_name - the state of a session, by conntrack's name */
const char *tracking_name(const struct nat *n, const struct nat_session *s);

/*
 * passage_invalid - a packet that conntrack calls invalid: what leaves is
 * routed untranslated or dropped, what enters meets the NAT's own stack
 */
void passage_invalid(struct packet_context *g);

/* ---- outbound.c, inbound.c, errors.c, hairpin.c, behind.c, pieces.c,
   echo.c: the ways that a packet can go ---- */

/* passage_banned - is the sender shut out? Asked of all that comes in */
bool passage_banned(const struct packet_context *g);

void passage_outbound(struct packet_context *g);
void passage_inbound(struct packet_context *g);
void passage_error(struct packet_context *g);

/* error_is_known - does an inside host's error that is never translated
   quote a packet of a session, if no more? */
bool error_is_known(struct packet_context *g);

/* passage_hairpin - an inside host's packet to an external address */
void passage_hairpin(struct packet_context *g);

/* passage_fragment - a later fragment */
void passage_fragment(struct packet_context *g);

/* fragment_first - note what became of a first one */
struct fragment_key fragment_key_of(const struct packet_context *g);
void passage_fragment_first(struct packet_context *g,
			    const struct fragment_key *key);

/* passage_behind - a later fragment, once it is known what became of the
   first */
void passage_behind(struct packet_context *g, const struct fragment_way *way);

/* pieces_next - the next piece of what passage_cut() keeps; false: none */
bool pieces_next(struct nat *n, struct nat_output *out);

/* passage_echo - answer an echo request to the NAT itself */
void passage_echo(struct packet_context *g);

/* passage_cut - keep a translated packet that is too big, for nat_output() */
void passage_cut(struct packet_context *g, uint32_t mtu);

/* ---- offloaded.c ---- */

/* offload_end - it must not take its offloaded any more, if it does */
void offload_end(struct nat *n, struct nat_session *s);
void offload_end_all(struct nat *n);

/* offload_check - the same, unless it still may */
void offload_check(struct nat *n, struct nat_session *s);

/* ---- view.c ---- */

struct nat_endpoint view_endpoint(const struct nat *n, bool ipv6,
				  const struct endpoint *e);
void view_session(const struct nat *n, enum nat_event_kind kind,
		  const struct nat_session *s);
void view_mapping(const struct nat *n, enum nat_event_kind kind,
		  const struct nat_mapping *m);

#endif
