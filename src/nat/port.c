#include "nat/port.h"

#include <string.h>

enum {
	PORT_RANGE = PORT_LAST - PORT_FIRST + 1,
	RANDOM_TRIES = 8,	/* before the next free one will do */
};

void ports_init(struct port_pool *p, uint64_t seed)
{
	memset(p->taken, 0, sizeof(p->taken));
	rng_seed(&p->rng, seed);
	for (int i = 0; i < NAT_PROTOCOLS; i++)
		p->last[i] = (uint16_t)(PORT_FIRST +
					rng_below(&p->rng, PORT_RANGE));
}

static bool is_free(const struct port_pool *p, enum nat_protocol protocol,
		    uint16_t port)
{
	return !(p->taken[protocol][port / 64] >> port % 64 & 1);
}

/* free_from - the first free port in [@from, 65535], or 0 */
static uint16_t free_from(const struct port_pool *p,
			  enum nat_protocol protocol, unsigned from)
{
	const uint64_t *taken = p->taken[protocol];
	unsigned i = from / 64;
	uint64_t open;

	if (from > PORT_LAST)
		return 0;
	open = ~taken[i] & UINT64_MAX << from % 64;
	while (!open && ++i < 1024)
		open = ~taken[i];
	return open ? (uint16_t)(i * 64 + (unsigned)__builtin_ctzll(open)) : 0;
}

/* next_free - the first free one after @port, around the range's end */
static uint16_t next_free(const struct port_pool *p,
			  enum nat_protocol protocol, uint16_t port)
{
	unsigned from = port < PORT_FIRST ? PORT_FIRST : port + 1U;
	uint16_t found = free_from(p, protocol, from);

	return found ? found : free_from(p, protocol, PORT_FIRST);
}

static uint16_t choose_preserve(struct port_pool *p, const struct profile *f,
				enum nat_protocol protocol, uint16_t inside)
{
	(void)f;
	if (is_free(p, protocol, inside))
		return inside;
	return next_free(p, protocol, inside);
}

static uint16_t choose_sequential(struct port_pool *p, const struct profile *f,
				  enum nat_protocol protocol, uint16_t inside)
{
	unsigned at = p->last[protocol];

	(void)inside;
	if (!free_from(p, protocol, PORT_FIRST))
		return 0;
	for (unsigned i = 0; i < PORT_RANGE; i++) {
		at = PORT_FIRST + (at - PORT_FIRST + (unsigned)f->port_delta) %
			PORT_RANGE;
		if (is_free(p, protocol, (uint16_t)at))
			return p->last[protocol] = (uint16_t)at;
	}
	/* Those that the step reaches are taken, others may be free. */
	return p->last[protocol] = next_free(p, protocol, (uint16_t)at);
}

static uint16_t choose_random(struct port_pool *p, const struct profile *f,
			      enum nat_protocol protocol, uint16_t inside)
{
	uint16_t port = PORT_FIRST;

	(void)f;
	(void)inside;
	for (int i = 0; i < RANDOM_TRIES; i++) {
		port = (uint16_t)(PORT_FIRST + rng_below(&p->rng, PORT_RANGE));
		if (is_free(p, protocol, port))
			return port;
	}
	return next_free(p, protocol, port);
}

/* One for each value of the axis `ports`; 0 when none is left. */
static uint16_t (*const choose[])(struct port_pool *p,
				  const struct profile *f,
				  enum nat_protocol protocol,
				  uint16_t inside) = {
	[PORTS_PRESERVE] = choose_preserve,
	[PORTS_SEQUENTIAL] = choose_sequential,
	[PORTS_RANDOM] = choose_random,
};

bool ports_take(struct port_pool *p, const struct profile *profile,
		enum nat_protocol protocol, uint16_t inside, uint16_t *out)
{
	uint16_t port = choose[profile->ports](p, profile, protocol, inside);

	/* Identifier 0 is as good as any, but no port is 0: where it comes
	   from choosing it means that there is none. */
	if (!port && (protocol != NAT_ICMP || inside ||
		      !is_free(p, protocol, 0)))
		return false;
	p->taken[protocol][port / 64] |= UINT64_C(1) << port % 64;
	*out = port;
	return true;
}

void ports_release(struct port_pool *p, enum nat_protocol protocol,
		   uint16_t port)
{
	p->taken[protocol][port / 64] &= ~(UINT64_C(1) << port % 64);
}
