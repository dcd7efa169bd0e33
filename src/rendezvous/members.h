/*
 * Who is at S: its members and their sessions, where they are kept and how
 * they are found. Pure; all memory is had at the beginning.
 */
#ifndef TCPTRAV_RENDEZVOUS_MEMBERS_H
#define TCPTRAV_RENDEZVOUS_MEMBERS_H

#include "rendezvous/message.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

enum member_state {
	MEMBER_FREE,		/* no member: its place waits for one */
	MEMBER_NEW,
	MEMBER_GREETED,
	MEMBER_JOINED,
	MEMBER_INTRODUCED,
};

struct rendezvous_session;

struct member {
	uint32_t number;		/* as in session.h */
	enum member_state state;
	unsigned side;			/* its place in the session */
	unsigned lines, relays;		/* so far */
	int64_t last;			/* when it last sent a line */
	struct endpoint seen;
	struct rendezvous_session *session;	/* NULL before it has joined */
	uint8_t nonce[NONCE_BYTES];
	TAILQ_ENTRY(member) entry;
};

struct rendezvous_session {
	char name[SESSION_NAME_TEXT];
	struct member *member[2];	/* NULL: not there yet, or left */
	bool introduced;
	unsigned spoofs;		/* pairs of SYN-ACKs so far */
	bool has_syn[2];		/* of the next pair */
	struct syn_facts syn[2];
	LIST_ENTRY(rendezvous_session) entry;
};

TAILQ_HEAD(member_queue, member);
LIST_HEAD(session_list, rendezvous_session);

/*
 * Members stand in a queue by their last line, the longest silent first, so
 * that idleness costs nothing per member. Names are found through a keyed
 * hash: they are a stranger's to choose.
 */
struct members {
	uint32_t limit;
	struct member *members;
	struct rendezvous_session *sessions;	/* as many: each has a member */
	struct session_list *buckets;
	size_t bucket_mask;
	uint8_t key[crypto_shorthash_KEYBYTES];
	struct member_queue silent, unused;
	struct session_list unused_sessions;
};

/*
 * members_begin - room for @limit members, a million at most
 * Return: false when there is no memory; there is then nothing to end
 */
bool members_begin(struct members *r, uint32_t limit);
void members_end(struct members *r);

/* members_add - a new member, or NULL if there is no room */
struct member *members_add(struct members *r, const struct endpoint *seen,
			  int64_t now);

/* members_remove - it leaves its session; an empty session ends */
void members_remove(struct members *r, struct member *m);

/* members_find - by its number; NULL when it is here no more */
struct member *members_find(struct members *r, uint32_t number);

/* members_set_active - it sent a line */
void members_set_active(struct members *r, struct member *m, int64_t now);

/* members_longest_idle - who was silent for the longest time, or NULL */
struct member *members_longest_idle(struct members *r);

/* session_find - by its name, or NULL */
struct rendezvous_session *session_find(struct members *r, const char *name);

/*
 * session_join - put a member that has no session into the one of that name,
 * which begins if there is none; its second place must not be taken
 */
void session_join(struct members *r, struct member *m, const char *name);

/* member_peer - the other of its session, or NULL */
struct member *member_peer(const struct member *m);

#endif
