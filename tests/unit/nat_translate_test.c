/*
 * What is rewritten and what is left alone. Every packet that comes out of
 * the NAT in these tests has its checksums verified by the fixture.
 */
#include "nat_fixture.h"

/* ---- there and back ---- */

static void tcp_is_translated_both_ways(void **state)
{
	struct profile p = profile_with("");
	struct packet_bytes want;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	give(&f, NAT_INSIDE, tcp(SYN, HOST + 1, 5000, PEER, 80, P, 0));
	want = tcp(SYN, OUTSIDE, 5001, PEER, 80, P, 0);
	want.bytes[8] = 63;
	seal(want.bytes);
	assert_memory_equal(f.last.bytes, want.bytes, want.length);

	give(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5001, Q,
				  P + 1));
	want = tcp(SYN | ACK, PEER, 80, HOST + 1, 5000, Q, P + 1);
	want.bytes[8] = 63;
	seal(want.bytes);
	assert_memory_equal(f.last.bytes, want.bytes, want.length);
	fixture_end(&f);
}

static void udp_is_translated_both_ways(void **state)
{
	struct profile p = profile_with("");
	struct packet_bytes want;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 53));
	give(&f, NAT_OUTSIDE, udp(PEER, 53, OUTSIDE, 5000));
	want = udp(PEER, 53, HOST, 5000);
	want.bytes[8] = 63;
	seal(want.bytes);
	assert_memory_equal(f.last.bytes, want.bytes, want.length);
	fixture_end(&f);
}

/* A datagram without a checksum stays one (RFC 768). */
static void datagram_without_checksum_stays_without(void **state)
{
	struct packet_bytes d = udp(HOST, 5000, PEER, 53);
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	set16(d.bytes + 26, 0);
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, d);
	assert_int_equal(read16(f.last.bytes + 26), 0);
	fixture_end(&f);
}

/* And one whose sum becomes 0 says 0xffff: the data are made so that the
   translated sum is 0. */
static void udp_checksum_of_0_is_written_ffff(void **state)
{
	struct packet_bytes d = udp(HOST, 5000, PEER, 53);
	struct packet_bytes out = udp(OUTSIDE, 5000, PEER, 53);
	struct profile p = profile_with("");
	struct nat_fixture f;
	unsigned sum;

	(void)state;
	/* The sum without the two first bytes of data, its complement there */
	set16(out.bytes + 26, 0);
	set16(out.bytes + 28, 0);
	sum = 0xffff & ~l4_sum(out.bytes);
	set16(d.bytes + 28, sum);
	seal(d.bytes);
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, d);
	assert_int_equal(read16(f.last.bytes + 26), 0xffff);
	fixture_end(&f);
}

static void echo_is_translated_both_ways(void **state)
{
	struct profile p = profile_with("");
	struct packet_bytes want;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, echo(8, HOST, PEER, 77));
	give(&f, NAT_INSIDE, echo(8, HOST + 1, PEER, 77));
	assert_int_equal(read16(f.last.bytes + 24), 1024);
	give(&f, NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 1024));
	want = echo(0, PEER, HOST + 1, 77);
	want.bytes[8] = 63;
	seal(want.bytes);
	assert_memory_equal(f.last.bytes, want.bytes, want.length);
	/* Identifier 0 is as good as any. */
	give(&f, NAT_INSIDE, echo(8, HOST, PEER, 0));
	give(&f, NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	/* Nobody asked. */
	give(&f, NAT_OUTSIDE, echo(0, STRANGER, OUTSIDE, 1024));
	assert_int_equal(f.result.verdict, NAT_DROP);
	fixture_end(&f);
}

/* IP options move the transport header, nothing else. */
static void ip_options_move_the_transport_header(void **state)
{
	struct packet_bytes s = tcp(SYN, HOST, 5000, PEER, 80, P, 0);
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	memmove(s.bytes + 28, s.bytes + 20, 20);
	memset(s.bytes + 20, 1, 8);
	s.bytes[0] = 0x47;
	s.length = 48;
	set16(s.bytes + 2, 48);
	seal(s.bytes);
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, s);
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_int_equal(read16(f.last.bytes + 28), 5000);
	fixture_end(&f);
}

/*
 * A frame's padding is no part of the packet, and a checksum that the card
 * shall finish holds the pseudo-header's sum: what the card makes of it must
 * be right.
 */
static void partial_checksum_stays_partial(void **state)
{
	struct profile p = profile_with("sequence-numbers = rewrite");
	struct nat_result result;
	struct packet_bytes s;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	for (unsigned i = 0; i < 200; i++) {
		struct nat_packet packet = { .partial = true };
		uint32_t host = HOST + i % 7;
		unsigned port = 5000 + i % 3;

		s = tcp(SYN, host, port, PEER, 1 + i, P + i, 0);
		set16(s.bytes + 36, plain_pseudo(s.bytes, 20));
		packet.bytes = s.bytes;
		packet.length = s.length;
		nat_input(f.nat, NAT_INSIDE, &packet, f.now, &result);
		assert_int_equal(result.verdict, NAT_FORWARD);
		/* the card: sum all of it, that field too; complement it */
		set16(s.bytes + 36, 0xffff & ~plain_sum(0, s.bytes + 20, 20));
		assert_sealed(s.bytes);
		assert_int_not_equal(read32(s.bytes + 24), P + i);
	}
	fixture_end(&f);
}

static void padding_passes_unchanged(void **state)
{
	struct packet_bytes s = tcp(SYN, HOST, 5000, PEER, 80, P, 0);
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	s.length = 46;
	memset(s.bytes + 40, 0xee, 6);
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, s);
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_memory_equal(f.last.bytes + 40, s.bytes + 40, 6);
	fixture_end(&f);
}

/* ---- the TTL ---- */

static struct packet_bytes with_ttl(struct packet_bytes p, unsigned ttl)
{
	p.bytes[8] = (uint8_t)ttl;
	seal(p.bytes);
	return p;
}

/* assert_te - a time exceeded from @from to @to that quotes @about */
static void assert_te(const struct nat_fixture *f, uint32_t from, uint32_t to,
		      const struct packet_bytes *about)
{
	const uint8_t *ip = f->result.reply;

	assert_int_equal(f->result.verdict, NAT_REPLY);
	assert_string_equal(f->result.reason, "ttl = decrement");
	assert_int_equal(read32(ip + 12), from);
	assert_int_equal(read32(ip + 16), to);
	assert_int_equal(ip[9], 1);
	assert_int_equal(ip[20], 11);
	assert_int_equal(ip[21], 0);
	assert_memory_equal(ip + 28, about->bytes, 28);
}

static void ttl_out_of_1_gets_time_exceeded(void **state)
{
	struct packet_bytes s = tcp(SYN, HOST, 5000, PEER, 80, P, 0);
	struct profile p = profile_with("");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	for (unsigned ttl = 0; ttl < 2; ttl++) {
		struct packet_bytes low = with_ttl(s, ttl);

		give(&f, NAT_INSIDE, low);
		assert_te(&f, INSIDE, HOST, &low);
	}
	/* It opened nothing: conntrack confirms on the way out. */
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions + c.mappings, 0);
	assert_int_equal(c.replied, 2);
	give(&f, NAT_INSIDE, with_ttl(s, 2));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_int_equal(f.last.bytes[8], 1);
	/* A datagram's too: that is how the hops are found. */
	give(&f, NAT_INSIDE, with_ttl(udp(HOST, 7, PEER, 9), 1));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	fixture_end(&f);
}

static void ttl_in_of_1_gets_time_exceeded(void **state)
{
	struct packet_bytes s = tcp(SYN, PEER, B_PORT, OUTSIDE, A_PORT, Q, 0);
	struct profile p = profile_with("after-rst-in = end");
	struct packet_bytes low = with_ttl(s, 1);
	struct packet_bytes rst = tcp(RST | ACK, PEER, B_PORT, OUTSIDE,
				      A_PORT, 0, P + 1);
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	/* It dies here, and leaves the session as it was. */
	give(&f, NAT_OUTSIDE, with_ttl(rst, 1));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	give(&f, NAT_OUTSIDE, low);
	assert_te(&f, OUTSIDE, PEER, &low);
	/* An unsolicited one meets the unsolicited rule instead. */
	give(&f, NAT_OUTSIDE, with_ttl(tcp(SYN, STRANGER, 1, OUTSIDE, A_PORT,
					   Q, 0), 1));
	assert_int_equal(f.result.verdict, NAT_DROP);
	/* An error that dies is not answered (RFC 1122 3.2.2). */
	give(&f, NAT_OUTSIDE, with_ttl(icmp_error(11, 0, ROUTER, &f.last_out,
						  28), 1));
	assert_int_equal(f.result.verdict, NAT_DROP);
	ladder_on(&f, "SYN-in");
	assert_int_equal(f.last.bytes[8], 63);
	fixture_end(&f);
}

/* A stranger's SYN that a cone would let in and that dies opens nothing. */
static void syn_that_dies_of_its_ttl_opens_nothing(void **state)
{
	struct profile p = profile_with("filtering = endpoint-independent");
	struct packet_bytes low = with_ttl(tcp(SYN, STRANGER, 1, OUTSIDE,
					       A_PORT, Q, 0), 1);
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	ladder_on(&f, "SYN-out");
	give(&f, NAT_OUTSIDE, low);
	assert_te(&f, OUTSIDE, STRANGER, &low);
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 1);
	fixture_end(&f);
}

static void ttl_keep_leaves_the_ttl(void **state)
{
	struct profile p = profile_with("ttl = keep");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	for (unsigned ttl = 1; ttl < 256; ttl += 127) {
		give(&f, NAT_INSIDE, with_ttl(tcp(SYN, HOST, 5000, PEER, 80,
						  P, 0), ttl));
		assert_int_equal(f.result.verdict, NAT_FORWARD);
		assert_int_equal(f.last.bytes[8], ttl);
	}
	fixture_end(&f);
}

/* ---- sequence numbers ---- */

static void sequence_rewrite_shifts_both_directions(void **state)
{
	struct profile p = profile_with("sequence-numbers = rewrite");
	struct nat_fixture f;
	uint32_t shift;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	shift = read32(f.last.bytes + 24) - P;
	assert_int_not_equal(shift, 0);
	assert_int_equal(read32(f.last.bytes + 28), 0);

	give(&f, NAT_OUTSIDE, tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, Q,
				  P + shift + 1));
	assert_int_equal(read32(f.last.bytes + 24), Q);
	assert_int_equal(read32(f.last.bytes + 28), P + 1);

	give(&f, NAT_INSIDE, tcp(ACK, HOST, 5000, PEER, 80, P + 1, Q + 1));
	assert_int_equal(read32(f.last.bytes + 24), P + shift + 1);
	assert_int_equal(read32(f.last.bytes + 28), Q + 1);

	give(&f, NAT_INSIDE, tcp(RST, HOST, 5000, PEER, 80, P + 1, 0));
	assert_int_equal(read32(f.last.bytes + 24), P + shift + 1);

	/* A RST without ACK acknowledges nothing. */
	give(&f, NAT_OUTSIDE, tcp(RST, PEER, 80, OUTSIDE, 5000, Q, 0));
	assert_int_equal(read32(f.last.bytes + 28), 0);

	/* The session's next connection keeps the offset, another session
	   has its own. */
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, 99, 0));
	assert_int_equal(read32(f.last.bytes + 24), 99 + shift);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 81, 99, 0));
	assert_int_not_equal(read32(f.last.bytes + 24), 99 + shift);
	fixture_end(&f);
}

/* SACK blocks are of the inside host's numbers too; here at an odd place. */
static void sequence_rewrite_shifts_sack_blocks(void **state)
{
	struct profile p = profile_with("sequence-numbers = rewrite");

	(void)state;
	for (unsigned pad = 1; pad < 3; pad++) {
		struct packet_bytes s;
		struct nat_fixture f;
		uint32_t shift;
		uint8_t *o;

		fixture_start(&f, &p);
		give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
		shift = read32(f.last.bytes + 24) - P;
		s = tcp(ACK, PEER, 80, OUTSIDE, 5000, Q, P + shift + 1);
		s.length = 60;
		set16(s.bytes + 2, 60);
		s.bytes[32] = 10 << 4;
		o = s.bytes + 40;
		memset(o, 1, pad);
		o += pad;
		o[0] = 5;
		o[1] = 18;
		for (unsigned i = 0; i < 4; i++)
			set32(o + 2 + 4 * i, P + shift + 100 * i);
		seal(s.bytes);
		give(&f, NAT_OUTSIDE, s);
		assert_int_equal(f.result.verdict, NAT_FORWARD);
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(read32(f.last.bytes + 40 + pad + 2 +
						4 * i), P + 100 * i);
		fixture_end(&f);
	}
}

/* Wrong option lengths end the search, nothing more. */
static void malformed_options_end_the_sack_search(void **state)
{
	static const uint8_t options[][4] = {
		{ 5, 0, 0, 0 }, { 5, 1, 0, 0 }, { 5, 10, 0, 0 },
		{ 1, 1, 1, 5 }, { 0, 5, 10, 0 }, { 5, 2, 5, 3 },
	};
	struct profile p = profile_with("sequence-numbers = rewrite");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	for (size_t i = 0; i < 6; i++) {
		struct packet_bytes s = tcp(ACK, PEER, 80, OUTSIDE, 5000, Q,
					    P + 1);

		s.length = 44;
		set16(s.bytes + 2, 44);
		s.bytes[32] = 6 << 4;
		memcpy(s.bytes + 40, options[i], 4);
		seal(s.bytes);
		give(&f, NAT_OUTSIDE, s);
		assert_int_equal(f.result.verdict, NAT_FORWARD);
		assert_memory_equal(f.last.bytes + 40, options[i], 4);
	}
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_is_translated_both_ways),
		cmocka_unit_test(udp_is_translated_both_ways),
		cmocka_unit_test(datagram_without_checksum_stays_without),
		cmocka_unit_test(udp_checksum_of_0_is_written_ffff),
		cmocka_unit_test(echo_is_translated_both_ways),
		cmocka_unit_test(ip_options_move_the_transport_header),
		cmocka_unit_test(partial_checksum_stays_partial),
		cmocka_unit_test(padding_passes_unchanged),
		cmocka_unit_test(ttl_out_of_1_gets_time_exceeded),
		cmocka_unit_test(ttl_in_of_1_gets_time_exceeded),
		cmocka_unit_test(syn_that_dies_of_its_ttl_opens_nothing),
		cmocka_unit_test(ttl_keep_leaves_the_ttl),
		cmocka_unit_test(sequence_rewrite_shifts_both_directions),
		cmocka_unit_test(sequence_rewrite_shifts_sack_blocks),
		cmocka_unit_test(malformed_options_end_the_sack_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
