/*
 * Fragments: the axis fragments, RFC 4787 REQ-14. What is too big is in
 * nat_size_test.c.
 */
#include "nat_fragment_fixture.h"

static void start(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
}

/* Three fragments in each of their orders, both ways */
static void fragments_pass_in_any_order(void **state)
{
	static const unsigned orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 },
	};
	static const size_t edges[4] = { 0, 400, 808, 1208 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct packet_bytes out = datagram(HOST, 5000, PEER, 80, 7);
		struct packet_bytes in = datagram(PEER, 80, OUTSIDE, 5000, 7);
		struct packet_bytes want_out = datagram(OUTSIDE, 5000, PEER,
							80, 7);
		struct packet_bytes want_in = datagram(PEER, 80, HOST, 5000,
						       7);
		struct puzzle there = { .end = 0 }, back = { .end = 0 };
		struct nat_fixture f;

		start(&f, "fragments = any-order");
		for (unsigned j = 0; j < 3; j++)
			feed(&f, &there, NAT_INSIDE,
			     piece(&out, edges[orders[i][j]],
				   edges[orders[i][j] + 1]));
		assert_whole(&there, &want_out);
		for (unsigned j = 0; j < 3; j++)
			feed(&f, &back, NAT_OUTSIDE,
			     piece(&in, edges[orders[i][j]],
				   edges[orders[i][j] + 1]));
		assert_whole(&back, &want_in);
		fixture_end(&f);
	}
}

static void fragments_in_order_drops_early_ones(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_fixture f;

	(void)state;
	start(&f, "fragments = in-order");
	drops(&f, NAT_INSIDE, piece(&d, 400, 800), "fragments = in-order");
	passes(&f, NAT_INSIDE, piece(&d, 0, 400));
	passes(&f, NAT_INSIDE, piece(&d, 400, 800));
	passes(&f, NAT_INSIDE, piece(&d, 800, 1208));
	fixture_end(&f);
}

static void fragments_drop_drops_all(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_fixture f;

	(void)state;
	start(&f, "fragments = drop");
	drops(&f, NAT_INSIDE, piece(&d, 0, 400), "fragments = drop");
	drops(&f, NAT_INSIDE, piece(&d, 400, 1208), "fragments = drop");
	passes(&f, NAT_INSIDE, d);
	fixture_end(&f);
}

/* Later fragments get what the first one got: a drop, too. */
static void later_fragments_are_dropped_with_the_first(void **state)
{
	struct packet_bytes d = datagram(STRANGER, 9, OUTSIDE, 5000, 7);
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	assert_int_equal(give(&f, NAT_OUTSIDE, piece(&d, 808, 1208)),
			 NAT_HELD);
	drops(&f, NAT_OUTSIDE, piece(&d, 0, 400), "no mapping");
	assert_false(comes_out(&f, NAT_INSIDE));
	drops(&f, NAT_OUTSIDE, piece(&d, 400, 808), "no mapping");
	fixture_end(&f);
}

/* Fragments are told apart by both addresses, identification, protocol, and
   the side they come from. */
static void fragments_differ_by_addresses_id_protocol_and_side(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct packet_bytes other[] = {
		datagram(HOST + 1, 5000, PEER, 80, 7),
		datagram(HOST, 5000, STRANGER, 80, 7),
		datagram(HOST, 5000, PEER, 80, 8), d,
	};
	struct nat_fixture f;

	(void)state;
	other[3].bytes[9] = 6;
	start(&f, "");
	passes(&f, NAT_INSIDE, piece(&d, 0, 400));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(give(&f, NAT_INSIDE,
				      piece(&other[i], 400, 800)), NAT_HELD);
	assert_int_equal(give(&f, NAT_OUTSIDE, piece(&d, 400, 800)),
			 NAT_HELD);
	assert_false(comes_out(&f, NAT_OUTSIDE));
	passes(&f, NAT_INSIDE, piece(&d, 400, 800));
	fixture_end(&f);
}

/* Held for 2 s, and no longer */
static void fragments_are_held_for_2_s(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);

	(void)state;
	for (unsigned late = 0; late < 2; late++) {
		struct nat_fixture f;

		start(&f, "");
		give(&f, NAT_INSIDE, piece(&d, 400, 1208));
		f.now += 2 * NS_PER_S - 1 + late;
		passes(&f, NAT_INSIDE, piece(&d, 0, 400));
		assert_int_equal(comes_out(&f, NAT_OUTSIDE), !late);
		fixture_end(&f);
	}
}

/* RFC 4787 REQ-14a: a flood of fragments that never become packets takes
   bounded memory (there is no allocation), and costs nobody else anything. */
static void flood_of_fragments_harms_no_others(void **state)
{
	struct packet_bytes d = datagram(STRANGER, 9, OUTSIDE, 5000, 7);
	struct packet_bytes mine = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_counts c;
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	for (unsigned i = 0; i < 20000; i++) {
		set16(d.bytes + 4, i);
		give(&f, NAT_OUTSIDE, piece(&d, 400, 800));
		assert_int_equal(f.result.verdict, NAT_HELD);
		if (i % 100)
			continue;
		passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
		passes(&f, NAT_OUTSIDE, udp(PEER, 80, OUTSIDE, 5000));
		passes(&f, NAT_INSIDE, piece(&mine, 0, 400));
		passes(&f, NAT_INSIDE, piece(&mine, 400, 1208));
	}
	nat_counts(f.nat, &c);
	assert_int_equal(c.sessions, 1);
	fixture_end(&f);
}

static void held_fragments_are_limited_in_number_and_length(void **state)
{
	unsigned came = 0;
	struct nat_fixture f;

	(void)state;
	start(&f, "");
	for (unsigned i = 0; i < 200; i++) {
		struct packet_bytes d = datagram(HOST, 5000, PEER, 80, i);

		give(&f, NAT_INSIDE, piece(&d, 400, 1208));
	}
	for (unsigned i = 0; i < 200; i++) {
		struct packet_bytes d = datagram(HOST, 5000, PEER, 80, i);

		passes(&f, NAT_INSIDE, piece(&d, 0, 400));
		if (comes_out(&f, NAT_OUTSIDE)) {
			came++;
			assert_true(i >= 200 - 64);	/* the newest */
		}
	}
	assert_int_equal(came, 64);
	fixture_end(&f);
}

/* A hairpinned datagram's fragments come back all. */
static void fragments_of_a_hairpinned_datagram_all_return(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, OUTSIDE, 6000, 7);
	struct packet_bytes want = datagram(OUTSIDE, 5000, HOST + 1, 6000, 7);
	struct puzzle z = { .end = 0 };
	struct nat_fixture f;

	(void)state;
	start(&f, "filtering = endpoint-independent");
	passes(&f, NAT_INSIDE, udp(HOST + 1, 6000, PEER, 80));
	assert_int_equal(give(&f, NAT_INSIDE, piece(&d, 808, 1208)),
			 NAT_HELD);
	assert_int_equal(give(&f, NAT_INSIDE, piece(&d, 0, 400)), NAT_RETURN);
	puzzle_add(&z, &f.last);
	assert_true(comes_out(&f, NAT_INSIDE));
	puzzle_add(&z, &f.last);
	assert_int_equal(give(&f, NAT_INSIDE, piece(&d, 400, 808)),
			 NAT_RETURN);
	puzzle_add(&z, &f.last);
	assert_whole(&z, &want);
	fixture_end(&f);
}

/* ip-id = rewrite: all fragments of a packet have the same new one. */
static void fragments_of_a_packet_get_the_same_new_id(void **state)
{
	struct packet_bytes d = datagram(HOST, 5000, PEER, 80, 7);
	struct nat_fixture f;
	unsigned id;

	(void)state;
	start(&f, "ip-id = rewrite");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 80));
	give(&f, NAT_INSIDE, piece(&d, 400, 800));
	passes(&f, NAT_INSIDE, piece(&d, 0, 400));
	id = read16(f.last.bytes + 4);
	assert_true(comes_out(&f, NAT_OUTSIDE));
	assert_int_equal(read16(f.last.bytes + 4), id);
	passes(&f, NAT_INSIDE, piece(&d, 800, 1208));
	assert_int_equal(read16(f.last.bytes + 4), id);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_pass_in_any_order),
		cmocka_unit_test(fragments_in_order_drops_early_ones),
		cmocka_unit_test(fragments_drop_drops_all),
		cmocka_unit_test(later_fragments_are_dropped_with_the_first),
		cmocka_unit_test(
			fragments_differ_by_addresses_id_protocol_and_side),
		cmocka_unit_test(fragments_are_held_for_2_s),
		cmocka_unit_test(flood_of_fragments_harms_no_others),
		cmocka_unit_test(
			held_fragments_are_limited_in_number_and_length),
		cmocka_unit_test(fragments_of_a_hairpinned_datagram_all_return),
		cmocka_unit_test(fragments_of_a_packet_get_the_same_new_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
