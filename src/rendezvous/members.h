/*
 * The tables of S: the hosts connected to it (members), and the sessions that
 * they have joined. Pure; members_begin() allocates all memory.
 */
#ifndef TCPTRAV_RENDEZVOUS_MEMBERS_H
#define TCPTRAV_RENDEZVOUS_MEMBERS_H

#include "rendezvous/message.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * A member's number is never 0. The low 20 bits are its slot: an index below
 * the limit, which no other member has at the same time. A number is used again
 * only after 4094 other members have had its slot.
 */
#define MEMBER_SLOT_BITS 20
#define MEMBER_SLOT(number) ((number) & ((1U << MEMBER_SLOT_BITS) - 1))

enum member_state {
	MEMBER_FREE,		/* the slot is unused */
	MEMBER_NEW,
	MEMBER_GREETED,
	MEMBER_JOINED,
	MEMBER_INTRODUCED,
};

struct member {
	uint32_t number;
	enum member_state state;
	unsigned side;			/* index in session->member */
	unsigned lines, relays;		/* received from it so far */
	int64_t last;			/* when it last sent a line */
	struct endpoint seen;		/* where its connection comes from */
	struct endpoint udp;		/* where its first datagram with its
					   token came from; port 0: none did */
	struct rendezvous_session *session;	/* NULL before join */
	uint8_t nonce[NONCE_BYTES];
	TAILQ_ENTRY(member) entry;
};

struct rendezvous_session {
	char name[SESSION_NAME_TEXT];
	struct member *member[2];	/* NULL: has not joined, or has left */
	bool introduced;
	unsigned spoofs;		/* pairs of SYN-ACKs so far */
	bool has_syn[2];		/* if both: a pair can be forged */
	struct syn_facts syn[2];
	LIST_ENTRY(rendezvous_session) entry;
};

TAILQ_HEAD(member_queue, member);
LIST_HEAD(session_list, rendezvous_session);

/*
 * Members are queued by the time of their last line, so that finding an idle
 * one takes constant time. Session names are hashed with a secret key: clients
 * choose them, and could otherwise make all of them collide.
 */
struct members {
	uint32_t limit;
	struct member *members;
	struct rendezvous_session *sessions;	/* as many as members */
	struct session_list *buckets;
	size_t bucket_mask;
	uint8_t key[crypto_shorthash_KEYBYTES];
	struct member_queue by_activity;	/* the longest idle first */
	struct member_queue unused;
	struct session_list unused_sessions;
};

/*
 * members_begin - allocate memory for @limit members, at most 2^20
 * Return: false: out of memory; members_end() is then not needed
 */
bool members_begin(struct members *all, uint32_t limit);
void members_end(struct members *all);

/*
 * members_add - add a member whose connection was accepted
 * @seen: the endpoint that it comes from
 * Return: the member, in MEMBER_NEW; NULL if there are @limit members
 */
struct member *members_add(struct members *all, const struct endpoint *seen,
			   int64_t now);

/* members_remove - remove a member, also from its session, which ends when it
   is empty */
void members_remove(struct members *all, struct member *m);

/* members_find - find a member by its number; NULL if it was removed */
struct member *members_find(struct members *all, uint32_t number);

/* members_set_active - note that @m sent a line */
void members_set_active(struct members *all, struct member *m, int64_t now);

/* members_longest_idle - find the member that has been silent longest; NULL:
   there are no members */
struct member *members_longest_idle(struct members *all);

/* session_find - find a session by its name; NULL: there is none */
struct rendezvous_session *session_find(struct members *all, const char *name);

/*
 * session_join - add a member to the session of that name, which is created if
 * it does not exist
 * @m: in no session yet; the session must have a free side
 */
void session_join(struct members *all, struct member *m, const char *name);

/* member_peer - the other member of its session, or NULL */
struct member *member_peer(const struct member *m);

#endif
