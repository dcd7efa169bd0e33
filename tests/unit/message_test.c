/* The rendezvous' messages as lines: print, parse, refuse. */
#include "rendezvous/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct message samples[] = {
	{ .kind = MESSAGE_HELLO, .version = 1 },
	{ .kind = MESSAGE_OBSERVED, .endpoint = { 0xc0000201, 40001 } },
	{ .kind = MESSAGE_JOIN, .session = "00112233445566778899aabbccddeeff",
	  .nonce = { 1, 2, 255 } },
	{ .kind = MESSAGE_INTRODUCTION, .endpoint = { 0xc6336409, 65535 },
	  .nonce = { 9 }, .spoofing = true },
	{ .kind = MESSAGE_INTRODUCTION, .endpoint = { 1, 1 } },
	{ .kind = MESSAGE_RELAY, .sealed_length = 5, .sealed = "\0seal" },
	{ .kind = MESSAGE_RELAY },
	{ .kind = MESSAGE_SPOOF, .syn = { .isn = 0xffffffff, .window = 64240,
	  .options_length = 8,
	  .options = { 2, 4, 5, 0xb4, 1, 3, 3, 7 } } },
	{ .kind = MESSAGE_SPOOFED },
	{ .kind = MESSAGE_HELLO, .version = 1, .wants_udp = true },
	{ .kind = MESSAGE_OBSERVED, .endpoint = { 0x01020304, 5 },
	  .has_token = true, .token = { 0x11, 0x22, 0xff } },
	{ .kind = MESSAGE_INTRODUCTION, .endpoint = { 0x01020304, 5 },
	  .udp = { 0x05060708, 65535 } },
	{ .kind = MESSAGE_ERROR, .reason = "session-full",
	  .text = "two \"members\" \\ already" },
	{ .kind = MESSAGE_BYE },
};

static void each_kind_survives_print_and_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		char line[MESSAGE_LINE];
		size_t length = message_print(&samples[i], line);
		struct message m;
		struct error e = { 0 };

		assert_int_equal(line[length - 1], '\n');
		assert_null(memchr(line, '\n', length - 1));
		assert_true(message_parse(line, length - 1, &m, &e));
		assert_memory_equal(&m, &samples[i], sizeof(m));
	}
}

static void hello_is_printed_as_documented(void **state)
{
	const char hello[] = "{\"type\":\"hello\",\"version\":1}\n";
	char line[MESSAGE_LINE];
	size_t length = message_print(&samples[0], line);

	(void)state;
	assert_int_equal(length, strlen(hello));
	assert_memory_equal(line, hello, length);
	assert_string_equal(message_name(MESSAGE_INTRODUCTION),
			    "introduction");
}

/* The longest of each field still fits a line. */
static void longest_fields_fit_a_line(void **state)
{
	struct message m = { .kind = MESSAGE_RELAY }, back;
	char line[MESSAGE_LINE];
	size_t length;

	(void)state;
	m.sealed_length = SEALED_MAX;
	memset(m.sealed, 0xff, SEALED_MAX);
	length = message_print(&m, line);
	assert_true(length > SEALED_MAX && length < MESSAGE_LINE);
	assert_true(message_parse(line, length - 1, &back, NULL));
	assert_memory_equal(&m, &back, sizeof(m));

	memset(&m, 0, sizeof(m));
	m.kind = MESSAGE_ERROR;
	memset(m.reason, 'r', sizeof(m.reason) - 1);
	memset(m.text, '"', sizeof(m.text) - 1);
	length = message_print(&m, line);
	assert_true(message_parse(line, length - 1, &back, NULL));
	assert_memory_equal(&m, &back, sizeof(m));
}

/* Text from S or from a client must be fit for a terminal. */
static void control_characters_are_replaced(void **state)
{
	const char line[] = "{\"type\":\"error\",\"reason\":\"idle\","
			    "\"text\":\"\\u001b[2Jx\\n\xc2\x9b\"}";
	struct message m;
	struct error e = { 0 };

	(void)state;
	assert_true(message_parse(line, strlen(line), &m, &e));
	assert_string_equal(m.text, "?[2Jx???");
	assert_false(message_parse("\x1b[2J", 4, &m, &e));
	assert_null(strchr(e.text, '\x1b'));
}

static void unknown_fields_are_ignored(void **state)
{
	const char line[] = "{\"later\":[1,{}],\"type\":\"bye\"} \r";
	struct message m;

	(void)state;
	assert_true(message_parse(line, strlen(line), &m, NULL));
	assert_int_equal(m.kind, MESSAGE_BYE);
}

static const struct {
	const char *line, *why;
} refused[] = {
	{ "", "not a message" },
	{ "garbage", "garbage" },
	{ "{", "not a message" },
	{ "[]", "no 'type'" },
	{ "3", "not a message" },
	{ "{}", "no 'type'" },
	{ "{\"type\":1}", "no 'type'" },
	{ "{\"type\":\"hullo\"}", "unknown type 'hullo'" },
	{ "{\"type\":\"bye\"}{}", "not a message" },
	{ "{\"type\":\"bye\",\"type\":\"hello\"}", "duplicate" },
	{ "{\"type\":\"hello\"}", "'version'" },
	{ "{\"type\":\"hello\",\"version\":-1}", "'version'" },
	{ "{\"type\":\"hello\",\"version\":1.0}", "'version'" },
	{ "{\"type\":\"hello\",\"version\":\"1\"}", "'version'" },
	{ "{\"type\":\"observed\"}", "'endpoint'" },
	{ "{\"type\":\"observed\",\"endpoint\":\"1.2.3.4\"}", "'endpoint'" },
	{ "{\"type\":\"observed\",\"endpoint\":\"1.2.3.4:0\"}", "'endpoint'" },
	{ "{\"type\":\"observed\",\"endpoint\":\"0.0.0.0:1\"}", "'endpoint'" },
	{ "{\"type\":\"observed\",\"endpoint\":\"1.2.3.4:5\","
	  "\"token\":\"00\"}", "'token'" },
	{ "{\"type\":\"observed\",\"endpoint\":\"1.2.3.4:5\","
	  "\"token\":null}", "'token'" },
	{ "{\"type\":\"introduction\",\"spoofing\":true,"
	  "\"udp\":\"1.2.3.4\"}", "'udp'" },
	{ "{\"type\":\"join\",\"session\":\"00\"}", "'session'" },
	{ "{\"type\":\"join\",\"session\":"
	  "\"00112233445566778899AABBCCDDEEFF\"}", "'session'" },
	{ "{\"type\":\"join\",\"session\":"
	  "\"00112233445566778899aabbccddeeff\"}", "'nonce'" },
	{ "{\"type\":\"join\",\"session\":"
	  "\"00112233445566778899aabbccddeeff\",\"nonce\":\"00\"}",
	  "'nonce'" },
	{ "{\"type\":\"join\",\"session\":"
	  "\"00112233445566778899aabbccddeeff\",\"nonce\":"
	  "\"00112233445566778899aabbccddeeff00\"}", "'nonce'" },
	{ "{\"type\":\"introduction\",\"spoofing\":1}", "'spoofing'" },
	{ "{\"type\":\"relay\"}", "'sealed'" },
	{ "{\"type\":\"relay\",\"sealed\":\"A\"}", "'sealed'" },
	{ "{\"type\":\"relay\",\"sealed\":\"AAA*\"}", "'sealed'" },
	{ "{\"type\":\"spoof\",\"isn\":4294967296}", "'isn'" },
	{ "{\"type\":\"spoof\",\"isn\":-1}", "'isn'" },
	{ "{\"type\":\"spoof\",\"isn\":1,\"window\":0}", "'window'" },
	{ "{\"type\":\"spoof\",\"isn\":1,\"window\":65536}", "'window'" },
	{ "{\"type\":\"spoof\",\"isn\":1,\"window\":9}", "'options'" },
	{ "{\"type\":\"spoof\",\"isn\":1,\"window\":9,\"options\":\"01\"}",
	  "'options'" },
	{ "{\"type\":\"spoof\",\"isn\":1,\"window\":9,"
	  "\"options\":\"020905b4\"}", "'options'" },
	{ "{\"type\":\"error\",\"reason\":\"\",\"text\":\"\"}", "'reason'" },
	{ "{\"type\":\"error\",\"reason\":\"A b\",\"text\":\"\"}",
	  "'reason'" },
	{ "{\"type\":\"error\",\"reason\":\"idle\"}", "'text'" },
};

static void malformed_messages_are_refused(void **state)
{
	const struct message cleared = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct message m;
		struct error e = { 0 };

		memset(&m, 0xff, sizeof(m));
		assert_false(message_parse(refused[i].line,
					   strlen(refused[i].line), &m, &e));
		assert_non_null(strstr(e.text, refused[i].why));
		assert_memory_equal(&m, &cleared, sizeof(m));
	}
}

static void line_of_4096_bytes_is_refused(void **state)
{
	char line[MESSAGE_LINE + 1], sealed[2100];
	struct message m;
	struct error e = { 0 };
	int length;

	(void)state;
	memset(line, ' ', sizeof(line));
	assert_false(message_parse(line, MESSAGE_LINE, &m, &e));
	assert_non_null(strstr(e.text, "4096"));

	memset(sealed, 'A', sizeof(sealed));	/* 2004: 1503 bytes */
	length = snprintf(line, sizeof(line),
			  "{\"type\":\"relay\",\"sealed\":\"%.2004s\"}",
			  sealed);
	assert_false(message_parse(line, (size_t)length, &m, &e));
	assert_non_null(strstr(e.text, "'sealed'"));
}

/* A line cut anywhere is refused, and nothing is read behind its end. */
static void every_cut_line_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		char line[MESSAGE_LINE];
		size_t length = message_print(&samples[i], line) - 1;
		struct message m;

		for (size_t n = 0; n < length; n++)
			assert_false(message_parse(line, n, &m, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_survives_print_and_parse),
		cmocka_unit_test(hello_is_printed_as_documented),
		cmocka_unit_test(longest_fields_fit_a_line),
		cmocka_unit_test(control_characters_are_replaced),
		cmocka_unit_test(unknown_fields_are_ignored),
		cmocka_unit_test(malformed_messages_are_refused),
		cmocka_unit_test(line_of_4096_bytes_is_refused),
		cmocka_unit_test(every_cut_line_is_refused),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
