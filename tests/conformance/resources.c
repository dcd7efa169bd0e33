/* Exhaustion of ports, sessions and memory, and the shares of hosts. */
#include "requirements.h"

enum { SHARE = 4, LOW_PORTS = 1023 };

/* ---- shares ---- */

/* open_many - flows from different ports of a host; Return: how many leave */
static unsigned open_many(struct conformance_test *t, unsigned protocol,
			  unsigned count)
{
	unsigned left = 0;

	for (unsigned i = 0; i < count; i++) {
		struct test_flow f = flow_of(protocol, HOST, A_PORT + i);

		left += flow_open(t, &f);
	}
	return left;
}

void test_6888_4(struct conformance_test *t)
{
	t->config.profile.ports_per_host = SHARE;
	for (int i = 0; i < 2; i++) {
		unsigned left;

		new_nat(t);
		left = open_many(t, i ? PROTOCOL_TCP : PROTOCOL_UDP, 20);
		require(t, left == SHARE,
			"%u flows left with a share of %d", left, (int)SHARE);
	}
}

void test_6888_4c(struct conformance_test *t)
{
	unsigned first, second;

	t->config.profile.mappings_per_second = 10;
	new_nat(t);
	first = open_many(t, PROTOCOL_TCP, 50);
	require(t, first == 10, "%u of 50 at once left with 10 a second",
		first);
	advance(t, 1);
	second = open_many(t, PROTOCOL_TCP, 50) - first;
	require(t, second == 10, "%u more left a second later", second);
}

/* ---- exhaustion ---- */

/* A resource that can be exhausted. */
struct scarcity {
	uint32_t sessions;
	int ports_per_host;
	const char *what;
};

static const struct scarcity scarcities[] = {
	{ SHARE, 0, "sessions" },
	{ 0, SHARE, "shares" },
};

enum { SCARCITIES = sizeof(scarcities) / sizeof(scarcities[0]) };

/* exhaust - open as many flows as possible
   @last: the first that may not be */
static void exhaust(struct conformance_test *t, const struct scarcity *s,
		    struct test_flow flows[SHARE], struct test_flow *last)
{
	t->config.sessions = s->sessions ? s->sessions : 4096;
	t->config.profile.ports_per_host = s->ports_per_host;
	new_nat(t);
	for (unsigned i = 0; i < SHARE; i++) {
		flows[i] = flow_of(PROTOCOL_UDP, HOST, A_PORT + i);
		require(t, flow_open(t, &flows[i]), "flow %u did not leave",
			i + 1);
	}
	*last = flow_of(PROTOCOL_UDP, HOST, A_PORT + SHARE);
}

/* answered - with that ICMP unreachable, whichever resource is exhausted? */
static void answered(struct conformance_test *t, unsigned code)
{
	struct test_flow flows[SHARE], last;

	for (int i = 0; i < SCARCITIES; i++) {
		exhaust(t, &scarcities[i], flows, &last);
		require(t, !flow_open(t, &last), "no %s, and it left",
			scarcities[i].what);
		require(t, is_reply(t, 3, code), "no %s: no ICMP 3/%u",
			scarcities[i].what, code);
	}
}

void test_5508_8(struct conformance_test *t)
{
	answered(t, 13);
}

void test_6888_11b(struct conformance_test *t)
{
	answered(t, 1);
}

void test_6888_11a(struct conformance_test *t)
{
	struct test_flow flows[SHARE], last;
	enum nat_side side;

	for (int i = 0; i < SCARCITIES; i++) {
		exhaust(t, &scarcities[i], flows, &last);
		require(t, !flow_open(t, &last), "no %s, and it left",
			scarcities[i].what);
		advance(t, 10);
		require(t, !collect(t, &side), "it left later");
	}
}

void test_6888_11d(struct conformance_test *t)
{
	struct test_flow flows[SHARE], last;

	for (int i = 0; i < SCARCITIES; i++) {
		exhaust(t, &scarcities[i], flows, &last);
		for (int j = 0; j < 10; j++, last.port++)
			flow_open(t, &last);
		for (int j = 0; j < SHARE; j++)
			require(t, flow_in(t, &flows[j], 0),
				"an older flow made room");
	}
}

/* ---- a pool of which one address has no ports left ---- */

/* neighbour_of - a host that has the same external address as @a, for
   datagrams at least; false: none of ten has */
static bool neighbour_of(struct conformance_test *t, const struct test_flow *a,
			 struct test_flow *out_flow)
{
	for (uint32_t host = HOST2; host < HOST2 + 10; host++) {
		struct test_flow f = flow_of(PROTOCOL_UDP, host, A_PORT);

		if (flow_open(t, &f) && f.external == a->external) {
			*out_flow = flow_of(PROTOCOL_TCP, host, 5);
			return true;
		}
	}
	return false;
}

/* scarce - two addresses, with 1023 low ports each, which stay in their
   class */
static void scarce(struct conformance_test *t)
{
	struct profile *p = &t->config.profile;

	p->addresses = 2;
	p->range = KEEPING_KEEP;
	p->port_block = p->ports_per_host = p->mappings_per_second = 0;
	new_nat(t);
}

/* fill - one host takes all low ports; false: of both addresses */
static bool fill(struct conformance_test *t, struct test_flow *first)
{
	bool one = true;

	for (unsigned port = 1; port <= LOW_PORTS; port++) {
		struct test_flow f = flow_of(PROTOCOL_TCP, HOST, port);

		require(t, flow_open(t, &f), "port %u did not leave", port);
		if (port == 1)
			*first = f;
		one = one && f.external == first->external;
	}
	return one;
}

void test_7857_4a(struct conformance_test *t)
{
	struct test_flow first = { 0 }, next;

	scarce(t);
	if (!fill(t, &first) || !neighbour_of(t, &first, &next)) {
		untried(t, "hosts and addresses are not paired");
		return;
	}
	if (!flow_open(t, &next))
		return;
	require(t, next.external == first.external,
		"a bound host got another address");
	untried(t, "the address never runs out of ports");
}

/* ---- freed ports ---- */

/* reused - one of a host's block of 1024 ports is freed. Return: how many
   others
   the host opens within @seconds before that port is used again */
static bool reused(struct conformance_test *t, const struct test_flow *freed,
		   double seconds)
{
	enum { ROUNDS = 8, FLOWS = 120 };

	for (unsigned i = 0; i < ROUNDS * FLOWS; i++) {
		struct test_flow f = flow_of(PROTOCOL_UDP, HOST, 20000 + i);

		if (flow_open(t, &f) && f.external == freed->external &&
		    f.external_port == freed->external_port)
			return true;
		advance(t, seconds / (ROUNDS * FLOWS));
	}
	return false;
}

/* A flow that is kept alive holds the host's block. */
void test_6888_8(struct conformance_test *t)
{
	struct test_flow kept = flow_of(PROTOCOL_UDP, HOST, A_PORT + 1);
	struct test_flow freed = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	t->config.profile.timeout_udp = 100;
	t->config.profile.timeout_udp_stream = 0;
	t->config.profile.port_block = 1024;
	new_nat(t);
	require(t, flow_open(t, &freed), "nothing left");
	advance(t, 50);
	require(t, flow_open(t, &kept), "nothing left");
	advance(t, 51);
	require(t, !flow_in(t, &freed, 0), "it was not freed");
	t->config.profile.timeout_udp = 1000;
	nat_reload(t->nat, &t->config.profile, t->now);
	require(t, !reused(t, &freed, 118),
		"port %u was somebody's within 120 s", freed.external_port);
}
