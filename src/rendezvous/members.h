/*
 * The hosts connected to S (members), the sessions that they have joined, and
 * how both are found. Pure; members_begin() allocates all memory.
 */
#ifndef TCPTRAV_RENDEZVOUS_MEMBERS_H
#define TCPTRAV_RENDEZVOUS_MEMBERS_H

#include "rendezvous/message.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * A member's number is never 0, and used again only after 4094 others had its
 * slot. The low 20 bits are the slot: an index below the limit that no other
 * present member has.
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
	struct rendezvous_session *session;	/* NULL before join */
	uint8_t nonce[NONCE_BYTES];
	TAILQ_ENTRY(member) entry;
};

struct rendezvous_session {
	char name[SESSION_NAME_TEXT];
	struct member *member[2];	/* NULL: has not joined, or has left */
	bool introduced;
	unsigned spoofs;		/* pairs of SYN-ACKs so far */
	bool has_syn[2];		/* both: the next pair can be forged */
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
 * members_begin - room for @limit members, at most 2^20
 * Return: false when there is no memory; members_end() is then not needed
 */
bool members_begin(struct members *all, uint32_t limit);
void members_end(struct members *all);

/*
 * members_add - a connection was accepted
 * @seen: the endpoint that it comes from
 * Return: the member, in MEMBER_NEW; NULL when @limit are present
 */
struct member *members_add(struct members *all, const struct endpoint *seen,
			   int64_t now);

/* members_remove - and take it out of its session, which ends when empty */
void members_remove(struct members *all, struct member *m);

/* members_find - by number; NULL when it is no longer present */
struct member *members_find(struct members *all, uint32_t number);

/* members_set_active - note that @m sent a line */
void members_set_active(struct members *all, struct member *m, int64_t now);

/* members_longest_idle - NULL when there are no members */
struct member *members_longest_idle(struct members *all);

/* session_find - by name, or NULL */
struct rendezvous_session *session_find(struct members *all, const char *name);

/*
 * session_join - put a member into the session of that name, which is created
 * if there is none
 * @m: in no session yet; the session must have a free side
 */
void session_join(struct members *all, struct member *m, const char *name);

/* member_peer - the other member of its session, or NULL */
struct member *member_peer(const struct member *m);

#endif
