/*
 * suite HOST_A HOST_B: which orders of packets does the NAT before A let in?
 *
 * For a cell of topology public-b (tcptrav lab --exec): A stands behind the
 * NAT, B is public. As in the STUNT client's filtering tests (STUNT client
 * 0.1, S. Guha, Cornell University, 2005: da, ds, ta, ts, ua, us, ra, rs), B
 * answers the SYN at the endpoint that it came from, so that mapping and
 * prediction play no part:
 *
 *	A -> NAT -> B	SYN
 *	B -> NAT	nothing, a RST, or an ICMP error about that SYN
 *	B -> NAT -> A?	SYN or SYN-ACK: does it arrive?
 *	B <- NAT	and if not, does the NAT answer?
 *
 * and the order that the suite has not: A sends a SYN-ACK after its SYN, does
 * it reach B? Last, a SYN of B's from a port that A never sent to.
 *
 * Nothing is timed. Behind what is tried each end sends a datagram, and what
 * has not come before that will not come. (All queues on the way are first in,
 * first out; still, what is refused is tried again from fresh ports, and must
 * be refused again.) Prints a JSON object: for each accept, drop, rst or
 * icmp (the NAT's answer), or ban (B is not let in at all any more).
 */
#include "end.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum between { NOTHING, RST, TIME_EXCEEDED, HOST_UNREACHABLE };
enum tried { SYN_IN, SYN_ACK_IN, SYN_ACK_OUT, STRANGER_IN };
enum answer { ACCEPT, DROP, ANSWER_RST, ANSWER_ICMP, BAN, BROKEN };

static const struct order {
	const char *name;
	enum between between;
	enum tried tried;
} orders[] = {
	{ "syn_out-synack_in", NOTHING, SYN_ACK_IN },
	{ "syn_out-syn_in", NOTHING, SYN_IN },
	{ "syn_out-icmp_in-synack_in", TIME_EXCEEDED, SYN_ACK_IN },
	{ "syn_out-icmp_in-syn_in", TIME_EXCEEDED, SYN_IN },
	{ "syn_out-unreachable_in-synack_in", HOST_UNREACHABLE, SYN_ACK_IN },
	{ "syn_out-unreachable_in-syn_in", HOST_UNREACHABLE, SYN_IN },
	{ "syn_out-rst_in-synack_in", RST, SYN_ACK_IN },
	{ "syn_out-rst_in-syn_in", RST, SYN_IN },
	{ "syn_out-synack_out", NOTHING, SYN_ACK_OUT },
	{ "unsolicited_syn", NOTHING, STRANGER_IN },
};

enum { ORDERS = sizeof(orders) / sizeof(orders[0]) };

/* What came to an end until the other one's datagram did. */
struct arrivals {
	bool wanted;		/* the segment that was waited for */
	bool rst, icmp;		/* an answer of the NAT's */
	struct segment segment;	/* the one wanted */
	struct raw_packet packet;	/* the same, as it came */
};

struct two_ends {
	struct raw_end a, b;
	struct endpoint marks;	/* where A's datagrams come from, for B */
	uint32_t mark;		/* number of the last one */
	uint16_t port;		/* last one used at either end */
};

enum { MARK_A = 40000, MARK_B = 40001, MARK_LENGTH = 4 };

/* mark_send - a datagram with a number */
static bool mark_send(const struct raw_end *e, uint16_t source,
		      struct endpoint to, uint32_t number)
{
	struct ipv4 ip = {
		.source = e->address,
		.destination = to.address,
		.total_length = IPV4_HEADER + UDP_HEADER + MARK_LENGTH,
		.ttl = 64,
		.protocol = IPV4_UDP,
	};
	struct raw_packet p = { .length = ip.total_length };
	uint8_t *udp = p.bytes + IPV4_HEADER;
	uint16_t length = UDP_HEADER + MARK_LENGTH;
	uint32_t sum;

	ipv4_build(p.bytes, &ip);
	put16(udp, source);
	put16(udp + 2, to.port);
	put16(udp + 4, length);
	put32(udp + UDP_HEADER, number);
	sum = checksum_pseudo(ip.source, ip.destination, IPV4_UDP, length);
	put16(udp + 6, (uint16_t)~checksum_fold(
		checksum_add(sum, udp, length)));
	return end_send(e, &p);
}

/* mark_read - is @p such a datagram, with this number? */
static bool mark_read(const struct raw_packet *p, uint32_t number,
		      struct endpoint *from)
{
	struct ipv4 ip;
	struct udp udp;

	if (!ipv4_parse(p->bytes, p->length, &ip) ||
	    ip.protocol != IPV4_UDP ||
	    p->length < ip.header_length + (size_t)UDP_HEADER + MARK_LENGTH ||
	    !udp_parse(p->bytes + ip.header_length,
		       p->length - ip.header_length, &udp) ||
	    get32(p->bytes + ip.header_length + UDP_HEADER) != number)
		return false;
	*from = (struct endpoint){ ip.source, udp.source };
	return true;
}

/* note - one packet that came, at the port waited at */
static void note(struct arrivals *seen, const struct raw_packet *p,
		 uint16_t port, uint8_t flags)
{
	struct ipv4 ip;
	struct segment s;

	if (segment_parse(p->bytes, p->length, &s) &&
	    s.destination.port == port) {
		if (s.flags == flags && !seen->wanted) {
			seen->wanted = true;
			seen->segment = s;
			seen->packet = *p;
		}
		seen->rst |= s.flags & TCP_RST;
	} else if (ipv4_parse(p->bytes, p->length, &ip) &&
		   ip.protocol == IPV4_ICMP) {
		seen->icmp = true;
	}
}

/*
 * gather - everything that comes to @e until the datagram @number does
 * @port, @flags: of the segment that is waited for
 */
static bool gather(const struct raw_end *e, uint32_t number, uint16_t port,
		   uint8_t flags, struct arrivals *seen, struct endpoint *from)
{
	struct raw_packet p;

	memset(seen, 0, sizeof(*seen));
	do {
		if (!end_receive(e, &p))
			return false;
		note(seen, &p, port, flags);
	} while (!mark_read(&p, number, from));
	return true;
}

/* at_b, at_a - what came there since the last time */
static bool at_b(struct two_ends *c, uint16_t port, uint8_t flags,
		 struct arrivals *seen)
{
	struct endpoint to = { c->b.address, MARK_B };

	return mark_send(&c->a, MARK_A, to, ++c->mark) &&
		gather(&c->b, c->mark, port, flags, seen, &c->marks);
}

static bool at_a(struct two_ends *c, uint16_t port, uint8_t flags,
		 struct arrivals *seen)
{
	struct endpoint from;

	return mark_send(&c->b, MARK_B, c->marks, ++c->mark) &&
		gather(&c->a, c->mark, port, flags, seen, &from);
}

/*
 * segment_send - with a TTL and a window of an ordinary host's
 * @ack: 0 for none
 */
static bool segment_send(const struct raw_end *e, uint16_t port,
			 struct endpoint to, uint8_t flags, uint32_t sequence,
			 uint32_t ack)
{
	struct segment s = {
		.source = { e->address, port },
		.destination = to,
		.sequence = sequence,
		.acknowledgement = ack,
		.window = flags & TCP_RST ? 0 : 64240,
		.flags = flags,
		.ttl = 64,
	};
	struct raw_packet p;

	p.length = segment_build(&s, p.bytes, sizeof(p.bytes));
	return end_send(e, &p);
}

/* between_send - what B does about A's SYN before what is tried */
static bool between_send(const struct two_ends *c, enum between between,
			 const struct arrivals *syn)
{
	struct raw_packet p;

	if (between == NOTHING)
		return true;
	if (between == RST)
		return segment_send(&c->b, syn->segment.destination.port,
				    syn->segment.source, TCP_RST | TCP_ACK,
				    0, syn->segment.sequence + 1);
	p.length = icmp_error_build(p.bytes, sizeof(p.bytes), c->b.address,
				    between == TIME_EXCEEDED ?
				    ICMP_TYPE_TIME_EXCEEDED :
				    ICMP_TYPE_UNREACHABLE,
				    between == TIME_EXCEEDED ? 0 :
				    ICMP_CODE_HOST, syn->packet.bytes,
				    syn->packet.length);
	return end_send(&c->b, &p);
}

/* in - B's segment: does A get it, and what does the NAT say? */
static enum answer in(struct two_ends *c, const struct order *o, uint16_t port,
		      const struct arrivals *syn)
{
	uint8_t flags = o->tried == SYN_ACK_IN ? TCP_SYN | TCP_ACK : TCP_SYN;
	uint16_t from = o->tried == STRANGER_IN ? ++c->port : port;
	struct arrivals a, b;

	if (!between_send(c, o->between, syn) ||
	    !segment_send(&c->b, from, syn->segment.source, flags, 7000000,
			  o->tried == SYN_ACK_IN ?
			  syn->segment.sequence + 1 : 0))
		return BROKEN;
	/* Nothing of B's comes in any more: it has been shut out. */
	if (!at_a(c, port, flags, &a))
		return o->tried == STRANGER_IN ? BAN : BROKEN;
	if (!at_b(c, from, 0, &b))
		return BROKEN;
	return a.wanted ? ACCEPT : b.rst ? ANSWER_RST :
		b.icmp ? ANSWER_ICMP : DROP;
}

/*
 * out - A's SYN-ACK, for a SYN of B's that never came: does B get it?
 * From where the SYN came, that is: Linux lets it leak untranslated.
 */
static enum answer out(struct two_ends *c, uint16_t port,
		       const struct arrivals *syn)
{
	struct endpoint to = { c->b.address, port };
	struct arrivals b;

	if (!segment_send(&c->a, port, to, TCP_SYN | TCP_ACK, 1000, 7000001) ||
	    !at_b(c, port, TCP_SYN | TCP_ACK, &b))
		return BROKEN;
	return b.wanted && endpoint_equal(&b.segment.source,
					  &syn->segment.source) ?
		ACCEPT : DROP;
}

static enum answer try(struct two_ends *c, const struct order *o)
{
	uint16_t port = ++c->port;
	struct endpoint to = { c->b.address, port };
	struct arrivals syn;

	if (!segment_send(&c->a, port, to, TCP_SYN, 1000, 0) ||
	    !at_b(c, port, TCP_SYN, &syn))
		return BROKEN;
	if (!syn.wanted) {
		fputs("suite: the NAT let no SYN out\n", stderr);
		return BROKEN;
	}
	return o->tried == SYN_ACK_OUT ? out(c, port, &syn) :
		in(c, o, port, &syn);
}

int main(int argc, char **argv)
{
	static const char *const words[] = { "accept", "drop", "rst", "icmp",
					     "ban" };
	struct two_ends c = { .port = 20000 };
	struct arrivals hello;

	if (argc != 3) {
		fputs("suite: see the head of experiments/suite/main.c\n",
		      stderr);
		return 2;
	}
	/* The first datagram tells B where A's come from. */
	if (!end_open(&c.a, argv[1]) || !end_open(&c.b, argv[2]) ||
	    !at_b(&c, 0, 0, &hello))
		return 3;
	for (int i = 0; i < ORDERS; i++) {
		enum answer answer = try(&c, &orders[i]);

		if (answer != ACCEPT && answer < BAN &&
		    try(&c, &orders[i]) != answer) {
			fprintf(stderr, "suite: %s: not twice the same\n",
				orders[i].name);
			return 3;
		}
		if (answer == BROKEN)
			return 3;
		printf("%s\"%s\":\"%s\"", i ? "," : "{", orders[i].name,
		       words[answer]);
	}
	puts("}");
	return 0;
}
