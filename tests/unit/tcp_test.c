/*
 * Segments and options: RFC 9293 3.1, RFC 7323 2.2 and 3.2, RFC 2018 2. The
 * SYN below is laid out as Linux does it; its checksums were summed by hand.
 */
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OPTIONS_AT 40	/* of the SYN below */

/* 10.0.0.1:40001 > 192.0.2.9:40002: S, sequence 01020304 */
static const uint8_t syn[60] = {
	0x45, 0x00, 0x00, 0x3c, 0x12, 0x34, 0x40, 0x00, 0x03, 0x06,
	0x99, 0x7e, 10, 0, 0, 1, 192, 0, 2, 9,
	0x9c, 0x41, 0x9c, 0x42, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0,
	0xa0, 0x02, 0xfa, 0xf0, 0x44, 0x7a, 0, 0,
	2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
};

static const struct segment syn_fields = {
	.source = { 0x0a000001, 40001 }, .destination = { 0xc0000209, 40002 },
	.sequence = 0x01020304, .window = 64240, .id = 0x1234,
	.flags = TCP_SYN, .ttl = 3, .options_length = 20,
	.options = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0,
		     1, 3, 3, 7 },
};

static void assert_segment_equal(const struct segment *a,
				 const struct segment *b)
{
	assert_int_equal(a->source.address, b->source.address);
	assert_int_equal(a->source.port, b->source.port);
	assert_int_equal(a->destination.address, b->destination.address);
	assert_int_equal(a->destination.port, b->destination.port);
	assert_int_equal(a->sequence, b->sequence);
	assert_int_equal(a->acknowledgement, b->acknowledgement);
	assert_int_equal(a->window, b->window);
	assert_int_equal(a->payload, b->payload);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->ttl, b->ttl);
	assert_int_equal(a->options_length, b->options_length);
	assert_memory_equal(a->options, b->options, TCP_OPTIONS_MAX);
}

/* Parse an exact copy, so that the sanitizer sees a byte read too many. */
static bool parse(const uint8_t *bytes, size_t length, struct segment *out)
{
	static const struct segment none;
	uint8_t *copy = malloc(length ? length : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	memset(out, 0xa5, sizeof(*out));
	ok = segment_parse(copy, length, out);
	free(copy);
	if (!ok)
		assert_segment_equal(out, &none);
	return ok;
}

static void known_syn_is_parsed(void **state)
{
	struct segment s;

	(void)state;
	assert_true(parse(syn, sizeof(syn), &s));
	assert_segment_equal(&s, &syn_fields);
}

static void known_syn_is_built(void **state)
{
	uint8_t bytes[100];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(segment_build(&syn_fields, bytes, 100), 60);
	assert_memory_equal(bytes, syn, 60);
	assert_int_equal(bytes[60], 0xff);
}

static void segment_that_does_not_fit_is_not_built(void **state)
{
	struct segment s = syn_fields;
	uint8_t bytes[100];

	(void)state;
	for (size_t room = 0; room < 60; room++)
		assert_int_equal(segment_build(&s, bytes, room), 0);
	assert_int_equal(segment_build(&s, bytes, 60), 60);
	s.options_length = 40;
	assert_int_equal(segment_build(&s, bytes, 79), 0);
	assert_int_equal(segment_build(&s, bytes, 80), 80);
	s.options_length = 19;		/* not a header's length */
	assert_int_equal(segment_build(&s, bytes, 100), 0);
	s.options_length = 44;
	assert_int_equal(segment_build(&s, bytes, 100), 0);
}

static void built_checksums_are_right(void **state)
{
	struct segment s = syn_fields, back;
	uint8_t bytes[100];

	(void)state;
	for (uint8_t length = 0; length <= 40; length += 4) {
		uint32_t sum;

		memset(s.options, 0, sizeof(s.options));
		memset(s.options, 1, length);
		s.options_length = length;
		s.flags = TCP_SYN | TCP_ACK;
		s.acknowledgement = 0xfffffffe;
		assert_int_equal(segment_build(&s, bytes, 100), 40 + length);
		sum = checksum_add(0, bytes, 20);
		assert_int_equal(checksum_fold(sum), 0xffff);
		sum = checksum_pseudo(s.source.address, s.destination.address,
				      6, (uint16_t)(20 + length));
		sum = checksum_add(sum, bytes + 20, 20U + length);
		assert_int_equal(checksum_fold(sum), 0xffff);
		assert_true(parse(bytes, 40U + length, &back));
		assert_segment_equal(&back, &s);
	}
}

static void headers_cut_short_are_refused(void **state)
{
	struct segment s;

	(void)state;
	for (size_t length = 0; length < sizeof(syn); length++)
		assert_false(parse(syn, length, &s));
}

/* A capture's snap length cuts the data: the headers still count. */
static void segment_with_cut_data_is_parsed(void **state)
{
	uint8_t bytes[60];
	struct segment s;

	(void)state;
	memcpy(bytes, syn, 60);
	put16(bytes + 2, 60 + 1400);
	assert_true(parse(bytes, 60, &s));
	assert_int_equal(s.payload, 1400);
	put16(bytes + 2, 0xffff);
	assert_true(parse(bytes, 60, &s));
	assert_int_equal(s.payload, 65535 - 60);
}

static void padding_of_the_frame_is_not_data(void **state)
{
	uint8_t bytes[64] = { 0 };
	struct segment s;

	(void)state;
	memcpy(bytes, syn, 60);
	assert_true(parse(bytes, 64, &s));
	assert_int_equal(s.payload, 0);
}

static void impossible_lengths_are_refused(void **state)
{
	uint8_t bytes[80] = { 0 };
	struct segment s;

	(void)state;
	memcpy(bytes, syn, 60);
	for (uint16_t total = 0; total < 60; total++) {
		put16(bytes + 2, total);	/* headers end beyond it */
		assert_false(parse(bytes, 60, &s));
	}
	put16(bytes + 2, 80);
	for (unsigned int words = 0; words < 16; words++) {
		bytes[32] = (uint8_t)(words << 4);
		assert_int_equal(parse(bytes, 80, &s), words >= 5);
		if (words >= 5)
			assert_int_equal(s.payload, 60 - words * 4);
		assert_false(parse(bytes, 20 + words * 4 - !!words, &s));
	}
}

static void ip_options_are_skipped(void **state)
{
	uint8_t bytes[64] = { 0 };
	struct segment s;

	(void)state;
	memcpy(bytes, syn, 20);
	memset(bytes + 20, 1, 4);
	memcpy(bytes + 24, syn + 20, 40);
	bytes[0] = 0x46;
	put16(bytes + 2, 64);
	assert_true(parse(bytes, 64, &s));
	assert_segment_equal(&s, &syn_fields);
	assert_false(parse(bytes, 63, &s));
}

static void other_packets_are_refused(void **state)
{
	uint8_t bytes[60];
	struct segment s;

	(void)state;
	memcpy(bytes, syn, 60);
	bytes[9] = 17;
	assert_false(parse(bytes, 60, &s));
	memcpy(bytes, syn, 60);
	bytes[0] = 0x65;
	assert_false(parse(bytes, 60, &s));
	memcpy(bytes, syn, 60);
	put16(bytes + 6, 0x2001);	/* a later fragment */
	assert_false(parse(bytes, 60, &s));
	put16(bytes + 6, 0x2000);	/* the first has the header */
	assert_true(parse(bytes, 60, &s));
}

static void options_of_a_linux_syn_are_parsed(void **state)
{
	struct tcp_options o;

	(void)state;
	assert_true(tcp_options_parse(syn + OPTIONS_AT, 20, &o));
	assert_true(o.has_mss && o.has_scale && o.has_timestamps);
	assert_true(o.sack_permitted);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.scale, 7);
	assert_int_equal(o.value, 1);
	assert_int_equal(o.echo, 0);
}

static void options_are_built_in_linux_layout(void **state)
{
	const struct tcp_options o = {
		.has_mss = true, .has_scale = true, .sack_permitted = true,
		.has_timestamps = true, .mss = 1460, .scale = 7, .value = 1,
	};
	uint8_t bytes[TCP_OPTIONS_MAX];

	(void)state;
	assert_int_equal(tcp_options_build(&o, bytes), 20);
	assert_memory_equal(bytes, syn + OPTIONS_AT, 20);
}

static void each_option_is_built_alone(void **state)
{
	static const struct {
		struct tcp_options in;
		uint8_t length, bytes[12];
	} rows[] = {
		{ { 0 }, 0, { 0 } },
		{ { .has_mss = true, .mss = 536 }, 4, { 2, 4, 2, 0x18 } },
		{ { .sack_permitted = true }, 4, { 1, 1, 4, 2 } },
		{ { .has_scale = true, .scale = 14 }, 4, { 1, 3, 3, 14 } },
		{ { .has_timestamps = true, .value = 0x01020304, .echo = 5 },
		  12, { 1, 1, 8, 10, 1, 2, 3, 4, 0, 0, 0, 5 } },
		{ { .has_timestamps = true, .sack_permitted = true },
		  12, { 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[TCP_OPTIONS_MAX];

		assert_int_equal(tcp_options_build(&rows[i].in, bytes),
				 rows[i].length);
		assert_memory_equal(bytes, rows[i].bytes, rows[i].length);
	}
}

static void every_set_of_options_is_parsed_back(void **state)
{
	(void)state;
	for (unsigned int set = 0; set < 16; set++) {
		const struct tcp_options in = {
			.has_mss = set & 1, .mss = set & 1 ? 1400 : 0,
			.has_scale = set & 2, .scale = set & 2 ? 9 : 0,
			.sack_permitted = set & 4, .has_timestamps = set & 8,
			.value = set & 8 ? 0xdeadbeef : 0,
			.echo = set & 8 ? 0xfffffffe : 0,
		};
		struct tcp_options out;
		uint8_t bytes[TCP_OPTIONS_MAX], length;

		length = tcp_options_build(&in, bytes);
		assert_int_equal(length % 4, 0);
		assert_true(tcp_options_parse(bytes, length, &out));
		assert_int_equal(out.has_mss, in.has_mss);
		assert_int_equal(out.mss, in.mss);
		assert_int_equal(out.has_scale, in.has_scale);
		assert_int_equal(out.scale, in.scale);
		assert_int_equal(out.sack_permitted, in.sack_permitted);
		assert_int_equal(out.has_timestamps, in.has_timestamps);
		assert_int_equal(out.value, in.value);
		assert_int_equal(out.echo, in.echo);
	}
}

/* Each block: is it well-formed? A wrong one leaves nothing behind. */
static void malformed_options_are_refused(void **state)
{
	static const struct {
		bool good;
		uint8_t length, bytes[12];
	} rows[] = {
		{ true, 0, { 0 } },
		{ true, 4, { 1, 1, 1, 1 } },
		{ true, 4, { 0, 2, 0, 0 } },	 /* nothing after the end */
		{ true, 4, { 254, 4, 0xf9, 0x89 } },	 /* unknown */
		{ true, 4, { 5, 2, 1, 0 } },
		{ false, 4, { 254, 0, 0, 0 } },	 /* length 0 and 1 */
		{ false, 4, { 254, 1, 0, 0 } },
		{ false, 4, { 254, 5, 0, 0 } },	 /* beyond the block */
		{ false, 1, { 2 } },		 /* no room for a length */
		{ false, 4, { 1, 1, 1, 2 } },
		{ false, 8, { 2, 4, 5, 180, 2, 0, 0, 0 } },
		{ false, 4, { 2, 3, 5, 0 } },	 /* not its kind's length */
		{ false, 5, { 2, 5, 5, 180, 0 } },
		{ false, 4, { 3, 2, 1, 1 } },
		{ false, 4, { 3, 4, 7, 0 } },
		{ false, 4, { 4, 3, 0, 0 } },
		{ false, 12, { 8, 9, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1 } },
		{ false, 9, { 8, 10, 0, 0, 0, 1, 0, 0, 0 } },
		{ false, 12, { 8, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t *copy = malloc(rows[i].length + 1U);
		struct tcp_options o;

		assert_non_null(copy);
		memset(&o, 0xa5, sizeof(o));
		memcpy(copy + 1, rows[i].bytes, rows[i].length);
		assert_int_equal(tcp_options_parse(copy + 1, rows[i].length,
						   &o), rows[i].good);
		free(copy);
		assert_false(o.has_mss || o.has_scale || o.has_timestamps ||
			     o.sack_permitted);
		assert_int_equal(o.mss | o.scale | o.value | o.echo, 0);
	}
}

static void options_cut_short_are_refused(void **state)
{
	struct tcp_options o;

	(void)state;
	for (size_t length = 0; length <= 20; length++) {
		bool whole = length == 0 || length == 4 || length == 6 ||
			     length == 16 || length == 17 || length == 20;

		assert_int_equal(tcp_options_parse(syn + OPTIONS_AT, length,
						   &o), whole);
	}
}

static void segment_text_shows_flags_and_relative_numbers(void **state)
{
	static const struct {
		uint8_t flags;
		uint32_t sequence, acknowledgement;
		uint16_t payload;
		const char *text;
	} rows[] = {
		{ TCP_SYN, 1000, 0, 0, "S 0:0(0) win 64240" },
		{ TCP_SYN | TCP_ACK, 1000, 5001, 0,
		  "S. 0:0(0) ack 1 win 64240" },
		{ TCP_ACK, 1001, 5001, 0, ". ack 1" },
		{ TCP_PSH | TCP_ACK, 1001, 5001, 32, "P. 1:33(32) ack 1" },
		{ TCP_ACK, 1001, 5033, 1448, ". 1:1449(1448) ack 33" },
		{ TCP_FIN | TCP_ACK, 1033, 5001, 0, "F. 33:33(0) ack 1" },
		{ TCP_FIN | TCP_PSH | TCP_ACK, 1033, 5001, 1,
		  "FP. 33:34(1) ack 1" },
		{ TCP_RST, 1000, 0, 0, "R 0:0(0)" },
		{ TCP_RST | TCP_ACK, 1000, 5001, 0, "R. 0:0(0) ack 1" },
		{ TCP_ACK, 1000, 5001, 0, ". ack 1" },
		{ 0, 1000, 0, 0, "- 0:0(0)" },
		{ TCP_SYN | 64 | 128, 1000, 0, 0, "SEW 0:0(0) win 64240" },
	};
	char text[SEGMENT_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct segment s = {
			.flags = rows[i].flags, .sequence = rows[i].sequence,
			.acknowledgement = rows[i].acknowledgement,
			.payload = rows[i].payload, .window = 64240,
		};

		assert_ptr_equal(segment_text(&s, 1000, 5000, text), text);
		assert_string_equal(text, rows[i].text);
	}
}

static void segment_text_shows_options_of_a_syn(void **state)
{
	struct segment s = syn_fields;
	char text[SEGMENT_TEXT];

	(void)state;
	assert_string_equal(segment_text(&s, 0x01020304, 0, text),
			    "S 0:0(0) win 64240 "
			    "<mss 1460,sackOK,TS val 1 ecr 0,wscale 7>");
	s.options_length = 4;
	assert_string_equal(segment_text(&s, 0x01020304, 0, text),
			    "S 0:0(0) win 64240 <mss 1460>");
	s.options[1] = 0;
	assert_string_equal(segment_text(&s, 0x01020304, 0, text),
			    "S 0:0(0) win 64240 <malformed>");
	memset(s.options, 1, 4);
	assert_string_equal(segment_text(&s, 0x01020304, 0, text),
			    "S 0:0(0) win 64240");
}

static void segment_text_is_absolute_without_an_isn(void **state)
{
	struct segment s = syn_fields;
	char text[SEGMENT_TEXT];

	(void)state;
	s.flags |= TCP_ACK;
	s.acknowledgement = 7;
	s.options_length = 0;
	assert_string_equal(segment_text(&s, 0, 0, text),
			    "S. 16909060:16909060(0) ack 7 win 64240");
}

static void segment_text_wraps_numbers_and_fits(void **state)
{
	struct segment s = {
		.sequence = 5, .acknowledgement = 3, .window = 65535,
		.payload = 65535, .flags = 0xff, .options_length = 20,
	};
	const struct tcp_options o = {
		.has_mss = true, .has_scale = true, .sack_permitted = true,
		.has_timestamps = true, .mss = 65535, .scale = 255,
		.value = UINT32_MAX, .echo = UINT32_MAX,
	};
	char text[SEGMENT_TEXT];

	(void)state;
	tcp_options_build(&o, s.options);
	assert_string_equal(segment_text(&s, 6, 4, text),
			    "SFRPUEW. 4294967295:65534(65535) ack 4294967295 "
			    "win 65535 <mss 65535,sackOK,"
			    "TS val 4294967295 ecr 4294967295,wscale 255>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_syn_is_parsed),
		cmocka_unit_test(known_syn_is_built),
		cmocka_unit_test(segment_that_does_not_fit_is_not_built),
		cmocka_unit_test(built_checksums_are_right),
		cmocka_unit_test(headers_cut_short_are_refused),
		cmocka_unit_test(segment_with_cut_data_is_parsed),
		cmocka_unit_test(padding_of_the_frame_is_not_data),
		cmocka_unit_test(impossible_lengths_are_refused),
		cmocka_unit_test(ip_options_are_skipped),
		cmocka_unit_test(other_packets_are_refused),
		cmocka_unit_test(options_of_a_linux_syn_are_parsed),
		cmocka_unit_test(options_are_built_in_linux_layout),
		cmocka_unit_test(each_option_is_built_alone),
		cmocka_unit_test(every_set_of_options_is_parsed_back),
		cmocka_unit_test(malformed_options_are_refused),
		cmocka_unit_test(options_cut_short_are_refused),
		cmocka_unit_test(segment_text_shows_flags_and_relative_numbers),
		cmocka_unit_test(segment_text_shows_options_of_a_syn),
		cmocka_unit_test(segment_text_is_absolute_without_an_isn),
		cmocka_unit_test(segment_text_wraps_numbers_and_fits),
	};

	return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}
