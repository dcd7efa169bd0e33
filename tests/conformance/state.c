/* The state of sessions: handshakes, RST, ICMP. */
#include "requirements.h"

#include <stdlib.h>

/* ---- whole connections ---- */

enum script_side { OUT, IN };

/* A segment of a script: its sender and flags. */
struct segment_step {
	enum script_side way;
	unsigned flags;
};

#define SCRIPT(...)							\
	{ .steps = (const struct segment_step[]){ __VA_ARGS__ },	\
	  .count = sizeof((const struct segment_step[]){ __VA_ARGS__ }) / \
		  sizeof(struct segment_step) }

struct script {
	const struct segment_step *steps;
	size_t count;
};

static const struct script from_inside[] = {
	/* the inside closes first; the outside still sends */
	SCRIPT({ OUT, SYN }, { IN, SYN | ACK }, { OUT, ACK }, { IN, ACK },
	       { OUT, FIN | ACK }, { IN, ACK }, { IN, ACK }, { OUT, ACK },
	       { IN, FIN | ACK }, { OUT, ACK }),
	/* the outside does; the inside still sends */
	SCRIPT({ OUT, SYN }, { IN, SYN | ACK }, { OUT, ACK }, { OUT, ACK },
	       { IN, FIN | ACK }, { OUT, ACK }, { OUT, ACK }, { IN, ACK },
	       { OUT, FIN | ACK }, { IN, ACK }),
	/* both at once */
	SCRIPT({ OUT, SYN }, { IN, SYN | ACK }, { OUT, ACK },
	       { OUT, FIN | ACK }, { IN, FIN | ACK }, { OUT, ACK },
	       { IN, ACK }),
	/* lost and sent again */
	SCRIPT({ OUT, SYN }, { OUT, SYN }, { IN, SYN | ACK },
	       { IN, SYN | ACK }, { OUT, ACK }, { IN, FIN | ACK },
	       { IN, FIN | ACK }, { OUT, ACK }, { OUT, FIN | ACK },
	       { OUT, FIN | ACK }, { IN, ACK }),
};

static const struct script from_outside[] = {
	SCRIPT({ IN, SYN }, { OUT, SYN | ACK }, { IN, ACK }, { OUT, ACK },
	       { IN, FIN | ACK }, { OUT, ACK }, { OUT, ACK },
	       { OUT, FIN | ACK }, { IN, ACK }),
	SCRIPT({ IN, SYN }, { OUT, SYN | ACK }, { IN, ACK },
	       { OUT, FIN | ACK }, { IN, ACK }, { IN, ACK },
	       { IN, FIN | ACK }, { OUT, ACK }),
};

/* play - send a script's segments; each must pass */
static void play(struct conformance_test *t, const struct script *s,
		 struct test_flow *f)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct segment_step *step = &s->steps[i];
		bool passed = step->way == OUT ?
			flow_out(t, f, step->flags) :
			flow_in(t, f, step->flags);

		if (!require(t, passed, "segment %zu (%s) did not pass: %s",
			     i + 1, step->way == OUT ? "out" : "in",
			     t->result.reason))
			return;
	}
}

/* play_in - through a mapping that the inside host's SYN to another endpoint
   made; not tested where filtering admits nobody */
static void play_in(struct conformance_test *t, const struct script *s)
{
	struct test_flow first = flow_of(PROTOCOL_TCP, HOST, A_PORT), f;

	new_nat(t);
	require(t, flow_establish(t, &first), "no connection");
	f = flow_to(&first, STRANGER, B_PORT);
	f.external = first.external;
	f.external_port = first.external_port;
	if (!flow_in(t, &f, SYN))
		return;
	play(t, s, &f);
}

void test_5382_2(struct conformance_test *t)
{
	for (size_t i = 0; i < sizeof(from_inside) / sizeof(from_inside[0]);
	     i++) {
		struct test_flow f = flow_of(PROTOCOL_TCP, HOST, A_PORT);

		new_nat(t);
		play(t, &from_inside[i], &f);
	}
	for (size_t i = 0; i < sizeof(from_outside) / sizeof(from_outside[0]);
	     i++)
		play_in(t, &from_outside[i]);
}

static const struct script at_once[] = {
	SCRIPT({ OUT, SYN }, { IN, SYN }, { OUT, SYN | ACK },
	       { IN, SYN | ACK }, { OUT, ACK }, { IN, ACK }),
	SCRIPT({ OUT, SYN }, { IN, SYN }, { IN, SYN | ACK },
	       { OUT, SYN | ACK }, { IN, ACK }, { OUT, ACK }),
};

void test_5382_2a(struct conformance_test *t)
{
	for (int i = 0; i < 2; i++) {
		struct test_flow f = flow_of(PROTOCOL_TCP, HOST, A_PORT);

		new_nat(t);
		play(t, &at_once[i], &f);
	}
}

/* ---- the state machine of RFC 7857 section 2 ---- */

/* Timeouts that tell the states apart, in s. */
enum { OPENING = 100, CLOSING = 200, RESET = 300, ESTABLISHED = 1000 };

static bool enter_init(struct conformance_test *t, struct test_flow *f)
{
	return flow_open(t, f);
}

static bool enter_established(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f);
}

static bool enter_fin_out(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f) && flow_out(t, f, FIN | ACK);
}

static bool enter_fin_in(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f) && flow_in(t, f, FIN | ACK);
}

static bool enter_both_fin(struct conformance_test *t, struct test_flow *f)
{
	return enter_fin_out(t, f) && flow_in(t, f, FIN | ACK);
}

static bool enter_both_fin_in_first(struct conformance_test *t,
				    struct test_flow *f)
{
	return enter_fin_in(t, f) && flow_out(t, f, FIN | ACK);
}

static bool enter_rst_in(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f) && flow_in(t, f, RST | ACK);
}

static bool enter_rst_out(struct conformance_test *t, struct test_flow *f)
{
	return flow_establish(t, f) && flow_out(t, f, RST | ACK);
}

static bool enter_rst_after_fin(struct conformance_test *t, struct test_flow *f)
{
	return enter_fin_out(t, f) && flow_in(t, f, RST | ACK);
}

/* The RST was not from the host's peer: data continues. */
static bool enter_data_after_rst(struct conformance_test *t,
				 struct test_flow *f)
{
	return enter_rst_in(t, f) &&
	       send_out(t, with_data(flow_packet_out(f, ACK), "data", 4));
}

void test_7857_2(struct conformance_test *t)
{
	static const struct {
		struct lasting l;
		double seconds;
	} states[] = {
		{ { PROTOCOL_TCP, enter_init, probe_syn_ack, "INIT" },
		  OPENING },
		{ { PROTOCOL_TCP, enter_established, probe_ack,
		    "ESTABLISHED" }, ESTABLISHED },
		{ { PROTOCOL_TCP, enter_fin_out, probe_ack, "FIN out" },
		  ESTABLISHED },
		{ { PROTOCOL_TCP, enter_fin_in, probe_ack, "FIN in" },
		  ESTABLISHED },
		{ { PROTOCOL_TCP, enter_both_fin, probe_ack,
		    "FIN out, FIN in" }, CLOSING },
		{ { PROTOCOL_TCP, enter_both_fin_in_first, probe_ack,
		    "FIN in, FIN out" }, CLOSING },
		{ { PROTOCOL_TCP, enter_rst_in, probe_ack, "RST in" },
		  RESET },
		{ { PROTOCOL_TCP, enter_rst_out, probe_ack, "RST out" },
		  RESET },
		{ { PROTOCOL_TCP, enter_rst_after_fin, probe_ack,
		    "FIN out, RST in" }, RESET },
		{ { PROTOCOL_TCP, enter_data_after_rst, probe_ack,
		    "RST in, data out" }, ESTABLISHED },
	};
	struct profile *p = &t->config.profile;

	p->timeout_syn = OPENING;
	p->timeout_established = ESTABLISHED;
	p->timeout_fin_wait = 0;
	p->timeout_closing = CLOSING;
	p->timeout_rst = RESET;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		ends_at(t, &states[i].l, states[i].seconds);
}

/* ---- RST ---- */

void test_7857_2_2a(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_TCP, HOST, A_PORT);

	require(t, flow_open(t, &f), "no SYN left");
	require(t, flow_in(t, &f, RST | ACK),
		"the answer to a SYN, a RST, did not enter");
	new_nat(t);
	require(t, flow_establish(t, &f) && flow_in(t, &f, RST | ACK),
		"a RST did not enter a connection");
	new_nat(t);
	require(t, flow_establish(t, &f) && flow_out(t, &f, RST | ACK),
		"a RST did not leave a connection");
}

static bool enter_refused(struct conformance_test *t, struct test_flow *f)
{
	return flow_open(t, f) && flow_in(t, f, RST | ACK);
}

/* A packet that would not enter without the RST is not counted. */
static void outlives_rst(struct conformance_test *t,
			 bool (*probe)(struct conformance_test *t,
				       struct test_flow *f),
			 const char *what)
{
	struct test_flow f = flow_of(PROTOCOL_TCP, HOST, A_PORT);
	const struct lasting l = { PROTOCOL_TCP, enter_refused, probe, what };

	new_nat(t);
	if (flow_open(t, &f) && probe(t, &f))
		lasts(t, &l, 239);
}

void test_7857_2_2b(struct conformance_test *t)
{
	static const struct lasting l = {
		PROTOCOL_TCP, enter_rst_in, probe_ack,
		"a connection after a RST",
	};

	outlives_rst(t, probe_syn_ack, "SYN-ACK after a RST");
	outlives_rst(t, probe_syn, "SYN after a RST");
	lasts(t, &l, 239);
}

/* ---- ICMP errors end no session ---- */

static const struct {
	unsigned type, code;
} errors[] = {
	{ 11, 0 }, { 11, 1 }, { 3, 0 }, { 3, 1 }, { 3, 2 }, { 3, 3 },
	{ 3, 9 }, { 3, 10 }, { 3, 13 }, { 12, 0 },
};

enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

/* outlives_errors - a packet that enters without an error enters after one */
static void
outlives_errors(struct conformance_test *t, unsigned protocol,
		bool (*enter)(struct conformance_test *t, struct test_flow *f),
		bool (*probe)(struct conformance_test *t, struct test_flow *f),
		const char *what)
{
	const uint32_t senders[] = { ROUTER, PEER };

	struct test_flow f = flow_of(protocol, HOST, A_PORT);

	new_nat(t);
	if (!enter(t, &f) || !probe(t, &f))
		return;
	for (int i = 0; i < ERRORS * 2; i++) {
		unsigned type = errors[i / 2].type, code = errors[i / 2].code;

		new_nat(t);
		enter(t, &f);
		flow_error_in(t, &f, senders[i % 2], type, code);
		require(t, probe(t, &f), "%s does not enter after ICMP %u/%u",
			what, type, code);
	}
}

void test_5382_10(struct conformance_test *t)
{
	outlives_errors(t, PROTOCOL_TCP, enter_init, probe_syn_ack,
			"a SYN-ACK");
	outlives_errors(t, PROTOCOL_TCP, enter_init, probe_syn, "a SYN");
	outlives_errors(t, PROTOCOL_TCP, enter_established, probe_ack,
			"a segment");
}

/* With endpoint filtering the mapping's entry of the peer must be kept, too. */
void test_4787_12(struct conformance_test *t)
{
	outlives_errors(t, PROTOCOL_UDP, enter_init, probe_ack, "a datagram");
	t->config.profile.udp_filtering = FILTERING_ADDRESS_PORT + 1;
	outlives_errors(t, PROTOCOL_UDP, enter_init, probe_ack, "a datagram");
}
