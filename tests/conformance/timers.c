/* Timeouts, and the packets that refresh. */
#include "requirements.h"

/* ---- TCP ---- */

static bool enter_open(struct conformance_test *t, struct test_flow *f)
{
	return flow_open(t, f);
}

static bool enter_established(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f);
}

static bool enter_closing(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f) && flow_out(t, f, FIN | ACK) &&
	       flow_in(t, f, FIN | ACK) && flow_out(t, f, ACK);
}

static bool enter_closing_in_first(struct conformance_test *t,
				   struct test_flow *f)
{
	return flow_establish(t, f) && flow_in(t, f, FIN | ACK) &&
	       flow_out(t, f, FIN | ACK) && flow_in(t, f, ACK);
}

/* enter_knocked - opened from outside, through a mapping towards another
   endpoint; not answered */
static bool enter_knocked(struct conformance_test *t, struct test_flow *f)
{
	struct test_flow first = flow_to(f, PEER2, B_PORT);

	if (!flow_open(t, &first))
		return false;
	f->external = first.external;
	f->external_port = first.external_port;
	return flow_in(t, f, SYN);
}

void test_5382_5a(struct conformance_test *t)
{
	static const struct lasting l = {
		PROTOCOL_TCP, enter_established, probe_ack,
		"an established connection",
	};

	lasts(t, &l, 7439);
}

/* A packet that filtering or another axis drops at once is not tested. */
static void transitory(struct conformance_test *t)
{
	static const struct lasting states[] = {
		{ PROTOCOL_TCP, enter_open, probe_syn_ack, "SYN out" },
		{ PROTOCOL_TCP, enter_knocked, probe_syn, "SYN in" },
		{ PROTOCOL_TCP, enter_closing, probe_ack, "FIN out, FIN in" },
		{ PROTOCOL_TCP, enter_closing_in_first, probe_ack,
		  "FIN in, FIN out" },
	};
	enum { STATES = sizeof(states) / sizeof(states[0]) };

	for (int i = 0; i < STATES; i++) {
		struct conformance_test apart = *t;

		apart.nat = NULL;
		lasts(&apart, &states[i], 239);
		nat_free(apart.nat);
		require(t, apart.outcome != FAILED, "%s", apart.why);
	}
}

void test_5382_5b(struct conformance_test *t)
{
	transitory(t);
}

void test_7857_2_1c(struct conformance_test *t)
{
	transitory(t);
}

/* ---- what does not refresh ---- */

/* rejected - the packet in between is filtered, and refreshes nothing */
static void rejected(struct conformance_test *t, unsigned protocol,
		     double seconds)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT), stranger;

	new_nat(t);
	require(t, flow_open(t, &f), "nothing left");
	for (int i = 1; i <= 4; i++) {
		advance(t, seconds / 5);
		stranger = f;
		stranger.peer = STRANGER;
		require(t, !flow_in(t, &stranger, SYN),
			"a stranger entered");
	}
	advance(t, seconds / 5 + 1);
	require(t, !flow_in(t, &f, SYN | ACK),
		"filtered packets kept a mapping alive");
}

void test_7857_7(struct conformance_test *t)
{
	struct profile *p = &t->config.profile;

	p->filtering = FILTERING_ADDRESS_PORT;
	p->udp_filtering = AS_TCP;
	p->timeout_syn = 240;
	p->timeout_udp = 240;
	p->timeout_udp_stream = 0;
	rejected(t, PROTOCOL_TCP, 240);
	rejected(t, PROTOCOL_UDP, 240);
}

/* answered - the host answers late with a RST or an ICMP error, which refreshes
   nothing */
static void answered(struct conformance_test *t, unsigned protocol, bool error)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT);

	new_nat(t);
	require(t, flow_open(t, &f), "nothing left");
	if (error)
		require(t, flow_in(t, &f, ACK), "nothing entered");
	advance(t, 200);
	if (error)
		flow_error_out(t, &f, 3, 3);
	else
		require(t, flow_out(t, &f, RST | ACK), "no RST left");
	advance(t, 41);
	require(t, !flow_in(t, &f, ACK), "%s kept a mapping alive",
		error ? "an ICMP error out" : "a RST out");
}

void test_7857_7_1(struct conformance_test *t)
{
	struct profile *p = &t->config.profile;

	p->timeout_syn = p->timeout_rst = p->timeout_udp = 240;
	p->timeout_established = 240;
	p->timeout_udp_stream = 0;
	answered(t, PROTOCOL_TCP, false);
	answered(t, PROTOCOL_TCP, true);
	answered(t, PROTOCOL_UDP, true);
}

/* ---- UDP ---- */

static bool enter_exchange(struct conformance_test *t, struct test_flow *f)
{
	if (!flow_open(t, f) || !flow_in(t, f, 0))
		return false;
	advance(t, 3);
	return flow_in(t, f, 0) && flow_out(t, f, 0);
}

static void datagrams_last(struct conformance_test *t, double seconds)
{
	static const struct lasting one = {
		PROTOCOL_UDP, enter_open, probe_ack, "one datagram out",
	}, both = {
		PROTOCOL_UDP, enter_exchange, probe_ack, "datagrams both ways",
	};

	lasts(t, &one, seconds);
	lasts(t, &both, seconds);
}

void test_4787_5(struct conformance_test *t)
{
	datagrams_last(t, 119);
}

void test_4787_5c(struct conformance_test *t)
{
	datagrams_last(t, 299);
}

/* lives - how long a flow to @port lives at least, in steps of 10 s */
static int lives(struct conformance_test *t, unsigned port)
{
	for (int seconds = 10; seconds <= 600; seconds += 10) {
		struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

		f.peer_port = port;
		new_nat(t);
		flow_open(t, &f);
		advance(t, seconds);
		if (!flow_in(t, &f, 0))
			return seconds - 10;
	}
	return 600;
}

void test_4787_5a(struct conformance_test *t)
{
	int dns = lives(t, 53), other = lives(t, B_PORT);

	remark(t, "%d s to port 53, %d s to others", dns, other);
}

/* refreshes - one more datagram after 60 s of 100 s: is the mapping there after
   110 s? */
static bool refreshes(struct conformance_test *t, bool outbound)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	t->config.profile.timeout_udp = 100;
	t->config.profile.timeout_udp_stream = 0;
	new_nat(t);
	flow_open(t, &f);
	advance(t, 60);
	if (outbound)
		flow_out(t, &f, 0);
	else
		flow_in(t, &f, 0);
	advance(t, 50);
	return flow_in(t, &f, 0);
}

void test_4787_6(struct conformance_test *t)
{
	require(t, refreshes(t, true),
		"a datagram out did not keep the mapping");
}

void test_4787_6a(struct conformance_test *t)
{
	remark(t, "datagrams in %s the mapping", refreshes(t, false) ?
	       "keep" : "do not keep");
}

/* ---- echo requests ---- */

void test_5508_2(struct conformance_test *t)
{
	static const struct lasting l = {
		PROTOCOL_ICMP, enter_open, probe_ack, "an echo request",
	};

	lasts(t, &l, 59);
}

/* enter_error - an ICMP error about it, 30 s later */
static bool enter_error(struct conformance_test *t, struct test_flow *f)
{
	if (!flow_open(t, f))
		return false;
	advance(t, 30);
	flow_error_in(t, f, f->peer, 3, 1);
	return true;
}

void test_5508_6(struct conformance_test *t)
{
	static const struct lasting l = {
		PROTOCOL_ICMP, enter_error, probe_ack,
		"an echo request with an error",
	};
	struct test_flow f = flow_of(PROTOCOL_ICMP, HOST, A_PORT);

	t->config.profile.timeout_icmp = 60;
	new_nat(t);
	if (!flow_open(t, &f) || !flow_in(t, &f, 0))
		untried(t, "no query is answered");
	else
		ends_at(t, &l, 30);
}
