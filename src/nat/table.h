/*
 * The NAT's table: mappings (an inside endpoint has an external endpoint) and
 * sessions (a mapping and a remote endpoint). Three hash tables find sessions,
 * two find mappings; one queue per timeout expires them. No axis is decided
 * here.
 */
#ifndef TCPTRAV_NAT_TABLE_H
#define TCPTRAV_NAT_TABLE_H

#include "base/endpoint.h"
#include "nat/address_interning.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Each has external ports of its own; ICMP's are echo identifiers. An address
 * of IPv6 is the number it is interned under (nat/address_interning.h).
 */
enum nat_protocol { NAT_TCP, NAT_UDP, NAT_ICMP, NAT_TCP6, NAT_UDP6, NAT_ICMP6,
		    NAT_PROTOCOLS };

static inline bool is_ipv6(enum nat_protocol p)
{
	return p >= NAT_TCP6;
}

/* transport - NAT_TCP, NAT_UDP or NAT_ICMP, of either family */
static inline enum nat_protocol transport(enum nat_protocol p)
{
	return p < NAT_TCP6 ? p : (enum nat_protocol)(p - NAT_TCP6);
}

/* One for each timeout of the profile. Sessions with the same timer expire in
   the order in which it was started. */
enum nat_timer { TIMER_SYN, TIMER_SYN_RECV, TIMER_ESTABLISHED,
		 TIMER_FIN_WAIT, TIMER_CLOSE_WAIT, TIMER_CLOSING,
		 TIMER_LAST_ACK, TIMER_TIME_WAIT, TIMER_RST,
		 TIMER_UNACKNOWLEDGED,
		 TIMER_SYN_SENT2,	/* of conntrack; no axis has it */
		 TIMER_UDP, TIMER_UDP_STREAM,
		 TIMER_ICMP, TIMERS };

/* The lists that contain a session. */
enum nat_list {
	LIST_OUTBOUND,		/* hashed by inside and remote endpoint */
	LIST_INBOUND,		/* hashed by external port and remote endp. */
	LIST_PEER,		/* hashed by mapping and remote address */
	LIST_TIMER,		/* in the order in which they expire */
	LISTS,
};

struct nat_link {
	uint32_t next, previous;	/* numbers of sessions; 0: none */
};

struct nat_session {
	struct nat_link links[LISTS];
	int64_t expires;		/* ns */
	uint32_t mapping;		/* its number */
	uint32_t remote_address;
	uint32_t offset;		/* added to sequence numbers out */
	uint32_t isn;			/* of the last SYN out; UDP: when it
					   began, in ms */
	uint16_t remote_port;		/* 0 for ICMP */
	uint16_t seen;			/* enum tcp_seen (tcp_rfc7857.h) */
	uint8_t timer;			/* enum nat_timer */
	uint8_t state;			/* enum rfc7857_state */
	bool ended;			/* an axis ended it: kept until it
					   expires, for its mapping and for
					   reasons of drops */
	bool offloaded;			/* flow_offload.h */
};

/* Of nat_mapping.external: the inside endpoint itself, untranslated. */
#define EXTERNAL_SAME 0xff

enum mapping_flag {
	MAPPING_COLLIDED = 1,		/* its own port was taken */
	MAPPING_OWN = 2,		/* of the NAT's own stack */
	MAPPING_COUNTED = 4,		/* by subscriber.h, for its host */
};

struct nat_mapping {
	struct nat_link inside_link;	/* hashed by inside and remote */
	struct nat_link external_link;	/* hashed by external endpoint */
	uint32_t inside_address;
	uint32_t remote_address;	/* as much of the remote endpoint as
					   the axis asks for, else 0 */
	uint32_t sessions;		/* how many hold it, ended ones too */
	uint16_t inside_port, remote_port, external_port;
	uint8_t external;		/* which external address, from 0 */
	uint8_t protocol;		/* enum nat_protocol */
	uint8_t flags;			/* enum mapping_flag, or-ed */
};

struct nat_table {
	struct nat_session *sessions;	/* [0] is not used; nor below */
	struct nat_mapping *mappings;
	struct interned_addresses addresses;/* of IPv6 addresses */
	uint32_t limit;			/* of each */
	uint32_t free_session, free_mapping;	/* given back */
	uint32_t top_session, top_mapping;	/* highest ever used */
	uint32_t session_count, mapping_count;	/* live ones */
	uint32_t mask;			/* of the hash tables */
	uint32_t *heads[LIST_TIMER];	/* of the three hashed lists */
	uint32_t *inside_heads, *external_heads;	/* of mappings */
	uint32_t outside, outside6;	/* the first external address of each
					   family, as a number */
	struct nat_link queues[TIMERS];	/* next: first to expire; previous:
					   last */
	uint64_t key;			/* of the hashes */
};

/* table_init - for at most @limit sessions; false if out of memory */
bool table_init(struct nat_table *t, uint32_t limit, uint64_t key);
void table_free(struct nat_table *t);

/* table_outbound, table_inbound - the newest live session, or NULL */
struct nat_session *table_outbound(struct nat_table *t, enum nat_protocol p,
				   const struct endpoint *inside,
				   const struct endpoint *remote);
struct nat_session *table_inbound(struct nat_table *t, enum nat_protocol p,
				  const struct endpoint *external,
				  const struct endpoint *remote);

/* table_ended - the newest that was ended before its time, or NULL */
struct nat_session *table_ended(struct nat_table *t, enum nat_protocol p,
				const struct endpoint *external,
				const struct endpoint *remote);

/* table_peer - does a live session of @m have that remote address? */
bool table_peer(struct nat_table *t, const struct nat_mapping *m,
		uint32_t address);

/* table_mapping - by its inside and remote endpoint; NULL if there is none */
struct nat_mapping *table_mapping(struct nat_table *t, enum nat_protocol p,
				  const struct endpoint *inside,
				  const struct endpoint *remote);

/* table_external - the newest mapping that has an external endpoint, or
   NULL */
struct nat_mapping *table_external(struct nat_table *t, enum nat_protocol p,
				   const struct endpoint *external);

static inline struct nat_mapping *session_mapping(struct nat_table *t,
						  const struct nat_session *s)
{
	return &t->mappings[s->mapping];
}

static inline struct endpoint mapping_inside(const struct nat_mapping *m)
{
	return (struct endpoint){ m->inside_address, m->inside_port };
}

/* mapping_external - its external endpoint */
struct endpoint mapping_external(const struct nat_table *t,
				 const struct nat_mapping *m);

/* session_number - from 1, and at most the table's limit */
static inline uint32_t session_number(const struct nat_table *t,
				      const struct nat_session *s)
{
	return (uint32_t)(s - t->sessions);
}

/* table_full - is there no room for another session? */
bool table_full(const struct nat_table *t);

/*
 * table_add_mapping, table_add_session - the caller has asked table_full(),
 * and gives a new mapping a session at once
 * @m: what the mapping is; its links and count of sessions are not looked at
 */
struct nat_mapping *table_add_mapping(struct nat_table *t,
				      const struct nat_mapping *m);
struct nat_session *table_add_session(struct nat_table *t,
				      struct nat_mapping *m,
				      const struct endpoint *remote);

/*
 * table_set_timer - let @s expire at @expires, as the last of its queue: times
 * of one queue never decrease
 */
void table_set_timer(struct nat_table *t, struct nat_session *s,
		     enum nat_timer timer, int64_t expires);

/* table_end - no packet belongs to @s any more; @s and its mapping stay until
   it expires */
void table_end(struct nat_table *t, struct nat_session *s);

/*
 * table_remove - remove a session at once, and its mapping when that has no
 * other session
 * @freed: the mapping that went, as it was
 * Return: did the mapping go?
 */
bool table_remove(struct nat_table *t, struct nat_session *s,
		  struct nat_mapping *freed);

/* table_expired - a session whose timeout is over, or NULL */
struct nat_session *table_expired(struct nat_table *t, int64_t now);

/* table_shift - let all sessions of a timer expire so much later (ns) */
void table_shift(struct nat_table *t, enum nat_timer timer, int64_t by);

#endif
