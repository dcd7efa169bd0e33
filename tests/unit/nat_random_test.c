/*
 * Long random runs of datagrams, compared one by one with a model that is
 * too simple to be wrong: a list of sessions, searched from end to end. It
 * knows the axes mapping and filtering, with all others at their defaults;
 * what holds of all axes is in nat_property_test.c.
 */
#include "nat_fixture.h"

#include "base/rng.h"

enum { ROUNDS = 3000, SESSIONS = 400, TIMEOUT = 30 };

/* ---- a model for datagrams ---- */

struct entry {
	unsigned mapping;		/* entries of one mapping share it */
	struct endpoint inside, remote;
	struct endpoint key;		/* the remote that the mapping is for */
	unsigned external;
	int64_t expires;
};

struct model {
	struct profile profile;
	struct entry entries[SESSIONS];
	unsigned count, mappings;
	uint32_t last;			/* host heard from last */
};

static bool same(struct endpoint a, struct endpoint b)
{
	return a.address == b.address && a.port == b.port;
}

static void model_expire(struct model *m, int64_t now)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < m->count; i++)
		if (m->entries[i].expires > now)
			m->entries[kept++] = m->entries[i];
	m->count = kept;
}

static bool model_taken(const struct model *m, unsigned port)
{
	for (unsigned i = 0; i < m->count; i++)
		if (m->entries[i].external == port)
			return true;
	return false;
}

/* shares_mapping - RFC 4787 4.1 */
static bool shares_mapping(const struct model *m, const struct entry *e,
			   struct endpoint inside, struct endpoint to)
{
	if (!same(e->inside, inside))
		return false;
	switch (m->profile.mapping) {
	case MAPPING_ENDPOINT_INDEPENDENT:
		return true;
	case MAPPING_ADDRESS:
		return e->key.address == to.address;
	case MAPPING_ADDRESS_PORT:
		return same(e->key, to);
	default:
		return false;
	}
}

static struct entry *model_out(struct model *m, struct endpoint inside,
			       struct endpoint to, int64_t now)
{
	struct entry fresh = { ++m->mappings, inside, to, to, inside.port, 0 };
	struct entry *e = NULL;

	/* A stranger may have come in through two mappings of the host: the
	   newest session answers. */
	for (unsigned i = 0; i < m->count; i++)
		if (same(m->entries[i].inside, inside) &&
		    same(m->entries[i].remote, to))
			e = &m->entries[i];
	m->last = inside.address;
	if (e) {
		e->expires = now + TIMEOUT * NS_PER_S;
		return e;
	}
	for (unsigned i = 0; i < m->count; i++)
		if (shares_mapping(m, &m->entries[i], inside, to) &&
		    (!e || m->entries[i].mapping > e->mapping))
			e = &m->entries[i];
	if (e) {
		fresh = *e;
		fresh.remote = to;
	}
	while (!e && model_taken(m, fresh.external))
		fresh.external++;
	e = &m->entries[m->count++];
	*e = fresh;
	e->expires = now + TIMEOUT * NS_PER_S;
	return e;
}

/* lets_in - RFC 4787 5, of one entry of the mapping addressed */
static bool lets_in(const struct model *m, const struct entry *e,
		    struct endpoint from)
{
	switch (m->profile.filtering) {
	case FILTERING_OPEN:
	case FILTERING_ENDPOINT_INDEPENDENT:
		return true;
	case FILTERING_ADDRESS:
		return e->remote.address == from.address;
	default:
		return same(e->remote, from);
	}
}

/* model_in - where the datagram goes; false when it is dropped */
static bool model_in(struct model *m, struct endpoint from, unsigned external,
		     int64_t now, struct endpoint *to)
{
	struct entry fresh = { 0 };

	for (unsigned i = 0; i < m->count; i++) {
		const struct entry *e = &m->entries[i];

		if (e->external != external)
			continue;
		*to = e->inside;
		if (same(e->remote, from))
			return true;
		if (lets_in(m, e, from))
			fresh = *e;
	}
	if (!fresh.mapping && m->profile.filtering == FILTERING_OPEN &&
	    m->last && !model_taken(m, external))
		fresh = (struct entry){
			.mapping = ++m->mappings,
			.inside = { m->last, (uint16_t)external },
			.external = external,
		};
	if (!fresh.mapping)
		return false;
	fresh.remote = from;
	fresh.expires = now + TIMEOUT * NS_PER_S;
	m->entries[m->count++] = fresh;
	*to = fresh.inside;
	return true;
}

static struct endpoint a_host(struct rng *r)
{
	return (struct endpoint){ HOST + (uint32_t)rng_below(r, 3),
				  (uint16_t)(5000 + rng_below(r, 3)) };
}

static struct endpoint a_peer(struct rng *r)
{
	return (struct endpoint){ PEER + (uint32_t)rng_below(r, 3),
				  (uint16_t)(80 + rng_below(r, 3)) };
}

static void step_out(struct nat_fixture *f, struct model *m, struct rng *r)
{
	struct endpoint from = a_host(r), to = a_peer(r);
	const struct entry *e = model_out(m, from, to, f->now);

	give(f, NAT_INSIDE, udp(from.address, from.port, to.address, to.port));
	assert_int_equal(f->result.verdict, NAT_FORWARD);
	assert_int_equal(read32(f->last.bytes + 12), OUTSIDE);
	assert_int_equal(source_port(f), e->external);
	assert_int_equal(read32(f->last.bytes + 16), to.address);
	assert_int_equal(destination_port(f), to.port);
}

static void step_in(struct nat_fixture *f, struct model *m, struct rng *r)
{
	unsigned external = 5000 + (unsigned)rng_below(r, 40);
	struct endpoint from = a_peer(r), to;
	bool passes = model_in(m, from, external, f->now, &to);

	give(f, NAT_OUTSIDE, udp(from.address, from.port, OUTSIDE, external));
	assert_int_equal(f->result.verdict, passes ? NAT_FORWARD : NAT_DROP);
	if (!passes)
		return;
	assert_int_equal(read32(f->last.bytes + 16), to.address);
	assert_int_equal(destination_port(f), to.port);
	assert_int_equal(source_port(f), from.port);
}

static void run_model(int mapping, int filtering)
{
	static struct model m;
	struct nat_counts c;
	struct nat_fixture f;
	struct rng r;

	memset(&m, 0, sizeof(m));
	profile_defaults(&m.profile);
	m.profile.mapping = mapping;
	m.profile.filtering = filtering;
	m.profile.timeout_udp = TIMEOUT;
	fixture_start(&f, &m.profile);
	rng_seed(&r, (uint64_t)(mapping * 10 + filtering));
	for (unsigned i = 0; i < ROUNDS; i++) {
		f.now += (int64_t)rng_below(&r, 3 * NS_PER_S);
		if (rng_below(&r, 50) == 0)
			f.now += TIMEOUT * NS_PER_S;
		model_expire(&m, f.now);
		if (rng_below(&r, 2))
			step_out(&f, &m, &r);
		else
			step_in(&f, &m, &r);
		nat_counts(f.nat, &c);
		assert_int_equal(c.sessions, m.count);
	}
	fixture_end(&f);
}

static void engine_agrees_with_a_naive_model(void **state)
{
	(void)state;
	for (int i = 0; i <= MAPPING_CONNECTION; i++)
		for (int j = 0; j <= FILTERING_CONNECTION; j++)
			run_model(i, j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine_agrees_with_a_naive_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
