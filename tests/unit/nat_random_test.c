/*
 * Long random runs. Datagrams are compared one by one with a model that is
 * too simple to be wrong: a list of sessions, searched from end to end.
 * Packets of all kinds, through NATs with random values for all axes, must
 * keep what always holds.
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
	for (unsigned i = 0; i < m->count && !e; i++)
		if (shares_mapping(m, &m->entries[i], inside, to)) {
			fresh = m->entries[i];
			fresh.remote = to;
			e = &m->entries[m->count++];
			*e = fresh;
		}
	if (!e) {
		while (model_taken(m, fresh.external))
			fresh.external++;
		e = &m->entries[m->count++];
		*e = fresh;
	}
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

static void step_out(struct fixture *f, struct model *m, struct rng *r)
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

static void step_in(struct fixture *f, struct model *m, struct rng *r)
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
	struct fixture f;
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

static void test_model(void **state)
{
	(void)state;
	for (int i = 0; i <= MAPPING_CONNECTION; i++)
		for (int j = 0; j <= FILTERING_CONNECTION; j++)
			run_model(i, j);
}

/* ---- everything, through anything ---- */

/* random_profile - each axis any of its values, short timeouts */
static struct profile random_profile(struct rng *r)
{
	char text[2000] = "";

	for (size_t i = 0; i < axis_count; i++) {
		size_t at = strlen(text);
		const struct axis *a = &axes[i];

		if (a->values)
			snprintf(text + at, sizeof(text) - at, "%s = %s\n",
				 a->name,
				 a->values[rng_below(r, a->value_count)]);
		else
			snprintf(text + at, sizeof(text) - at, "%s = %u\n",
				 a->name, 1 + (unsigned)rng_below(r, 50));
	}
	return profile_with(text);
}

static struct packet_bytes random_out(struct rng *r)
{
	struct endpoint from = a_host(r), to = a_peer(r);

	if (rng_below(r, 8) == 0)
		return udp(from.address, from.port, to.address, to.port);
	if (rng_below(r, 8) == 0)
		return echo(8, from.address, to.address, from.port);
	return tcp((unsigned)rng_below(r, 32), from.address, from.port,
		   to.address, to.port, (uint32_t)rng_next(r),
		   (uint32_t)rng_next(r));
}

/* random_in - often to a port that has just been used */
static struct packet_bytes random_in(struct rng *r, const struct fixture *f)
{
	unsigned external = f->last_out.length && rng_below(r, 4) ?
		read16(f->last_out.bytes + 20) :
		5000 + (unsigned)rng_below(r, 10);
	struct endpoint from = a_peer(r);

	if (rng_below(r, 8) == 0)
		return udp(from.address, from.port, OUTSIDE, external);
	if (rng_below(r, 8) == 0)
		return echo(0, from.address, OUTSIDE, external);
	return tcp((unsigned)rng_below(r, 32), from.address, from.port,
		   OUTSIDE, external, (uint32_t)rng_next(r),
		   (uint32_t)rng_next(r));
}

static struct packet_bytes random_packet(struct rng *r, bool out,
					 const struct fixture *f)
{
	const struct packet_bytes *about = out ? &f->last_in : &f->last_out;

	if (about->length && about->bytes[9] != 1 && rng_below(r, 4) == 0)
		return icmp_error(rng_below(r, 2) ? 3 : 11,
				  (unsigned)rng_below(r, 5),
				  out ? HOST : ROUTER, about,
				  rng_below(r, 2) ? 28 : 0);
	return out ? random_out(r) : random_in(r, f);
}

/* assert_holds - of a packet that was forwarded (its checksums are right) */
static void assert_holds(const struct fixture *f, bool out, unsigned ttl)
{
	uint32_t source = read32(f->last.bytes + 12);
	uint32_t destination = read32(f->last.bytes + 16);

	if (out) {
		assert_int_equal(source, OUTSIDE);
		assert_in_range(destination, PEER, PEER + 2);
	} else {
		assert_in_range(destination, HOST, HOST + 2);
		assert_int_not_equal(source, OUTSIDE);
	}
	assert_in_range(f->last.bytes[8], ttl - 1, ttl);
}

static void run_random(uint64_t seed)
{
	struct nat_counts c;
	struct profile p;
	struct fixture f;
	struct rng r;

	rng_seed(&r, seed);
	p = random_profile(&r);
	fixture_sized(&f, &p, 40);
	for (unsigned i = 0; i < ROUNDS; i++) {
		bool out = rng_below(&r, 2);

		f.now += (int64_t)rng_below(&r, NS_PER_S);
		give(&f, out ? NAT_INSIDE : NAT_OUTSIDE,
		     random_packet(&r, out, &f));
		if (f.result.verdict == NAT_FORWARD)
			assert_holds(&f, out, 64);
		nat_counts(f.nat, &c);
		assert_int_equal(c.forwarded + c.dropped + c.replied, i + 1);
		assert_true(c.sessions <= 40 && c.mappings <= 40);
	}
	/* Nothing is remembered for ever. */
	f.now += 100 * NS_PER_S;
	give(&f, NAT_INSIDE, (struct packet_bytes){ .length = 0 });
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions + c.mappings, 0);
	fixture_end(&f);
}

static void test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++)
		run_random(seed);
}

/* Equal seeds and packets give equal answers. */
static void test_same_seed(void **state)
{
	struct fixture f, g;
	struct profile p;
	struct rng r;

	(void)state;
	rng_seed(&r, 99);
	p = random_profile(&r);
	fixture_start(&f, &p);
	fixture_start(&g, &p);
	for (unsigned i = 0; i < ROUNDS; i++) {
		bool out = rng_below(&r, 2);
		struct packet_bytes one = random_packet(&r, out, &f);

		f.now = g.now += (int64_t)rng_below(&r, NS_PER_S);
		give(&f, out ? NAT_INSIDE : NAT_OUTSIDE, one);
		give(&g, out ? NAT_INSIDE : NAT_OUTSIDE, one);
		assert_int_equal(f.result.verdict, g.result.verdict);
		assert_memory_equal(&f.last, &g.last, sizeof(f.last));
	}
	fixture_end(&f);
	fixture_end(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_same_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
