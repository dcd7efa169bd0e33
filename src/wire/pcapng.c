/*
 * A block (draft-ietf-opsawg-pcapng 3.1), and the options in it (3.5); values
 * are padded to words of 4 bytes, and the option with code 0 is the last.
 *
 *      +---------------------------+      +-------------+-------------+
 *   0  |           type            |   0  |    code     |   length    |
 *      +---------------------------+      +-------------+-------------+
 *   4  |       total length        |   4  |     value, padded         |
 *      +---------------------------+      +---------------------------+
 *   8  |       body, options       |
 *      +---------------------------+
 *      |       total length        |
 *      +---------------------------+
 */
#include "wire/pcapng.h"

#include <string.h>

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	VERSION_MAJOR = 1,
	LINKTYPE_RAW = 101,

	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_IF_NAME = 2,
	OPTION_APPLICATION = 4,
	OPTION_IF_TSRESOL = 9,
	OPTION_MAX = 0xfffc,	/* its padded length has 16 bits, too */

	NANOSECONDS = 9,	/* 10^-9 s */
};
#define BLOCK_SECTION UINT32_C(0x0a0d0d0a)

struct block_writer {
	uint8_t *out;
	size_t room, length;
	int failed;			/* the block does not fit @room */
};

static void add(struct block_writer *b, const void *bytes, size_t length)
{
	size_t padded = (length + 3) & ~(size_t)3;

	if (b->failed || b->room - b->length < padded) {
		b->failed = 1;
		return;
	}
	if (length)
		memcpy(b->out + b->length, bytes, length);
	memset(b->out + b->length + length, 0, padded - length);
	b->length += padded;
}

static void add32(struct block_writer *b, uint32_t v)
{
	add(b, &v, sizeof(v));
}

static void add16s(struct block_writer *b, uint16_t first, uint16_t second)
{
	uint16_t v[2] = { first, second };

	add(b, v, sizeof(v));
}

static void add_option(struct block_writer *b, uint16_t code, const void *value,
		       size_t length)
{
	add16s(b, code, (uint16_t)length);
	add(b, value, length);
}

/* add_text - add a text; if it is too long, it is cut between two UTF-8
   characters */
static void add_text(struct block_writer *b, uint16_t code, const char *text)
{
	size_t length = strlen(text);

	if (length > OPTION_MAX) {
		length = OPTION_MAX;
		while (length && ((uint8_t)text[length] & 0xc0) == 0x80)
			length--;
	}
	add_option(b, code, text, length);
}

static struct block_writer block_begin(uint8_t *out, size_t room, uint32_t type)
{
	struct block_writer b = { .out = out, .room = room };

	add32(&b, type);
	add32(&b, 0);
	return b;
}

/* Return: what the public functions return */
static size_t block_end(struct block_writer *b)
{
	uint32_t total = (uint32_t)(b->length + sizeof(total));

	add32(b, total);
	if (b->failed)
		return 0;
	memcpy(b->out + sizeof(total), &total, sizeof(total));
	return b->length;
}

size_t pcapng_section(uint8_t *out, size_t room, const char *application)
{
	struct block_writer b = block_begin(out, room, BLOCK_SECTION);

	add32(&b, BYTE_ORDER_MAGIC);
	add16s(&b, VERSION_MAJOR, 0);
	add32(&b, UINT32_MAX);		/* the section's length: not known */
	add32(&b, UINT32_MAX);
	add_text(&b, OPTION_APPLICATION, application);
	add_option(&b, OPTION_END, NULL, 0);
	return block_end(&b);
}

size_t pcapng_interface(uint8_t *out, size_t room, const char *name,
			uint32_t snap)
{
	struct block_writer b = block_begin(out, room, BLOCK_INTERFACE);
	const uint8_t resolution = NANOSECONDS;

	add16s(&b, LINKTYPE_RAW, 0);
	add32(&b, snap);
	add_text(&b, OPTION_IF_NAME, name);
	add_option(&b, OPTION_IF_TSRESOL, &resolution, sizeof(resolution));
	add_option(&b, OPTION_END, NULL, 0);
	return block_end(&b);
}

size_t pcapng_packet(uint8_t *out, size_t room, uint32_t interface,
		     int64_t at, const void *bytes, uint32_t captured,
		     uint32_t full, const char *comment)
{
	struct block_writer b = block_begin(out, room, BLOCK_PACKET);
	uint64_t time = (uint64_t)at;

	add32(&b, interface);
	add32(&b, (uint32_t)(time >> 32));
	add32(&b, (uint32_t)time);
	add32(&b, captured);
	add32(&b, full);
	add(&b, bytes, captured);
	if (comment) {
		add_text(&b, OPTION_COMMENT, comment);
		add_option(&b, OPTION_END, NULL, 0);
	}
	return block_end(&b);
}
