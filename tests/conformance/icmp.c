/* ICMP errors and queries through the NAT, and to it. */
#include "requirements.h"

#include "wire/icmp.h"
#include "wire/ipv4.h"

enum { QUOTE = 28, UNREACHABLE = 3, SOURCE_QUENCH = 4, TIME_EXCEEDED = 11,
       INFORMATION_REQUEST = 15, BURST = 20000 };

/* ---- what an error quotes ---- */

/* quoted_address, quoted_port - of a quoted packet's source (end 0) or
   destination (1) */
static uint32_t quoted_address(const struct packet_bytes *p, int end)
{
	const uint8_t *ip = p->bytes + QUOTE;

	return end ? ipv4_destination(ip) : ipv4_source(ip);
}

static unsigned quoted_port(const struct packet_bytes *p, int end)
{
	const uint8_t *ip = p->bytes + QUOTE;
	const uint8_t *l4 = ip + ipv4_header_length(ip);

	if (ipv4_protocol(ip) == PROTOCOL_ICMP)
		return icmp_id(l4);
	return read16(l4 + 2 * end);
}

/* quotes - has the quoted packet that source (end 0) or destination (1)? */
static bool quotes(const struct packet_bytes *p, int end, uint32_t address,
		   unsigned port)
{
	return quoted_address(p, end) == address &&
	       quoted_port(p, end) == port;
}

/* is_reverted - does the error quote the packet as the host sent it, except for
   its TTL? */
static bool is_reverted(const struct packet_bytes *p, const struct test_flow *f)
{
	struct packet_bytes was = flow_packet_out(f, SYN);
	const uint8_t *quoted = p->bytes + QUOTE;
	bool echo = f->protocol == PROTOCOL_ICMP;

	return quotes(p, 0, f->host, f->port) &&
	       quoted_address(p, 1) == f->peer &&
	       (echo || quoted_port(p, 1) == f->peer_port) &&
	       is_sealed(quoted) && ipv4_total_length(quoted) == was.length;
}

/* try_error - the peer's error about a new flow's first packet: does it come
   in,
   correctly translated? */
static bool try_error(struct conformance_test *t, unsigned protocol,
		      unsigned type, unsigned code)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT);

	new_nat(t);
	return flow_open(t, &f) && flow_error_in(t, &f, PEER, type, code) &&
	       t->out.bytes[20] == type && t->out.bytes[21] == code &&
	       source_of(&t->out) == PEER && is_reverted(&t->out, &f);
}

/* comes_in - the simplest error; without it the others cannot be tested */
static bool comes_in(struct conformance_test *t, unsigned protocol)
{
	return try_error(t, protocol, UNREACHABLE, 1);
}

static void unreachables(struct conformance_test *t, unsigned protocol)
{
	static const unsigned codes[] = { 0, 1, 2, 3, 10, 13 };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		require(t, try_error(t, protocol, UNREACHABLE, codes[i]),
			"unreachable, code %u, did not come in as it should",
			codes[i]);
}

void test_5382_9(struct conformance_test *t)
{
	unreachables(t, PROTOCOL_TCP);
}

void test_4787_12b(struct conformance_test *t)
{
	unreachables(t, PROTOCOL_UDP);
}

void test_5508_4x(struct conformance_test *t)
{
	static const unsigned types[] = { UNREACHABLE, TIME_EXCEEDED, 12 };
	static const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP,
					      PROTOCOL_ICMP };

	for (int i = 0; i < 9; i++) {
		struct test_flow f = flow_of(protocols[i % 3], HOST, A_PORT);

		new_nat(t);
		if (flow_open(t, &f))
			require(t, try_error(t, protocols[i % 3],
					     types[i / 3], 0),
				"ICMP %u/0 about protocol %u did not come in "
				"as it should", types[i / 3],
				protocols[i % 3]);
	}
}

/* error_about - does an error from @from about a new UDP flow come in? */
static bool error_about(struct conformance_test *t, uint32_t from,
			unsigned type)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	new_nat(t);
	return flow_open(t, &f) && flow_error_in(t, &f, from, type, 0);
}

/* An error from a router on the way, not from the peer. */
void test_4787_12a(struct conformance_test *t)
{
	if (!error_about(t, PEER, UNREACHABLE)) {
		untried(t, "no error comes in");
		return;
	}
	require(t, error_about(t, ROUTER, TIME_EXCEEDED) &&
		error_about(t, STRANGER, UNREACHABLE),
		"a router's error did not come in");
}

/* ---- unusual errors ---- */

/* changed_error - the peer's error about a flow, changed by @change, with a
   right ICMP checksum; does it come in? */
static bool changed_error(struct conformance_test *t, struct test_flow *f,
			  void (*change)(struct packet_bytes *p))
{
	struct packet_bytes p;

	new_nat(t);
	if (!flow_open(t, f))
		return false;
	p = icmp_error(UNREACHABLE, 1, PEER, &f->sent, 0);
	change(&p);
	return send_in(t, p);
}

static void break_own_sum(struct packet_bytes *p)
{
	p->bytes[22] ^= 0x55;
}

static void break_quoted_header(struct packet_bytes *p)
{
	p->bytes[QUOTE + 10] ^= 0x55;
	seal(p->bytes);
}

static void break_quoted_transport(struct packet_bytes *p)
{
	p->bytes[QUOTE + plain_checksum_at(p->bytes + QUOTE)] ^= 0x55;
	seal(p->bytes);
}

/* kept_out - is an error with that change dropped? */
static void kept_out(struct conformance_test *t,
		     void (*change)(struct packet_bytes *p), const char *what)
{
	static const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	for (int i = 0; i < 2; i++) {
		struct test_flow f = flow_of(protocols[i], HOST, A_PORT);

		new_nat(t);
		if (!flow_open(t, &f) || !flow_error_in(t, &f, PEER, 3, 1)) {
			untried(t, "no error comes in");
			return;
		}
		require(t, !changed_error(t, &f, change),
			"an error with a wrong %s came in", what);
	}
}

void test_5508_3(struct conformance_test *t)
{
	kept_out(t, break_own_sum, "checksum");
}

void test_5508_3a(struct conformance_test *t)
{
	kept_out(t, break_quoted_header, "quoted IP checksum");
}

void test_5508_3c(struct conformance_test *t)
{
	static const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP,
					      PROTOCOL_ICMP };
	int tried = 0;

	for (int i = 0; i < 3; i++) {
		struct test_flow f = flow_of(protocols[i], HOST, A_PORT);

		new_nat(t);
		if (!flow_open(t, &f) || !flow_error_in(t, &f, PEER, 3, 1))
			continue;
		tried++;
		require(t, changed_error(t, &f, break_quoted_transport),
			"protocol %u: a wrong quoted checksum kept an error "
			"out", protocols[i]);
	}
	if (!tried)
		untried(t, "no error comes in");
}

/* with_options - four bytes of IP options: three no-operations and the end */
static struct packet_bytes with_options(struct packet_bytes p)
{
	static const uint8_t options[4] = { 1, 1, 1, 0 };

	memmove(p.bytes + 24, p.bytes + 20, p.length - 20);
	memcpy(p.bytes + 20, options, 4);
	p.bytes[0] = 0x46;
	p.length += 4;
	set16(p.bytes + 2, (unsigned)p.length);
	seal(p.bytes);
	return p;
}

void test_5508_3b(struct conformance_test *t)
{
	static const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	for (int i = 0; i < 2; i++) {
		struct test_flow f = flow_of(protocols[i], HOST, A_PORT);
		struct packet_bytes sent;

		if (!comes_in(t, protocols[i])) {
			untried(t, "no error comes in as it should");
			return;
		}
		new_nat(t);
		sent = with_options(flow_packet_out(&f, SYN));
		if (!require(t, send_out(t, sent),
			     "a packet with IP options did "
			     "not leave"))
			return;
		sent = t->out;
		require(t,
			send_in(t,
				icmp_error(UNREACHABLE, 1, PEER, &sent, 0)) &&
				quotes(&t->out, 0, HOST, A_PORT) &&
				quotes(&t->out, 1, PEER, B_PORT) &&
				is_sealed(t->out.bytes + QUOTE),
			"an error that quotes IP options was not reverted");
	}
}

/*
 * extend - RFC 4884: the quoted packet is padded to 128 bytes, whose number of
 * words is told, and an object follows
 */
static void extend(struct packet_bytes *p)
{
	static const uint8_t extension[12] = { 0x20, 0, 0, 0, 0, 8, 1, 1,
					       0xde, 0xad, 0xbe, 0xef };
	uint8_t *at = p->bytes + QUOTE + 128;

	memset(p->bytes + p->length, 0, sizeof(p->bytes) - p->length);
	p->bytes[25] = 128 / 4;
	memcpy(at, extension, sizeof(extension));
	set16(at + 2, 0xffff & ~plain_sum(0, at, sizeof(extension)));
	p->length = QUOTE + 128 + sizeof(extension);
	set16(p->bytes + 2, (unsigned)p->length);
	seal(p->bytes);
}

void test_5508_3d(struct conformance_test *t)
{
	static const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP,
					      PROTOCOL_ICMP };
	static const uint8_t end[] = { 0xde, 0xad, 0xbe, 0xef };
	int tried = 0;

	for (int i = 0; i < 3; i++) {
		struct test_flow f = flow_of(protocols[i], HOST, A_PORT);

		if (!comes_in(t, protocols[i]))
			continue;
		tried++;
		require(t, changed_error(t, &f, extend),
			"an error with an extension did not come in");
		require(t, is_reverted(&t->out, &f),
			"an extension spoilt the quoted checksum");
		require(t, !memcmp(t->out.bytes + t->out.length - 4, end, 4) &&
			t->out.bytes[25] == 32, "the extension was changed");
	}
	if (!tried)
		untried(t, "no error comes in as it should");
}

/* ---- with and without a mapping ---- */

void test_5508_4(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT), other = f;

	new_nat(t);
	require(t, flow_open(t, &f), "nothing left");
	other.sent = udp(f.external, f.external_port + 1, PEER, B_PORT);
	require(t, !flow_error_in(t, &other, PEER, 3, 3) &&
		t->result.verdict == NAT_DROP,
		"an error about nothing was not dropped silently");
	other.sent = tcp(SYN, f.external, f.external_port, PEER, B_PORT, P, 0);
	require(t, !flow_error_in(t, &other, PEER, 11, 0) &&
		t->result.verdict == NAT_DROP,
		"an error about another protocol was not dropped silently");
}

void test_5508_5(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	new_nat(t);
	f.received = udp(PEER, B_PORT, HOST, A_PORT);
	require(t, !flow_error_out(t, &f, UNREACHABLE, 3) &&
		t->result.verdict == NAT_DROP,
		"an error about a datagram that never came left");
	f.received = echo(ECHO_REQUEST, HOST, PEER, A_PORT);
	require(t, !flow_error_out(t, &f, TIME_EXCEEDED, 0) &&
		t->result.verdict == NAT_DROP,
		"an error about an echo that never came left");
}

void test_5508_5x(struct conformance_test *t)
{
	static const unsigned protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	for (int i = 0; i < 4; i++) {
		struct test_flow f = flow_of(protocols[i / 2], HOST, A_PORT);
		unsigned type = i % 2 ? TIME_EXCEEDED : UNREACHABLE;
		const uint8_t *ip = t->out.bytes;

		new_nat(t);
		require(t, flow_open(t, &f) && flow_in(t, &f, SYN | ACK),
			"no exchange");
		if (!require(t, flow_error_out(t, &f, type, 1),
			     "a host's error did not leave"))
			return;
		require(t, ip[20] == type && ip[21] == 1 &&
			source_of(&t->out) == f.external &&
			destination_of(&t->out) == PEER,
			"a host's error left with another header");
		require(t, quotes(&t->out, 0, PEER, B_PORT) &&
			quotes(&t->out, 1, f.external, f.external_port) &&
			is_sealed(ip + QUOTE),
			"what a host's error quotes was not translated");
	}
}

/* ---- types ---- */

void test_5508_1(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_ICMP, HOST, A_PORT);

	require(t, flow_open(t, &f), "an echo request did not leave");
	require(t, flow_in(t, &f, 0), "its reply did not enter");
}

/* answers_echo - does the NAT itself answer an echo request? */
static bool answers_echo(struct conformance_test *t, uint32_t from, uint32_t to,
			 bool inside)
{
	struct packet_bytes p = echo(ECHO_REQUEST, from, to, 77);

	return !(inside ? send_out : send_in)(t, p) &&
	       is_reply(t, ECHO_REPLY, 0) &&
	       ipv4_destination(t->result.reply) == from;
}

void test_5508_10a(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_ICMP, HOST, A_PORT);

	require(t, error_about(t, PEER, UNREACHABLE),
		"unreachable did not come in");
	require(t, error_about(t, PEER, TIME_EXCEEDED),
		"time exceeded did not come in");
	require(t, answers_echo(t, PEER, OUTSIDE, false) &&
		answers_echo(t, HOST, INSIDE, true),
		"the NAT did not answer an echo request");
	require(t, flow_open(t, &f) && flow_in(t, &f, 0),
		"an echo request was not answered through the NAT");
}

void test_5508_10c(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	require(t, flow_open(t, &f) && flow_in(t, &f, 0), "no exchange");
	require(t, !flow_error_in(t, &f, PEER, SOURCE_QUENCH, 0),
		"source quench came in");
	require(t, !flow_error_out(t, &f, SOURCE_QUENCH, 0),
		"source quench left");
	require(t, !send_out(t, echo(INFORMATION_REQUEST, HOST, PEER, 5)),
		"an information request left");
}

/* dying - a datagram whose TTL expires at the NAT */
static struct packet_bytes dying(struct packet_bytes p)
{
	p.bytes[8] = 1;
	seal(p.bytes);
	return p;
}

/* Some are answered, but not a whole burst; errors are never answered. */
void test_5508_10d(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);
	struct packet_bytes p;
	unsigned answers = 0;

	for (int i = 0; i < BURST; i++) {
		send_out(t, dying(flow_packet_out(&f, 0)));
		answers += is_reply(t, TIME_EXCEEDED, 0);
	}
	if (!answers) {
		untried(t, "the NAT sends no errors");
		return;
	}
	require(t, answers < BURST, "%u errors were sent at once", answers);
	new_nat(t);
	require(t, flow_open(t, &f), "nothing left");
	p = icmp_error(UNREACHABLE, 1, PEER, &f.sent, 0);
	require(t, !send_in(t, dying(p)) && t->result.verdict == NAT_DROP,
		"an error was answered with an error");
}
