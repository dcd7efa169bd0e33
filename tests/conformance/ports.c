/* The external ports of mappings. */
#include "requirements.h"

#include <stdlib.h>

/* ---- overloading ---- */

/* two_hosts - with one source port, to one remote endpoint */
static void two_hosts(struct conformance_test *t, unsigned protocol)
{
	struct test_flow a = flow_of(protocol, HOST, A_PORT);
	struct test_flow b = flow_of(protocol, HOST2, A_PORT);

	require(t, flow_open(t, &a) && flow_open(t, &b),
		"a packet did not leave");
	require(t, a.external != b.external ||
		a.external_port != b.external_port,
		"two inside hosts had port %u at once", a.external_port);
	require(t, flow_in(t, &a, SYN | ACK),
		"the first host's answer went astray");
	require(t, flow_in(t, &b, SYN | ACK),
		"the second host's answer went astray");
}

void test_5382_7(struct conformance_test *t)
{
	two_hosts(t, PROTOCOL_TCP);
}

void test_4787_3(struct conformance_test *t)
{
	two_hosts(t, PROTOCOL_UDP);
}

/* With different remote endpoints one external port may serve both. */
void test_7857_3(struct conformance_test *t)
{
	struct test_flow a = flow_of(PROTOCOL_TCP, HOST, A_PORT);
	struct test_flow b = flow_of(PROTOCOL_TCP, HOST2, A_PORT);

	b.peer = PEER2;
	require(t, flow_open(t, &a) && flow_open(t, &b),
		"a packet did not leave");
	remark(t, "%s", a.external == b.external &&
	       a.external_port == b.external_port ?
	       "two hosts share a port to different remotes" :
	       "no port is shared");
}

/* ---- class and parity ---- */

enum { SAMPLES = 24 };

/* like - has a mapping's port the inside port's class, by @class_of? */
static void like(struct conformance_test *t,
		 unsigned (*class_of)(unsigned port), const char *what)
{
	static const unsigned starts[] = { 700, 30000 };

	for (int s = 0; s < 2; s++)
		for (unsigned i = 0; i < SAMPLES; i++) {
			struct test_flow f = flow_of(PROTOCOL_UDP,
						i % 3 ? HOST : HOST2,
						starts[s] + i / 2);

			if (!require(t, flow_open(t, &f), "nothing left"))
				return;
			require(t, class_of(f.external_port) ==
				class_of(f.port), "%s: %u became %u", what,
				f.port, f.external_port);
		}
}

static unsigned range_class(unsigned port)
{
	return port >= 1024;
}

static unsigned parity(unsigned port)
{
	return port % 2;
}

void test_4787_3a(struct conformance_test *t)
{
	like(t, range_class, "another class");
}

void test_4787_4(struct conformance_test *t)
{
	like(t, parity, "another parity");
}

void test_7857_8(struct conformance_test *t)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < SAMPLES; i++) {
		struct test_flow f = flow_of(PROTOCOL_TCP, HOST, 30000 + i);

		kept += flow_open(t, &f) &&
			f.port % 2 == f.external_port % 2;
	}
	remark(t, "%u of %d ports kept their parity", kept, (int)SAMPLES);
}

/* ---- randomness ---- */

enum { HOSTS = 64 };

/* Of 63 steps between random ports out of 512 or more, five equal ones, or
   thirteen of at most 16, are very unlikely. The seed is fixed. */
enum { SAME_STEPS = 5, SMALL_STEPS = 13, SMALL = 16 };

static void judge_steps(struct conformance_test *t, const unsigned *ports,
			int count)
{
	int small = 0, most = 0;

	for (int i = 1; i < count; i++) {
		int step = (int)ports[i] - (int)ports[i - 1], same = 0;

		small += abs(step) <= SMALL;
		for (int j = 1; j < count; j++)
			same += (int)ports[j] - (int)ports[j - 1] == step;
		if (same > most)
			most = same;
	}
	require(t, most < SAME_STEPS && small < SMALL_STEPS,
		"of %d steps between ports %d are the same and %d small",
		count - 1, most, small);
}

/* unguessable - the ports of many hosts' flows from one inside port: at most
   one of them can be preserved
   Return: false: they are preserved even if they are taken */
static bool unguessable(struct conformance_test *t, unsigned protocol)
{
	unsigned ports[HOSTS];
	int count = 0;

	new_nat(t);
	for (unsigned i = 0; i < HOSTS; i++) {
		struct test_flow f = flow_of(protocol, HOST + i, A_PORT);

		if (flow_open(t, &f) && f.external_port != f.port)
			ports[count++] = f.external_port;
	}
	if (count < HOSTS / 2)
		return false;
	judge_steps(t, ports, count);
	return true;
}

void test_7857_9(struct conformance_test *t)
{
	bool stream = unguessable(t, PROTOCOL_TCP);
	bool datagrams = unguessable(t, PROTOCOL_UDP);

	if (!stream && !datagrams)
		untried(t, "ports are preserved even if they are taken");
}

/* Also the ports of one host, whether or not they could be preserved. */
void test_6888_15(struct conformance_test *t)
{
	unsigned ports[HOSTS];
	int count = 0;

	require(t, unguessable(t, PROTOCOL_TCP), "ports are preserved");
	new_nat(t);
	for (unsigned i = 0; i < HOSTS; i++) {
		struct test_flow f = flow_of(PROTOCOL_TCP, HOST, 30000 + i);

		if (flow_open(t, &f) && f.external_port != f.port)
			ports[count++] = f.external_port;
	}
	if (require(t, count >= HOSTS / 2, "ports are preserved"))
		judge_steps(t, ports, count);
}
