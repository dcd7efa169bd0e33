/*
 * What is no packet for the other side: cut short, malformed, of other
 * protocols, for the NAT itself. All of it is dropped with a reason, and
 * changed in nothing (the fixture checks that).
 */
#include "nat_fixture.h"

static const char *reason_with(const char *axes_text, enum nat_side side,
			       struct packet_bytes p)
{
	struct profile profile = profile_with(axes_text);
	static struct nat_fixture f;

	fixture_start(&f, &profile);
	ladder_on(&f, "SYN-out SYNACK-in ACK-out");
	assert_int_equal(give(&f, side, p), NAT_DROP);
	fixture_end(&f);
	return f.result.reason;
}

static const char *reason(enum nat_side side, struct packet_bytes p)
{
	return reason_with("filtering = open", side, p);
}

static struct packet_bytes syn(void)
{
	return tcp(SYN, HOST, 5000, PEER, 80, P, 0);
}

/* Every length that is too short, of every protocol, in both directions. */
static void packets_cut_short_are_dropped(void **state)
{
	struct packet_bytes first = syn();
	struct packet_bytes whole[] = {
		first, udp(HOST, 5000, PEER, 80), echo(8, HOST, PEER, 7),
		icmp_error(3, 1, HOST, &first, 0),
	};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t n = 0; n < whole[i].length; n++) {
			struct packet_bytes p = whole[i];

			p.length = n;
			assert_string_equal(reason(NAT_INSIDE, p),
					    "cut short");
			assert_string_equal(reason(NAT_OUTSIDE, p),
					    "cut short");
		}
}

/* The same, with an IP header that admits it. */
static void packets_with_short_payload_are_dropped(void **state)
{
	struct packet_bytes first = syn();
	struct packet_bytes whole[] = {
		first, udp(HOST, 5000, PEER, 80), icmp_error(3, 1, HOST,
							    &first, 28),
	};
	const size_t needs[] = { 40, 33, 56 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t n = 20; n < needs[i]; n++) {
			struct packet_bytes p = whole[i];

			p.length = n;
			set16(p.bytes + 2, (unsigned)n);
			seal(p.bytes);
			assert_string_equal(reason(NAT_INSIDE, p),
					    "cut short");
		}
}

static void packets_with_wrong_lengths_are_dropped(void **state)
{
	struct packet_bytes p = syn();

	(void)state;
	set16(p.bytes + 2, 41);			/* more than there is */
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	set16(p.bytes + 2, 19);			/* less than its header */
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	p = syn();
	p.bytes[0] = 0x44;			/* a header of 16 bytes */
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	p.bytes[0] = 0x4f;			/* of 60 */
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	p.bytes[0] = 0x55;
	assert_string_equal(reason(NAT_INSIDE, p), "not IPv4");
	p.bytes[0] = 0x65;			/* IPv6, of nonsense */
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	for (unsigned words = 0; words < 16; words++) {
		if (words == 5)
			continue;
		p = syn();
		p.bytes[32] = (uint8_t)(words << 4);
		assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	}
	p = udp(HOST, 5000, PEER, 80);
	set16(p.bytes + 24, 7);
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
	set16(p.bytes + 24, 14);
	assert_string_equal(reason(NAT_INSIDE, p), "cut short");
}

/* A quoted later fragment has no ports. */
static void error_that_quotes_a_later_fragment_is_dropped(void **state)
{
	struct packet_bytes about = syn();

	(void)state;
	set16(about.bytes + 6, 185);
	seal(about.bytes);
	assert_string_equal(reason(NAT_INSIDE, icmp_error(11, 1, HOST, &about,
							  28)), "fragment");
}

/* The first fragment of a datagram says a length that is still to come. */
static void first_fragment_may_have_a_longer_udp_length(void **state)
{
	struct packet_bytes p = udp(HOST, 5000, PEER, 80);
	struct profile profile = profile_with("");
	struct nat_result result;
	struct nat_packet packet = { .bytes = p.bytes, .length = p.length };
	struct nat_fixture f;

	(void)state;
	set16(p.bytes + 6, 0x2000);
	set16(p.bytes + 24, 3000);
	set16(p.bytes + 10, 0);
	set16(p.bytes + 10, 0xffff & ~plain_sum(0, p.bytes, 20));
	fixture_start(&f, &profile);
	nat_input(f.nat, NAT_INSIDE, &packet, f.now, &result);
	assert_int_equal(result.verdict, NAT_FORWARD);
	fixture_end(&f);
}

/* The shortest of each protocol is long enough. */
static void shortest_packets_pass(void **state)
{
	struct packet_bytes p = udp(HOST, 5000, PEER, 80);
	struct packet_bytes e = echo(8, HOST, PEER, 7);
	struct profile profile = profile_with("");
	struct nat_fixture f;

	(void)state;
	p.length = 28;
	set16(p.bytes + 2, 28);
	set16(p.bytes + 24, 8);
	seal(p.bytes);
	e.length = 28;
	set16(e.bytes + 2, 28);
	seal(e.bytes);
	fixture_start(&f, &profile);
	assert_int_equal(give(&f, NAT_INSIDE, p), NAT_FORWARD);
	assert_int_equal(give(&f, NAT_INSIDE, e), NAT_FORWARD);
	assert_int_equal(give(&f, NAT_INSIDE, syn()), NAT_FORWARD);
	fixture_end(&f);
}

static void packets_for_other_addresses_are_dropped(void **state)
{
	(void)state;
	assert_string_equal(reason_with("hairpin = no", NAT_INSIDE,
					tcp(SYN, HOST, 5000, OUTSIDE, 80, P,
					    0)), "hairpin = no");
	assert_string_equal(reason(NAT_INSIDE, tcp(SYN, HOST, 5000, INSIDE,
						   80, P, 0)),
			    "to the NAT itself");
	assert_string_equal(reason(NAT_INSIDE, udp(HOST, 5353, 0xe00000fb,
						   5353)),
			    "to no single host");
	assert_string_equal(reason(NAT_INSIDE, udp(HOST, 68, 0xffffffff, 67)),
			    "to no single host");
	assert_string_equal(reason(NAT_OUTSIDE, tcp(SYN, PEER, B_PORT, HOST,
						    A_PORT, Q, 0)),
			    "not the outside address");
	assert_string_equal(reason(NAT_OUTSIDE, echo(8, PEER, INSIDE, 7)),
			    "not the outside address");
}

static void other_protocols_are_dropped(void **state)
{
	struct packet_bytes p = syn();

	(void)state;
	p.bytes[9] = 132;
	seal(p.bytes);
	assert_string_equal(reason(NAT_INSIDE, p), "protocol");
	p = icmp_error(3, 1, HOST, &p, 0);	/* that quotes such a one */
	assert_string_equal(reason(NAT_INSIDE, p), "protocol");
	/* Redirect, source quench, timestamp: RFC 5508 REQ-10 */
	p = syn();
	assert_string_equal(reason(NAT_INSIDE, icmp_error(5, 1, HOST, &p, 0)),
			    "icmp type");
	assert_string_equal(reason(NAT_INSIDE, icmp_error(4, 0, HOST, &p, 0)),
			    "icmp-deprecated = drop");
	assert_string_equal(reason(NAT_INSIDE, echo(13, HOST, PEER, 7)),
			    "icmp type");
	/* An echo reply that nobody asked for, either way. */
	assert_string_equal(reason(NAT_INSIDE, echo(0, HOST, PEER, 7)),
			    "no session");
	assert_string_equal(reason(NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 7)),
			    "no session");
}

static void port_0_is_dropped(void **state)
{
	(void)state;
	assert_string_equal(reason(NAT_INSIDE, tcp(SYN, HOST, 0, PEER, 80, P,
						   0)), "port 0");
	assert_string_equal(reason(NAT_INSIDE, udp(HOST, 5000, PEER, 0)),
			    "port 0");
}

static void counts_tell_verdicts_sessions_and_mappings(void **state)
{
	struct profile profile = profile_with("unsolicited-syn = rst");
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &profile);
	ladder_on(&f, "?SYN-in !SYNACK-in SYN-out SYN-in SYNACK-out");
	nat_counts(f.nat, &c);
	assert_int_equal(c.forwarded, 3);
	assert_int_equal(c.dropped, 1);
	assert_int_equal(c.replied, 1);
	assert_int_equal(c.sessions, 1);
	assert_int_equal(c.mappings, 1);
	fixture_end(&f);
	nat_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_cut_short_are_dropped),
		cmocka_unit_test(packets_with_short_payload_are_dropped),
		cmocka_unit_test(packets_with_wrong_lengths_are_dropped),
		cmocka_unit_test(error_that_quotes_a_later_fragment_is_dropped),
		cmocka_unit_test(first_fragment_may_have_a_longer_udp_length),
		cmocka_unit_test(shortest_packets_pass),
		cmocka_unit_test(packets_for_other_addresses_are_dropped),
		cmocka_unit_test(other_protocols_are_dropped),
		cmocka_unit_test(port_0_is_dropped),
		cmocka_unit_test(counts_tell_verdicts_sessions_and_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
