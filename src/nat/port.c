/*
 * A port is chosen from a range and must not be taken. The range is the inside
 * host's block if it has one; 1 to 1023 for a low inside port if the axis range
 * keeps classes; otherwise 1024 to 65535. If the axis parity keeps parity, it
 * has only ports of the inside port's parity. A preserved port may be outside
 * of the range.
 */
#include "nat/port.h"

#include <stdlib.h>

enum {
	RANDOM_TRIES = 8,	/* before the next free one will do */
	OVERLAP_TRIES = 1024,	/* ports looked at for one not in use */
	PORT_COUNT = 65536,
	RSH_FIRST = 512,
	RSH_CHOSEN_FIRST = 600,
};

/* The ports that a request may get, apart from its inside port. */
struct choice_range {
	unsigned first, last;
	uint64_t mask;		/* of a word of bits: the right parity */
};

bool ports_init(struct port_pool *p, unsigned addresses, bool quarantine,
		uint64_t seed)
{
	*p = (struct port_pool){ .addresses = addresses };
	rng_seed(&p->rng, seed);
	p->sets = calloc(addresses, sizeof(*p->sets));
	if (quarantine)
		p->quarantined =
			calloc((size_t)addresses * NAT_PROTOCOLS * PORT_COUNT,
			       sizeof(*p->quarantined));
	if (!p->sets || (quarantine && !p->quarantined)) {
		ports_destroy(p);
		return false;
	}
	for (unsigned a = 0; a < addresses; a++)
		for (int i = 0; i < NAT_PROTOCOLS; i++)
			p->sets[a][i].last = (uint16_t)(PORT_FIRST +
				rng_below(&p->rng, PORT_LAST - PORT_FIRST + 1));
	return true;
}

void ports_destroy(struct port_pool *p)
{
	free(p->sets);
	free(p->quarantined);
	*p = (struct port_pool){ 0 };
}

static struct port_bitmap *set_of(const struct port_pool *p,
				  const struct port_request *r)
{
	return &p->sets[r->address][r->protocol];
}

/* netfilter_class - the part of the low ports that Linux chooses from */
static void netfilter_class(unsigned inside, struct choice_range *c)
{
	if (inside < RSH_FIRST)
		c->last = RSH_FIRST - 1;
	else
		c->first = RSH_CHOSEN_FIRST;
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
			netfilter_class(r->inside, &c);
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

static bool is_right(const struct choice_range *c, unsigned port)
{
	return port >= c->first && port <= c->last &&
	       c->mask >> port % 64 & 1;
}

/* free_from - the first free port from @from to the range's end, or 0 */
static unsigned free_from(const struct port_bitmap *s,
			  const struct choice_range *c, unsigned from)
{
	unsigned i = from / 64, port;
	uint64_t open;

	if (from > c->last)
		return 0;
	open = ~s->taken[i] & c->mask & UINT64_MAX << from % 64;
	while (!open && ++i <= c->last / 64)
		open = ~s->taken[i] & c->mask;
	port = open ? i * 64 + (unsigned)__builtin_ctzll(open) : 0;
	return port <= c->last ? port : 0;
}

/* next_free - the first free port after @port, wrapping in the range; 0: none
   */
static unsigned next_free(const struct port_bitmap *s,
			  const struct choice_range *c, unsigned port)
{
	unsigned found = 0;

	if (port >= c->first && port < c->last)
		found = free_from(s, c, port + 1);
	return found ? found : free_from(s, c, c->first);
}

static unsigned any_of(struct port_pool *p, const struct choice_range *c)
{
	return c->first + (unsigned)rng_below(&p->rng, c->last - c->first + 1);
}

static unsigned random_free(struct port_pool *p, const struct port_bitmap *s,
			    const struct choice_range *c)
{
	unsigned port = c->first;

	for (int i = 0; i < RANDOM_TRIES; i++) {
		port = any_of(p, c);
		if (is_right(c, port) && is_free(s, port))
			return port;
	}
	return next_free(s, c, port);
}

/* choose_other - the inside port is taken: the axis collision */
static unsigned choose_other(struct port_pool *p, const struct port_request *r)
{
	struct choice_range c = range_of(r);

	switch (r->profile->collision) {
	case COLLISION_NEXT:
		return next_free(set_of(p, r), &c, r->inside);
	case COLLISION_RANDOM:
		return random_free(p, set_of(p, r), &c);
	default:
		return 0;
	}
}

static unsigned choose_preserve(struct port_pool *p,
				const struct port_request *r)
{
	return is_free(set_of(p, r), r->inside) && !r->lost ? r->inside :
		choose_other(p, r);
}

/* choose_overlap - a port that is not in use with the remote endpoint */
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
		port = any_of(p, &c);
	for (int i = 0; i < OVERLAP_TRIES; i++) {
		port = port >= c.first && port < c.last ? port + 1 : c.first;
		if (is_right(&c, port) &&
		    !r->in_use(r->argument, (uint16_t)port))
			return port;
	}
	return 0;
}

static unsigned choose_overload(struct port_pool *p,
				const struct port_request *r)
{
	return r->lost ? choose_other(p, r) : r->inside;
}

static unsigned choose_sequential(struct port_pool *p,
				  const struct port_request *r)
{
	struct choice_range c = range_of(r);
	struct port_bitmap *s = set_of(p, r);
	unsigned size = c.last - c.first + 1;
	unsigned at = s->last >= c.first && s->last <= c.last ? s->last :
		c.last;

	if (!free_from(s, &c, c.first))
		return 0;
	for (unsigned i = 0; i < size; i++) {
		at = c.first + (at - c.first +
				(unsigned)r->profile->port_delta) % size;
		if (is_right(&c, at) && is_free(s, at)) {
			s->last = (uint16_t)at;
			return at;
		}
	}
	/* Those that the step reaches are taken, others may be free. */
	s->last = (uint16_t)next_free(s, &c, at);
	return s->last;
}

static unsigned choose_random(struct port_pool *p,
			      const struct port_request *r)
{
	struct choice_range c = range_of(r);

	return random_free(p, set_of(p, r), &c);
}

/* By value of the axis ports; each returns 0 when no port is left. */
static unsigned (*const choose[])(struct port_pool *p,
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
	struct port_bitmap *s = set_of(p, r);
	unsigned port = choose[r->policy](p, r);

	/* 0 means that no port was found, except for ICMP, where it is an
	   identifier that can be preserved. */
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
	struct port_bitmap *s = &p->sets[address][protocol];

	if (!is_free(s, port))
		return false;
	s->taken[port / 64] |= UINT64_C(1) << port % 64;
	return true;
}

static void free_port(struct port_pool *p, const struct quarantined_port *r)
{
	p->sets[r->address][r->protocol].taken[r->port / 64] &=
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
		free_port(p, &r);
}

void ports_release_due(struct port_pool *p, int64_t now)
{
	uint32_t room = p->addresses * NAT_PROTOCOLS * PORT_COUNT;

	while (p->quarantine_count &&
	       p->quarantined[p->quarantine_first].until <= now) {
		free_port(p, &p->quarantined[p->quarantine_first]);
		p->quarantine_first = (p->quarantine_first + 1) % room;
		p->quarantine_count--;
	}
}
