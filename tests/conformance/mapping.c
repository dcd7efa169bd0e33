/* How inside endpoints are mapped. */
#include "requirements.h"

enum { REMOTES = 4 };

/* remotes - one inside endpoint to two ports of two addresses. Echoes have no
   ports, so they go to each address twice. */
static struct test_flow to_remote(const struct test_flow *f, int i)
{
	return flow_to(f, i / 2 ? PEER2 : PEER, i % 2 ? B_PORT + 7 : B_PORT);
}

/*
 * pattern_of - which of an inside endpoint's four external ones are the same:
 * a bit for each pair
 */
static bool pattern_of(struct conformance_test *t, const struct test_flow *f,
		       unsigned *pattern)
{
	struct test_flow seen[REMOTES];
	unsigned bit = 1;

	*pattern = 0;
	for (int i = 0; i < REMOTES; i++) {
		seen[i] = to_remote(f, i);
		if (!flow_open(t, &seen[i]))
			return false;
		for (int j = 0; j < i; j++, bit *= 2)
			if (seen[i].external == seen[j].external &&
			    seen[i].external_port == seen[j].external_port)
				*pattern |= bit;
	}
	return true;
}

static const unsigned all_same = (1 << (REMOTES * (REMOTES - 1) / 2)) - 1;

static void endpoint_independent(struct conformance_test *t, unsigned protocol)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT);
	unsigned pattern;

	if (!pattern_of(t, &f, &pattern)) {
		if (protocol != PROTOCOL_ICMP)
			require(t, false, "a packet did not leave");
		untried(t, "no query leaves");
		return;
	}
	require(t, pattern == all_same,
		"one inside endpoint had several external ones");
}

void test_5382_1(struct conformance_test *t)
{
	endpoint_independent(t, PROTOCOL_TCP);
}

void test_4787_1(struct conformance_test *t)
{
	endpoint_independent(t, PROTOCOL_UDP);
}

void test_5508_1a(struct conformance_test *t)
{
	endpoint_independent(t, PROTOCOL_ICMP);
}

/* ---- a pool of addresses ---- */

/* pool - the same NAT with at least four external addresses */
static void pool(struct conformance_test *t)
{
	if (t->config.profile.addresses < 4)
		t->config.profile.addresses = 4;
	new_nat(t);
}

/* one_address - have the 24 flows of a host one external address? Three hosts
   are tested. */
static void one_address(struct conformance_test *t, const unsigned *protocols,
			unsigned count)
{
	static const uint32_t hosts[] = { HOST, HOST2, HOST3 };
	char first[16], other[16];

	pool(t);
	for (unsigned h = 0; h < 3; h++) {
		uint32_t external = 0;

		for (unsigned i = 0; i < 24; i++) {
			struct test_flow f = flow_of(protocols[i % count],
						     hosts[h], A_PORT + i);

			if (!flow_open(t, &f))
				continue;
			if (!external)
				external = f.external;
			require(t, f.external == external,
				"one host had %s and %s outside",
				text_of(external, first),
				text_of(f.external, other));
		}
		require(t, external, "nothing left");
	}
}

void test_4787_2(struct conformance_test *t)
{
	const unsigned protocols[] = { PROTOCOL_UDP };

	one_address(t, protocols, 1);
}

void test_7857_4c(struct conformance_test *t)
{
	const unsigned protocols[] = { PROTOCOL_TCP };

	one_address(t, protocols, 1);
}

void test_6888_2(struct conformance_test *t)
{
	const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP,
				       PROTOCOL_ICMP };

	one_address(t, protocols, 3);
}

/* ---- mappings of two protocols ---- */

/* The UDP mapping of a port expires, the TCP mapping of that port stays. */
void test_7857_5(struct conformance_test *t)
{
	struct test_flow stream = flow_of(PROTOCOL_TCP, HOST, A_PORT);
	struct test_flow datagrams = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	t->config.profile.timeout_udp = 30;
	t->config.profile.timeout_udp_stream = 0;
	t->config.profile.timeout_established = 7440;
	new_nat(t);
	require(t, flow_establish(t, &stream), "no connection");
	require(t, flow_open(t, &datagrams), "no datagram left");
	require(t, flow_in(t, &datagrams, 0), "no datagram entered");
	advance(t, 31);
	require(t, !flow_in(t, &datagrams, 0),
		"TCP's mapping kept UDP's alive");
	require(t, flow_in(t, &stream, ACK),
		"TCP's mapping went with UDP's");
}

/* ---- the same prefix on both sides ---- */

/* beside - a peer whose address is in the inside network, or an inside host's
   own */
static void beside(struct conformance_test *t, unsigned protocol, uint32_t peer)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT);
	char text[16];

	f.peer = peer;
	new_nat(t);
	require(t, flow_open(t, &f) && flow_in(t, &f, SYN | ACK),
		"no exchange with %s, of both networks", text_of(peer, text));
}

void test_4787_7(struct conformance_test *t)
{
	t->config.outside_address = INSIDE + 0x40;
	for (int i = 0; i < 2; i++) {
		unsigned protocol = i ? PROTOCOL_TCP : PROTOCOL_UDP;

		beside(t, protocol, INSIDE + 0x80);
		beside(t, protocol, HOST2);
		beside(t, protocol, HOST);
	}
}

/* ---- the same behaviour always ---- */

/* strangers_in - which other endpoints enter through a mapping: a bit for
   another port of the peer, one for another host */
static unsigned strangers_in(struct conformance_test *t,
			     const struct test_flow *f)
{
	struct test_flow port = *f, host = *f;

	port.peer_port++;
	host.peer = STRANGER;
	return (unsigned)send_in(t, flow_packet_in(&port, SYN)) |
	       (unsigned)send_in(t, flow_packet_in(&host, SYN)) << 1;
}

/* The observed behaviour towards one inside endpoint. */
struct manner {
	unsigned pattern, strangers;
};

static bool manner_of(struct conformance_test *t, unsigned protocol,
		      uint32_t host, struct manner *out_manner)
{
	struct test_flow f = flow_of(protocol, host, A_PORT), to;

	if (!pattern_of(t, &f, &out_manner->pattern))
		return false;
	to = flow_to(&f, PEER, 9);
	if (!flow_open(t, &to))
		return false;
	out_manner->strangers = protocol == PROTOCOL_ICMP ? 0 :
		strangers_in(t, &to);
	return true;
}

/* load - 400 flows of other hosts, in at least two seconds */
static void load(struct conformance_test *t, unsigned protocol)
{
	for (unsigned i = 0; i < 400; i++) {
		struct test_flow f =
			flow_of(protocol, HOST3 + 1 + i % 8, A_PORT + i / 8);

		flow_open(t, &f);
		advance(t, 0.006);
	}
}

/* A second host has the first one's port, which cannot be preserved. A third
   comes under load. */
void test_4787_11(struct conformance_test *t)
{
	static const unsigned protocols[] = { PROTOCOL_UDP, PROTOCOL_TCP,
					      PROTOCOL_ICMP };
	static const uint32_t hosts[] = { HOST, HOST2, HOST3 };

	for (int i = 0; i < 3; i++) {
		struct manner first, other;

		new_nat(t);
		if (!manner_of(t, protocols[i], hosts[0], &first))
			continue;
		for (int j = 1; j < 3; j++) {
			bool left = manner_of(t, protocols[i], hosts[j],
					      &other);

			require(t, left, "a packet did not leave");
			require(t, left && other.pattern == first.pattern,
				"who lost its port is mapped otherwise");
			require(t, left && other.strangers == first.strangers,
				"who lost its port is filtered otherwise");
			load(t, protocols[i]);
		}
	}
}
