/*
 * The window of connection tracking: its four published bounds, scaling
 * (RFC 7323), SACK (RFC 2018), and what it lets a receiver get away with.
 */
#include "conntrack_fixture.h"

/* Numbers outside the window, one after another; each finds it unmoved. */
static void segment_outside_the_window_leaves_it_unchanged(void **state)
{
	static const struct {
		uint32_t sequence, acknowledgement;
		enum conntrack_verdict verdict;
	} rows[] = {
		{ 1001 + WINDOW, 0xffffff01u, CONNTRACK_ACCEPT },
		{ 1001 + 3 * WINDOW, 0xffffff01u, CONNTRACK_INVALID },
		{ 1001, 0xffffff02u, CONNTRACK_INVALID },  /* never sent */
		{ 1001, 0xffffff01u - 66000, CONNTRACK_ACCEPT },
		{ 1001, 0xffffff01u - 66001, CONNTRACK_IGNORE },
		{ 1001u - WINDOW, 0xffffff01u, CONNTRACK_ACCEPT },
		{ 1000u - WINDOW, 0xffffff01u, CONNTRACK_IGNORE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tracked t = established(), l = established();

		assert_int_equal(out(&t, ACK, rows[i].sequence,
				     rows[i].acknowledgement),
				 rows[i].verdict);
		l.o.be_liberal = true;
		assert_int_equal(out(&l, ACK, rows[i].sequence,
				     rows[i].acknowledgement),
				 CONNTRACK_ACCEPT);
		assert_int_equal(l.c.state, CONNTRACK_ESTABLISHED);
	}
}

/* A receiver may take a little more than it offered, and acknowledge it. */
static void overshoot_is_ignored_but_may_be_acknowledged(void **state)
{
	struct tracked t = established();

	(void)state;
	STAYS(data_out(&t, P + 2 + WINDOW, 1000), t, IGNORE, ESTABLISHED);
	assert_int_equal(in(&t, ACK, Q + 1, P + 1002 + WINDOW),
			 CONNTRACK_ACCEPT);
}

static void window_is_scaled_only_if_both_offer_it(void **state)
{
	static const uint8_t scale_7[] = { 1, 3, 3, 7 };
	const uint32_t far = P + 1 + 100 * WINDOW;

	(void)state;
	for (int both = 0; both < 2; both++) {
		struct tracked t = fresh();
		struct conntrack_segment s = segment(SYN, P, 0, 0);

		s.options = scale_7;
		s.options_length = sizeof(scale_7);
		PASSES(give(&t, CONNTRACK_ORIGINAL, s), t, SYN_SENT);
		s.flags = SYN_ACK;
		s.sequence = Q;
		s.acknowledgement = P + 1;
		s.options_length = both ? sizeof(scale_7) : 0;
		PASSES(give(&t, CONNTRACK_REPLY, s), t, SYN_RECV);
		PASSES(out(&t, ACK, P + 1, Q + 1), t, ESTABLISHED);
		/* The SYN-ACK's own window is never scaled. */
		PASSES(in(&t, ACK, Q + 1, P + 1), t, ESTABLISHED);
		assert_int_equal(data_out(&t, far, 1),
				 both ? CONNTRACK_ACCEPT : CONNTRACK_INVALID);
	}
}

/* The furthest SACK block counts as acknowledged. */
static void furthest_sack_block_counts_as_acknowledged(void **state)
{
	static const uint8_t permitted[] = { 4, 2, 1, 1 };
	/* P + 101 to P + 201 */
	static const uint8_t block[] = { 1, 1, 5, 10, 0, 0, 4, 77,
					 0, 0, 4, 177 };

	(void)state;
	for (int sent = 0; sent < 2; sent++) {
		struct tracked t = fresh();
		struct conntrack_segment s = segment(SYN, P, 0, 0);

		s.options = permitted;
		s.options_length = sizeof(permitted);
		PASSES(give(&t, CONNTRACK_ORIGINAL, s), t, SYN_SENT);
		PASSES(in(&t, SYN_ACK, Q, P + 1), t, SYN_RECV);
		PASSES(out(&t, ACK, P + 1, Q + 1), t, ESTABLISHED);
		if (sent)
			assert_int_equal(data_out(&t, P + 101, 100),
					 CONNTRACK_ACCEPT);
		s = segment(ACK, Q + 1, P + 1, 0);
		s.options = block;
		s.options_length = sizeof(block);
		assert_int_equal(give(&t, CONNTRACK_REPLY, s), sent ?
				 CONNTRACK_ACCEPT : CONNTRACK_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			segment_outside_the_window_leaves_it_unchanged),
		cmocka_unit_test(overshoot_is_ignored_but_may_be_acknowledged),
		cmocka_unit_test(window_is_scaled_only_if_both_offer_it),
		cmocka_unit_test(furthest_sack_block_counts_as_acknowledged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
