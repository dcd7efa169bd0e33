/* Filtering, and the answers to unsolicited SYNs. */
#include "requirements.h"

/* ---- filtering ---- */

/*
 * enters - does a packet of another endpoint enter through a mapping? From
 * another port of the peer, or from another host
 */
static bool enters(struct conformance_test *t, unsigned protocol,
		   bool other_host)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT);

	new_nat(t);
	require(t, protocol == PROTOCOL_TCP ? flow_establish(t, &f) :
		flow_open(t, &f), "nothing left");
	if (other_host)
		f.peer = STRANGER;
	else
		f.peer_port++;
	return flow_in(t, &f, SYN);
}

/* Any endpoint, or at least each port of a host that was sent to. */
static void lets_in(struct conformance_test *t, unsigned protocol)
{
	bool port = enters(t, protocol, false);
	bool host = enters(t, protocol, true);

	require(t, port || host, "filtering depends on the remote port");
	remark(t, "%s", host ? "endpoint-independent" : "address-dependent");
}

void test_5382_3(struct conformance_test *t)
{
	lets_in(t, PROTOCOL_TCP);
}

void test_4787_8(struct conformance_test *t)
{
	lets_in(t, PROTOCOL_UDP);
}

void test_6888_7(struct conformance_test *t)
{
	lets_in(t, PROTOCOL_TCP);
	lets_in(t, PROTOCOL_UDP);
}

/* A TCP mapping admits no UDP, and a UDP mapping no TCP. */
void test_7857_6(struct conformance_test *t)
{
	struct test_flow stream = flow_of(PROTOCOL_TCP, HOST, A_PORT);
	struct test_flow datagrams = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	require(t, flow_establish(t, &stream), "no connection");
	datagrams.external = stream.external;
	datagrams.external_port = stream.external_port;
	require(t, !flow_in(t, &datagrams, 0),
		"UDP entered through TCP's mapping");
	new_nat(t);
	require(t, flow_open(t, &datagrams), "no datagram left");
	stream.external = datagrams.external;
	stream.external_port = datagrams.external_port;
	require(t, !flow_in(t, &stream, SYN),
		"a SYN entered through UDP's mapping");
}

/* ---- unsolicited SYNs ---- */

enum { SILENCE = 6, PATIENCE = 60 };	/* s */

/* The answer to an unsolicited SYN. */
struct stranger_answer {
	bool any;
	double delay;			/* s */
	struct packet_bytes packet;
};

/* listen_for - wait @seconds for an answer, in steps of 1/4 s */
static struct stranger_answer listen_for(struct conformance_test *t,
					 double seconds)
{
	struct stranger_answer a = { .any = false };
	enum nat_side side;

	for (double at = 0; at <= seconds; at += 0.25) {
		if (collect(t, &side) && side == NAT_OUTSIDE) {
			a = (struct stranger_answer){ true, at, t->out };
			return a;
		}
		advance(t, 0.25);
	}
	return a;
}

/*
 * knock - a SYN that may not enter: to a port without a mapping, or, where
 * @filtered, one of a stranger to a mapping that does not let it in
 * @f:     its four-tuple
 * Return: false when it entered
 */
static bool knock(struct conformance_test *t, const struct test_flow *f,
		  struct stranger_answer *a)
{
	bool entered = send_in(t, flow_packet_in(f, SYN));

	*a = (struct stranger_answer){ .any = false };
	if (t->result.verdict == NAT_REPLY) {
		a->any = true;
		memcpy(a->packet.bytes, t->result.reply,
		       t->result.reply_length < sizeof(a->packet.bytes) ?
		       t->result.reply_length : sizeof(a->packet.bytes));
	}
	return !entered;
}

/* unmapped - the 4-tuple that the inside host's next SYN will have, from a NAT
   with the same configuration */
static struct test_flow unmapped(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_TCP, HOST, A_PORT);

	new_nat(t);
	require(t, flow_open(t, &f), "no SYN left");
	new_nat(t);
	return f;
}

/* strangers_knock - to a mapping that admits only endpoints that the host has
   sent to */
static struct test_flow filtered(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_TCP, HOST, A_PORT);

	t->config.profile.filtering = FILTERING_ADDRESS_PORT;
	new_nat(t);
	require(t, flow_establish(t, &f), "no connection");
	f.peer = STRANGER;
	return f;
}

static void silent_at_first(struct conformance_test *t,
			    const struct test_flow *f)
{
	struct stranger_answer a;

	require(t, knock(t, f, &a), "the SYN entered");
	if (!a.any)
		a = listen_for(t, SILENCE - 0.25);
	require(t, !a.any, "an answer came after %g s", a.delay);
}

void test_5382_4(struct conformance_test *t)
{
	struct test_flow f = unmapped(t);

	silent_at_first(t, &f);
	f = filtered(t);
	silent_at_first(t, &f);
}

/* The inside host's SYN comes 1 to 5 s after the peer's. */
void test_5382_4x(struct conformance_test *t)
{
	for (int delay = 1; delay <= 5; delay += 2) {
		struct test_flow f = unmapped(t), mine = f;
		struct stranger_answer a;

		require(t, knock(t, &f, &a), "the SYN entered");
		require(t, !a.any, "an answer came at once");
		a = listen_for(t, delay - 0.25);
		require(t, !a.any, "an answer came after %g s", a.delay);
		require(t, flow_open(t, &mine), "the host's SYN did not leave");
		if (mine.external_port != f.external_port) {
			untried(t, "the host's SYN left from another port");
			return;
		}
		a = listen_for(t, PATIENCE);
		require(t, !a.any, "an answer came in spite of a SYN out");
	}
}

static void port_unreachable(struct conformance_test *t,
			     const struct test_flow *f)
{
	struct stranger_answer a;

	require(t, knock(t, f, &a), "the SYN entered");
	if (!a.any)
		a = listen_for(t, PATIENCE);
	require(t, a.any, "no answer came within %d s", (int)PATIENCE);
	require(t, a.packet.bytes[9] == PROTOCOL_ICMP &&
		a.packet.bytes[20] == 3 && a.packet.bytes[21] == 3,
		"the answer was no ICMP port unreachable");
	require(t, a.delay >= SILENCE, "it came after %g s", a.delay);
	require(t, destination_of(&a.packet) == f->peer,
		"it went to somebody else");
}

void test_5382_4y(struct conformance_test *t)
{
	struct test_flow f = unmapped(t);

	port_unreachable(t, &f);
	f = filtered(t);
	port_unreachable(t, &f);
}
