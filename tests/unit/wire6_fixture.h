/* IPv6 packets in bytes, and sums of them, without any of the code under
   test. */
#ifndef TCPTRAV_TESTS_WIRE6_FIXTURE_H
#define TCPTRAV_TESTS_WIRE6_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2001:db8:1::2 and 2001:db8:2::3 */
#define HOST6 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define PEER6 0x20, 1, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3

/* HOST6 port 40001 to PEER6 port 40002, a SYN */
static const uint8_t syn6[60] = {
	0x60, 0, 0, 0, 0, 20, 6, 1, HOST6, PEER6,
	0x9c, 0x41, 0x9c, 0x42, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0,
	0x50, 0x02, 0xfa, 0xf0, 0x44, 0x7a, 0, 0,
};

static inline void set16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline unsigned read16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* The plainest way to sum: byte by byte, folding each time. */
static inline unsigned plain_sum(unsigned sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sum += i % 2 ? p[i] : (unsigned)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* plain_sum6 - of a packet without extension headers: pseudo-header (RFC 8200
   8.1) and all after the IPv6 header; ffff when its checksum is right */
static inline unsigned plain_sum6(const uint8_t *packet)
{
	size_t length = read16(packet + 4);
	const uint8_t tail[8] = {
		0, 0, packet[4], packet[5], 0, 0, 0, packet[6],
	};
	unsigned sum = plain_sum(0, packet + 8, 32);

	return plain_sum(plain_sum(sum, tail, 8), packet + 40, length);
}

#endif
