/* The stream of a guest's messages, however it is cut. */
#include "virtual/guest_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static uint8_t taken[GUEST_MESSAGE_MAX];

static void messages_come_out_whole_however_they_are_cut(void **state)
{
	static const char *const messages[] = { "a", "bc", "def" };
	struct guest_stream *s = calloc(1, sizeof(*s));
	uint8_t bytes[64];
	int in[2], out[2];
	ssize_t length;
	size_t got = 0;

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	for (int i = 0; i < 3; i++)
		assert_true(guest_stream_put(in[1], messages[i],
					     strlen(messages[i])));
	length = read(in[0], bytes, sizeof(bytes));
	assert_int_equal(length, 3 * 4 + 1 + 2 + 3);
	for (ssize_t i = 0; i < length; i++) {
		ssize_t n;

		assert_int_equal(write(out[1], &bytes[i], 1), 1);
		assert_int_equal(guest_stream_read(s, out[0]), 1);
		while ((n = guest_stream_take(s, taken))) {
			assert_int_equal(n, strlen(messages[got]));
			assert_memory_equal(taken, messages[got], (size_t)n);
			got++;
		}
	}
	assert_int_equal(got, 3);
	free(s);
}

static void what_is_no_message_is_refused(void **state)
{
	struct guest_stream *s = calloc(1, sizeof(*s));

	(void)state;
	memcpy(s->bytes, "Kernel panic", 12);
	s->length = 12;
	assert_int_equal(guest_stream_take(s, taken), -1);
	memset(s->bytes, 0, 4);
	assert_int_equal(guest_stream_take(s, taken), -1);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_out_whole_however_they_are_cut),
		cmocka_unit_test(what_is_no_message_is_refused),
	};

	return cmocka_run_group_tests_name("guest_stream", tests, NULL, NULL);
}
