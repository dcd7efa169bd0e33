/*
 * A SYN-ACK's options: RFC 2018 2, RFC 7323 2.2 (scale only when both sent
 * it), 3.2 (timestamps too; TSecr is the SYN's TSval).
 */
#include "wire/syn_ack_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t block(const struct tcp_options *o,
		     uint8_t bytes[TCP_OPTIONS_MAX])
{
	return tcp_options_build(o, bytes);
}

static struct tcp_options mirrored(const struct tcp_options *own,
				   const struct tcp_options *peer)
{
	uint8_t a[TCP_OPTIONS_MAX], b[TCP_OPTIONS_MAX], out[TCP_OPTIONS_MAX];
	uint8_t a_length = block(own, a), b_length = block(peer, b), length;
	struct tcp_options answer;

	assert_true(syn_ack_options(a, a_length, b, b_length, out, &length));
	assert_int_equal(length % 4, 0);
	assert_true(tcp_options_parse(out, length, &answer));
	return answer;
}

static const struct tcp_options full = {
	.has_mss = true, .mss = 1460, .has_scale = true, .scale = 7,
	.sack_permitted = true, .has_timestamps = true, .value = 1000,
};

static const struct tcp_options peer_full = {
	.has_mss = true, .mss = 1400, .has_scale = true, .scale = 2,
	.sack_permitted = true, .has_timestamps = true, .value = 77,
};

static void syn_ack_has_every_option_of_both(void **state)
{
	struct tcp_options o = mirrored(&full, &peer_full);

	(void)state;
	assert_true(o.has_mss && o.mss == 1460);
	assert_true(o.has_scale && o.scale == 7);
	assert_true(o.sack_permitted);
	assert_true(o.has_timestamps && o.value == 1000 && o.echo == 77);
}

/* Each option that one of the SYNs lacks, on either side. */
static void syn_ack_lacks_what_one_syn_lacks(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++)
		for (unsigned lacks = 0; lacks < 8; lacks++) {
			struct tcp_options own = full, peer = peer_full, o;
			struct tcp_options *poor = side ? &peer : &own;

			poor->has_scale = !(lacks & 1);
			poor->sack_permitted = !(lacks & 2);
			poor->has_timestamps = !(lacks & 4);
			o = mirrored(&own, &peer);
			assert_true(o.has_mss && o.mss == 1460);
			assert_int_equal(o.has_scale, !(lacks & 1));
			assert_int_equal(o.sack_permitted, !(lacks & 2));
			assert_int_equal(o.has_timestamps, !(lacks & 4));
		}
}

static void syns_without_options_give_none(void **state)
{
	uint8_t out[TCP_OPTIONS_MAX], length = 9;

	(void)state;
	assert_true(syn_ack_options(NULL, 0, NULL, 0, out, &length));
	assert_int_equal(length, 0);
}

/* Linux's own SYN and the SYN-ACK with which Linux answers it, byte by byte */
static void option_block_is_as_linux_writes_it(void **state)
{
	const uint8_t own[] = {
		2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 3, 0xe8, 0, 0, 0, 0,
		1, 3, 3, 7,
	};
	const uint8_t peer[] = {
		2, 4, 5, 0x78, 4, 2, 8, 10, 0, 0, 0, 0x4d, 0, 0, 0, 0,
		1, 3, 3, 2,
	};
	const uint8_t answer[] = {
		2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 3, 0xe8, 0, 0, 0, 0x4d,
		1, 3, 3, 7,
	};
	uint8_t out[TCP_OPTIONS_MAX], length;

	(void)state;
	assert_true(syn_ack_options(own, sizeof(own), peer, sizeof(peer), out,
				    &length));
	assert_int_equal(length, sizeof(answer));
	assert_memory_equal(out, answer, sizeof(answer));
}

static void malformed_option_blocks_are_refused(void **state)
{
	const uint8_t broken[4] = { 2, 9, 5, 0xb4 };
	uint8_t good[TCP_OPTIONS_MAX], out[TCP_OPTIONS_MAX], length = 9;
	uint8_t good_length = block(&full, good);

	(void)state;
	assert_false(
		syn_ack_options(broken, 4, good, good_length, out, &length));
	assert_int_equal(length, 0);
	length = 9;
	assert_false(
		syn_ack_options(good, good_length, broken, 4, out, &length));
	assert_int_equal(length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_ack_has_every_option_of_both),
		cmocka_unit_test(syn_ack_lacks_what_one_syn_lacks),
		cmocka_unit_test(syns_without_options_give_none),
		cmocka_unit_test(option_block_is_as_linux_writes_it),
		cmocka_unit_test(malformed_option_blocks_are_refused),
	};

	return cmocka_run_group_tests_name("mirror", tests, NULL, NULL);
}
