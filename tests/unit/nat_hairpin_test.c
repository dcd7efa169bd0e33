/*
 * Two hosts behind one NAT: RFC 5382 REQ-8 and 8a, RFC 4787 REQ-9, RFC 5508
 * REQ-7. Each checks what arrives, byte by byte.
 */
#include "nat_fixture.h"

#define OTHER (HOST + 1)

/* start - the other host has a mapping of TCP and one of UDP */
static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
	passes(f, NAT_INSIDE, tcp(SYN, OTHER, 6000, PEER, 80, 1, 0));
	passes(f, NAT_INSIDE, udp(OTHER, 6000, PEER, 80));
}

/* turns - it comes back, and is @want with a TTL less */
static void turns(struct nat_fixture *f, struct packet_bytes p,
		  struct packet_bytes want)
{
	if (give(f, NAT_INSIDE, p) != NAT_RETURN)
		fail_msg("verdict %d (%s)", f->result.verdict,
			 f->result.reason);
	want.bytes[8]--;
	seal(want.bytes);
	assert_memory_equal(f->last.bytes, want.bytes, want.length);
}

static const char anyone[] = "filtering = endpoint-independent";

static void hairpin_external_source_translates_both_ways(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, anyone);
	turns(&f, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0),
	      tcp(SYN, OUTSIDE, 5000, OTHER, 6000, P, 0));
	turns(&f, tcp(SYN | ACK, OTHER, 6000, OUTSIDE, 5000, Q, P + 1),
	      tcp(SYN | ACK, OUTSIDE, 6000, HOST, 5000, Q, P + 1));
	turns(&f, tcp(ACK, HOST, 5000, OUTSIDE, 6000, P + 1, Q + 1),
	      tcp(ACK, OUTSIDE, 5000, OTHER, 6000, P + 1, Q + 1));
	turns(&f, udp(HOST, 5000, OUTSIDE, 6000),
	      udp(OUTSIDE, 5000, OTHER, 6000));
	turns(&f, udp(OTHER, 6000, OUTSIDE, 5000),
	      udp(OUTSIDE, 6000, HOST, 5000));
	fixture_end(&f);
}

static void hairpin_internal_source_keeps_the_source(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = endpoint-independent\n"
	      "hairpin = internal-source");
	turns(&f, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0),
	      tcp(SYN, HOST, 5000, OTHER, 6000, P, 0));
	turns(&f, udp(HOST, 5000, OUTSIDE, 6000),
	      udp(HOST, 5000, OTHER, 6000));
	fixture_end(&f);
}

static void hairpin_no_drops(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = endpoint-independent\nhairpin = no");
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0),
	      "hairpin = no");
	drops(&f, NAT_INSIDE, udp(HOST, 5000, OUTSIDE, 6000), "hairpin = no");
	fixture_end(&f);
}

/* udp-hairpin has a value of its own */
static void udp_hairpin_has_its_own_value(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = endpoint-independent\nhairpin = no\n"
	      "udp-hairpin = internal-source");
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0),
	      "hairpin = no");
	turns(&f, udp(HOST, 5000, OUTSIDE, 6000),
	      udp(HOST, 5000, OTHER, 6000));
	fixture_end(&f);
	start(&f, "filtering = endpoint-independent\nudp-hairpin = no");
	drops(&f, NAT_INSIDE, udp(HOST, 5000, OUTSIDE, 6000), "hairpin = no");
	fixture_end(&f);
}

/* Hairpinned packets meet the filter as others do: two hosts that know only
   each other's external endpoint punch. */
static void hairpinned_packets_are_filtered(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0),
	      "filtering = address-port, unsolicited-syn = drop");
	turns(&f, tcp(SYN, OTHER, 6000, OUTSIDE, 5000, Q, 0),
	      tcp(SYN, OUTSIDE, 6000, HOST, 5000, Q, 0));
	turns(&f, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0),
	      tcp(SYN, OUTSIDE, 5000, OTHER, 6000, P, 0));
	turns(&f, tcp(SYN | ACK, HOST, 5000, OUTSIDE, 6000, P, Q + 1),
	      tcp(SYN | ACK, OUTSIDE, 5000, OTHER, 6000, P, Q + 1));
	fixture_end(&f);
}

/* A host that sends to its own external endpoint gets it back. */
static void host_reaches_its_own_external_endpoint(void **state)
{
	struct nat_fixture f;

	(void)state;
	start(&f, anyone);
	turns(&f, udp(OTHER, 6000, OUTSIDE, 6000),
	      udp(OUTSIDE, 6000, OTHER, 6000));
	fixture_end(&f);
}

/* What is said to a refused one reaches its sender, from where it asked. */
static void rst_to_a_hairpinned_syn_reaches_its_sender(void **state)
{
	struct packet_bytes want = tcp(RST | ACK, OUTSIDE, 6000, HOST, 5000,
				       0, P + 1);
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = rst");
	give(&f, NAT_INSIDE, tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0));
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(f.result.reply_length, 40);
	assert_memory_equal(f.result.reply + 12, want.bytes + 12, 8);
	assert_memory_equal(f.result.reply + 20, want.bytes + 20, 14);
	fixture_end(&f);
}

static void icmp_error_to_a_hairpinned_syn_reaches_its_sender(void **state)
{
	struct packet_bytes sent = tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0);
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = icmp-port\nports = random");
	give(&f, NAT_INSIDE, sent);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(read32(f.result.reply + 12), OUTSIDE);
	assert_int_equal(read32(f.result.reply + 16), HOST);
	assert_int_equal(f.result.reply[20], 3);
	assert_int_equal(f.result.reply[21], 3);
	/* It quotes what the host sent; the TTL was counted already. */
	assert_memory_equal(f.result.reply + 28 + 12, sent.bytes + 12, 28);
	fixture_end(&f);
}

static void delayed_error_to_a_hairpinned_syn_reaches_its_sender(void **state)
{
	struct packet_bytes sent = tcp(SYN, HOST, 5000, OUTSIDE, 6000, P, 0);
	struct nat_fixture f;

	(void)state;
	start(&f, "unsolicited-syn = icmp-after-6s");
	assert_int_equal(give(&f, NAT_INSIDE, sent), NAT_DROP);
	f.now += 6 * NS_PER_S;
	assert_true(comes_out(&f, NAT_INSIDE));
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	assert_memory_equal(f.last.bytes + 28 + 12, sent.bytes + 12, 28);
	fixture_end(&f);
}

/* Errors about hairpinned packets: RFC 5508 REQ-7. The receiver's reaches
   the sender, from its external address, and quotes what the sender sent. */
static void errors_about_hairpinned_packets_reach_the_sender(void **state)
{
	struct packet_bytes sent = udp(HOST, 5000, OUTSIDE, 6000);
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = endpoint-independent\nports = random\n"
	      "udp-ports = preserve");
	turns(&f, sent, udp(OUTSIDE, 5000, OTHER, 6000));
	assert_int_equal(give(&f, NAT_INSIDE,
			      icmp_error(3, 3, OTHER, &f.last, 0)),
			 NAT_RETURN);
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	assert_int_equal(f.last.bytes[20], 3);
	assert_int_equal(f.last.bytes[21], 3);
	sent.bytes[8]--;
	seal(sent.bytes);
	assert_memory_equal(f.last.bytes + 28, sent.bytes, sent.length);
	fixture_end(&f);
}

/* One hop, not two; one that dies is answered to its sender. */
static void hairpin_counts_one_hop(void **state)
{
	struct packet_bytes low = udp(HOST, 5000, OUTSIDE, 6000);
	struct nat_fixture f;

	(void)state;
	start(&f, anyone);
	low.bytes[8] = 2;
	seal(low.bytes);
	assert_int_equal(give(&f, NAT_INSIDE, low), NAT_RETURN);
	assert_int_equal(f.last.bytes[8], 1);
	low.bytes[8] = 1;
	seal(low.bytes);
	give(&f, NAT_INSIDE, low);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_int_equal(f.result.reply[20], 11);
	assert_int_equal(read32(f.result.reply + 12), INSIDE);
	fixture_end(&f);
}

/* The outside link's MTU is no matter to what never gets there. */
static void hairpin_ignores_the_outside_mtu(void **state)
{
	struct profile p = profile_with(anyone);
	struct nat_config config = config_of(&p, 100);
	struct packet_bytes big = udp(HOST, 5000, OUTSIDE, 6000);
	struct nat_fixture f;

	(void)state;
	config.inside_mtu = 1500;
	config.outside_mtu = 600;
	fixture_configured(&f, &config);
	passes(&f, NAT_INSIDE, udp(OTHER, 6000, PEER, 80));
	big.length = 1500;
	set16(big.bytes + 2, 1500);
	set16(big.bytes + 24, 1480);
	for (unsigned whole = 0; whole < 2; whole++) {
		set16(big.bytes + 6, whole ? 0x4000 : 0);
		seal(big.bytes);
		assert_int_equal(give(&f, NAT_INSIDE, big), NAT_RETURN);
		assert_false(comes_out(&f, NAT_OUTSIDE));
	}
	fixture_end(&f);
}

/* A refused one is as it was, its data too (the fixture compares). */
static void refused_hairpinned_packet_is_unchanged(void **state)
{
	struct packet_bytes d = udp(HOST, 5000, OUTSIDE, 6000);
	struct nat_fixture f;

	(void)state;
	start(&f, "payload = rewrite-addresses");
	d.length = 1400;
	set16(d.bytes + 2, 1400);
	set16(d.bytes + 24, 1380);
	set32(d.bytes + 28 + 1301, HOST);
	seal(d.bytes);
	drops(&f, NAT_INSIDE, d, "filtering = address-port");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hairpin_external_source_translates_both_ways),
		cmocka_unit_test(hairpin_internal_source_keeps_the_source),
		cmocka_unit_test(hairpin_no_drops),
		cmocka_unit_test(udp_hairpin_has_its_own_value),
		cmocka_unit_test(hairpinned_packets_are_filtered),
		cmocka_unit_test(host_reaches_its_own_external_endpoint),
		cmocka_unit_test(rst_to_a_hairpinned_syn_reaches_its_sender),
		cmocka_unit_test(
			icmp_error_to_a_hairpinned_syn_reaches_its_sender),
		cmocka_unit_test(
			delayed_error_to_a_hairpinned_syn_reaches_its_sender),
		cmocka_unit_test(
			errors_about_hairpinned_packets_reach_the_sender),
		cmocka_unit_test(hairpin_counts_one_hop),
		cmocka_unit_test(hairpin_ignores_the_outside_mtu),
		cmocka_unit_test(refused_hairpinned_packet_is_unchanged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
