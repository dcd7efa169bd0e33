/*
 * ICMP errors through the NAT: RFC 5508. What they quote must be, to whoever
 * gets them, the very packet that it sent. The fixture verifies the
 * checksums of all that comes out.
 */
#include "nat_fixture.h"

/* As the host sent it, but for the TTL that was counted down since. */
static void assert_quotes(const struct nat_fixture *f,
			  const struct packet_bytes *sent, size_t length)
{
	struct packet_bytes want = *sent;

	want.bytes[8]--;
	seal(want.bytes);
	assert_memory_equal(f->last.bytes + 28, want.bytes, length);
}

/*
 * An error about a packet that went out comes back about the very packet
 * that the host sent: RFC 5508 REQ-4. With eight bytes quoted, with all, with
 * sequence numbers rewritten, of three protocols.
 */
static void error_about(const char *axes_text, struct packet_bytes sent)
{
	struct profile p = profile_with(axes_text);

	for (size_t quoted = 28; quoted <= sent.length;
	     quoted += sent.length - 28) {
		struct nat_fixture f;

		fixture_start(&f, &p);
		give(&f, NAT_INSIDE, sent);
		give(&f, NAT_OUTSIDE, icmp_error(3, 1, ROUTER, &f.last_out,
						 quoted));
		assert_int_equal(f.result.verdict, NAT_FORWARD);
		assert_int_equal(read32(f.last.bytes + 12), ROUTER);
		assert_int_equal(read32(f.last.bytes + 16), HOST);
		assert_int_equal(f.last.bytes[20], 3);
		assert_int_equal(f.last.bytes[21], 1);
		assert_quotes(&f, &sent, quoted);
		fixture_end(&f);
	}
}

static void error_in_reaches_the_host_reverted(void **state)
{
	static const char random[] = "mapping = connection\nports = random";

	(void)state;
	error_about(random, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	error_about("sequence-numbers = rewrite\nports = random",
		    tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	error_about(random, udp(HOST, 5000, PEER, 80));
	error_about(random, echo(8, HOST, PEER, 5000));
}

/* An error without a session: nothing may reach the inside. */
static void error_in_without_session_is_dropped(void **state)
{
	struct packet_bytes never = tcp(SYN, OUTSIDE, 5000, STRANGER, 80, P,
					0);
	struct packet_bytes other = tcp(SYN, STRANGER, 5000, PEER, 80, P, 0);
	struct packet_bytes e;
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	give(&f, NAT_OUTSIDE, icmp_error(11, 0, ROUTER, &never, 28));
	assert_string_equal(f.result.reason, "no session");
	/* It quotes a packet of somebody else's address. */
	e = icmp_error(11, 0, ROUTER, &other, 28);
	set32(e.bytes + 16, OUTSIDE);
	seal(e.bytes);
	give(&f, NAT_OUTSIDE, e);
	assert_string_equal(f.result.reason, "no session");
	fixture_end(&f);
}

/* An error of the host's about a packet that came in quotes it as it came,
   from the external address: RFC 5508 REQ-5. */
static void error_out_quotes_the_packet_as_it_came(void **state)
{
	struct packet_bytes in = udp(PEER, 80, OUTSIDE, 1024);
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, udp(HOST + 1, 80, PEER, 80));
	give(&f, NAT_INSIDE, udp(HOST, 80, PEER, 80));
	assert_int_equal(source_port(&f), 1024);
	give(&f, NAT_OUTSIDE, in);
	assert_int_equal(read32(f.last_in.bytes + 16), HOST);
	give(&f, NAT_INSIDE, icmp_error(3, 3, HOST, &f.last_in, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_int_equal(read32(f.last.bytes + 16), PEER);
	assert_quotes(&f, &in, in.length);
	fixture_end(&f);
}

static void error_out_reverts_rewritten_sequence_numbers(void **state)
{
	struct profile p = profile_with("sequence-numbers = rewrite");
	struct packet_bytes in;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, PEER, 80, P, 0));
	in = tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, Q,
		 read32(f.last.bytes + 24) + 1);
	give(&f, NAT_OUTSIDE, in);
	for (size_t quoted = 28; quoted <= 40; quoted += 12) {
		give(&f, NAT_INSIDE, icmp_error(11, 0, HOST, &f.last_in,
						quoted));
		assert_int_equal(f.result.verdict, NAT_FORWARD);
		assert_quotes(&f, &in, quoted);
	}
	fixture_end(&f);
}

/* Without a session an error stays inside: this is what serverless
   traversal meets. */
static void error_out_without_session_is_dropped(void **state)
{
	struct packet_bytes about = udp(PEER, 80, HOST, 5000);
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, icmp_error(11, 0, HOST, &about, 28));
	assert_string_equal(f.result.reason, "no session");
	fixture_end(&f);
}

/* RFC 5508 REQ-3: a wrong ICMP checksum; 3c: the quoted TCP's is no matter,
   and not mended by guesswork; 3d: what follows the quote isn't of it. */
static void error_checksums_are_checked_and_updated(void **state)
{
	struct profile p = profile_with("ports = random");
	struct packet_bytes e, sent = tcp(SYN, HOST, 5000, PEER, 80, P, 0);
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, sent);
	e = icmp_error(11, 0, ROUTER, &f.last_out, 0);
	e.bytes[22] ^= 1;
	give(&f, NAT_OUTSIDE, e);
	assert_string_equal(f.result.reason, "icmp-checksum = checked");

	e = icmp_error(11, 0, ROUTER, &f.last_out, 0);
	e.bytes[28 + 36] ^= 1;
	seal(e.bytes);
	give(&f, NAT_OUTSIDE, e);
	assert_int_equal(f.result.verdict, NAT_FORWARD);

	e = icmp_error(11, 0, ROUTER, &f.last_out, 0);
	e.length += 40;
	memset(e.bytes + 68, 0xab, 40);
	set16(e.bytes + 2, (unsigned)e.length);
	seal(e.bytes);
	give(&f, NAT_OUTSIDE, e);
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_quotes(&f, &sent, 40);
	assert_int_equal(f.last.bytes[68], 0xab);
	fixture_end(&f);
}

/* An error about an echo reply: its identifier is the host's. */
static void error_about_an_echo_reply_has_the_hosts_identifier(void **state)
{
	struct packet_bytes in = echo(0, PEER, OUTSIDE, 1024);
	struct profile p = profile_with("");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, echo(8, HOST + 1, PEER, 7));
	give(&f, NAT_INSIDE, echo(8, HOST, PEER, 7));
	give(&f, NAT_OUTSIDE, in);
	give(&f, NAT_INSIDE, icmp_error(11, 1, HOST, &f.last_in, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_quotes(&f, &in, in.length);
	fixture_end(&f);
}

/* A datagram without a checksum is quoted without one. */
static void quoted_datagram_without_checksum_stays_without(void **state)
{
	struct packet_bytes sent = udp(HOST, 5000, PEER, 80);
	struct profile p = profile_with("ports = random");
	struct nat_fixture f;

	(void)state;
	set16(sent.bytes + 26, 0);
	fixture_start(&f, &p);
	give(&f, NAT_INSIDE, sent);
	give(&f, NAT_OUTSIDE, icmp_error(3, 3, PEER, &f.last_out, 0));
	assert_int_equal(f.result.verdict, NAT_FORWARD);
	assert_int_equal(read16(f.last.bytes + 28 + 20), 5000);
	assert_int_equal(read16(f.last.bytes + 28 + 26), 0);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_in_reaches_the_host_reverted),
		cmocka_unit_test(error_in_without_session_is_dropped),
		cmocka_unit_test(error_out_quotes_the_packet_as_it_came),
		cmocka_unit_test(error_out_reverts_rewritten_sequence_numbers),
		cmocka_unit_test(error_out_without_session_is_dropped),
		cmocka_unit_test(error_checksums_are_checked_and_updated),
		cmocka_unit_test(
			error_about_an_echo_reply_has_the_hosts_identifier),
		cmocka_unit_test(
			quoted_datagram_without_checksum_stays_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
