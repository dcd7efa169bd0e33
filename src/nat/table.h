/*
 * What a NAT remembers: mappings (an inside endpoint has an external port)
 * and sessions (a mapping and a remote endpoint). Three hashed ways to find a
 * session, one queue per timeout to forget it. Nothing here decides anything.
 */
#ifndef TCPTRAV_NAT_TABLE_H
#define TCPTRAV_NAT_TABLE_H

#include "base/endpoint.h"

#include <stdbool.h>
#include <stdint.h>

/* Each has external ports of its own; ICMP's are echo identifiers. */
enum nat_protocol { NAT_TCP, NAT_UDP, NAT_ICMP, NAT_PROTOCOLS };

/* One for each timeout of the profile. */
enum nat_timer { TIMER_SYN, TIMER_ESTABLISHED, TIMER_CLOSING, TIMER_RST,
		 TIMER_UDP, TIMER_ICMP, TIMERS };

/* The lists that a session is in. */
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
	uint32_t isn;			/* of the last SYN out */
	uint16_t remote_port;		/* 0 for ICMP */
	uint16_t seen;			/* enum tcp_seen (track.h), or-ed */
	uint8_t timer;			/* enum nat_timer */
	bool ended;			/* before its time: kept only to hold
					   the mapping, and to explain */
};

struct nat_mapping {
	struct nat_link link;		/* hashed by inside and remote */
	struct endpoint inside;
	struct endpoint remote;		/* as much as the axis asks for, else
					   0 */
	uint32_t sessions;		/* how many hold it, ended ones too */
	uint16_t external;
	uint8_t protocol;		/* enum nat_protocol */
};

struct nat_table {
	struct nat_session *sessions;	/* [0] is not used; nor below */
	struct nat_mapping *mappings;
	uint32_t limit;			/* of each */
	uint32_t free_session, free_mapping;	/* given back */
	uint32_t top_session, top_mapping;	/* highest ever used */
	uint32_t session_count, mapping_count;	/* live ones */
	uint32_t mask;			/* of the hash tables */
	uint32_t *heads[LIST_TIMER];	/* of the three hashed lists */
	uint32_t *mapping_heads;
	uint32_t *external[NAT_PROTOCOLS];	/* mapping of each port */
	struct nat_link queues[TIMERS];	/* next: first to expire; previous:
					   last */
	uint64_t key;			/* of the hashes */
};

/* table_init - for at most @limit sessions; false when memory is short */
bool table_init(struct nat_table *t, uint32_t limit, uint64_t key);
void table_free(struct nat_table *t);

/* table_outbound, table_inbound - the newest live session, or NULL */
struct nat_session *table_outbound(struct nat_table *t, enum nat_protocol p,
				   const struct endpoint *inside,
				   const struct endpoint *remote);
struct nat_session *table_inbound(struct nat_table *t, enum nat_protocol p,
				  uint16_t external,
				  const struct endpoint *remote);

/* table_ended - the newest that was ended before its time, or NULL */
struct nat_session *table_ended(struct nat_table *t, enum nat_protocol p,
				uint16_t external,
				const struct endpoint *remote);

/* table_peer - has a live session of @m that remote address? */
bool table_peer(struct nat_table *t, const struct nat_mapping *m,
		uint32_t address);

/* table_mapping - by its inside and remote endpoint; NULL if there is none */
struct nat_mapping *table_mapping(struct nat_table *t, enum nat_protocol p,
				  const struct endpoint *inside,
				  const struct endpoint *remote);

/* table_external - the mapping that has an external port, or NULL */
struct nat_mapping *table_external(struct nat_table *t, enum nat_protocol p,
				   uint16_t external);

static inline struct nat_mapping *session_mapping(struct nat_table *t,
						  const struct nat_session *s)
{
	return &t->mappings[s->mapping];
}

/* table_full - is there no room for another session? */
bool table_full(const struct nat_table *t);

/*
 * table_add_mapping, table_add_session - the caller has asked table_full(),
 * and gives a new mapping a session at once
 */
struct nat_mapping *table_add_mapping(struct nat_table *t,
				      enum nat_protocol p,
				      const struct endpoint *inside,
				      const struct endpoint *remote,
				      uint16_t external);
struct nat_session *table_add_session(struct nat_table *t,
				      struct nat_mapping *m,
				      const struct endpoint *remote);

/*
 * session_time - let @s expire at @expires, as the last of its queue: times
 * of one queue never decrease
 */
void session_time(struct nat_table *t, struct nat_session *s,
		  enum nat_timer timer, int64_t expires);

/* session_end - no packet belongs to @s any more; its mapping stays until it
   would have expired */
void session_end(struct nat_table *t, struct nat_session *s);

/*
 * table_expire - forget one session whose time has come, with its mapping
 * when that has no other
 * @freed: the mapping that went, as it was
 * Return: 0 nothing has expired, 1 a session has, 2 and its mapping
 */
int table_expire(struct nat_table *t, int64_t now, struct nat_mapping *freed);

#endif
