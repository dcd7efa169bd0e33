/* Capture files, read back block by block (draft-ietf-opsawg-pcapng). */
#include "report/capture_file.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

enum { BLOCK_INTERFACE = 1, BLOCK_PACKET = 6, OPTION_COMMENT = 1 };

struct pcapng_block {
	uint32_t type, length;
	const uint8_t *bytes;
};

static uint32_t word(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Split a file into blocks; both lengths of each must agree (section 3.1). */
static size_t blocks_read(const uint8_t *file, size_t size,
			  struct pcapng_block *out, size_t room)
{
	size_t at = 0, n = 0;

	while (at < size) {
		assert_true(n < room && size - at >= 12);
		out[n].type = word(file + at);
		out[n].length = word(file + at + 4);
		out[n].bytes = file + at;
		assert_true(out[n].length <= size - at);
		assert_int_equal(word(file + at + out[n].length - 4),
				 out[n].length);
		at += out[n++].length;
	}
	return n;
}

/* The comment of an enhanced packet block; options follow the padded data. */
static void comment_read(const struct pcapng_block *b, char *out, size_t room)
{
	size_t at = 28 + ((word(b->bytes + 20) + 3) & ~(size_t)3);
	uint16_t code, length;

	memcpy(&code, b->bytes + at, 2);
	memcpy(&length, b->bytes + at + 2, 2);
	assert_int_equal(code, OPTION_COMMENT);
	assert_true(length < room);
	memcpy(out, b->bytes + at + 4, length);
	out[length] = '\0';
}

static void packet(struct trace *s, int64_t at, enum trace_event_kind kind,
		   uint8_t flags, uint16_t window)
{
	struct segment g = {
		.source = { 0x0a000002, 40001 },
		.destination = { 0xc6336401, 40017 },
		.flags = flags, .sequence = 100, .window = window, .ttl = 64,
		.acknowledgement = flags & TCP_ACK ? 201 : 0,
	};
	uint8_t bytes[128];
	size_t n = segment_build(&g, bytes, sizeof(bytes));

	trace_packet(s, at, kind, bytes, n, n, NULL);
}

static size_t written(const struct ladder *l, uint8_t *file, size_t room)
{
	char path[] = "/tmp/capture_file_test.XXXXXX";
	int fd = mkstemp(path);
	struct error e = { 0 };
	ssize_t n;

	assert_true(fd >= 0);
	assert_true(capture_write(path, l, &e));
	n = read(fd, file, room);
	close(fd);
	unlink(path);
	assert_true(n > 0);
	return (size_t)n;
}

/* A comment tells what led to its packet, in the ladder's words; the last
   one also what came after. */
static void packets_are_in_time_order_with_comments(void **state)
{
	static struct attempt_result a, b;
	static struct trace middle;
	struct ladder l = { .a = &a, .b = &b, .middle = &middle };
	uint8_t file[4096];
	struct pcapng_block block[16];
	char text[256];

	(void)state;
	a.isn[1] = 200;
	trace_text(&a.trace, 1000, TRACE_STATE, "introduced");
	packet(&a.trace, 1001, TRACE_PACKET_OUT, TCP_SYN, 64240);
	packet(&a.trace, 1003, TRACE_PACKET_OUT, TCP_SYN | TCP_ACK, 64239);
	trace_text(&a.trace, 1004, TRACE_STATE, "gave up");
	packet(&middle, 1002, TRACE_DROPPED, TCP_SYN, 64240);

	assert_int_equal(blocks_read(file, written(&l, file, sizeof(file)),
				     block, 16), 1 + 3 + 3);
	assert_int_equal(block[0].type, 0x0a0d0d0a);
	assert_int_equal(block[1].type, BLOCK_INTERFACE);
	assert_int_equal(block[3].type, BLOCK_INTERFACE);
	assert_int_equal(block[4].type, BLOCK_PACKET);
	comment_read(&block[4], text, sizeof(text));
	assert_string_equal(text, "introduced; SYN 0:0(0)");
	/* in the order of time, whoever saw it */
	assert_int_equal(word(block[5].bytes + 8), 2);
	comment_read(&block[6], text, sizeof(text));
	assert_string_equal(text, "forged SYN-ACK 0:0(0) ack 1; gave up");
}

/* Monotonic times become wall-clock ones. */
static void packets_are_stamped_with_the_wall_clock(void **state)
{
	static struct attempt_result a;
	struct ladder l = { .a = &a };
	int64_t before = clock_wall(), at, after;
	uint8_t file[4096];
	struct pcapng_block block[16];

	(void)state;
	packet(&a.trace, clock_now(), TRACE_PACKET_OUT, TCP_SYN, 64240);
	assert_int_equal(blocks_read(file, written(&l, file, sizeof(file)),
				     block, 16), 1 + 1 + 1);
	after = clock_wall();
	at = (int64_t)((uint64_t)word(block[2].bytes + 12) << 32 |
		       word(block[2].bytes + 16));
	assert_in_range(at, before - NS_PER_S, after + NS_PER_S);
}

static void a_path_that_cannot_be_written_is_quoted(void **state)
{
	struct ladder l = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_false(capture_write("/nonexistent/x.pcapng", &l, &e));
	assert_int_equal(e.kind, ERROR_FAILED);
	assert_string_equal(e.text, "cannot write \"/nonexistent/x.pcapng\": "
			    "No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_in_time_order_with_comments),
		cmocka_unit_test(packets_are_stamped_with_the_wall_clock),
		cmocka_unit_test(a_path_that_cannot_be_written_is_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
