/*
 * IPv6 packets for a NAT, built without any of the code under test. The
 * prefixes and the host are those of the example in RFC 6296 3.1.
 */
#ifndef TCPTRAV_TESTS_NAT6_FIXTURE_H
#define TCPTRAV_TESTS_NAT6_FIXTURE_H

#include "nat_fixture.h"

struct address6 {
	uint8_t bytes[16];
};

#define ADDRESS6(...) ((struct address6){ { __VA_ARGS__ } })

/* fd01:203:405:1::1234 and ::1235; what NPTv6 makes of the first, as the RFC
   says: 2001:db8:1:d550::1234 */
#define HOST6 ADDRESS6(0xfd, 1, 2, 3, 4, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0x12, 0x34)
#define OTHER6 ADDRESS6(0xfd, 1, 2, 3, 4, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0x12, \
			0x35)
#define MAPPED6 ADDRESS6(0x20, 1, 0x0d, 0xb8, 0, 1, 0xd5, 0x50, 0, 0, 0, 0, \
			 0, 0, 0x12, 0x34)
/* the NAT's own: fd01:203:405:1::1 and 2001:db8:1::1 */
#define INSIDE6 ADDRESS6(0xfd, 1, 2, 3, 4, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1)
#define OUTSIDE6 ADDRESS6(0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, \
			  0, 1)
/* 2001:db8:2::3, 2001:db8:9::9, and a router */
#define PEER6 ADDRESS6(0x20, 1, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3)
#define STRANGER6 ADDRESS6(0x20, 1, 0x0d, 0xb8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, \
			   0, 9)
#define ROUTER6 ADDRESS6(0x20, 1, 0x0d, 0xb8, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
			 8)

enum { UNREACHABLE6 = 1, TOO_BIG6 = 2, TIME_EXCEEDED6 = 3, ECHO6 = 128,
       REPLY6 = 129 };

static inline void seal6(uint8_t *ip)
{
	uint8_t *at = ip + 40 + (ip[6] == 6 ? 16 : ip[6] == 17 ? 6 : 2);

	set16(at, 0);
	set16(at, 0xffff & ~l4_sum6(ip));
}

static inline struct packet_bytes ip6(unsigned protocol, struct address6 from,
				      struct address6 to, size_t l4)
{
	struct packet_bytes p;

	memset(&p, 0, sizeof(p));
	p.bytes[0] = 0x60;
	p.length = 40 + l4;
	set16(p.bytes + 4, (unsigned)l4);
	p.bytes[6] = (uint8_t)protocol;
	p.bytes[7] = 64;
	memcpy(p.bytes + 8, from.bytes, 16);
	memcpy(p.bytes + 24, to.bytes, 16);
	return p;
}

static inline struct packet_bytes tcp6(unsigned flags, struct address6 from,
				       unsigned from_port, struct address6 to,
				       unsigned to_port, uint32_t sequence,
				       uint32_t acknowledgement)
{
	struct packet_bytes p = ip6(6, from, to, 20);
	uint8_t *t = p.bytes + 40;

	set16(t, from_port);
	set16(t + 2, to_port);
	set32(t + 4, sequence);
	set32(t + 8, acknowledgement);
	t[12] = 5 << 4;
	t[13] = (uint8_t)flags;
	set16(t + 14, 64240);
	seal6(p.bytes);
	return p;
}

static inline struct packet_bytes udp6(struct address6 from,
				       unsigned from_port, struct address6 to,
				       unsigned to_port, size_t data)
{
	struct packet_bytes p = ip6(17, from, to, 8 + data);
	uint8_t *u = p.bytes + 40;

	set16(u, from_port);
	set16(u + 2, to_port);
	set16(u + 4, (unsigned)(8 + data));
	for (size_t i = 0; i < data; i++)
		u[8 + i] = (uint8_t)(i * 29 + 1);
	seal6(p.bytes);
	return p;
}

static inline struct packet_bytes echo6(unsigned type, struct address6 from,
					struct address6 to, unsigned id)
{
	struct packet_bytes p = ip6(58, from, to, 16);

	p.bytes[40] = (uint8_t)type;
	set16(p.bytes + 44, id);
	set16(p.bytes + 46, 7);
	memcpy(p.bytes + 48, "12345678", 8);
	seal6(p.bytes);
	return p;
}

/* error6 - to the source of what it quotes */
static inline struct packet_bytes error6(unsigned type, unsigned code,
					 struct address6 from,
					 const struct packet_bytes *about)
{
	struct address6 to;
	struct packet_bytes p;

	memcpy(to.bytes, about->bytes + 8, 16);
	p = ip6(58, from, to, 8 + about->length);
	p.bytes[40] = (uint8_t)type;
	p.bytes[41] = (uint8_t)code;
	memcpy(p.bytes + 48, about->bytes, about->length);
	seal6(p.bytes);
	return p;
}

/* start6 - a NAT with the prefixes and addresses above */
static inline void start6(struct nat_fixture *f, const char *axes_text,
			  uint32_t mtu)
{
	struct profile p = profile_with(axes_text);
	struct nat_config config = config_of(&p, 100);

	memcpy(config.inside6.address, INSIDE6.bytes, 16);
	memcpy(config.outside6.address, OUTSIDE6.bytes, 16);
	config.inside6.prefix = config.outside6.prefix = 48;
	config.inside_mtu = config.outside_mtu = mtu;
	fixture_configured(f, &config);
}

/* assert_is - the packet that came out is @want, a hop later */
static inline void assert_is(const struct nat_fixture *f,
			     struct packet_bytes want)
{
	want.bytes[7]--;
	assert_int_equal(f->last.length, want.length);
	assert_memory_equal(f->last.bytes, want.bytes, want.length);
}

/* assert_quotes6 - what the error that came out quotes: @sent, that had made
   a hop when it was quoted */
static inline void assert_quotes6(const struct nat_fixture *f,
				  struct packet_bytes sent)
{
	sent.bytes[7]--;
	assert_memory_equal(f->last.bytes + 48, sent.bytes, sent.length);
}

#endif
