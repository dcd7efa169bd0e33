/* What of standard input becomes one datagram. */
#include "method/datagram_input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void append(struct datagram_input *in, const char *text)
{
	memcpy(in->bytes + in->length, text, strlen(text));
	in->length += strlen(text);
}

/* takes - the next datagram is @text; NULL: there is none */
static void takes(struct datagram_input *in, bool ended, const char *text)
{
	size_t length = datagram_input_next(in, ended);

	if (!text) {
		assert_int_equal(length, 0);
		return;
	}
	assert_int_equal(length, strlen(text));
	assert_memory_equal(in->bytes, text, length);
	datagram_input_drop(in, length);
}

static void a_line_is_a_datagram_however_it_is_read(void **state)
{
	struct datagram_input in = { .unit = DATAGRAM_OF_LINE };

	(void)state;
	append(&in, "one\n\ntw");
	takes(&in, false, "one\n");
	takes(&in, false, "\n");
	takes(&in, false, NULL);
	append(&in, "o\nthr");
	takes(&in, false, "two\n");
	takes(&in, false, NULL);
	takes(&in, true, "thr");
	takes(&in, true, NULL);
}

static void a_line_that_is_too_long_is_cut(void **state)
{
	struct datagram_input in = { .unit = DATAGRAM_OF_LINE };

	(void)state;
	memset(in.bytes, 'x', DATAGRAM_PAYLOAD - 1);
	in.length = DATAGRAM_PAYLOAD - 1;
	takes(&in, false, NULL);
	append(&in, "y");
	assert_int_equal(datagram_input_next(&in, false), DATAGRAM_PAYLOAD);
	datagram_input_drop(&in, DATAGRAM_PAYLOAD);
	append(&in, "z\n");
	takes(&in, false, "z\n");
}

static void what_one_read_returns_is_a_datagram(void **state)
{
	struct datagram_input in = { .unit = DATAGRAM_OF_READ };

	(void)state;
	takes(&in, false, NULL);
	append(&in, "a\nb");
	takes(&in, false, "a\nb");
	append(&in, "c");
	takes(&in, false, "c");
	takes(&in, true, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_datagram_however_it_is_read),
		cmocka_unit_test(a_line_that_is_too_long_is_cut),
		cmocka_unit_test(what_one_read_returns_is_a_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
