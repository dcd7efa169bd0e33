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

static void greeting_tells_private_endpoints(void **state)
{
	struct peer_message in = { .kind = PEER_GREETING,
			     .approach = "natblaster announce", .lan = true,
			     .candidates = { .count = CANDIDATES_MAX,
				.at = { { 0xc0a80102, 4321 }, { 1, 2 },
					{ 3, 4 }, { 0, 0 } } } }, out;
	uint8_t bytes[PEER_MESSAGE_BYTES];
	size_t length = peer_message_write(&in, bytes);

	(void)state;
	assert_true(peer_message_parse(bytes, length, &out));
	assert_string_equal(out.approach, in.approach);
	assert_true(out.lan);
	assert_int_equal(out.candidates.count, CANDIDATES_MAX);
	for (int i = 0; i < CANDIDATES_MAX; i++)
		assert_true(endpoint_equal(&out.candidates.at[i],
					   &in.candidates.at[i]));
	assert_false(peer_message_parse(bytes, length - 1, &out));
	assert_int_equal(out.candidates.count, 0);
}

/* Programs without candidates read the name up to its end, and accept as many
   bytes after the round trip as a name could have. */
static void older_programs_read_the_greeting(void **state)
{
	struct peer_message in = { .kind = PEER_GREETING,
			     .approach = "natblaster announce",
			     .candidates = { .count = CANDIDATES_MAX } }, out;
	const uint8_t old[] = { PEER_GREETING, 0, 0, 0, 1, 'p', '2' };
	uint8_t bytes[PEER_MESSAGE_BYTES];

	(void)state;
	assert_true(peer_message_write(&in, bytes) - 1 - 4 <
		    PEER_MESSAGE_APPROACH);
	assert_true(peer_message_parse(old, sizeof(old), &out));
	assert_string_equal(out.approach, "p2");
	assert_false(out.lan);
	assert_int_equal(out.candidates.count, 0);
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
		{ 7, { PEER_GREETING, 0, 0, 0, 0, 'p', 0 } },	/* no flag */
		{ 8, { PEER_GREETING, 0, 0, 0, 0, 'p', 0, 2 } },
		{ 9, { PEER_GREETING, 0, 0, 0, 0, 'p', 0, 1, 10 } },
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
		cmocka_unit_test(greeting_tells_private_endpoints),
		cmocka_unit_test(older_programs_read_the_greeting),
		cmocka_unit_test(syn_is_parsed_as_written),
		cmocka_unit_test(gone_carries_the_cause),
		cmocka_unit_test(malformed_messages_are_refused),
	};

	return cmocka_run_group_tests_name("peer message", tests, NULL, NULL);
}
