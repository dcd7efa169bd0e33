#include "rendezvous/members.h"

#include <stdlib.h>
#include <string.h>

#define GENERATIONS (1U << (32 - MEMBER_SLOT_BITS))

bool members_begin(struct members *all, uint32_t limit)
{
	size_t buckets = 1;

	memset(all, 0, sizeof(*all));
	if (limit > 1U << MEMBER_SLOT_BITS)
		limit = 1U << MEMBER_SLOT_BITS;
	while (buckets < limit)
		buckets *= 2;
	all->limit = limit;
	all->bucket_mask = buckets - 1;
	all->members = calloc(limit + 1, sizeof(*all->members));
	all->sessions = calloc(limit + 1, sizeof(*all->sessions));
	all->buckets = calloc(buckets, sizeof(*all->buckets));
	if (!all->members || !all->sessions || !all->buckets) {
		members_end(all);
		return false;
	}
	crypto_shorthash_keygen(all->key);
	TAILQ_INIT(&all->by_activity);
	TAILQ_INIT(&all->unused);
	for (uint32_t i = limit; i-- > 0;) {
		all->members[i].number = i;
		TAILQ_INSERT_HEAD(&all->unused, &all->members[i], entry);
		LIST_INSERT_HEAD(&all->unused_sessions, &all->sessions[i],
				 entry);
	}
	return true;
}

void members_end(struct members *all)
{
	free(all->members);
	free(all->sessions);
	free(all->buckets);
	memset(all, 0, sizeof(*all));
}

/* next_number - make the number of the slot's next member: the same slot, and
   the next generation from 1 to 4095 */
static uint32_t next_number(uint32_t number)
{
	uint32_t generation = (number >> MEMBER_SLOT_BITS) + 1;

	if (generation == GENERATIONS)
		generation = 1;
	return generation << MEMBER_SLOT_BITS | MEMBER_SLOT(number);
}

struct member *members_add(struct members *all, const struct endpoint *seen,
			   int64_t now)
{
	struct member *m = TAILQ_FIRST(&all->unused);

	if (!m)
		return NULL;
	TAILQ_REMOVE(&all->unused, m, entry);
	*m = (struct member){
		.number = next_number(m->number),
		.state = MEMBER_NEW,
		.last = now,
		.seen = *seen,
	};
	TAILQ_INSERT_TAIL(&all->by_activity, m, entry);
	return m;
}

void members_remove(struct members *all, struct member *m)
{
	struct rendezvous_session *session = m->session;

	if (session) {
		session->member[m->side] = NULL;
		if (!session->member[!m->side]) {
			LIST_REMOVE(session, entry);
			LIST_INSERT_HEAD(&all->unused_sessions, session, entry);
		}
	}
	m->session = NULL;
	m->state = MEMBER_FREE;
	TAILQ_REMOVE(&all->by_activity, m, entry);
	TAILQ_INSERT_TAIL(&all->unused, m, entry);
}

struct member *members_find(struct members *all, uint32_t number)
{
	uint32_t slot = MEMBER_SLOT(number);

	if (slot >= all->limit || all->members[slot].number != number ||
	    all->members[slot].state == MEMBER_FREE)
		return NULL;
	return &all->members[slot];
}

void members_set_active(struct members *all, struct member *m, int64_t now)
{
	m->last = now;
	TAILQ_REMOVE(&all->by_activity, m, entry);
	TAILQ_INSERT_TAIL(&all->by_activity, m, entry);
}

struct member *members_longest_idle(struct members *all)
{
	return TAILQ_FIRST(&all->by_activity);
}

static struct session_list *bucket(struct members *all, const char *name)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t sum;

	crypto_shorthash(hash, (const uint8_t *)name, SESSION_NAME_TEXT - 1,
			 all->key);
	memcpy(&sum, hash, sizeof(sum));
	return &all->buckets[sum & all->bucket_mask];
}

struct rendezvous_session *session_find(struct members *all, const char *name)
{
	struct rendezvous_session *session;

	LIST_FOREACH(session, bucket(all, name), entry)
		if (strcmp(session->name, name) == 0)
			return session;
	return NULL;
}

void session_join(struct members *all, struct member *m, const char *name)
{
	struct rendezvous_session *session = session_find(all, name);

	if (!session) {
		session = LIST_FIRST(&all->unused_sessions);
		LIST_REMOVE(session, entry);
		memset(session, 0, sizeof(*session));
		memcpy(session->name, name, SESSION_NAME_TEXT);
		LIST_INSERT_HEAD(bucket(all, name), session, entry);
	}
	m->side = session->member[0] ? 1 : 0;
	m->session = session;
	session->member[m->side] = m;
}

struct member *member_peer(const struct member *m)
{
	return m->session ? m->session->member[!m->side] : NULL;
}
