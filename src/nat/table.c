/*
 * Sessions and mappings are elements of two arrays, which are allocated once
 * and touched only as far as they are used. All links are numbers of elements;
 * 0 is none. The head of a hash chain has no element before it, so removing it
 * needs the bucket: hashes are computed again, never stored.
 */
#include "nat/table.h"

#include <stdlib.h>
#include <string.h>

static uint32_t mapping_number(const struct nat_table *t,
			       const struct nat_mapping *m)
{
	return (uint32_t)(m - t->mappings);
}

/* mix - hash two words to a bucket; keyed, so that nobody outside can choose
   buckets */
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
			       const struct endpoint *external,
			       const struct endpoint *remote)
{
	return mix(t, word(external->address, external->port, protocol),
		   word(remote->address, remote->port, 1));
}

static uint32_t bucket_external(const struct nat_table *t, unsigned protocol,
				const struct endpoint *external)
{
	return mix(t, word(external->address, external->port, protocol),
		   word(0, 0, 3));
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
	struct endpoint near;

	switch (list) {
	case LIST_OUTBOUND:
		near = mapping_inside(m);
		return bucket_outbound(t, m->protocol, &near, &remote);
	case LIST_INBOUND:
		near = mapping_external(t, m);
		return bucket_inbound(t, m->protocol, &near, &remote);
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

	/* one to two elements a bucket when it is full */
	while (buckets * 2 <= limit)
		buckets *= 2;
	*t = (struct nat_table){ .limit = limit, .key = key };
	t->mask = (uint32_t)(buckets - 1);
	t->sessions = calloc((size_t)limit + 1, sizeof(*t->sessions));
	t->mappings = calloc((size_t)limit + 1, sizeof(*t->mappings));
	t->inside_heads = calloc(buckets, sizeof(uint32_t));
	t->external_heads = calloc(buckets, sizeof(uint32_t));
	ok = t->sessions && t->mappings && t->inside_heads &&
		t->external_heads;
	for (int i = 0; i < LIST_TIMER; i++) {
		t->heads[i] = calloc(buckets, sizeof(uint32_t));
		ok = ok && t->heads[i];
	}
	/* of a session the remote address, of a mapping the inside one and
	   that of its key, and the packet's own two */
	ok = ok && interned_init(&t->addresses, 3 * limit + 4, key);
	if (!ok)
		table_free(t);
	return ok;
}

void table_free(struct nat_table *t)
{
	for (int i = 0; i < LIST_TIMER; i++)
		free(t->heads[i]);
	free(t->inside_heads);
	free(t->external_heads);
	free(t->mappings);
	free(t->sessions);
	interned_free(&t->addresses);
	*t = (struct nat_table){ 0 };
}

struct endpoint mapping_external(const struct nat_table *t,
				 const struct nat_mapping *m)
{
	uint32_t address = m->external == EXTERNAL_SAME ? m->inside_address :
		is_ipv6((enum nat_protocol)m->protocol) ? t->outside6 :
		t->outside + m->external;

	return (struct endpoint){ address, m->external_port };
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
		    m->inside_address == inside->address &&
		    m->inside_port == inside->port)
			return s;
	}
	return NULL;
}

static bool has_external(const struct nat_table *t,
			 const struct nat_mapping *m, enum nat_protocol p,
			 const struct endpoint *external)
{
	struct endpoint e;

	if (m->external_port != external->port || m->protocol != p)
		return false;
	e = mapping_external(t, m);
	return e.address == external->address;
}

static struct nat_session *inbound(struct nat_table *t, enum nat_protocol p,
				   const struct endpoint *external,
				   const struct endpoint *remote, bool ended)
{
	uint32_t i = t->heads[LIST_INBOUND][
		bucket_inbound(t, p, external, remote)];

	for (; i; i = t->sessions[i].links[LIST_INBOUND].next) {
		struct nat_session *s = &t->sessions[i];

		if (s->ended == ended && session_has(s, remote) &&
		    has_external(t, session_mapping(t, s), p, external))
			return s;
	}
	return NULL;
}

struct nat_session *table_inbound(struct nat_table *t, enum nat_protocol p,
				  const struct endpoint *external,
				  const struct endpoint *remote)
{
	return inbound(t, p, external, remote, false);
}

struct nat_session *table_ended(struct nat_table *t, enum nat_protocol p,
				const struct endpoint *external,
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
	uint32_t i = t->inside_heads[bucket_outbound(t, p, inside, remote)];

	for (; i; i = t->mappings[i].inside_link.next) {
		struct nat_mapping *m = &t->mappings[i];

		if (m->protocol == p && m->inside_address == inside->address &&
		    m->inside_port == inside->port &&
		    m->remote_address == remote->address &&
		    m->remote_port == remote->port)
			return m;
	}
	return NULL;
}

struct nat_mapping *table_external(struct nat_table *t, enum nat_protocol p,
				   const struct endpoint *external)
{
	uint32_t i = t->external_heads[bucket_external(t, p, external)];

	while (i && (t->mappings[i].flags & MAPPING_OWN ||
		     !has_external(t, &t->mappings[i], p, external)))
		i = t->mappings[i].external_link.next;
	return i ? &t->mappings[i] : NULL;
}

bool table_full(const struct nat_table *t)
{
	/* A mapping has a session, so there is room for it too. */
	return !t->free_session && t->top_session == t->limit;
}

/* mapping_heads - the buckets of its two lists */
static void mapping_heads(struct nat_table *t, const struct nat_mapping *m,
			  uint32_t *heads[2])
{
	struct endpoint inside = mapping_inside(m);
	struct endpoint external = mapping_external(t, m);
	struct endpoint remote = { m->remote_address, m->remote_port };

	heads[0] = &t->inside_heads[bucket_outbound(t, m->protocol, &inside,
						    &remote)];
	heads[1] = &t->external_heads[bucket_external(t, m->protocol,
						      &external)];
}

struct nat_mapping *table_add_mapping(struct nat_table *t,
				      const struct nat_mapping *like)
{
	uint32_t i = t->free_mapping;
	struct nat_mapping *m;
	uint32_t *heads[2];

	if (i)
		t->free_mapping = t->mappings[i].inside_link.next;
	else
		i = ++t->top_mapping;
	m = &t->mappings[i];
	*m = *like;
	m->sessions = 0;
	mapping_heads(t, m, heads);
	m->inside_link = (struct nat_link){ .next = *heads[0] };
	m->external_link = (struct nat_link){ .next = *heads[1] };
	if (*heads[0])
		t->mappings[*heads[0]].inside_link.previous = i;
	if (*heads[1])
		t->mappings[*heads[1]].external_link.previous = i;
	*heads[0] = *heads[1] = i;
	if (is_ipv6((enum nat_protocol)m->protocol))
		interned_hold(&t->addresses, m->inside_address);
	if (is_ipv6((enum nat_protocol)m->protocol) && m->remote_address)
		interned_hold(&t->addresses, m->remote_address);
	t->mapping_count++;
	return m;
}

static void mapping_free(struct nat_table *t, struct nat_mapping *m)
{
	struct nat_link in = m->inside_link, out = m->external_link;
	uint32_t *heads[2];

	mapping_heads(t, m, heads);
	*(in.previous ? &t->mappings[in.previous].inside_link.next :
	  heads[0]) = in.next;
	*(out.previous ? &t->mappings[out.previous].external_link.next :
	  heads[1]) = out.next;
	if (in.next)
		t->mappings[in.next].inside_link.previous = in.previous;
	if (out.next)
		t->mappings[out.next].external_link.previous = out.previous;
	m->inside_link.next = t->free_mapping;
	t->free_mapping = mapping_number(t, m);
	if (is_ipv6((enum nat_protocol)m->protocol))
		interned_release(&t->addresses, m->inside_address);
	if (is_ipv6((enum nat_protocol)m->protocol) && m->remote_address)
		interned_release(&t->addresses, m->remote_address);
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
	if (is_ipv6((enum nat_protocol)m->protocol))
		interned_hold(&t->addresses, remote->address);
	chain_insert(t, LIST_OUTBOUND, s);
	chain_insert(t, LIST_INBOUND, s);
	chain_insert(t, LIST_PEER, s);
	t->session_count++;
	return s;
}

void table_set_timer(struct nat_table *t, struct nat_session *s,
		     enum nat_timer timer, int64_t expires)
{
	if (s->timer != TIMERS)
		queue_remove(t, s);
	s->timer = (uint8_t)timer;
	s->expires = expires;
	queue_append(t, s);
}

void table_end(struct nat_table *t, struct nat_session *s)
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
		table_end(t, s);
	chain_remove(t, LIST_INBOUND, s);
	queue_remove(t, s);
	if (is_ipv6((enum nat_protocol)session_mapping(t, s)->protocol))
		interned_release(&t->addresses, s->remote_address);
	s->links[LIST_TIMER].next = t->free_session;
	t->free_session = session_number(t, s);
}

bool table_remove(struct nat_table *t, struct nat_session *s,
		  struct nat_mapping *freed)
{
	struct nat_mapping *m = session_mapping(t, s);

	session_free(t, s);
	if (--m->sessions)
		return false;
	*freed = *m;
	mapping_free(t, m);
	return true;
}

struct nat_session *table_expired(struct nat_table *t, int64_t now)
{
	for (int i = 0; i < TIMERS; i++) {
		struct nat_session *s = &t->sessions[t->queues[i].next];

		if (t->queues[i].next && s->expires <= now)
			return s;
	}
	return NULL;
}

void table_shift(struct nat_table *t, enum nat_timer timer, int64_t by)
{
	for (uint32_t i = t->queues[timer].next; i;
	     i = t->sessions[i].links[LIST_TIMER].next)
		t->sessions[i].expires += by;
}
