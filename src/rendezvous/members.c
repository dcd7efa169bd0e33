#include "rendezvous/members.h"

#include "rendezvous/session.h"

#include <stdlib.h>
#include <string.h>

#define SLOT_BITS 20
#define GENERATIONS (1U << (32 - SLOT_BITS))

bool members_begin(struct members *r, uint32_t limit)
{
	size_t buckets = 1;

	memset(r, 0, sizeof(*r));
	if (limit > 1U << SLOT_BITS)
		limit = 1U << SLOT_BITS;
	while (buckets < limit)
		buckets *= 2;
	r->limit = limit;
	r->bucket_mask = buckets - 1;
	r->members = calloc(limit + 1, sizeof(*r->members));
	r->sessions = calloc(limit + 1, sizeof(*r->sessions));
	r->buckets = calloc(buckets, sizeof(*r->buckets));
	if (!r->members || !r->sessions || !r->buckets) {
		members_end(r);
		return false;
	}
	crypto_shorthash_keygen(r->key);
	TAILQ_INIT(&r->silent);
	TAILQ_INIT(&r->unused);
	for (uint32_t i = limit; i-- > 0;) {
		r->members[i].number = i;
		TAILQ_INSERT_HEAD(&r->unused, &r->members[i], entry);
		LIST_INSERT_HEAD(&r->unused_sessions, &r->sessions[i], entry);
	}
	return true;
}

void members_end(struct members *r)
{
	free(r->members);
	free(r->sessions);
	free(r->buckets);
	memset(r, 0, sizeof(*r));
}

/* next_number - the same slot, another generation, never 0 */
static uint32_t next_number(uint32_t number)
{
	uint32_t generation = (number >> SLOT_BITS) + 1;

	if (generation == GENERATIONS)
		generation = 1;
	return generation << SLOT_BITS | MEMBER_SLOT(number);
}

struct member *members_add(struct members *r, const struct endpoint *seen,
			  int64_t now)
{
	struct member *m = TAILQ_FIRST(&r->unused);

	if (!m)
		return NULL;
	TAILQ_REMOVE(&r->unused, m, entry);
	*m = (struct member){
		.number = next_number(m->number),
		.state = MEMBER_NEW,
		.last = now,
		.seen = *seen,
	};
	TAILQ_INSERT_TAIL(&r->silent, m, entry);
	return m;
}

void members_remove(struct members *r, struct member *m)
{
	struct rendezvous_session *session = m->session;

	if (session) {
		session->member[m->side] = NULL;
		if (!session->member[!m->side]) {
			LIST_REMOVE(session, entry);
			LIST_INSERT_HEAD(&r->unused_sessions, session, entry);
		}
	}
	m->session = NULL;
	m->state = MEMBER_FREE;
	TAILQ_REMOVE(&r->silent, m, entry);
	TAILQ_INSERT_TAIL(&r->unused, m, entry);
}

struct member *members_find(struct members *r, uint32_t number)
{
	uint32_t slot = MEMBER_SLOT(number);

	if (slot >= r->limit || r->members[slot].number != number ||
	    r->members[slot].state == MEMBER_FREE)
		return NULL;
	return &r->members[slot];
}

void members_set_active(struct members *r, struct member *m, int64_t now)
{
	m->last = now;
	TAILQ_REMOVE(&r->silent, m, entry);
	TAILQ_INSERT_TAIL(&r->silent, m, entry);
}

struct member *members_longest_idle(struct members *r)
{
	return TAILQ_FIRST(&r->silent);
}

static struct session_list *bucket(struct members *r, const char *name)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t sum;

	crypto_shorthash(hash, (const uint8_t *)name, SESSION_NAME_TEXT - 1,
			 r->key);
	memcpy(&sum, hash, sizeof(sum));
	return &r->buckets[sum & r->bucket_mask];
}

struct rendezvous_session *session_find(struct members *r, const char *name)
{
	struct rendezvous_session *session;

	LIST_FOREACH(session, bucket(r, name), entry)
		if (strcmp(session->name, name) == 0)
			return session;
	return NULL;
}

void session_join(struct members *r, struct member *m, const char *name)
{
	struct rendezvous_session *session = session_find(r, name);

	if (!session) {
		session = LIST_FIRST(&r->unused_sessions);
		LIST_REMOVE(session, entry);
		memset(session, 0, sizeof(*session));
		memcpy(session->name, name, SESSION_NAME_TEXT);
		LIST_INSERT_HEAD(bucket(r, name), session, entry);
	}
	m->side = session->member[0] ? 1 : 0;
	m->session = session;
	session->member[m->side] = m;
}

struct member *member_peer(const struct member *m)
{
	return m->session ? m->session->member[!m->side] : NULL;
}
