#include "nat/subscriber.h"

#include "base/clock.h"
#include "nat/port.h"

#include <stdlib.h>

bool subscribers_init(struct subscribers *s, uint32_t limit,
		      unsigned addresses, uint64_t seed)
{
	uint32_t buckets = 64;

	while (buckets <= limit / 2)
		buckets *= 2;
	*s = (struct subscribers){
		.limit = limit,
		.mask = buckets - 1,
		.addresses = addresses,
	};
	rng_seed(&s->rng, seed);
	s->key = rng_next(&s->rng);
	s->rows = calloc((size_t)limit + 1, sizeof(*s->rows));
	s->heads = calloc(buckets, sizeof(*s->heads));
	s->blocks = calloc(addresses, sizeof(*s->blocks));
	if (s->rows && s->heads && s->blocks)
		return true;
	subscribers_free(s);
	return false;
}

void subscribers_free(struct subscribers *s)
{
	free(s->rows);
	free(s->heads);
	free(s->blocks);
	*s = (struct subscribers){ 0 };
}

static uint32_t *bucket_of(const struct subscribers *s, bool ipv6,
			   uint32_t address)
{
	uint64_t x = ((uint64_t)ipv6 << 32 | address) ^ s->key;

	x *= UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return &s->heads[(uint32_t)(x ^ x >> 32) & s->mask];
}

/* place_of - the link that has the number of a host's row, or the chain's end
   */
static uint32_t *place_of(struct subscribers *s, bool ipv6, uint32_t address)
{
	uint32_t *at = bucket_of(s, ipv6, address);

	while (*at && (s->rows[*at].address != address ||
		       s->rows[*at].ipv6 != ipv6))
		at = &s->rows[*at].next;
	return at;
}

/* block_take - a free block of one external address */
static bool block_take(struct subscribers *s, const struct profile *p,
		       struct subscriber *row)
{
	unsigned size = (unsigned)p->port_block;
	unsigned count = (PORT_LAST - PORT_FIRST + 1) / size;
	uint64_t *taken = s->blocks[row->external];
	unsigned at = (unsigned)rng_below(&s->rng, count);

	for (unsigned i = 0; i < count; i++, at = (at + 1) % count) {
		if (taken[at / 64] >> at % 64 & 1)
			continue;
		taken[at / 64] |= UINT64_C(1) << at % 64;
		row->first = (uint16_t)(PORT_FIRST + at * size);
		return true;
	}
	return false;
}

static void block_leave(struct subscribers *s, const struct profile *p,
			const struct subscriber *row)
{
	unsigned at;

	if (!row->first || !p->port_block)
		return;
	at = (unsigned)(row->first - PORT_FIRST) / (unsigned)p->port_block;
	s->blocks[row->external][at / 64] &= ~(UINT64_C(1) << at % 64);
}

/* assign - choose a new host's external address and block; false: none left */
static bool assign(struct subscribers *s, const struct profile *p,
		   struct subscriber *row)
{
	/* of IPv6 there is one */
	unsigned addresses = row->ipv6 ? 1 : s->addresses;

	for (unsigned i = 0; i < addresses; i++) {
		row->external = (uint8_t)(s->turn++ % addresses);
		if (!p->port_block || block_take(s, p, row))
			return true;
	}
	return false;
}

static struct subscriber *row_new(struct subscribers *s,
				  const struct profile *p, bool ipv6,
				  uint32_t address, uint32_t *at)
{
	uint32_t i = s->free ? s->free : s->top + 1;
	struct subscriber row = { .address = address, .ipv6 = ipv6 };

	if (i > s->limit || !assign(s, p, &row))
		return NULL;
	if (s->free)
		s->free = s->rows[i].next;
	else
		s->top = i;
	s->rows[i] = row;
	*at = i;
	return &s->rows[i];
}

static const char *limit_reached(const struct profile *p,
				 struct subscriber *row,
				 enum nat_protocol protocol, int64_t now)
{
	if (p->ports_per_host &&
	    row->mappings[transport(protocol)] >= (uint32_t)p->ports_per_host)
		return "ports-per-host";
	if (now - row->second >= NS_PER_S) {
		row->second = now;
		row->opened = 0;
	}
	if (p->mappings_per_second &&
	    row->opened >= (uint32_t)p->mappings_per_second)
		return "mappings-per-second";
	return NULL;
}

const char *subscriber_take(struct subscribers *s, const struct profile *p,
			    enum nat_protocol protocol, uint32_t address,
			    int64_t now, struct subscriber_share *out)
{
	bool ipv6 = is_ipv6(protocol);
	uint32_t *at = place_of(s, ipv6, address);
	struct subscriber *row = *at ? &s->rows[*at] :
		row_new(s, p, ipv6, address, at);
	const char *reason = row ? limit_reached(p, row, protocol, now) :
		"port-block";

	if (reason)
		return reason;
	row->mappings[transport(protocol)]++;
	row->opened++;
	*out = (struct subscriber_share){ .external = row->external };
	if (p->pooling == POOLING_ARBITRARY && !ipv6)
		out->external = (uint8_t)rng_below(&s->rng, s->addresses);
	if (row->first) {
		out->first = row->first;
		out->last = (uint16_t)(row->first + p->port_block - 1);
	}
	return NULL;
}

void subscriber_leave(struct subscribers *s, const struct profile *p,
		      enum nat_protocol protocol, uint32_t address)
{
	uint32_t *at = place_of(s, is_ipv6(protocol), address);
	uint32_t i = *at;
	struct subscriber *row = &s->rows[i];

	if (!i || !row->mappings[transport(protocol)])
		return;
	row->mappings[transport(protocol)]--;
	if (row->mappings[0] || row->mappings[1] || row->mappings[2])
		return;
	block_leave(s, p, row);
	*at = row->next;
	row->next = s->free;
	s->free = i;
}
