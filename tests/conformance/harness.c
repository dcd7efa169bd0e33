#include "harness.h"

#include "wire/icmp.h"
#include "wire/ipv4.h"

#include <stdlib.h>

/* ---- the outcome ---- */

__attribute__((format(printf, 3, 0))) static void
say(struct conformance_test *t, enum conformance_outcome outcome,
    const char *format, va_list arguments)
{
	t->outcome = outcome;
	vsnprintf(t->why, sizeof(t->why), format, arguments);
}

bool require(struct conformance_test *t, bool ok, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!ok && t->outcome != FAILED)
		say(t, FAILED, format, arguments);
	va_end(arguments);
	return ok;
}

void untried(struct conformance_test *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (t->outcome == PASSED)
		say(t, UNTRIED, format, arguments);
	va_end(arguments);
}

void remark(struct conformance_test *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (t->outcome == PASSED)
		say(t, PASSED, format, arguments);
	va_end(arguments);
}

void conformance_run(struct conformance_test *t, const struct profile *profile,
		     conformance_function test)
{
	*t = (struct conformance_test){
		.config = {
			.profile = *profile,
			.inside_address = INSIDE,
			.outside_address = OUTSIDE,
			.seed = 1,
			.sessions = 4096,
		},
	};
	new_nat(t);
	test(t);
	nat_free(t->nat);
	t->nat = NULL;
}

/* ---- the NAT ---- */

void new_nat(struct conformance_test *t)
{
	nat_free(t->nat);
	t->nat = nat_new(&t->config);
	t->now = 1000 * NS_PER_S;
	if (!t->nat)
		abort();	/* no memory: nothing can be said */
}

void advance(struct conformance_test *t, double seconds)
{
	t->now += (int64_t)(seconds * 1e9);
}

bool is_sealed(const uint8_t *ip)
{
	size_t header = ipv4_header_length(ip);

	if (plain_sum(0, ip, header) != 0xffff)
		return false;
	if (ipv4_is_fragment(ip) || (ipv4_protocol(ip) == PROTOCOL_UDP &&
				     !read16(ip + header + 6)))
		return true;
	return l4_sum(ip) == 0xffff;
}

static bool give_packet(struct conformance_test *t, enum nat_side side,
			const struct packet_bytes *p)
{
	uint8_t *bytes = malloc(p->length);	/* ASan sees its end */
	struct nat_packet packet = { .bytes = bytes, .length = p->length };
	bool came_out;

	if (!bytes)
		abort();
	memcpy(bytes, p->bytes, p->length);
	nat_input(t->nat, side, &packet, t->now, &t->result);
	came_out = t->result.verdict == NAT_FORWARD ||
		t->result.verdict == NAT_RETURN;
	if (came_out) {
		memcpy(t->out.bytes, bytes, p->length);
		t->out.length = p->length;
		require(t, !is_sealed(p->bytes) || is_sealed(bytes),
			"a packet came out with a wrong checksum");
	}
	free(bytes);
	return came_out;
}

bool send_out(struct conformance_test *t, struct packet_bytes p)
{
	return give_packet(t, NAT_INSIDE, &p);
}

bool send_in(struct conformance_test *t, struct packet_bytes p)
{
	return give_packet(t, NAT_OUTSIDE, &p);
}

bool collect(struct conformance_test *t, enum nat_side *side)
{
	struct nat_output o;

	if (!nat_output(t->nat, t->now, &o))
		return false;
	*side = o.side;
	t->out.length = o.length;
	if (require(t, o.length <= sizeof(t->out.bytes),
		    "a packet of %zu bytes came out", o.length))
		memcpy(t->out.bytes, o.bytes, o.length);
	return true;
}

bool is_reply(const struct conformance_test *t, unsigned type, unsigned code)
{
	const uint8_t *ip = t->result.reply;

	return t->result.verdict == NAT_REPLY && ip[9] == PROTOCOL_ICMP &&
	       ip[20] == type && ip[21] == code && is_sealed(ip);
}

bool is_external(const struct conformance_test *t, uint32_t address)
{
	return address - t->config.outside_address <
		(uint32_t)t->config.profile.addresses;
}

/* ---- flows ---- */

struct test_flow flow_of(unsigned protocol, uint32_t host, unsigned port)
{
	return (struct test_flow){
		.protocol = protocol, .host = host, .port = port,
		.peer = PEER, .peer_port = B_PORT,
	};
}

struct test_flow flow_to(const struct test_flow *f, uint32_t peer,
			 unsigned port)
{
	struct test_flow other = flow_of(f->protocol, f->host, f->port);

	other.peer = peer;
	other.peer_port = port;
	return other;
}

struct packet_bytes flow_packet_out(const struct test_flow *f, unsigned flags)
{
	uint32_t sequence = flags & SYN ? P : P + 1;

	if (f->protocol == PROTOCOL_TCP)
		return tcp(flags, f->host, f->port, f->peer, f->peer_port,
			   sequence, flags & ACK ? Q + 1 : 0);
	if (f->protocol == PROTOCOL_UDP)
		return udp(f->host, f->port, f->peer, f->peer_port);
	return echo(ECHO_REQUEST, f->host, f->peer, f->port);
}

struct packet_bytes flow_packet_in(const struct test_flow *f, unsigned flags)
{
	uint32_t sequence = flags & SYN ? Q : Q + 1;

	if (f->protocol == PROTOCOL_TCP)
		return tcp(flags, f->peer, f->peer_port, f->external,
			   f->external_port, sequence,
			   flags & ACK ? P + 1 : 0);
	if (f->protocol == PROTOCOL_UDP)
		return udp(f->peer, f->peer_port, f->external,
			   f->external_port);
	return echo(ECHO_REPLY, f->peer, f->external, f->external_port);
}

/* identifier_of - of an echo, in place of a port */
static unsigned identifier_of(const struct packet_bytes *p)
{
	return icmp_id(p->bytes + ipv4_header_length(p->bytes));
}

bool flow_out(struct conformance_test *t, struct test_flow *f, unsigned flags)
{
	if (!send_out(t, flow_packet_out(f, flags)))
		return false;
	f->sent = t->out;
	f->external = source_of(&t->out);
	f->external_port = f->protocol == PROTOCOL_ICMP ?
		identifier_of(&t->out) : source_port_of(&t->out);
	require(t, is_external(t, f->external),
		"a packet left with an inside source address");
	return destination_of(&t->out) == f->peer;
}

bool flow_in(struct conformance_test *t, struct test_flow *f, unsigned flags)
{
	unsigned port;

	if (!send_in(t, flow_packet_in(f, flags)))
		return false;
	f->received = t->out;
	port = f->protocol == PROTOCOL_ICMP ? identifier_of(&t->out) :
		destination_port_of(&t->out);
	return destination_of(&t->out) == f->host && port == f->port;
}

bool flow_establish(struct conformance_test *t, struct test_flow *f)
{
	return flow_out(t, f, SYN) && flow_in(t, f, SYN | ACK) &&
	       flow_out(t, f, ACK);
}

bool flow_error_in(struct conformance_test *t, const struct test_flow *f,
		   uint32_t from, unsigned type, unsigned code)
{
	return send_in(t, icmp_error(type, code, from, &f->sent, 0)) &&
	       destination_of(&t->out) == f->host;
}

bool flow_error_out(struct conformance_test *t, const struct test_flow *f,
		    unsigned type, unsigned code)
{
	return send_out(t, icmp_error(type, code, f->host, &f->received, 0));
}

/* ---- timeouts ---- */

/* is_there - is the state there @seconds after it was entered? In a new NAT. */
static bool is_there(struct conformance_test *t, const struct lasting *l,
		     double seconds)
{
	struct test_flow f = flow_of(l->protocol, HOST, A_PORT);

	new_nat(t);
	if (!l->enter(t, &f))
		return false;
	advance(t, seconds);
	return l->probe(t, &f);
}

bool lasts(struct conformance_test *t, const struct lasting *l, double seconds)
{
	if (!is_there(t, l, 0)) {
		untried(t, "%s: nothing enters even at once", l->what);
		return true;
	}
	return require(t, is_there(t, l, seconds),
		       "%s: nothing enters after %g s", l->what, seconds);
}

bool ends_at(struct conformance_test *t, const struct lasting *l,
	     double seconds)
{
	if (!require(t, is_there(t, l, seconds - 0.5),
		     "%s: forgotten before %g s", l->what, seconds))
		return false;
	return require(t, !is_there(t, l, seconds + 0.5),
		       "%s: not forgotten after %g s", l->what, seconds);
}

bool probe_syn_ack(struct conformance_test *t, struct test_flow *f)
{
	return flow_in(t, f, SYN | ACK);
}

bool probe_syn(struct conformance_test *t, struct test_flow *f)
{
	return flow_in(t, f, SYN);
}

bool probe_ack(struct conformance_test *t, struct test_flow *f)
{
	return flow_in(t, f, ACK);
}

/* ---- bytes ---- */

uint32_t source_of(const struct packet_bytes *p)
{
	return ipv4_source(p->bytes);
}

uint32_t destination_of(const struct packet_bytes *p)
{
	return ipv4_destination(p->bytes);
}

unsigned source_port_of(const struct packet_bytes *p)
{
	return read16(p->bytes + ipv4_header_length(p->bytes));
}

unsigned destination_port_of(const struct packet_bytes *p)
{
	return read16(p->bytes + ipv4_header_length(p->bytes) + 2);
}

struct packet_bytes with_data(struct packet_bytes p, const void *data,
			      size_t length)
{
	size_t header = 20 + (p.bytes[9] == PROTOCOL_TCP ? 20 : 8);

	memcpy(p.bytes + header, data, length);
	p.length = header + length;
	set16(p.bytes + 2, (unsigned)p.length);
	if (p.bytes[9] == PROTOCOL_UDP)
		set16(p.bytes + 24, (unsigned)(8 + length));
	seal(p.bytes);
	return p;
}

const char *text_of(uint32_t address, char room[16])
{
	snprintf(room, 16, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
		 address >> 8 & 255, address & 255);
	return room;
}
