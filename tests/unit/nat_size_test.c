/*
 * Packets that are too big for the next link: the axes too-big and
 * too-big-fragment. RFC 4787 REQ-13, RFC 791 3.2, RFC 1191.
 */
#include "nat_fragment_fixture.h"

static void with_mtu(struct nat_fixture *f, const char *axes_text, uint32_t mtu)
{
	struct profile p = profile_with(axes_text);
	struct nat_config config = config_of(&p, 100);

	config.outside_mtu = mtu;
	config.inside_mtu = mtu;
	fixture_configured(f, &config);
}

/* DF = 1: fragmentation needed with the MTU, about the packet as it came,
   which has opened nothing (RFC 4787 REQ-13, RFC 1191 4) */
static void packet_with_df_gets_fragmentation_needed(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	set16(d.bytes + 6, DONT);
	seal(d.bytes);
	with_mtu(&f, "too-big = icmp", 28 + DATA - 1);
	give(&f, NAT_INSIDE, d);
	assert_int_equal(f.result.verdict, NAT_REPLY);
	assert_string_equal(f.result.reason, "too-big = icmp");
	assert_int_equal(read32(f.result.reply + 12), INSIDE);
	assert_int_equal(f.result.reply[20], 3);
	assert_int_equal(f.result.reply[21], 4);
	assert_int_equal(read16(f.result.reply + 26), 28 + DATA - 1);
	assert_memory_equal(f.result.reply + 28, d.bytes, 28);
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 0);
	fixture_end(&f);
	with_mtu(&f, "too-big = drop", 28 + DATA - 1);
	drops(&f, NAT_INSIDE, d, "too-big = drop");
	fixture_end(&f);
	with_mtu(&f, "", 28 + DATA);		/* it just fits */
	passes(&f, NAT_INSIDE, d);
	fixture_end(&f);
}

/* DF = 0: pieces that fit and make the right packet, for many MTUs */
static void packet_without_df_is_fragmented_for_any_mtu(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct packet_bytes want = datagram(OUTSIDE, 5000, PEER, 80, 7);

	(void)state;
	for (uint32_t mtu = 68; mtu < 28 + DATA; mtu += 37) {
		struct puzzle z = { .end = 0 };
		struct nat_fixture f;

		with_mtu(&f, "", mtu);
		assert_int_equal(give(&f, NAT_INSIDE, d), NAT_HELD);
		for (size_t at = 0; comes_out(&f, NAT_OUTSIDE); ) {
			assert_true(f.last.length <= mtu);
			/* in order */
			assert_int_equal((read16(f.last.bytes + 6) & 0x1fff) *
					 8, at);
			at += f.last.length - 20;
			puzzle_add(&z, &f.last);
		}
		assert_whole(&z, &want);
		fixture_end(&f);
	}
}

static void too_big_fragment_drop_drops(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_fixture f;

	(void)state;
	with_mtu(&f, "too-big-fragment = drop", 600);
	drops(&f, NAT_INSIDE, d, "too-big-fragment = drop");
	assert_false(comes_out(&f, NAT_OUTSIDE));
	fixture_end(&f);
}

/* Fragments that are too big are cut again, in any order. */
static void fragments_too_big_are_fragmented_again(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct packet_bytes want = datagram(OUTSIDE, 5000, PEER, 80, 7);

	(void)state;
	for (unsigned turned = 0; turned < 2; turned++) {
		struct puzzle z = { .end = 0 };
		struct nat_fixture f;

		with_mtu(&f, "", 300);
		feed(&f, &z, NAT_INSIDE, turned ? piece(&d, 800, 1208) :
		     piece(&d, 0, 800));
		feed(&f, &z, NAT_INSIDE, turned ? piece(&d, 0, 800) :
		     piece(&d, 800, 1208));
		assert_whole(&z, &want);
		fixture_end(&f);
	}
}

/* A checksum that the card should have finished is finished, for no card can
   with fragments. */
static void fragmentation_finishes_partial_checksums(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct packet_bytes want = datagram(OUTSIDE, 5000, PEER, 80, 7);
	struct puzzle z = { .end = 0 };
	struct nat_result result;
	struct nat_fixture f;

	(void)state;
	set16(d.bytes + 26, plain_pseudo(d.bytes, 8 + DATA));
	with_mtu(&f, "", 500);
	nat_input(f.nat, NAT_INSIDE, &(struct nat_packet){
		.bytes = d.bytes, .length = d.length, .partial = true,
	}, f.now, &result);
	assert_int_equal(result.verdict, NAT_HELD);
	while (comes_out(&f, NAT_OUTSIDE))
		puzzle_add(&z, &f.last);
	assert_whole(&z, &want);
	fixture_end(&f);
}

/* What will be cut into segments that fit is not too big. */
static void gso_packet_with_small_segments_is_not_too_big(void **state)
{
	for (unsigned fits = 0; fits < 2; fits++) {
		struct packet_bytes s = tcp(SYN, HOST, 5000, PEER, 80, P, 0);
		struct nat_result result;
		struct nat_fixture f;

		(void)state;
		s.length = 2000;
		set16(s.bytes + 2, 2000);
		seal(s.bytes);
		with_mtu(&f, "", 1000);
		nat_input(f.nat, NAT_INSIDE, &(struct nat_packet){
			.bytes = s.bytes, .length = s.length,
			.segment = fits ? 1000 : 1001,
		}, f.now, &result);
		assert_int_equal(result.verdict, fits ? NAT_FORWARD :
				 NAT_REPLY);
		fixture_end(&f);
	}
}

/* RFC 791 3.1: an option without the copied flag (record route) is in the
   first piece alone, one with it (router alert) in all. */
static void options_without_copied_flag_are_in_the_first_fragment(void **state)
{
	static const uint8_t options[12] = {
		7, 7, 4, 9, 9, 9, 9, 148, 4, 0, 0, 0,
	};
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_fixture f;

	(void)state;
	memmove(d.bytes + 32, d.bytes + 20, 8 + DATA);
	memcpy(d.bytes + 20, options, 12);
	d.bytes[0] = 0x48;
	d.length += 12;
	set16(d.bytes + 2, (unsigned)d.length);
	seal(d.bytes);
	with_mtu(&f, "", 500);
	give(&f, NAT_INSIDE, d);
	assert_true(comes_out(&f, NAT_OUTSIDE));
	assert_memory_equal(f.last.bytes + 20, options, 12);
	while (comes_out(&f, NAT_OUTSIDE)) {
		for (unsigned i = 0; i < 7; i++)
			assert_int_equal(f.last.bytes[20 + i], 1);
		assert_memory_equal(f.last.bytes + 27, options + 7, 5);
	}
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packet_with_df_gets_fragmentation_needed),
		cmocka_unit_test(packet_without_df_is_fragmented_for_any_mtu),
		cmocka_unit_test(too_big_fragment_drop_drops),
		cmocka_unit_test(fragments_too_big_are_fragmented_again),
		cmocka_unit_test(fragmentation_finishes_partial_checksums),
		cmocka_unit_test(gso_packet_with_small_segments_is_not_too_big),
		cmocka_unit_test(
			options_without_copied_flag_are_in_the_first_fragment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
