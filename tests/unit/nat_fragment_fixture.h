/* Datagrams, their fragments, and putting them together again. */
#ifndef TCPTRAV_TESTS_NAT_FRAGMENT_FIXTURE_H
#define TCPTRAV_TESTS_NAT_FRAGMENT_FIXTURE_H

#include "nat_fixture.h"

enum { DATA = 1200, MORE = 0x2000, DONT = 0x4000 };

/* datagram - with DATA bytes that are all different in a row */
static inline struct packet_bytes datagram(uint32_t from, unsigned from_port,
					   uint32_t to, unsigned to_port,
					   unsigned id)
{
	struct packet_bytes p = udp(from, from_port, to, to_port);

	p.length = 28 + DATA;
	set16(p.bytes + 2, 28 + DATA);
	set16(p.bytes + 4, id);
	set16(p.bytes + 6, 0);
	set16(p.bytes + 24, 8 + DATA);
	for (unsigned i = 0; i < DATA; i++)
		p.bytes[28 + i] = (uint8_t)(i * 31 + i / 256);
	seal(p.bytes);
	return p;
}

/* piece - bytes [@from, @to) of a packet's data as a fragment */
static inline struct packet_bytes piece(const struct packet_bytes *whole,
					size_t from, size_t to)
{
	struct packet_bytes p = *whole;
	bool more = 20 + to < whole->length;

	memcpy(p.bytes + 20, whole->bytes + 20 + from, to - from);
	p.length = 20 + to - from;
	set16(p.bytes + 2, (unsigned)p.length);
	set16(p.bytes + 6, (unsigned)(from / 8) | (more ? MORE : 0));
	set16(p.bytes + 10, 0);
	set16(p.bytes + 10, 0xffff & ~plain_sum(0, p.bytes, 20));
	return p;
}

/* A packet that is put together again (RFC 791 3.2), header options aside. */
struct puzzle {
	uint8_t data[4096];
	size_t there, end;		/* bytes; 0: the last is missing */
	struct packet_bytes header;
};

static inline void puzzle_add(struct puzzle *z,
			      const struct packet_bytes *p)
{
	size_t header = (size_t)(p->bytes[0] & 15) * 4;
	size_t length = read16(p->bytes + 2) - header;
	size_t at = (read16(p->bytes + 6) & 0x1fff) * 8;

	assert_int_equal(length + header, p->length);
	assert_in_range(at + length, 1, sizeof(z->data));
	memcpy(z->data + at, p->bytes + header, length);
	z->there += length;
	if (!(read16(p->bytes + 6) & MORE))
		z->end = at + length;
	if (!at)
		z->header = *p;
}

/* assert_whole - it is @want, with its checksums, but for the TTL */
static inline void assert_whole(const struct puzzle *z,
				const struct packet_bytes *want)
{
	struct packet_bytes p;

	assert_int_equal(z->there, z->end);
	assert_int_equal(z->end, want->length - 20);
	memset(&p, 0, sizeof(p));
	memcpy(p.bytes, z->header.bytes, 20);
	memcpy(p.bytes + 20, z->data, z->end);
	p.length = want->length;
	assert_int_equal(l4_sum(want->bytes), 0xffff);
	set16(p.bytes + 2, (unsigned)p.length);
	set16(p.bytes + 6, 0);
	assert_int_equal(p.bytes[8], want->bytes[8] - 1);
	assert_int_equal(l4_sum(p.bytes), 0xffff);
	assert_memory_equal(p.bytes + 12, want->bytes + 12, p.length - 12);
}

/* feed - a fragment in; what comes out, at once or later, into the puzzle */
static inline void feed(struct nat_fixture *f, struct puzzle *z,
			enum nat_side side, struct packet_bytes p)
{
	if (give(f, side, p) == NAT_FORWARD)
		puzzle_add(z, &f->last);
	else
		assert_int_equal(f->result.verdict, NAT_HELD);
	while (comes_out(f, side == NAT_INSIDE ? NAT_OUTSIDE : NAT_INSIDE))
		puzzle_add(z, &f->last);
}

#endif
