/*
 * How a mapping gets its external port. The axis ports selects a function that
 * chooses it. Overlap and overload can choose a port that other mappings have
 * already; the other functions choose a free port.
 *
 * A port that is not the inside port comes from a range. If the host has a
 * block of ports, the range is that block. Otherwise it is 1024 to 65535, but
 * for an inside port below 1024 the axis range can select low ports:
 *   keep:      1 to 1023
 *   netfilter: 1 to 511 if the inside port is below 512, else 600 to 1023
 * If the axis parity keeps parity, only ports of the inside port's parity are
 * candidates. A preserved inside port may be outside of the range.
 */
#include "nat/port.h"

#include <stdlib.h>

enum {
	RANDOM_TRIES = 8,	/* random tries; after them the next free port
				   is taken */
	OVERLAP_TRIES = 1024,	/* ports tried before giving up */
	PORT_COUNT = 65536,
	/* Linux never chooses 512 to 599 in place of another port. */
	NETFILTER_MIDDLE_FIRST = 512,
	NETFILTER_MIDDLE_CHOSEN_FIRST = 600,
};

/* The candidates if the inside port is not preserved. */
struct choice_range {
	unsigned first, last;
	uint64_t mask;		/* which bits of each 64-bit bitmap word have
				   the required parity */
};

bool ports_init(struct port_pool *p, unsigned addresses, bool quarantine,
		uint64_t seed)
{
	*p = (struct port_pool){ .addresses = addresses };
	rng_seed(&p->rng, seed);
	p->bitmaps = calloc(addresses, sizeof(*p->bitmaps));
	if (quarantine)
		p->quarantined =
			calloc((size_t)addresses * NAT_PROTOCOLS * PORT_COUNT,
			       sizeof(*p->quarantined));
	if (!p->bitmaps || (quarantine && !p->quarantined)) {
		ports_destroy(p);
		return false;
	}
	for (unsigned a = 0; a < addresses; a++)
		for (int i = 0; i < NAT_PROTOCOLS; i++)
			p->bitmaps[a][i].last = (uint16_t)(PORT_FIRST +
				rng_below(&p->rng, PORT_LAST - PORT_FIRST + 1));
	return true;
}

void ports_destroy(struct port_pool *p)
{
	free(p->bitmaps);
	free(p->quarantined);
	*p = (struct port_pool){ 0 };
}

static struct port_bitmap *bitmap_of(const struct port_pool *p,
				     const struct port_request *r)
{
	return &p->bitmaps[r->address][r->protocol];
}

/* narrow_low_range - narrow the low range as Linux does */
static void narrow_low_range(unsigned inside, struct choice_range *c)
{
	if (inside < NETFILTER_MIDDLE_FIRST)
		c->last = NETFILTER_MIDDLE_FIRST - 1;
	else
		c->first = NETFILTER_MIDDLE_CHOSEN_FIRST;
}

static struct choice_range range_of(const struct port_request *r)
{
	struct choice_range c = { PORT_FIRST, PORT_LAST, UINT64_MAX };

	if (r->first) {
		c.first = r->first;
		c.last = r->last;
	} else if (r->profile->range != KEEPING_ANY &&
		   r->inside < PORT_FIRST) {
		c.first = 1;
		c.last = PORT_FIRST - 1;
		if (r->profile->range == KEEPING_NETFILTER)
			narrow_low_range(r->inside, &c);
	}
	if (r->profile->parity == KEEPING_KEEP)
		c.mask = r->inside % 2 ? UINT64_C(0xaaaaaaaaaaaaaaaa)
			: UINT64_C(0x5555555555555555);
	return c;
}

static bool is_free(const struct port_bitmap *s, unsigned port)
{
	return !(s->taken[port / 64] >> port % 64 & 1);
}

static bool is_candidate(const struct choice_range *c, unsigned port)
{
	return port >= c->first && port <= c->last &&
	       c->mask >> port % 64 & 1;
}

/* first_free_port - find the first free candidate from @from to the range's
   end. Return: 0 if there is none */
static unsigned first_free_port(const struct port_bitmap *s,
				const struct choice_range *c, unsigned from)
{
	unsigned i = from / 64, port;
	uint64_t free_bits;

	if (from > c->last)
		return 0;
	free_bits = ~s->taken[i] & c->mask & UINT64_MAX << from % 64;
	while (!free_bits && ++i <= c->last / 64)
		free_bits = ~s->taken[i] & c->mask;
	port = free_bits ? i * 64 + (unsigned)__builtin_ctzll(free_bits) : 0;
	return port <= c->last ? port : 0;
}

/* next_free_port - find the first free candidate after @port; after the range's
   end the search goes on at its beginning. Return: 0 if there is none */
static unsigned next_free_port(const struct port_bitmap *s,
			       const struct choice_range *c, unsigned port)
{
	unsigned found = 0;

	if (port >= c->first && port < c->last)
		found = first_free_port(s, c, port + 1);
	return found ? found : first_free_port(s, c, c->first);
}

/* random_in_range - choose a port; it may be taken or of the wrong parity */
static unsigned random_in_range(struct port_pool *p,
				const struct choice_range *c)
{
	return c->first + (unsigned)rng_below(&p->rng, c->last - c->first + 1);
}

static unsigned random_free_port(struct port_pool *p,
				 const struct port_bitmap *s,
				 const struct choice_range *c)
{
	unsigned port = c->first;

	for (int i = 0; i < RANDOM_TRIES; i++) {
		port = random_in_range(p, c);
		if (is_candidate(c, port) && is_free(s, port))
			return port;
	}
	return next_free_port(s, c, port);
}

/* choose_other - choose another port than the inside port, by the axis
   collision */
static unsigned choose_other(struct port_pool *p, const struct port_request *r)
{
	struct choice_range c = range_of(r);

	switch (r->profile->collision) {
	case COLLISION_NEXT:
		return next_free_port(bitmap_of(p, r), &c, r->inside);
	case COLLISION_RANDOM:
		return random_free_port(p, bitmap_of(p, r), &c);
	default:
		return 0;
	}
}

static unsigned choose_preserve(struct port_pool *p,
				const struct port_request *r)
{
	return is_free(bitmap_of(p, r), r->inside) && !r->cannot_preserve ?
		r->inside : choose_other(p, r);
}

/* choose_overlap - choose a port from which no other mapping has a session to
   the same remote endpoint */
static unsigned choose_overlap(struct port_pool *p,
			       const struct port_request *r)
{
	struct choice_range c = range_of(r);
	unsigned port = r->inside;

	if (!r->in_use(r->argument, r->inside))
		return r->inside;
	if (r->profile->collision == COLLISION_REFUSE)
		return 0;
	if (r->profile->collision == COLLISION_RANDOM)
		port = random_in_range(p, &c);
	for (int i = 0; i < OVERLAP_TRIES; i++) {
		port = port >= c.first && port < c.last ? port + 1 : c.first;
		if (is_candidate(&c, port) &&
		    !r->in_use(r->argument, (uint16_t)port))
			return port;
	}
	return 0;
}

static unsigned choose_overload(struct port_pool *p,
				const struct port_request *r)
{
	return r->cannot_preserve ? choose_other(p, r) : r->inside;
}

static unsigned choose_sequential(struct port_pool *p,
				  const struct port_request *r)
{
	struct choice_range c = range_of(r);
	struct port_bitmap *s = bitmap_of(p, r);
	unsigned size = c.last - c.first + 1;
	unsigned at = s->last >= c.first && s->last <= c.last ? s->last :
		c.last;

	if (!first_free_port(s, &c, c.first))
		return 0;
	for (unsigned i = 0; i < size; i++) {
		at = c.first + (at - c.first +
				(unsigned)r->profile->port_delta) % size;
		if (is_candidate(&c, at) && is_free(s, at)) {
			s->last = (uint16_t)at;
			return at;
		}
	}
	/* All candidates that steps of port_delta reach are taken. Take the
	   next free one. */
	s->last = (uint16_t)next_free_port(s, &c, at);
	return s->last;
}

static unsigned choose_random(struct port_pool *p,
			      const struct port_request *r)
{
	struct choice_range c = range_of(r);

	return random_free_port(p, bitmap_of(p, r), &c);
}

/* One function for each value of the axis ports. Each returns 0 if no port is
   left. */
static unsigned (*const choosers[])(struct port_pool *p,
				    const struct port_request *r) = {
	[PORTS_PRESERVE] = choose_preserve,
	[PORTS_PRESERVE_OVERLAP] = choose_overlap,
	[PORTS_PRESERVE_OVERLOAD] = choose_overload,
	[PORTS_SEQUENTIAL] = choose_sequential,
	[PORTS_RANDOM] = choose_random,
};

bool ports_take(struct port_pool *p, const struct port_request *r,
		uint16_t *out)
{
	struct port_bitmap *s = bitmap_of(p, r);
	unsigned port = choosers[r->policy](p, r);

	/* 0 means that no port was found. An exception is an ICMP query with
	   identifier 0: it keeps 0 if that is free. */
	if (!port && (transport(r->protocol) != NAT_ICMP || r->inside ||
		      !is_free(s, 0)))
		return false;
	s->taken[port / 64] |= UINT64_C(1) << port % 64;
	*out = (uint16_t)port;
	return true;
}

bool ports_claim(struct port_pool *p, unsigned address,
		 enum nat_protocol protocol, uint16_t port)
{
	struct port_bitmap *s = &p->bitmaps[address][protocol];

	if (!is_free(s, port))
		return false;
	s->taken[port / 64] |= UINT64_C(1) << port % 64;
	return true;
}

static void mark_free(struct port_pool *p, const struct quarantined_port *r)
{
	p->bitmaps[r->address][r->protocol].taken[r->port / 64] &=
		~(UINT64_C(1) << r->port % 64);
}

void ports_release(struct port_pool *p, unsigned address,
		   enum nat_protocol protocol, uint16_t port, int64_t until)
{
	uint32_t room = p->addresses * NAT_PROTOCOLS * PORT_COUNT;
	struct quarantined_port r = {
		.until = until,
		.port = port,
		.address = (uint8_t)address,
		.protocol = (uint8_t)protocol,
	};

	if (until && p->quarantined && p->quarantine_count < room)
		p->quarantined[(p->quarantine_first + p->quarantine_count++) %
			       room] = r;
	else
		mark_free(p, &r);
}

void ports_release_due(struct port_pool *p, int64_t now)
{
	uint32_t room = p->addresses * NAT_PROTOCOLS * PORT_COUNT;

	while (p->quarantine_count &&
	       p->quarantined[p->quarantine_first].until <= now) {
		mark_free(p, &p->quarantined[p->quarantine_first]);
		p->quarantine_first = (p->quarantine_first + 1) % room;
		p->quarantine_count--;
	}
}
