/*
 * The axis ipv6 in its four values, with the axes of filtering and state:
 * RFC 6092, RFC 6296, RFC 4443. Each packet is compared whole with one that
 * was built from the start, with its checksum.
 */
#include "nat6_fixture.h"

#include "nat/nat_internal.h"

/* How the host is seen outside, by value; of nat66 with its port kept. */
static const struct {
	const char *value;
	struct address6 outside;
} ways[] = {
	{ "ipv6 = firewall", { { 0xfd, 1, 2, 3, 4, 5, 0, 1, 0, 0, 0, 0, 0, 0,
				 0x12, 0x34 } } },
	{ "ipv6 = nptv6", { { 0x20, 1, 0x0d, 0xb8, 0, 1, 0xd5, 0x50, 0, 0, 0,
			      0, 0, 0, 0x12, 0x34 } } },
	{ "ipv6 = nat66", { { 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0,
			      0, 0, 1 } } },
};

enum { WAYS = 3 };

static void tcp_passes_with_each_ipv6_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct address6 x = ways[i].outside;
		struct nat_fixture f;

		start6(&f, ways[i].value, 0);
		passes(&f, NAT_INSIDE, tcp6(SYN, HOST6, 5000, PEER6, 80, P,
					    0));
		assert_is(&f, tcp6(SYN, x, 5000, PEER6, 80, P, 0));
		passes(&f, NAT_OUTSIDE, tcp6(SYN | ACK, PEER6, 80, x, 5000, Q,
					     P + 1));
		assert_is(&f, tcp6(SYN | ACK, PEER6, 80, HOST6, 5000, Q,
				   P + 1));
		passes(&f, NAT_INSIDE, tcp6(ACK, HOST6, 5000, PEER6, 80,
					    P + 1, Q + 1));
		fixture_end(&f);
	}
}

static void udp_and_echo_pass_with_each_ipv6_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct address6 x = ways[i].outside;
		struct nat_fixture f;

		start6(&f, ways[i].value, 0);
		passes(&f, NAT_INSIDE, udp6(HOST6, 5000, PEER6, 53, 13));
		assert_is(&f, udp6(x, 5000, PEER6, 53, 13));
		passes(&f, NAT_OUTSIDE, udp6(PEER6, 53, x, 5000, 20));
		assert_is(&f, udp6(PEER6, 53, HOST6, 5000, 20));
		passes(&f, NAT_INSIDE, echo6(ECHO6, HOST6, PEER6, 77));
		assert_is(&f, echo6(ECHO6, x, PEER6, 77));
		passes(&f, NAT_OUTSIDE, echo6(REPLY6, PEER6, x, 77));
		assert_is(&f, echo6(REPLY6, PEER6, HOST6, 77));
		drops(&f, NAT_OUTSIDE, echo6(REPLY6, STRANGER6, x, 77),
		      "no session");
		fixture_end(&f);
	}
}

/* ICMPv6 errors, both ways, about each protocol: each end reads of the very
   packet that it sent. */
static void icmpv6_errors_quote_what_each_end_sent(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct address6 x = ways[i].outside;
		struct packet_bytes out[] = {
			tcp6(SYN, HOST6, 5000, PEER6, 80, P, 0),
			udp6(HOST6, 5000, PEER6, 80, 30),
			echo6(ECHO6, HOST6, PEER6, 5000),
		};
		struct packet_bytes in[] = {
			tcp6(SYN | ACK, PEER6, 80, x, 5000, Q, P + 1),
			udp6(PEER6, 80, x, 5000, 31),
			echo6(REPLY6, PEER6, x, 5000),
		};

		for (size_t j = 0; j < 3; j++) {
			struct nat_fixture f;

			start6(&f, ways[i].value, 0);
			passes(&f, NAT_INSIDE, out[j]);
			passes(&f, NAT_OUTSIDE, error6(TIME_EXCEEDED6, 0,
						       ROUTER6, &f.last_out));
			assert_memory_equal(f.last.bytes + 24, HOST6.bytes,
					    16);
			assert_memory_equal(f.last.bytes + 8, ROUTER6.bytes,
					    16);
			assert_quotes6(&f, out[j]);
			passes(&f, NAT_OUTSIDE, in[j]);
			passes(&f, NAT_INSIDE, error6(UNREACHABLE6, 4, HOST6,
						      &f.last_in));
			assert_memory_equal(f.last.bytes + 8, x.bytes, 16);
			assert_memory_equal(f.last.bytes + 24, PEER6.bytes,
					    16);
			assert_quotes6(&f, in[j]);
			fixture_end(&f);
		}
	}
}

/* Filtering and what is said are as for IPv4: RFC 6092 asks the same. */
static void ipv6_filtering_is_as_ipv4(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++)
		for (unsigned open = 0; open < 2; open++) {
			struct address6 x = ways[i].outside;
			struct packet_bytes syn = tcp6(SYN, STRANGER6, 7, x,
						       5000, Q, 0);
			char text[80];
			struct nat_fixture f;

			snprintf(text, sizeof(text), "%s\nfiltering = %s",
				 ways[i].value, open ? "endpoint-independent" :
				 "address-port");
			start6(&f, text, 0);
			drops(&f, NAT_OUTSIDE, syn,
			      "no mapping, unsolicited-syn = drop");
			passes(&f, NAT_INSIDE, tcp6(SYN, HOST6, 5000, PEER6,
						    80, P, 0));
			assert_int_equal(give(&f, NAT_OUTSIDE, syn),
					 open ? NAT_FORWARD : NAT_DROP);
			if (open)
				assert_is(&f, tcp6(SYN, STRANGER6, 7, HOST6,
						   5000, Q, 0));
			fixture_end(&f);
		}
}

static void unsolicited_ipv6_syns_are_answered_as_ipv4(void **state)
{
	static const struct {
		const char *value;
		unsigned code;
	} rows[] = { { "icmp-port", 4 }, { "icmp-host", 3 },
		     { "icmp-admin", 1 } };
	struct packet_bytes syn = tcp6(SYN, PEER6, 7, OUTSIDE6, 5000, Q, 0);
	struct packet_bytes rst = tcp6(RST | ACK, OUTSIDE6, 5000, PEER6, 7, 0,
				       Q + 1);
	struct nat_fixture f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char text[80];

		snprintf(text, sizeof(text), "ipv6 = nat66\n"
			 "unsolicited-syn = %s", rows[i].value);
		start6(&f, text, 0);
		give(&f, NAT_OUTSIDE, syn);
		assert_int_equal(f.result.verdict, NAT_REPLY);
		assert_int_equal(f.result.reply[40], UNREACHABLE6);
		assert_int_equal(f.result.reply[41], rows[i].code);
		assert_memory_equal(f.result.reply + 8, OUTSIDE6.bytes, 16);
		assert_memory_equal(f.result.reply + 24, PEER6.bytes, 16);
		assert_memory_equal(f.result.reply + 48, syn.bytes,
				    syn.length);
		fixture_end(&f);
	}
	start6(&f, "ipv6 = nat66\nunsolicited-syn = rst", 0);
	give(&f, NAT_OUTSIDE, syn);
	assert_int_equal(f.result.reply_length, 60);
	assert_memory_equal(f.result.reply + 8, rst.bytes + 8, 46);
	fixture_end(&f);
}

/* The answer that waits for 6 s, and is cancelled, whatever the address is
   inside */
static void delayed_icmpv6_error_comes_or_is_cancelled(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++)
		for (unsigned cancel = 0; cancel < 2; cancel++) {
			char text[80];
			struct nat_fixture f;

			snprintf(text, sizeof(text), "%s\n"
				 "unsolicited-syn = icmp-after-6s",
				 ways[i].value);
			start6(&f, text, 0);
			give(&f, NAT_OUTSIDE, tcp6(SYN, PEER6, 80,
						   ways[i].outside, 5000, Q,
						   0));
			if (cancel)
				passes(&f, NAT_INSIDE,
				       tcp6(SYN, HOST6, 5000, PEER6, 80, P,
					    0));
			f.now += 6 * NS_PER_S;
			assert_int_equal(comes_out(&f, NAT_OUTSIDE), !cancel);
			fixture_end(&f);
		}
}

static void ipv6_drop_drops(void **state)
{
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = drop", 0);
	drops(&f, NAT_INSIDE, tcp6(SYN, HOST6, 1, PEER6, 2, P, 0),
	      "ipv6 = drop");
	drops(&f, NAT_OUTSIDE, echo6(ECHO6, PEER6, OUTSIDE6, 2),
	      "ipv6 = drop");
	passes(&f, NAT_INSIDE, tcp(SYN, HOST, 1, PEER, 2, P, 0));
	fixture_end(&f);
}

/* ---- NPTv6: RFC 6296 ---- */

/* The transport's checksum stays as it is: 3.1. */
static void nptv6_leaves_transport_checksums(void **state)
{
	struct packet_bytes s = tcp6(SYN, HOST6, 5000, PEER6, 80, P, 0);
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = nptv6", 0);
	passes(&f, NAT_INSIDE, s);
	assert_memory_equal(f.last.bytes + 24, s.bytes + 24, s.length - 24);
	assert_memory_equal(f.last.bytes + 8, MAPPED6.bytes, 16);
	fixture_end(&f);
}

/* 3.5: a subnet of all ones cannot be mapped, and that is said; what is not
   of the prefix is none of ours. */
static void nptv6_answers_unmappable_addresses(void **state)
{
	struct address6 ones = HOST6, foreign = HOST6;
	struct packet_bytes s;
	struct nat_fixture f;

	(void)state;
	ones.bytes[6] = ones.bytes[7] = 0xff;
	foreign.bytes[0] = 0xfc;
	start6(&f, "ipv6 = nptv6", 0);
	s = tcp6(SYN, ones, 5000, PEER6, 80, P, 0);
	give(&f, NAT_INSIDE, s);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(f.result.reply[40], UNREACHABLE6);
	assert_memory_equal(f.result.reply + 24, ones.bytes, 16);
	drops(&f, NAT_INSIDE, tcp6(SYN, foreign, 5000, PEER6, 80, P, 0),
	      "not of the inside prefix");
	fixture_end(&f);
}

/* ---- NAT66 ---- */

static void nat66_chooses_ports_as_ipv4(void **state)
{
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = nat66", 0);
	passes(&f, NAT_INSIDE, tcp6(SYN, HOST6, 5000, PEER6, 80, P, 0));
	passes(&f, NAT_INSIDE, tcp6(SYN, OTHER6, 5000, PEER6, 80, P, 0));
	assert_is(&f, tcp6(SYN, OUTSIDE6, 5001, PEER6, 80, P, 0));
	passes(&f, NAT_OUTSIDE, tcp6(SYN | ACK, PEER6, 80, OUTSIDE6, 5001, Q,
				     P + 1));
	assert_is(&f, tcp6(SYN | ACK, PEER6, 80, OTHER6, 5000, Q, P + 1));
	drops(&f, NAT_OUTSIDE, tcp6(SYN | ACK, PEER6, 80, HOST6, 5000, Q,
				    P + 1), "not the outside address");
	fixture_end(&f);
}

static void nat66_hairpins(void **state)
{
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = nat66\nfiltering = endpoint-independent", 0);
	passes(&f, NAT_INSIDE, udp6(OTHER6, 6000, PEER6, 80, 4));
	assert_int_equal(give(&f, NAT_INSIDE, udp6(HOST6, 5000, OUTSIDE6,
						   6000, 4)), NAT_RETURN);
	assert_is(&f, udp6(OUTSIDE6, 5000, OTHER6, 6000, 4));
	fixture_end(&f);
}

static void nat66_with_filtering_open_maps_the_last_sender(void **state)
{
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = nat66\nfiltering = open", 0);
	drops(&f, NAT_OUTSIDE, tcp6(SYN, PEER6, 80, OUTSIDE6, 4444, Q, 0),
	      "no mapping, unsolicited-syn = drop");
	passes(&f, NAT_INSIDE, udp6(HOST6, 6000, PEER6, 80, 4));
	passes(&f, NAT_OUTSIDE, tcp6(SYN, PEER6, 80, OUTSIDE6, 4444, Q, 0));
	assert_is(&f, tcp6(SYN, PEER6, 80, HOST6, 4444, Q, 0));
	fixture_end(&f);
}

/* The shares of hosts, by their IPv6 addresses */
static void nat66_counts_shares_by_ipv6_host(void **state)
{
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = nat66\nports-per-host = 1\nexhausted = drop", 0);
	passes(&f, NAT_INSIDE, tcp6(SYN, HOST6, 5000, PEER6, 80, P, 0));
	drops(&f, NAT_INSIDE, tcp6(SYN, HOST6, 5001, PEER6, 80, P, 0),
	      "ports-per-host");
	passes(&f, NAT_INSIDE, tcp6(SYN, OTHER6, 5001, PEER6, 80, P, 0));
	fixture_end(&f);
}

/* payload = rewrite-addresses: all sixteen bytes, at an odd place */
static void nat66_rewrites_addresses_in_payload(void **state)
{
	struct packet_bytes d = udp6(HOST6, 5000, PEER6, 80, 41);
	struct packet_bytes want = udp6(OUTSIDE6, 5000, PEER6, 80, 41);
	struct nat_fixture f;

	(void)state;
	memcpy(d.bytes + 48 + 3, HOST6.bytes, 16);
	memcpy(d.bytes + 48 + 25, HOST6.bytes, 16);
	seal6(d.bytes);
	memcpy(want.bytes + 48 + 3, OUTSIDE6.bytes, 16);
	memcpy(want.bytes + 48 + 25, OUTSIDE6.bytes, 16);
	seal6(want.bytes);
	start6(&f, "ipv6 = nat66\npayload = rewrite-addresses", 0);
	passes(&f, NAT_INSIDE, d);
	assert_is(&f, want);
	fixture_end(&f);
}

/* ---- what the NAT itself says ---- */

static void hop_limit_ends_at_the_nat(void **state)
{
	struct packet_bytes s = tcp6(SYN, HOST6, 5000, PEER6, 80, P, 0);
	struct nat_fixture f;

	(void)state;
	s.bytes[7] = 1;
	start6(&f, "", 0);
	give(&f, NAT_INSIDE, s);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(f.result.reply[40], TIME_EXCEEDED6);
	assert_memory_equal(f.result.reply + 8, INSIDE6.bytes, 16);
	assert_memory_equal(f.result.reply + 48, s.bytes, s.length);
	fixture_end(&f);
}

/* Nobody but the sender fragments IPv6: RFC 8200 5. */
static void ipv6_packet_too_big_is_answered_not_fragmented(void **state)
{
	struct packet_bytes d = udp6(HOST6, 5000, PEER6, 80, 1400);
	struct nat_fixture f;

	(void)state;
	start6(&f, "", 1400);
	give(&f, NAT_INSIDE, d);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(f.result.reply[40], TOO_BIG6);
	assert_int_equal(read32(f.result.reply + 44), 1400);
	fixture_end(&f);
}

static void icmpv6_echo_to_nat_is_answered(void **state)
{
	struct packet_bytes want = echo6(REPLY6, OUTSIDE6, PEER6, 77);
	struct nat_fixture f;

	(void)state;
	start6(&f, "ipv6 = nat66", 0);
	give(&f, NAT_OUTSIDE, echo6(ECHO6, PEER6, OUTSIDE6, 77));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_memory_equal(f.result.reply, want.bytes, want.length);
	fixture_end(&f);
}

/* ---- fragments ---- */

/* fragment6 - bytes [@from, @to) of a packet's data */
static struct packet_bytes fragment6(const struct packet_bytes *whole,
				     size_t from, size_t to)
{
	struct packet_bytes p = *whole;
	bool more = 40 + to < whole->length;

	p.bytes[6] = 44;
	p.length = 48 + to - from;
	set16(p.bytes + 4, (unsigned)(p.length - 40));
	memset(p.bytes + 40, 0, 8);
	p.bytes[40] = whole->bytes[6];
	set16(p.bytes + 42, (unsigned)from | more);
	set32(p.bytes + 44, 0x12345678);
	memcpy(p.bytes + 48, whole->bytes + 40 + from, to - from);
	return p;
}

static void ipv6_fragments_follow_the_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct packet_bytes d = udp6(HOST6, 5000, PEER6, 53, 792);
		struct packet_bytes want = udp6(ways[i].outside, 5000, PEER6,
						53, 792);
		struct nat_fixture f;

		start6(&f, ways[i].value, 0);
		assert_int_equal(give(&f, NAT_INSIDE, fragment6(&d, 400,
								800)),
				 NAT_HELD);
		passes(&f, NAT_INSIDE, fragment6(&d, 0, 400));
		/* the first one has the right checksum of the whole */
		assert_is(&f, fragment6(&want, 0, 400));
		assert_true(comes_out(&f, NAT_OUTSIDE));
		assert_is(&f, fragment6(&want, 400, 800));
		fixture_end(&f);
	}
}

/* ---- the book of addresses ---- */

static unsigned interned_used(const struct interned_addresses *b)
{
	unsigned used = 0;

	for (uint32_t i = 1; i <= b->top; i++)
		used += b->rows[i].users > 0;
	return used;
}

/* What sessions and mappings no longer hold is forgotten. */
static void unused_ipv6_addresses_are_forgotten(void **state)
{
	(void)state;
	for (size_t i = 0; i < WAYS; i++) {
		struct nat_fixture f;
		unsigned own;

		start6(&f, ways[i].value, 0);
		own = interned_used(&f.nat->table.addresses);
		for (unsigned round = 0; round < 20; round++) {
			for (unsigned j = 0; j < 150; j++) {
				struct address6 a = HOST6, b = PEER6;

				a.bytes[13] = b.bytes[12] = (uint8_t)j;
				b.bytes[11] = (uint8_t)round;
				give(&f, NAT_INSIDE, udp6(a, 5000 + j, b, 80,
							  4));
				give(&f, NAT_OUTSIDE, udp6(b, 1, OUTSIDE6, 2,
							   4));
			}
			/* the table is full: 100 sessions, two a session */
			assert_int_equal(interned_used(&f.nat->table.addresses),
					 own + 200);
			pass_time(&f, 31);
			drops(&f, NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 7),
			      "no session");
			assert_int_equal(interned_used(&f.nat->table.addresses),
					 own);
		}
		fixture_end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_passes_with_each_ipv6_value),
		cmocka_unit_test(udp_and_echo_pass_with_each_ipv6_value),
		cmocka_unit_test(icmpv6_errors_quote_what_each_end_sent),
		cmocka_unit_test(ipv6_filtering_is_as_ipv4),
		cmocka_unit_test(unsolicited_ipv6_syns_are_answered_as_ipv4),
		cmocka_unit_test(delayed_icmpv6_error_comes_or_is_cancelled),
		cmocka_unit_test(ipv6_drop_drops),
		cmocka_unit_test(nptv6_leaves_transport_checksums),
		cmocka_unit_test(nptv6_answers_unmappable_addresses),
		cmocka_unit_test(nat66_chooses_ports_as_ipv4),
		cmocka_unit_test(nat66_hairpins),
		cmocka_unit_test(
			nat66_with_filtering_open_maps_the_last_sender),
		cmocka_unit_test(nat66_counts_shares_by_ipv6_host),
		cmocka_unit_test(nat66_rewrites_addresses_in_payload),
		cmocka_unit_test(hop_limit_ends_at_the_nat),
		cmocka_unit_test(
			ipv6_packet_too_big_is_answered_not_fragmented),
		cmocka_unit_test(icmpv6_echo_to_nat_is_answered),
		cmocka_unit_test(ipv6_fragments_follow_the_first),
		cmocka_unit_test(unused_ipv6_addresses_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
