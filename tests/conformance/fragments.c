/* Fragments, and packets that exceed the MTU. */
#include "requirements.h"

enum { MTU = 300, LONG = 500, MORE = 0x2000, DF = 0x4000, FLOOD = 2000 };

/* ---- too big ---- */

/* long_datagram - of LONG bytes */
static struct packet_bytes long_datagram(struct packet_bytes p, unsigned df)
{
	uint8_t data[LONG - 28];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	p = with_data(p, data, sizeof(data));
	set16(p.bytes + 6, df);
	seal(p.bytes);
	return p;
}

void test_4787_13(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	t->config.outside_mtu = MTU;
	new_nat(t);
	require(t, flow_open(t, &f), "nothing left");
	require(t, !send_out(t, long_datagram(flow_packet_out(&f, 0), DF)),
		"it left although it was too big");
	require(t, is_reply(t, 3, 4), "no fragmentation needed came back");
	require(t, read16(t->result.reply + 26) == MTU,
		"it did not name the MTU");
	t->config.outside_mtu = 0;
	t->config.inside_mtu = MTU;
	new_nat(t);
	require(t, flow_open(t, &f) &&
		!send_in(t, long_datagram(flow_packet_in(&f, 0), DF)) &&
		is_reply(t, 3, 4), "no fragmentation needed went to the peer");
}

/* reassembled - do the fragments that the NAT sends, in order, make up @whole
   as
   it would have come out? */
static bool reassembled(struct conformance_test *t,
			const struct packet_bytes *whole)
{
	struct packet_bytes got = *whole;
	enum nat_side side;
	size_t at = 0, length = 0;
	unsigned flags = MORE;

	memset(got.bytes + 20, 0, sizeof(got.bytes) - 20);
	while (flags & MORE && collect(t, &side)) {
		flags = read16(t->out.bytes + 6);
		at = (flags & 0x1fff) * 8;
		if (at != length || t->out.length > MTU ||
		    at + t->out.length > sizeof(got.bytes) ||
		    !is_sealed(t->out.bytes))
			return false;
		length += t->out.length - 20;
		memcpy(got.bytes + 20 + at, t->out.bytes + 20,
		       t->out.length - 20);
	}
	return !(flags & MORE) && length + 20 == whole->length &&
	       !memcmp(got.bytes + 20, whole->bytes + 20, length);
}

void test_4787_13a(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);
	struct packet_bytes p = long_datagram(flow_packet_out(&f, 0), 0);
	struct packet_bytes whole;

	require(t, send_out(t, p), "nothing left");
	whole = t->out;
	t->config.outside_mtu = MTU;
	new_nat(t);
	send_out(t, p);
	require(t, t->result.verdict == NAT_HELD && reassembled(t, &whole),
		"its pieces did not come out, in order and whole");
}

/* ---- fragments ---- */

/* fragment_of - the first 8 * @words bytes after a packet's header, or the
   rest */
static struct packet_bytes fragment_of(const struct packet_bytes *p,
				       unsigned words, bool first)
{
	size_t cut = 20 + 8 * (size_t)words;
	struct packet_bytes f = *p;

	if (first)
		f.length = cut;
	else
		f.length -= cut - 20;
	if (!first)
		memmove(f.bytes + 20, p->bytes + cut, p->length - cut);
	set16(f.bytes + 2, (unsigned)f.length);
	set16(f.bytes + 6, first ? MORE : words);
	set16(f.bytes + 10, 0);
	set16(f.bytes + 10, 0xffff & ~plain_sum(0, f.bytes, 20));
	return f;
}

/* both_pass - two fragments from one side in this order: do both come out, with
   the addresses of the whole packet? */
static bool both_pass(struct conformance_test *t, bool outbound,
		      const struct packet_bytes *whole, bool first_first)
{
	struct packet_bytes part[2] = {
		fragment_of(whole, 4, first_first),
		fragment_of(whole, 4, !first_first),
	};
	uint32_t source = 0, destination = 0;
	enum nat_side side;
	int came = 0;

	for (int i = 0; i < 2; i++) {
		bool passed = (outbound ? send_out : send_in)(t, part[i]);

		while (passed || collect(t, &side)) {
			if (came++ && (source != source_of(&t->out) ||
				       destination != destination_of(&t->out)))
				return false;
			source = source_of(&t->out);
			destination = destination_of(&t->out);
			passed = false;
		}
	}
	return came == 2 && source != HOST && destination != OUTSIDE;
}

static struct packet_bytes fragmentable(struct packet_bytes p, unsigned id)
{
	p = long_datagram(p, 0);
	set16(p.bytes + 4, id);
	seal(p.bytes);
	return p;
}

/* pieces_pass - two fragments from inside and two from outside */
static bool pieces_pass(struct conformance_test *t, struct test_flow *f,
			unsigned id, bool first_first)
{
	struct packet_bytes away = fragmentable(flow_packet_out(f, 0), id);
	struct packet_bytes back = fragmentable(flow_packet_in(f, 0), id);

	return both_pass(t, true, &away, first_first) &&
	       both_pass(t, false, &back, first_first);
}

void test_4787_14(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);

	require(t, flow_open(t, &f), "nothing left");
	require(t, pieces_pass(t, &f, 100, true),
		"fragments in order did not pass");
	require(t, pieces_pass(t, &f, 200, false),
		"fragments out of order did not pass");
}

/* flood - fragments of packets whose other fragments never come */
static void flood(struct conformance_test *t, const struct test_flow *f)
{
	for (unsigned i = 0; i < FLOOD; i++) {
		struct packet_bytes p =
			fragmentable(flow_packet_in(f, 0), 1000 + i);
		enum nat_side side;

		send_in(t, fragment_of(&p, 4, i % 2));
		while (collect(t, &side))
			;
	}
}

void test_4787_14a(struct conformance_test *t)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, HOST, A_PORT);
	bool quiet;

	require(t, flow_open(t, &f), "nothing left");
	quiet = pieces_pass(t, &f, 100, true);
	flood(t, &f);
	require(t, flow_out(t, &f, 0) && flow_in(t, &f, 0),
		"whole packets no longer pass");
	if (quiet)
		require(t, pieces_pass(t, &f, 300, true),
			"fragments in order no longer pass");
}
