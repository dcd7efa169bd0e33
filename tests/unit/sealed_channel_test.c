/* Sealed datagrams: keys, counters, the replay window, sizes. */
#include "datagram_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct channel_pair {
	struct sealed_channel a, b;
	uint8_t plain[SEALED_DATAGRAM_MAX];
	bool newest;
};

static struct channel_pair begin(void)
{
	struct channel_pair p;

	memset(&p, 0, sizeof(p));
	begin_channels(&p.a, &p.b);
	return p;
}

/* seal_from_a - Return: the length of A's next datagram, whose content is its
   counter's low byte */
static size_t seal_from_a(struct channel_pair *p,
			  uint8_t out[SEALED_DATAGRAM_MAX])
{
	uint8_t content = (uint8_t)(p->a.sent + 1);

	return sealed_channel_seal(&p->a, &content, 1, out);
}

static long unseal_at_b(struct channel_pair *p, const uint8_t *datagram,
			size_t length)
{
	return sealed_channel_unseal(&p->b, datagram, length, p->plain,
				     &p->newest);
}

static void what_one_seals_the_other_unseals(void **state)
{
	struct channel_pair p = begin();
	uint8_t datagram[SEALED_DATAGRAM_MAX];
	size_t n = sealed_channel_seal(&p.a, "knock", 5, datagram);

	(void)state;
	assert_int_equal(n, 5 + SEALED_DATAGRAM_OVERHEAD);
	assert_int_equal(unseal_at_b(&p, datagram, n), 5);
	assert_memory_equal(p.plain, "knock", 5);
	assert_true(p.newest);
	n = sealed_channel_seal(&p.b, "", 0, datagram);
	assert_int_equal(n, SEALED_DATAGRAM_OVERHEAD);
	assert_int_equal(sealed_channel_unseal(&p.a, datagram, n, p.plain,
					       &p.newest), 0);
}

static void each_direction_and_pair_of_endpoints_has_its_own_key(
	void **state)
{
	struct channel_pair p = begin();
	struct sealed_channel other;
	uint8_t nonces[2][NONCE_BYTES] = { { 1 }, { 2 } }, bits[10] =
		"datagrams";
	char code[CODE_TEXT];
	struct keys k;

	(void)state;
	code_make(bits, code);
	assert_true(keys_derive(code, nonces[0], nonces[1], &k));
	sealed_channel_begin(&other, &k, &public_b, &public_a);
	assert_memory_equal(p.a.key_out, p.b.key_in, 32);
	assert_memory_equal(p.a.key_in, p.b.key_out, 32);
	assert_memory_not_equal(p.a.key_out, p.a.key_in, 32);
	assert_memory_not_equal(p.a.key_out, other.key_out, 32);
	/* nor has the channel through S, or a stream's proof */
	assert_memory_not_equal(p.a.key_out, k.seal_out, 32);
	assert_memory_not_equal(p.a.key_out, k.proof_out, 32);
}

static void no_counter_is_used_twice(void **state)
{
	struct channel_pair p = begin();
	uint8_t datagram[SEALED_DATAGRAM_MAX];

	(void)state;
	for (unsigned i = 1; i <= 1000; i++) {
		seal_from_a(&p, datagram);
		assert_int_equal(datagram[6] << 8 | datagram[7], i);
	}
	p.a.sent = UINT64_MAX - 1;
	assert_int_not_equal(seal_from_a(&p, datagram), 0);
	assert_int_equal(seal_from_a(&p, datagram), 0);
	assert_int_equal(p.a.sent, UINT64_MAX);
}

static void a_changed_cut_or_foreign_datagram_is_refused(void **state)
{
	struct channel_pair p = begin();
	uint8_t datagram[SEALED_DATAGRAM_MAX];
	size_t n = seal_from_a(&p, datagram);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		datagram[i] ^= 1;
		assert_int_equal(unseal_at_b(&p, datagram, n), -1);
		datagram[i] ^= 1;
		assert_int_equal(unseal_at_b(&p, datagram, i), -1);
	}
	/* A's own, sent back to A */
	assert_int_equal(sealed_channel_unseal(&p.a, datagram, n, p.plain,
					       &p.newest), -1);
	assert_false(p.newest);
	assert_int_equal(unseal_at_b(&p, datagram, n), 1);
}

static void each_datagram_is_accepted_once(void **state)
{
	struct channel_pair p = begin();
	uint8_t datagram[SEALED_DATAGRAM_MAX];
	size_t n = seal_from_a(&p, datagram);

	(void)state;
	assert_int_equal(unseal_at_b(&p, datagram, n), 1);
	assert_int_equal(unseal_at_b(&p, datagram, n), -1);
}

/* RFC 4303 3.4.3: in the window by a bit each, left of it never again */
static void reordered_datagrams_pass_within_the_window_only(void **state)
{
	enum { COUNT = 3 * REPLAY_WINDOW };
	struct channel_pair p = begin();
	uint8_t datagram[COUNT + 1][SEALED_DATAGRAM_MAX];
	size_t n = 0;

	(void)state;
	for (int i = 1; i <= COUNT; i++)
		n = seal_from_a(&p, datagram[i]);
	assert_int_equal(unseal_at_b(&p, datagram[100], n), 1);
	assert_true(p.newest);
	assert_int_equal(unseal_at_b(&p, datagram[100 - REPLAY_WINDOW], n),
			 -1);
	assert_int_equal(unseal_at_b(&p, datagram[101 - REPLAY_WINDOW], n), 1);
	assert_false(p.newest);
	assert_int_equal(unseal_at_b(&p, datagram[101 - REPLAY_WINDOW], n),
			 -1);
	assert_int_equal(unseal_at_b(&p, datagram[99], n), 1);
	assert_int_equal(unseal_at_b(&p, datagram[COUNT], n), 1);
	assert_true(p.newest);
	assert_int_equal(unseal_at_b(&p, datagram[101], n), -1);
	assert_int_equal(unseal_at_b(&p, datagram[COUNT - 1], n), 1);
}

static void every_order_of_arrival_accepts_each_at_most_once(void **state)
{
	enum { COUNT = 200 };
	static uint8_t datagram[COUNT][SEALED_DATAGRAM_MAX];
	struct channel_pair p = begin();
	unsigned accepted[COUNT] = { 0 };
	uint64_t random = 1;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < COUNT; i++)
		n = seal_from_a(&p, datagram[i]);
	for (int i = 0; i < 5000; i++) {
		unsigned which;

		random = random * 6364136223846793005U + 1442695040888963407U;
		which = (unsigned)(random >> 33) % COUNT;
		if (unseal_at_b(&p, datagram[which], n) == 1)
			accepted[which]++;
	}
	for (int i = 0; i < COUNT; i++)
		assert_in_range(accepted[i], 0, 1);
}

static void datagrams_have_a_greatest_size(void **state)
{
	static uint8_t plain[SEALED_DATAGRAM_MAX + 1];
	uint8_t datagram[SEALED_DATAGRAM_MAX + 1];
	struct channel_pair p = begin();
	size_t n = sealed_channel_seal(&p.a, plain, SEALED_DATAGRAM_PLAIN,
				       datagram);

	(void)state;
	assert_int_equal(n, SEALED_DATAGRAM_MAX);
	assert_int_equal(sealed_channel_seal(&p.a, plain,
					     SEALED_DATAGRAM_PLAIN + 1,
					     datagram), 0);
	assert_int_equal(unseal_at_b(&p, datagram, n + 1), -1);
	assert_int_equal(unseal_at_b(&p, datagram, n), SEALED_DATAGRAM_PLAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_one_seals_the_other_unseals),
		cmocka_unit_test(
			each_direction_and_pair_of_endpoints_has_its_own_key),
		cmocka_unit_test(no_counter_is_used_twice),
		cmocka_unit_test(a_changed_cut_or_foreign_datagram_is_refused),
		cmocka_unit_test(each_datagram_is_accepted_once),
		cmocka_unit_test(
			reordered_datagrams_pass_within_the_window_only),
		cmocka_unit_test(
			every_order_of_arrival_accepts_each_at_most_once),
		cmocka_unit_test(datagrams_have_a_greatest_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
