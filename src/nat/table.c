/*
 * Sessions and mappings lie in two arrays that are sized once and touched only
 * as far as they are used; all links are numbers of elements, and number 0
 * stands for none. A hash chain's head has no element before it, so taking it
 * out needs its bucket: hashes are computed again, never stored.
 */
#include "nat/table.h"

#include <stdlib.h>
#include <string.h>

enum { PORT_COUNT = 65536 };

static uint32_t session_number(const struct nat_table *t,
			       const struct nat_session *s)
{
	return (uint32_t)(s - t->sessions);
}

static uint32_t mapping_number(const struct nat_table *t,
			       const struct nat_mapping *m)
{
	return (uint32_t)(m - t->mappings);
}

/* mix - spread two words over the buckets; @key keeps strangers from
   choosing where theirs go */
static uint32_t mix(const struct nat_table *t, uint64_t a, uint64_t b)
{
	uint64_t x = (a ^ t->key) * UINT64_C(0x9fb21c651e98df25);

	x = (x ^ x >> 32 ^ b) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(x ^ x >> 32) & t->mask;
}

static uint64_t word(uint32_t address, uint16_t port, unsigned protocol)
{
	return (uint64_t)address << 24 | (uint64_t)port << 8 | protocol;
}

static uint32_t bucket_outbound(const struct nat_table *t, unsigned protocol,
				const struct endpoint *inside,
				const struct endpoint *remote)
{
	return mix(t, word(inside->address, inside->port, protocol),
		   word(remote->address, remote->port, 0));
}

static uint32_t bucket_inbound(const struct nat_table *t, unsigned protocol,
			       uint16_t external,
			       const struct endpoint *remote)
{
	return mix(t, word(0, external, protocol),
		   word(remote->address, remote->port, 1));
}

static uint32_t bucket_peer(const struct nat_table *t, uint32_t mapping,
			    uint32_t address)
{
	return mix(t, mapping, word(address, 0, 2));
}

static uint32_t bucket_of(const struct nat_table *t, enum nat_list list,
			  const struct nat_session *s)
{
	const struct nat_mapping *m = &t->mappings[s->mapping];
	struct endpoint remote = { s->remote_address, s->remote_port };

	switch (list) {
	case LIST_OUTBOUND:
		return bucket_outbound(t, m->protocol, &m->inside, &remote);
	case LIST_INBOUND:
		return bucket_inbound(t, m->protocol, m->external, &remote);
	default:
		return bucket_peer(t, s->mapping, s->remote_address);
	}
}

static void chain_insert(struct nat_table *t, enum nat_list list,
			 struct nat_session *s)
{
	uint32_t *head = &t->heads[list][bucket_of(t, list, s)];
	uint32_t number = session_number(t, s);

	s->links[list] = (struct nat_link){ .next = *head };
	if (*head)
		t->sessions[*head].links[list].previous = number;
	*head = number;
}

static void chain_remove(struct nat_table *t, enum nat_list list,
			 struct nat_session *s)
{
	struct nat_link l = s->links[list];

	if (l.previous)
		t->sessions[l.previous].links[list].next = l.next;
	else
		t->heads[list][bucket_of(t, list, s)] = l.next;
	if (l.next)
		t->sessions[l.next].links[list].previous = l.previous;
}

static void queue_remove(struct nat_table *t, struct nat_session *s)
{
	struct nat_link *q = &t->queues[s->timer];
	struct nat_link l = s->links[LIST_TIMER];

	if (l.previous)
		t->sessions[l.previous].links[LIST_TIMER].next = l.next;
	else
		q->next = l.next;
	if (l.next)
		t->sessions[l.next].links[LIST_TIMER].previous = l.previous;
	else
		q->previous = l.previous;
}

static void queue_append(struct nat_table *t, struct nat_session *s)
{
	struct nat_link *q = &t->queues[s->timer];
	uint32_t number = session_number(t, s);

	s->links[LIST_TIMER] = (struct nat_link){ .previous = q->previous };
	if (q->previous)
		t->sessions[q->previous].links[LIST_TIMER].next = number;
	else
		q->next = number;
	q->previous = number;
}

bool table_init(struct nat_table *t, uint32_t limit, uint64_t key)
{
	size_t buckets = 64;
	bool ok;

	while (buckets < limit && buckets < UINT32_C(1) << 31)
		buckets *= 2;
	*t = (struct nat_table){ .limit = limit, .key = key };
	t->mask = (uint32_t)(buckets - 1);
	t->sessions = calloc((size_t)limit + 1, sizeof(*t->sessions));
	t->mappings = calloc((size_t)limit + 1, sizeof(*t->mappings));
	t->mapping_heads = calloc(buckets, sizeof(uint32_t));
	ok = t->sessions && t->mappings && t->mapping_heads;
	for (int i = 0; i < LIST_TIMER; i++) {
		t->heads[i] = calloc(buckets, sizeof(uint32_t));
		ok = ok && t->heads[i];
	}
	for (int i = 0; i < NAT_PROTOCOLS; i++) {
		t->external[i] = calloc(PORT_COUNT, sizeof(uint32_t));
		ok = ok && t->external[i];
	}
	if (!ok)
		table_free(t);
	return ok;
}

void table_free(struct nat_table *t)
{
	for (int i = 0; i < NAT_PROTOCOLS; i++)
		free(t->external[i]);
	for (int i = 0; i < LIST_TIMER; i++)
		free(t->heads[i]);
	free(t->mapping_heads);
	free(t->mappings);
	free(t->sessions);
	*t = (struct nat_table){ 0 };
}

static bool session_has(const struct nat_session *s,
			const struct endpoint *remote)
{
	return s->remote_address == remote->address &&
	       s->remote_port == remote->port;
}

struct nat_session *table_outbound(struct nat_table *t, enum nat_protocol p,
				   const struct endpoint *inside,
				   const struct endpoint *remote)
{
	uint32_t i = t->heads[LIST_OUTBOUND][
		bucket_outbound(t, p, inside, remote)];

	for (; i; i = t->sessions[i].links[LIST_OUTBOUND].next) {
		struct nat_session *s = &t->sessions[i];
		const struct nat_mapping *m = session_mapping(t, s);

		if (session_has(s, remote) && m->protocol == p &&
		    endpoint_equal(&m->inside, inside))
			return s;
	}
	return NULL;
}

static struct nat_session *inbound(struct nat_table *t, enum nat_protocol p,
				   uint16_t external,
				   const struct endpoint *remote, bool ended)
{
	uint32_t i = t->heads[LIST_INBOUND][
		bucket_inbound(t, p, external, remote)];

	for (; i; i = t->sessions[i].links[LIST_INBOUND].next) {
		struct nat_session *s = &t->sessions[i];
		const struct nat_mapping *m = session_mapping(t, s);

		if (s->ended == ended && session_has(s, remote) &&
		    m->protocol == p && m->external == external)
			return s;
	}
	return NULL;
}

struct nat_session *table_inbound(struct nat_table *t, enum nat_protocol p,
				  uint16_t external,
				  const struct endpoint *remote)
{
	return inbound(t, p, external, remote, false);
}

struct nat_session *table_ended(struct nat_table *t, enum nat_protocol p,
				uint16_t external,
				const struct endpoint *remote)
{
	return inbound(t, p, external, remote, true);
}

bool table_peer(struct nat_table *t, const struct nat_mapping *m,
		uint32_t address)
{
	uint32_t number = mapping_number(t, m);
	uint32_t i = t->heads[LIST_PEER][bucket_peer(t, number, address)];

	for (; i; i = t->sessions[i].links[LIST_PEER].next)
		if (t->sessions[i].mapping == number &&
		    t->sessions[i].remote_address == address)
			return true;
	return false;
}

struct nat_mapping *table_mapping(struct nat_table *t, enum nat_protocol p,
				  const struct endpoint *inside,
				  const struct endpoint *remote)
{
	uint32_t i = t->mapping_heads[bucket_outbound(t, p, inside, remote)];

	for (; i; i = t->mappings[i].link.next) {
		struct nat_mapping *m = &t->mappings[i];

		if (m->protocol == p && endpoint_equal(&m->inside, inside) &&
		    endpoint_equal(&m->remote, remote))
			return m;
	}
	return NULL;
}

struct nat_mapping *table_external(struct nat_table *t, enum nat_protocol p,
				   uint16_t external)
{
	uint32_t i = t->external[p][external];

	return i ? &t->mappings[i] : NULL;
}

bool table_full(const struct nat_table *t)
{
	/* A mapping has a session, so there is room for it too. */
	return !t->free_session && t->top_session == t->limit;
}

struct nat_mapping *table_add_mapping(struct nat_table *t,
				      enum nat_protocol p,
				      const struct endpoint *inside,
				      const struct endpoint *remote,
				      uint16_t external)
{
	uint32_t *head = &t->mapping_heads[
		bucket_outbound(t, p, inside, remote)];
	uint32_t i = t->free_mapping;

	if (i)
		t->free_mapping = t->mappings[i].link.next;
	else
		i = ++t->top_mapping;
	t->mappings[i] = (struct nat_mapping){
		.link.next = *head,
		.inside = *inside,
		.remote = *remote,
		.external = external,
		.protocol = (uint8_t)p,
	};
	if (*head)
		t->mappings[*head].link.previous = i;
	*head = i;
	t->external[p][external] = i;
	t->mapping_count++;
	return &t->mappings[i];
}

static void mapping_free(struct nat_table *t, struct nat_mapping *m)
{
	uint32_t number = mapping_number(t, m);
	struct nat_link l = m->link;

	if (l.previous)
		t->mappings[l.previous].link.next = l.next;
	else
		t->mapping_heads[bucket_outbound(t, m->protocol, &m->inside,
						 &m->remote)] = l.next;
	if (l.next)
		t->mappings[l.next].link.previous = l.previous;
	t->external[m->protocol][m->external] = 0;
	m->link.next = t->free_mapping;
	t->free_mapping = number;
	t->mapping_count--;
}

struct nat_session *table_add_session(struct nat_table *t,
				      struct nat_mapping *m,
				      const struct endpoint *remote)
{
	uint32_t i = t->free_session;
	struct nat_session *s;

	if (i)
		t->free_session = t->sessions[i].links[LIST_TIMER].next;
	else
		i = ++t->top_session;
	s = &t->sessions[i];
	*s = (struct nat_session){
		.mapping = mapping_number(t, m),
		.remote_address = remote->address,
		.remote_port = remote->port,
		.timer = TIMERS,
	};
	m->sessions++;
	chain_insert(t, LIST_OUTBOUND, s);
	chain_insert(t, LIST_INBOUND, s);
	chain_insert(t, LIST_PEER, s);
	t->session_count++;
	return s;
}

void session_time(struct nat_table *t, struct nat_session *s,
		  enum nat_timer timer, int64_t expires)
{
	if (s->timer != TIMERS)
		queue_remove(t, s);
	s->timer = (uint8_t)timer;
	s->expires = expires;
	queue_append(t, s);
}

void session_end(struct nat_table *t, struct nat_session *s)
{
	chain_remove(t, LIST_OUTBOUND, s);
	chain_remove(t, LIST_PEER, s);
	s->ended = true;
	t->session_count--;
}

/* session_free - forget @s; its mapping keeps the count right */
static void session_free(struct nat_table *t, struct nat_session *s)
{
	if (!s->ended)
		session_end(t, s);
	chain_remove(t, LIST_INBOUND, s);
	queue_remove(t, s);
	s->links[LIST_TIMER].next = t->free_session;
	t->free_session = session_number(t, s);
}

int table_expire(struct nat_table *t, int64_t now, struct nat_mapping *freed)
{
	for (int i = 0; i < TIMERS; i++) {
		uint32_t first = t->queues[i].next;
		struct nat_session *s = &t->sessions[first];
		struct nat_mapping *m;

		if (!first || s->expires > now)
			continue;
		m = session_mapping(t, s);
		session_free(t, s);
		if (--m->sessions)
			return 1;
		*freed = *m;
		mapping_free(t, m);
		return 2;
	}
	return 0;
}
