/* Hairpinning: from one inside host to another, by the external address. */
#include "requirements.h"

/* Two inside hosts, each with a mapping towards an outside endpoint. */
struct couple {
	struct test_flow a, b;
	bool turned;			/* did a's packet reach b? */
	uint32_t source;		/* as b saw it */
	unsigned source_port;
};

static bool pair_up(struct conformance_test *t, unsigned protocol,
		    struct couple *c)
{
	*c = (struct couple){
		.a = flow_of(protocol, HOST, A_PORT),
		.b = flow_of(protocol, HOST2, A_PORT + 10),
	};
	new_nat(t);
	return require(t, flow_open(t, &c->a) && flow_open(t, &c->b),
		       "nothing left");
}

/* call - @from sends to @to's external endpoint; does it arrive? */
static bool call(struct conformance_test *t, const struct test_flow *from,
		 const struct test_flow *to, unsigned flags)
{
	struct test_flow f = flow_to(from, to->external, to->external_port);

	return send_out(t, flow_packet_out(&f, flags)) &&
	       t->result.verdict == NAT_RETURN &&
	       destination_of(&t->out) == to->host &&
	       destination_port_of(&t->out) == to->port;
}

/*
 * hairpin - a calls b. If filtering drops a's packet, b calls first, so that
 * a's packet belongs to b's session
 */
static bool hairpin(struct conformance_test *t, unsigned protocol,
		    struct couple *c)
{
	for (int crossing = 0; crossing < 2; crossing++) {
		if (!pair_up(t, protocol, c))
			return false;
		if (crossing)
			call(t, &c->b, &c->a, SYN);
		c->turned = call(t, &c->a, &c->b, SYN);
		if (c->turned)
			break;
	}
	if (!c->turned)
		return false;
	c->b.received = t->out;
	c->source = source_of(&t->out);
	c->source_port = source_port_of(&t->out);
	return true;
}

/* answer - b sends to the source of a's packet, which must arrive at a. An
   answer to a's inside address does not pass the NAT. */
static void answer(struct conformance_test *t, const struct couple *c)
{
	struct test_flow to_a = c->a;

	if (!is_external(t, c->source))
		return;
	to_a.external = c->source;
	to_a.external_port = c->source_port;
	require(t, call(t, &c->b, &to_a, SYN | ACK),
		"the answer did not get back");
}

static void supported(struct conformance_test *t, unsigned protocol)
{
	struct couple c;

	if (require(t, hairpin(t, protocol, &c),
		    "a packet to the outside address did not get inside"))
		answer(t, &c);
}

static void external_source(struct conformance_test *t, unsigned protocol)
{
	struct couple c;
	char text[16];

	if (!hairpin(t, protocol, &c)) {
		untried(t, "nothing is turned back");
		return;
	}
	require(t, is_external(t, c.source),
		"the source was %s, an inside address",
		text_of(c.source, text));
	answer(t, &c);
}

void test_5382_8(struct conformance_test *t)
{
	supported(t, PROTOCOL_TCP);
}

void test_5382_8a(struct conformance_test *t)
{
	external_source(t, PROTOCOL_TCP);
}

void test_4787_9(struct conformance_test *t)
{
	supported(t, PROTOCOL_UDP);
}

void test_4787_9a(struct conformance_test *t)
{
	external_source(t, PROTOCOL_UDP);
}

/* ---- ICMP errors ---- */

/*
 * error_back - b's error about a's packet: does it reach a? Tested for each
 * protocol that is hairpinned with an external source.
 * @tried: the number of these protocols
 * @last:  the error, as a received it
 */
static bool error_back(struct conformance_test *t, unsigned type, int *tried,
		       struct packet_bytes *last)
{
	static const unsigned protocols[] = { PROTOCOL_UDP, PROTOCOL_TCP };
	bool all = true;

	*tried = 0;
	for (int i = 0; i < 2; i++) {
		struct couple c;

		if (!hairpin(t, protocols[i], &c) ||
		    !is_external(t, c.source))
			continue;
		++*tried;
		all = flow_error_out(t, &c.b, type, 1) &&
			t->result.verdict == NAT_RETURN &&
			destination_of(&t->out) == c.a.host &&
			t->out.bytes[20] == type && all;
		*last = t->out;
	}
	return all;
}

static void errors_turned(struct conformance_test *t)
{
	static const unsigned types[] = { 3, 11 };
	struct packet_bytes last;
	int tried;

	for (int i = 0; i < 2; i++) {
		bool all = error_back(t, types[i], &tried, &last);

		if (!tried)
			untried(t, "nothing is turned back");
		else
			require(t, all, "ICMP %u/1 did not get to the other "
				"inside host", types[i]);
	}
}

void test_5508_7(struct conformance_test *t)
{
	errors_turned(t);
}

void test_7857_12(struct conformance_test *t)
{
	errors_turned(t);
}

/* Outer destination and quoted source, and neither b's inside address. */
void test_5508_7a(struct conformance_test *t)
{
	struct packet_bytes last;
	int tried;

	if (!error_back(t, 3, &tried, &last) || !tried) {
		untried(t, "no error is turned back");
		return;
	}
	require(t, read32(last.bytes + 28 + 12) == destination_of(&last),
		"the outer destination is not the quoted source");
	require(t, is_external(t, source_of(&last)),
		"the outer source is an inside address");
}
