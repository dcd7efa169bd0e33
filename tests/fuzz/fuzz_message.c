/*
 * The input is a line from S or from a host. If it is refused, the message is
 * cleared and the error is fit for a terminal. Else the message must be written
 * as a line that reads back equal.
 */
#include "fuzz.h"

#include "rendezvous/code.h"
#include "rendezvous/message.h"

#include <stdlib.h>
#include <string.h>

static void assert_printable(const char *text)
{
	for (; *text; text++)
		assert(*text >= ' ' && *text <= '~');
}

static void assert_cleared(const void *object, size_t size)
{
	const uint8_t *bytes = object;

	while (size-- > 0)
		assert(bytes[size] == 0);
}

static void try_message(const char *line, size_t size)
{
	struct message first, second;
	struct error e = { 0 };
	char out[MESSAGE_LINE], again[MESSAGE_LINE];
	size_t length;

	if (!message_parse(line, size, &first, &e)) {
		assert_cleared(&first, sizeof(first));
		assert(e.kind != ERROR_NONE && e.text[0]);
		assert_printable(e.text);
		return;
	}
	assert_printable(first.text);
	assert_printable(first.reason);
	length = message_print(&first, out);
	assert(length <= MESSAGE_LINE && out[length - 1] == '\n');
	assert(!memchr(out, '\n', length - 1));
	assert(message_parse(out, length - 1, &second, NULL));
	assert(message_print(&second, again) == length);
	assert(!memcmp(out, again, length));
}

/* The same bytes, as a session code that a person typed. */
static void try_code(const char *line, size_t size)
{
	char *text = strndup(line, size), code[CODE_TEXT], again[CODE_TEXT];

	assert(text);
	if (code_check(text, code, NULL)) {
		assert(strlen(code) == CODE_TEXT - 1);
		assert(code_check(code, again, NULL));
		assert(!strcmp(code, again));
	} else {
		assert(!code[0]);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_message((const char *)data, size);
	try_code((const char *)data, size);
	return 0;
}
