/*
 * Inside the engine: the NAT itself, and the context of one packet on its way
 * through it. Only files of nat/ include this header.
 */
#ifndef TCPTRAV_NAT_NAT_INTERNAL_H
#define TCPTRAV_NAT_NAT_INTERNAL_H

#include "nat/blocklist.h"
#include "nat/delayed_errors.h"
#include "nat/fragment_table.h"
#include "nat/nat.h"
#include "nat/packet.h"
#include "nat/port.h"
#include "nat/prefix.h"
#include "nat/subscriber.h"
#include "nat/table.h"
#include "nat/tcp_conntrack.h"

/* The axes that may differ by protocol. */
struct behaviour {
	int mapping, ports, filtering, hairpin, payload;
};

/* What tcp-state = conntrack remembers of a session. */
union conntrack_memory {
	struct conntrack_tcp tcp;
	struct conntrack_udp udp;
};

/* A translated packet that is too big for its link, sent in fragments. */
struct fragmentation {
	enum nat_side side;		/* out of which */
	uint32_t mtu;
	size_t length;			/* of the packet; 0: there is none */
	size_t at;			/* where the next fragment's data is */
	uint8_t bytes[65535];
};

struct nat {
	struct nat_config config;
	struct behaviour behaviours[3];	/* by transport() */
	struct nat_table table;
	struct port_pool ports;
	struct subscribers subscribers;
	struct blocklist blocklist;
	struct delayed_errors delayed_errors;
	struct fragment_table fragments;
	struct fragmentation fragmentation;
	struct prefix_pair prefixes;	/* of ipv6 = nptv6 */
	bool has_prefixes;
	union conntrack_memory *conntrack;	/* by session; NULL: tcp-state
						   is not conntrack */
	struct conntrack_options conntrack_options;
	struct rng random;
	int64_t timeouts[TIMERS];	/* ns */
	int64_t icmp_second;		/* in which icmp_sent is counted */
	int icmp_sent;
	uint16_t ip_id;			/* the last one given */
	uint32_t last_inside;		/* the IPv4 host that sent last, for
					   filtering = open; 0: none yet */
	uint8_t last_inside6[16];	/* the same for IPv6 */
	struct nat_counts counts;
	uint32_t last_forwarded;	/* the session of the packet that was
					   forwarded last; 0: none */
	uint64_t (*offload_ended)(void *argument, uint32_t session);
	void *offload_argument;
	uint8_t output[65535];		/* what nat_output() gave last */
};

/* One packet on its way; each stage hands it to the next. */
struct packet_context {
	struct nat *nat;
	struct packet packet;
	enum nat_side side;		/* that it came from */
	int64_t now;
	bool ends_session;		/* conntrack: its session ends with
					   it */
	bool hairpin;			/* it goes back inside: the outside's
					   MTU does not limit it */
	bool hairpin_return;		/* its second half, from outside in:
					   its TTL is already decremented */
	union conntrack_memory memory;	/* of the session that it opens */
	struct nat_result *result;
};

static inline const struct profile *profile_of(const struct packet_context *ctx)
{
	return &ctx->nat->config.profile;
}

static inline const struct behaviour *
behaviour_of(const struct packet_context *ctx)
{
	return &ctx->nat->behaviours[transport(ctx->packet.protocol)];
}

/* uses_conntrack - does the axis tcp-state have the value conntrack? */
static inline bool uses_conntrack(const struct packet_context *ctx)
{
	return ctx->nat->conntrack;
}

/* uses_prefixes - are the packet's IPv6 prefixes exchanged? */
static inline bool uses_prefixes(const struct packet_context *ctx)
{
	return ctx->packet.ipv6 && ctx->nat->has_prefixes;
}

#endif
