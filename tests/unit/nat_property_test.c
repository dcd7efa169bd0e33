/*
 * What always holds, whatever the profile and whatever is sent: random
 * profiles, random packets, and an observer outside of the NAT
 * (tests/unit/property). PROPERTY_SEED=N runs that one alone, and
 * PROPERTY_RUNS=N so many.
 */
#include "property/memory.h"
#include "property/world.h"

#include "nat/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 400, STEPS = 3000 };

static unsigned long from_environment(const char *name, unsigned long other)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : other;
}

/* nothing_left - all is forgotten at last */
static void nothing_left(struct world *w)
{
	struct bytes none = { .length = 0 };
	struct nat_counts c;

	w->now += INT64_C(15) * 24 * 3600 * NS_PER_S;
	give(w, NAT_INSIDE, &none, false);
	nat_counts(w->nat, &c);
	HOLDS(w, !c.sessions && !c.mappings);
	HOLDS(w, nat_wake(w->nat) == TIME_NEVER);
}

static uint64_t run(uint64_t seed, unsigned steps)
{
	static const uint32_t sizes[] = { 5, 40, 40, SESSIONS_MOST };
	static struct world w;
	struct profile p;
	struct rng r;

	rng_seed(&r, seed);
	profile_random(&r, &p);
	world_start(&w, seed, &p, sizes[rng_below(&r, 4)]);
	for (unsigned i = 0; i < steps; i++)
		stream_step(&w);
	nothing_left(&w);
	world_end(&w);
	return w.hash;
}

static void properties_hold_for_random_profiles_and_packets(void **state)
{
	unsigned long runs = from_environment("PROPERTY_RUNS", RUNS);
	unsigned long one = from_environment("PROPERTY_SEED", 0);

	(void)state;
	if (one) {
		run(one, STEPS);
		return;
	}
	for (uint64_t seed = 1; seed <= runs; seed++)
		run(seed, STEPS);
}

/* ---- invalid = leak: exactly what conntrack calls invalid ---- */

/* is_invalid - did the NAT that drops them say so? What it could not read at
   all is invalid to conntrack, too. */
static bool is_invalid(const struct world *w, const struct bytes *packet)
{
	static const char *const readable[] = {
		"hairpin", "icmp-query", "icmp-out", "fragments", "mappings",
		"ports-per-host", "port-block", "sessions", "to ", "syn-",
		"no port", "not of", "an echo", "no echo", "echo-to-nat",
		"a fragment", "no session", "too-big", "after-", "ipv6 = ",
	};
	struct observed_packet s;

	if (!strcmp(w->result.reason, "tcp-state = conntrack: invalid"))
		return !see(packet->at, packet->length, &s) ||
		       !is_external(w, &s.destination);
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		if (!strncmp(w->result.reason, readable[i],
			     strlen(readable[i])))
			return false;
	return true;
}

/* compare - the same packet through a NAT that leaks, with all else the same */
static void compare(struct world *w, enum nat_side side,
		    const struct bytes *packet, const struct nat_packet *raw)
{
	uint8_t bytes[ROOM];
	struct nat_packet other = { bytes, packet->length, 0, raw->partial };
	struct nat_result result;
	struct nat_output out;
	bool leaked;

	memcpy(bytes, packet->at, packet->length);
	nat_input(w->argument, side, &other, w->now, &result);
	while (nat_output(w->argument, w->now, &out))
		continue;
	leaked = result.verdict == NAT_FORWARD &&
		w->result.verdict == NAT_DROP;
	if (leaked) {
		HOLDS(w, side == NAT_INSIDE && is_invalid(w, packet));
		HOLDS(w, !memcmp(bytes, packet->at, packet->length));
		w->leaks++;
		return;
	}
	HOLDS(w, result.verdict == w->result.verdict);
	HOLDS(w, !memcmp(bytes, raw->bytes, packet->length));
	if (side == NAT_INSIDE && result.verdict == NAT_DROP &&
	    !strcmp(w->result.reason, "tcp-state = conntrack: invalid"))
		HOLDS(w, !is_invalid(w, packet));
}

static unsigned run_leak(uint64_t seed)
{
	struct nat_config config;
	static struct world w;
	struct profile p;
	struct rng r;

	rng_seed(&r, seed);
	profile_random(&r, &p);
	p.tcp_state = TCP_STATE_CONNTRACK;
	p.invalid = INVALID_DROP;
	p.ttl = TTL_KEEP;	/* or a leak dies of it here and there */
	world_start(&w, seed, &p, 40);
	config = w.config;
	config.profile.invalid = INVALID_LEAK;
	config.event = NULL;
	/* what would be too big isn't looked at where it is dropped */
	config.inside_mtu = config.outside_mtu = 0;
	nat_free(w.nat);
	w.config.inside_mtu = w.config.outside_mtu = 0;
	w.nat = nat_new(&w.config);
	w.argument = nat_new(&config);
	assert_true(w.nat && w.argument);
	w.also = compare;
	for (unsigned i = 0; i < 1500; i++)
		stream_step(&w);
	nat_free(w.argument);
	world_end(&w);
	return w.leaks;
}

static void nothing_leaks_untranslated(void **state)
{
	unsigned leaks = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++)
		leaks += run_leak(seed);
	assert_true(leaks > 1000);	/* or it has tested nothing */
}

/* ---- nothing is lost, nothing grows ---- */

enum { ALL_PORTS = 64512 };	/* from 1024 on */

/* a_datagram - of one host, from port to port */
static struct bytes a_datagram(unsigned from)
{
	struct bytes b;
	struct recipe r = {
		.source = host_at(false, 0), .destination = peer_at(false, 0),
		.protocol = 17, .ttl = 64, .data = (const uint8_t *)"",
	};

	r.source.port = (uint16_t)from;
	r.destination.port = 80;
	build(&b, &r);
	return b;
}

/* take_all - every port there is, each once, and no more */
static void take_all(struct world *w)
{
	static bool taken[65536];
	struct nat_result result;

	memset(taken, 0, sizeof(taken));
	for (unsigned i = 0; i <= ALL_PORTS; i++) {
		/* the last is another host's, and finds none */
		struct bytes b = a_datagram(1024 + i % ALL_PORTS);
		struct nat_packet raw = { b.at, b.length, 0, false };

		if (i == ALL_PORTS) {
			b.at[15]++;
			seal(b.at, b.length);
		}
		nat_input(w->nat, NAT_INSIDE, &raw, w->now, &result);
		HOLDS(w, (result.verdict == NAT_FORWARD) == (i < ALL_PORTS));
		if (i == ALL_PORTS)
			break;
		HOLDS(w, !taken[read16(b.at + 20)]);
		taken[read16(b.at + 20)] = true;
	}
}

static void all_ports_are_free_after_all_sessions_expire(void **state)
{
	static const int ways[] = { PORTS_PRESERVE, PORTS_SEQUENTIAL,
				    PORTS_RANDOM };
	static struct world w;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct bytes none = { .length = 0 };
		struct profile p;

		profile_defaults(&p);
		p.ports = ways[i % 3];
		p.port_reuse_delay = i < 3 ? 0 : 100;
		p.filtering = (int)i % 3;
		p.hairpin = HAIRPIN_EXTERNAL_SOURCE;
		world_start(&w, i, &p, 65536);
		for (unsigned step = 0; step < 800; step++)
			stream_step(&w);
		w.now += INT64_C(15) * 24 * 3600 * NS_PER_S;
		give(&w, NAT_INSIDE, &none, false);
		w.now += 200 * NS_PER_S;	/* and those that rest */
		w.deaf = true;
		take_all(&w);
		world_end(&w);
	}
}

/* A session's memory is bounded: by its size, and there is no other. */
static void memory_is_bounded_by_the_session_limit(void **state)
{
	struct nat_config config = { .outside_address = 1, .sessions = 65536 };
	size_t heads = 5 * sizeof(uint32_t);	/* one bucket of each list */
	struct memory before, between, after;

	(void)state;
	assert_true(sizeof(struct nat_session) + sizeof(struct nat_mapping) +
		    heads <= 128);
	profile_defaults(&config.profile);
	before = memory_made();
	nat_free(nat_new(&config));
	between = memory_made();
	config.sessions *= 2;
	nat_free(nat_new(&config));
	after = memory_made();
	/* with what IPv6 and shares would need, if they were used */
	assert_true(after.bytes - between.bytes - (between.bytes -
		    before.bytes) <= 65536 * 512);
	assert_int_equal(after.count - between.count,
			 between.count - before.count);
}

/* Equal seeds and packets give equal answers. */
static void equal_seeds_give_equal_verdicts(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++)
		assert_int_equal(run(seed, 500), run(seed, 500));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			properties_hold_for_random_profiles_and_packets),
		cmocka_unit_test(nothing_leaks_untranslated),
		cmocka_unit_test(all_ports_are_free_after_all_sessions_expire),
		cmocka_unit_test(memory_is_bounded_by_the_session_limit),
		cmocka_unit_test(equal_seeds_give_equal_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
