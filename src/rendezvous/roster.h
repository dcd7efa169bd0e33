/*
 * Who is at S: its members and their sessions, where they are kept and how
 * they are found. Pure; all memory is had at the beginning.
 */
#ifndef TCPTRAV_RENDEZVOUS_ROSTER_H
#define TCPTRAV_RENDEZVOUS_ROSTER_H

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

struct session;

struct member {
	uint32_t number;		/* as in session.h */
	enum member_state state;
	unsigned side;			/* its place in the session */
	unsigned lines, relays;		/* so far */
	int64_t last;			/* when it last sent a line */
	struct endpoint seen;
	struct session *session;	/* NULL before it has joined */
	uint8_t nonce[NONCE_BYTES];
	TAILQ_ENTRY(member) entry;
};

struct session {
	char name[NAME_TEXT];
	struct member *member[2];	/* NULL: not there yet, or left */
	bool introduced;
	unsigned spoofs;		/* pairs of SYN-ACKs so far */
	bool has_syn[2];		/* of the next pair */
	struct syn_facts syn[2];
	LIST_ENTRY(session) entry;
};

TAILQ_HEAD(member_queue, member);
LIST_HEAD(session_list, session);

/*
 * Members stand in a queue by their last line, the longest silent first, so
 * that idleness costs nothing per member. Names are found through a keyed
 * hash: they are a stranger's to choose.
 */
struct roster {
	uint32_t limit;
	struct member *members;
	struct session *sessions;	/* as many: each has a member */
	struct session_list *buckets;
	size_t bucket_mask;
	uint8_t key[crypto_shorthash_KEYBYTES];
	struct member_queue silent, unused;
	struct session_list unused_sessions;
};

/*
 * roster_begin - room for @limit members, a million at most
 * Return: false when there is no memory; there is then nothing to end
 */
bool roster_begin(struct roster *r, uint32_t limit);
void roster_end(struct roster *r);

/* roster_add - a new member, or NULL if there is no room */
struct member *roster_add(struct roster *r, const struct endpoint *seen,
			  int64_t now);

/* roster_remove - it leaves its session; an empty session ends */
void roster_remove(struct roster *r, struct member *m);

/* roster_find - by its number; NULL when it is here no more */
struct member *roster_find(struct roster *r, uint32_t number);

/* roster_heard - it sent a line */
void roster_heard(struct roster *r, struct member *m, int64_t now);

/* roster_silent - who was silent for the longest time, or NULL */
struct member *roster_silent(struct roster *r);

/* roster_session - by its name, or NULL */
struct session *roster_session(struct roster *r, const char *name);

/*
 * roster_join - put a member that has no session into the one of that name,
 * which begins if there is none; its second place must not be taken
 */
void roster_join(struct roster *r, struct member *m, const char *name);

/* member_peer - the other of its session, or NULL */
struct member *member_peer(const struct member *m);

#endif
