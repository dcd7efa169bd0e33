/*
 * What else is rewritten, or left: payload, udp-payload, ip-id, IPv4 options,
 * translation = none. The fixture verifies the checksums of what comes out.
 */
#include "nat_fixture.h"

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

/* carrying - a packet with other data behind its transport header */
static struct packet_bytes carrying(struct packet_bytes p, const void *data,
				    size_t length)
{
	size_t header = p.bytes[9] == 6 ? 20 : 8;

	memcpy(p.bytes + 20 + header, data, length);
	p.length = 20 + header + length;
	set16(p.bytes + 2, (unsigned)p.length);
	if (p.bytes[9] == 17)
		set16(p.bytes + 24, (unsigned)(header + length));
	seal(p.bytes);
	return p;
}

/* data_with - @length bytes with @address at each of two places */
static void data_with(uint8_t *data, size_t length, uint32_t address,
		      size_t one, size_t two)
{
	for (size_t i = 0; i < length; i++)
		data[i] = (uint8_t)(i * 7);
	set32(data + one, address);
	set32(data + two, address);
}

static struct packet_bytes segment_out(const uint8_t *data, size_t length)
{
	return carrying(tcp(ACK, HOST, A_PORT, PEER, B_PORT, P + 1, Q + 1),
			data, length);
}

/* At even and odd places, at the end of an odd length, next to each other */
static const size_t places[][3] = {
	{ 0, 4, 40 }, { 1, 5, 41 }, { 3, 36, 40 }, { 2, 37, 41 }, { 0, 7, 11 },
	{ 8, 33, 37 },
};

static void payload_rewrite_replaces_addresses_in_data(void **state)
{
	uint8_t data[64], want[64];
	struct nat_fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		size_t n = places[i][2];

		start(&f, "payload = rewrite-addresses");
		ladder_on(&f, "SYN-out SYNACK-in ACK-out");
		data_with(data, n, HOST, places[i][0], places[i][1]);
		data_with(want, n, OUTSIDE, places[i][0], places[i][1]);
		passes(&f, NAT_INSIDE, segment_out(data, n));
		assert_memory_equal(f.last.bytes + 40, want, n);
		/* and the other way in */
		passes(&f, NAT_OUTSIDE, carrying(
			tcp(ACK, PEER, B_PORT, OUTSIDE, A_PORT, Q + 1, P + 1),
			want, n));
		assert_memory_equal(f.last.bytes + 40, data, n);
		/* what is no address of its own stays */
		data_with(data, n, HOST + 1, places[i][0], places[i][1]);
		passes(&f, NAT_INSIDE, segment_out(data, n));
		assert_memory_equal(f.last.bytes + 40, data, n);
		fixture_end(&f);
	}
}

static void payload_keep_leaves_data(void **state)
{
	uint8_t data[40];
	struct nat_fixture f;

	(void)state;
	data_with(data, 40, HOST, 0, 11);
	start(&f, "payload = keep\nudp-payload = rewrite-addresses");
	ladder_on(&f, "SYN-out SYNACK-in ACK-out");
	passes(&f, NAT_INSIDE, segment_out(data, 40));
	assert_memory_equal(f.last.bytes + 40, data, 40);
	fixture_end(&f);
}

static void udp_payload_has_its_own_value(void **state)
{
	uint8_t data[64], want[64];
	struct nat_fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		size_t n = places[i][2];

		data_with(data, n, HOST, places[i][0], places[i][1]);
		data_with(want, n, OUTSIDE, places[i][0], places[i][1]);
		start(&f, "udp-payload = rewrite-addresses");
		passes(&f, NAT_INSIDE, carrying(udp(HOST, 1, PEER, 2), data,
						n));
		assert_memory_equal(f.last.bytes + 28, want, n);
		fixture_end(&f);
		/* as TCP's */
		start(&f, "payload = rewrite-addresses");
		passes(&f, NAT_INSIDE, carrying(udp(HOST, 1, PEER, 2), data,
						n));
		assert_memory_equal(f.last.bytes + 28, want, n);
		fixture_end(&f);
		start(&f, "payload = rewrite-addresses\nudp-payload = keep");
		passes(&f, NAT_INSIDE, carrying(udp(HOST, 1, PEER, 2), data,
						n));
		assert_memory_equal(f.last.bytes + 28, data, n);
		fixture_end(&f);
	}
}

/* What follows a datagram inside its IP packet is not of it, and no checksum
   covers it. */
static void bytes_after_a_datagram_are_not_rewritten(void **state)
{
	struct packet_bytes d;
	uint8_t data[20];
	struct nat_fixture f;

	(void)state;
	data_with(data, 20, HOST, 1, 15);
	d = carrying(udp(HOST, 1, PEER, 2), data, 20);
	set16(d.bytes + 24, 8 + 13);
	set16(d.bytes + 26, 0);		/* no checksum */
	seal(d.bytes);
	set16(d.bytes + 26, 0);
	start(&f, "payload = rewrite-addresses");
	passes(&f, NAT_INSIDE, d);
	assert_int_equal(read32(f.last.bytes + 29), OUTSIDE);
	assert_memory_equal(f.last.bytes + 28 + 13, data + 13, 7);
	fixture_end(&f);
}

/* With a checksum that the card shall finish, the data are its own matter. */
static void payload_rewrite_leaves_partial_checksums_right(void **state)
{
	struct nat_result result;
	struct packet_bytes s;
	uint8_t data[41];
	struct nat_fixture f;

	(void)state;
	data_with(data, 41, HOST, 1, 37);
	start(&f, "payload = rewrite-addresses");
	ladder_on(&f, "SYN-out SYNACK-in ACK-out");
	s = segment_out(data, 41);
	set16(s.bytes + 36, plain_pseudo(s.bytes, 61));
	nat_input(f.nat, NAT_INSIDE, &(struct nat_packet){
		.bytes = s.bytes, .length = s.length, .partial = true,
	}, f.now, &result);
	assert_int_equal(result.verdict, NAT_FORWARD);
	assert_int_equal(read32(s.bytes + 41), OUTSIDE);
	set16(s.bytes + 36, 0xffff & ~plain_sum(0, s.bytes + 20, 61));
	assert_sealed(s.bytes);
	fixture_end(&f);
}

/* A datagram without a checksum stays one, whatever is rewritten. */
static void payload_rewrite_adds_no_udp_checksum(void **state)
{
	struct packet_bytes d;
	uint8_t data[20];
	struct nat_fixture f;

	(void)state;
	data_with(data, 20, HOST, 1, 15);
	d = carrying(udp(HOST, 1, PEER, 2), data, 20);
	set16(d.bytes + 26, 0);
	start(&f, "payload = rewrite-addresses");
	passes(&f, NAT_INSIDE, d);
	assert_int_equal(read16(f.last.bytes + 26), 0);
	assert_int_equal(read32(f.last.bytes + 29), OUTSIDE);
	fixture_end(&f);
}

/* ---- ip-id: RFC 7857 10, RFC 6864 5.3.1 ---- */

static struct packet_bytes fragmentable(struct packet_bytes p)
{
	set16(p.bytes + 6, 0);
	seal(p.bytes);
	return p;
}

static void ip_id_rewrite_changes_ids_without_df(void **state)
{
	unsigned ids[100];
	struct nat_fixture f;

	(void)state;
	start(&f, "ip-id = rewrite");
	/* Two hosts with the same identification: no two alike outside */
	for (unsigned i = 0; i < 100; i++) {
		passes(&f, NAT_INSIDE, fragmentable(udp(HOST + i % 2, 5, PEER,
							6)));
		ids[i] = read16(f.last.bytes + 4);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(ids[i], ids[j]);
	}
	/* With DF, and inbound, it means nothing. */
	passes(&f, NAT_INSIDE, udp(HOST, 5, PEER, 6));
	assert_int_equal(read16(f.last.bytes + 4), 0x1234);
	passes(&f, NAT_OUTSIDE, fragmentable(udp(PEER, 6, OUTSIDE, 5)));
	assert_int_equal(read16(f.last.bytes + 4), 0x1234);
	fixture_end(&f);
	start(&f, "ip-id = keep");
	passes(&f, NAT_INSIDE, fragmentable(udp(HOST, 5, PEER, 6)));
	assert_int_equal(read16(f.last.bytes + 4), 0x1234);
	fixture_end(&f);
}

/* ---- IPv4 options ---- */

/* Record route, a router alert, an end: they pass as they are, both ways. */
static void ip_options_pass_unchanged(void **state)
{
	static const uint8_t options[12] = {
		7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0,
	};
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	for (unsigned out = 2; out--;) {
		struct packet_bytes s = out ?
			tcp(SYN, HOST, 5000, PEER, 80, P, 0) :
			tcp(SYN | ACK, PEER, 80, OUTSIDE, 5000, Q, P + 1);

		memmove(s.bytes + 32, s.bytes + 20, 20);
		memcpy(s.bytes + 20, options, 12);
		s.bytes[0] = 0x48;
		s.length = 52;
		set16(s.bytes + 2, 52);
		seal(s.bytes);
		passes(&f, out ? NAT_INSIDE : NAT_OUTSIDE, s);
		assert_memory_equal(f.last.bytes + 20, options, 12);
		assert_int_equal(read32(f.last.bytes + (out ? 12 : 16)),
				 out ? OUTSIDE : HOST);
	}
	fixture_end(&f);
}

/* ---- translation = none: a firewall ---- */

static void translation_none_changes_nothing_but_the_ttl(void **state)
{
	struct packet_bytes want = tcp(SYN, HOST, A_PORT, PEER, B_PORT, P, 0);
	struct nat_fixture f;

	(void)state;
	start(&f, "translation = none");
	drops(&f, NAT_OUTSIDE, tcp(SYN, PEER, B_PORT, HOST, A_PORT, Q, 0),
	      "no mapping, unsolicited-syn = drop");
	passes(&f, NAT_INSIDE, want);
	want.bytes[8]--;
	seal(want.bytes);
	assert_memory_equal(f.last.bytes, want.bytes, want.length);
	/* Two hosts with one port are apart by their addresses. */
	passes(&f, NAT_INSIDE, tcp(SYN, HOST + 1, A_PORT, PEER, B_PORT, P,
				   0));
	assert_int_equal(source_port(&f), A_PORT);
	passes(&f, NAT_OUTSIDE, tcp(SYN, PEER, B_PORT, HOST, A_PORT, Q, 0));
	drops(&f, NAT_OUTSIDE, tcp(SYN, STRANGER, 1, HOST, A_PORT, Q, 0),
	      "filtering = address-port, unsolicited-syn = drop");
	/* errors, both ways */
	passes(&f, NAT_OUTSIDE, icmp_error(11, 0, ROUTER, &f.last_out, 0));
	assert_int_equal(read32(f.last.bytes + 16), HOST + 1);
	drops(&f, NAT_INSIDE, tcp(SYN, HOST, 1, OUTSIDE, 2, P, 0),
	      "to the NAT itself");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payload_rewrite_replaces_addresses_in_data),
		cmocka_unit_test(payload_keep_leaves_data),
		cmocka_unit_test(udp_payload_has_its_own_value),
		cmocka_unit_test(bytes_after_a_datagram_are_not_rewritten),
		cmocka_unit_test(
			payload_rewrite_leaves_partial_checksums_right),
		cmocka_unit_test(payload_rewrite_adds_no_udp_checksum),
		cmocka_unit_test(ip_id_rewrite_changes_ids_without_df),
		cmocka_unit_test(ip_options_pass_unchanged),
		cmocka_unit_test(translation_none_changes_nothing_but_the_ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
