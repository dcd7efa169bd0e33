/* Messages between hosts: each kind to bytes and back, and malformed ones. */
#include "method/peer_message.h"

#include "base/result_codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void greeting_is_parsed_as_written(void **state)
{
	struct peer_message in = { .kind = PEER_GREETING,
			     .approach = "p2pnat sequential",
			     .round_trip = 30000000 }, out;
	uint8_t bytes[PEER_MESSAGE_BYTES];

	(void)state;
	assert_true(peer_message_parse(bytes, peer_message_write(&in, bytes),
				       &out));
	assert_int_equal(out.kind, PEER_GREETING);
	assert_string_equal(out.approach, in.approach);
	assert_int_equal(out.round_trip, in.round_trip);
}

static void syn_is_parsed_as_written(void **state)
{
	struct peer_message in = { .kind = PEER_SYN,
			     .syn = { .isn = 0xfffffffe, .window = 64240,
				      .options_length = 8,
				      .options = { 2, 4, 5, 180, 1, 1, 4, 2 } }
			   }, out;
	uint8_t bytes[PEER_MESSAGE_BYTES];

	(void)state;
	assert_true(peer_message_parse(bytes, peer_message_write(&in, bytes),
				       &out));
	assert_int_equal(out.syn.isn, in.syn.isn);
	assert_int_equal(out.syn.window, 64240);
	assert_int_equal(out.syn.options_length, 8);
	assert_memory_equal(out.syn.options, in.syn.options, 8);
}

static void gone_carries_the_cause(void **state)
{
	struct peer_message in = { .kind = PEER_GONE,
			     .cause = CAUSE_RST_FROM_NAT }, out;
	uint8_t bytes[PEER_MESSAGE_BYTES];

	(void)state;
	assert_true(peer_message_parse(bytes, peer_message_write(&in, bytes),
				       &out));
	assert_int_equal(out.cause, CAUSE_RST_FROM_NAT);
}

static void malformed_messages_are_refused(void **state)
{
	static const struct {
		size_t length;
		uint8_t bytes[60];
	} bad[] = {
		{ 0, { 0 } },				/* nothing */
		{ 1, { 99 } },				/* unknown kind */
		{ 4, { PEER_GREETING, 0, 0, 0 } },	/* no round trip */
		{ 6, { PEER_SYN, 1, 2, 3, 4, 5 } },	/* no window */
		{ 9, { PEER_SYN } },		/* options not in words */
		{ 51, { PEER_SYN } },			/* 44 of options */
		{ 1, { PEER_GONE } },			/* no cause */
		{ 2, { PEER_GONE, CAUSE_COUNT } },	/* unknown cause */
	};
	struct peer_message out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(
			peer_message_parse(bad[i].bytes, bad[i].length, &out));
		assert_int_equal(out.kind, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(greeting_is_parsed_as_written),
		cmocka_unit_test(syn_is_parsed_as_written),
		cmocka_unit_test(gone_carries_the_cause),
		cmocka_unit_test(malformed_messages_are_refused),
	};

	return cmocka_run_group_tests_name("peer message", tests, NULL, NULL);
}
