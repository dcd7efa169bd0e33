/*
 * A NAT with a host behind it and a peer in front, and packets between them,
 * built and checked without any of the code under test.
 *
 * ladder() speaks the paper's language: "SYN-out TE-in SYN-in" are packets
 * in order, as the NAT sees them. "!" before one says that the NAT drops it,
 * "?" that it answers it; all others must be forwarded.
 */
#ifndef TCPTRAV_TESTS_NAT_FIXTURE_H
#define TCPTRAV_TESTS_NAT_FIXTURE_H

#include "base/clock.h"
#include "nat/nat.h"
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INSIDE   UINT32_C(0xc0a80101)	/* 192.168.1.1, the NAT's own */
#define OUTSIDE  UINT32_C(0xcb007101)	/* 203.0.113.1, the NAT's own */
#define HOST     UINT32_C(0xc0a80102)	/* 192.168.1.2 */
#define PEER     UINT32_C(0xc6336402)	/* 198.51.100.2 */
#define STRANGER UINT32_C(0xc0000209)	/* 192.0.2.9 */
#define ROUTER   UINT32_C(0xc0000201)	/* 192.0.2.1 */

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

struct packet_bytes {
	uint8_t bytes[2048];
	size_t length;
};

struct nat_fixture {
	struct nat *nat;
	int64_t now;
	struct nat_result result;
	struct packet_bytes last;	/* as it came out of the NAT */
	struct packet_bytes last_out;	/* the last one that went out */
	struct packet_bytes last_in;	/* the last one that came in, as the
					   inside host saw it */
};

/* ---- bytes ---- */

static inline void set16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void set32(uint8_t *p, uint32_t v)
{
	set16(p, v >> 16);
	set16(p + 2, v & 0xffff);
}

static inline unsigned read16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static inline uint32_t read32(const uint8_t *p)
{
	return (uint32_t)read16(p) << 16 | read16(p + 2);
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

/* The pseudo-header's: RFC 9293 3.1. */
static inline unsigned plain_pseudo(const uint8_t *ip, size_t l4_length)
{
	uint8_t tail[4] = { 0, ip[9] };

	set16(tail + 2, (unsigned)l4_length);
	return plain_sum(plain_sum(0, ip + 12, 8), tail, 4);
}

/* plain_checksum_at - where the L4 checksum of a packet is */
static inline size_t plain_checksum_at(const uint8_t *ip)
{
	size_t header = (size_t)(ip[0] & 15) * 4;

	return header + (ip[9] == 6 ? 16 : ip[9] == 17 ? 6 : 2);
}

static inline unsigned l4_sum(const uint8_t *ip)
{
	size_t header = (size_t)(ip[0] & 15) * 4;
	size_t length = read16(ip + 2) - header;
	unsigned pseudo = ip[9] == 1 ? 0 : plain_pseudo(ip, length);

	return plain_sum(pseudo, ip + header, length);
}

/* seal - write both checksums */
static inline void seal(uint8_t *ip)
{
	size_t header = (size_t)(ip[0] & 15) * 4;
	uint8_t *l4 = ip + plain_checksum_at(ip);

	set16(ip + 10, 0);
	set16(ip + 10, 0xffff & ~plain_sum(0, ip, header));
	set16(l4, 0);
	set16(l4, 0xffff & ~l4_sum(ip));
	if (ip[9] == 17 && !read16(l4))
		set16(l4, 0xffff);
}

/* l4_sum6 - of an IPv6 packet without extension headers: RFC 8200 8.1 */
static inline unsigned l4_sum6(const uint8_t *ip)
{
	const uint8_t tail[8] = { 0, 0, ip[4], ip[5], 0, 0, 0, ip[6] };
	unsigned sum = plain_sum(plain_sum(0, ip + 8, 32), tail, 8);

	return plain_sum(sum, ip + 40, read16(ip + 4));
}

/* assert_sealed - all checksums are right; of a fragment the IP header's */
static inline void assert_sealed(const uint8_t *ip)
{
	size_t header = (size_t)(ip[0] & 15) * 4;

	if (ip[0] >> 4 == 6) {
		if (ip[6] != 44)
			assert_int_equal(l4_sum6(ip), 0xffff);
		return;
	}
	assert_int_equal(plain_sum(0, ip, header), 0xffff);
	if (read16(ip + 6) & 0x3fff)
		return;
	if (ip[9] != 17 || read16(ip + header + 6))
		assert_int_equal(l4_sum(ip), 0xffff);
}

/* ---- packets ---- */

static inline void ip_header(struct packet_bytes *p, unsigned protocol,
			     uint32_t from, uint32_t to, size_t l4)
{
	static const uint8_t start[20] = { 0x45, 0x00, 0, 0, 0x12, 0x34, 0x40,
					   0x00, 64 };

	memset(p, 0, sizeof(*p));
	memcpy(p->bytes, start, 20);
	p->length = 20 + l4;
	set16(p->bytes + 2, (unsigned)p->length);
	p->bytes[9] = (uint8_t)protocol;
	set32(p->bytes + 12, from);
	set32(p->bytes + 16, to);
}

static inline struct packet_bytes tcp(unsigned flags, uint32_t from,
				      unsigned from_port, uint32_t to,
				      unsigned to_port, uint32_t sequence,
				      uint32_t acknowledgement)
{
	struct packet_bytes p;
	uint8_t *t = p.bytes + 20;

	ip_header(&p, 6, from, to, 20);
	set16(t, from_port);
	set16(t + 2, to_port);
	set32(t + 4, sequence);
	set32(t + 8, acknowledgement);
	t[12] = 5 << 4;
	t[13] = (uint8_t)flags;
	set16(t + 14, 64240);
	seal(p.bytes);
	return p;
}

static inline struct packet_bytes udp(uint32_t from, unsigned from_port,
				      uint32_t to, unsigned to_port)
{
	struct packet_bytes p;
	uint8_t *u = p.bytes + 20;

	ip_header(&p, 17, from, to, 13);
	set16(u, from_port);
	set16(u + 2, to_port);
	set16(u + 4, 13);
	memcpy(u + 8, "hello", 5);
	seal(p.bytes);
	return p;
}

static inline struct packet_bytes echo(unsigned type, uint32_t from,
				       uint32_t to, unsigned id)
{
	struct packet_bytes p;
	uint8_t *m = p.bytes + 20;

	ip_header(&p, 1, from, to, 16);
	m[0] = (uint8_t)type;
	set16(m + 4, id);
	set16(m + 6, 7);
	memcpy(m + 8, "12345678", 8);
	seal(p.bytes);
	return p;
}

/* icmp_error - quotes the first @quoted bytes of @about (0: all) */
static inline struct packet_bytes icmp_error(unsigned type, unsigned code,
					     uint32_t from,
					     const struct packet_bytes *about,
					     size_t quoted)
{
	size_t n = quoted ? quoted : about->length;
	struct packet_bytes p;

	ip_header(&p, 1, from, read32(about->bytes + 12), 8 + n);
	p.bytes[20] = (uint8_t)type;
	p.bytes[21] = (uint8_t)code;
	memcpy(p.bytes + 28, about->bytes, n);
	seal(p.bytes);
	return p;
}

/* ---- the NAT ---- */

static inline struct nat_config config_of(const struct profile *p,
					  uint32_t sessions)
{
	return (struct nat_config){
		.profile = *p,
		.inside_address = INSIDE,
		.outside_address = OUTSIDE,
		.seed = 1,
		.sessions = sessions,
	};
}

static inline void fixture_configured(struct nat_fixture *f,
				      const struct nat_config *config)
{
	memset(f, 0, sizeof(*f));
	f->nat = nat_new(config);
	f->now = 1000 * NS_PER_S;
	assert_non_null(f->nat);
}

static inline void fixture_sized(struct nat_fixture *f, const struct profile *p,
				 uint32_t sessions)
{
	struct nat_config config = config_of(p, sessions);

	fixture_configured(f, &config);
}

static inline void fixture_start(struct nat_fixture *f, const struct profile *p)
{
	fixture_sized(f, p, 1024);
}

static inline void fixture_end(struct nat_fixture *f)
{
	nat_free(f->nat);
}

static inline void pass_time(struct nat_fixture *f, double seconds)
{
	f->now += (int64_t)(seconds * 1e9);
}

/* profile_with - the defaults, and "axis = value" lines */
static inline struct profile profile_with(const char *text)
{
	struct profile p;
	struct error e = { 0 };

	if (!profile_parse("test", text, strlen(text), &p, &e))
		fail_msg("%s", e.text);
	return p;
}

/* took - what became of a packet that was given as @p */
static inline void took(struct nat_fixture *f, enum nat_side side,
			const struct packet_bytes *p, const uint8_t *bytes)
{
	bool out = f->result.verdict == NAT_FORWARD && side == NAT_INSIDE;

	switch (f->result.verdict) {
	case NAT_FORWARD:
	case NAT_RETURN:
		assert_string_equal(f->result.reason, "");
		assert_sealed(bytes);
		memcpy(f->last.bytes, bytes, p->length);
		f->last.length = p->length;
		*(out ? &f->last_out : &f->last_in) = f->last;
		break;
	case NAT_HELD:
		assert_string_equal(f->result.reason, "");
		break;
	default:
		assert_true(strlen(f->result.reason) > 0);
		assert_true(strlen(f->result.reason) < 64);
		assert_memory_equal(bytes, p->bytes, p->length);
	}
	if (f->result.verdict == NAT_REPLY)
		assert_sealed(f->result.reply);
	else
		assert_int_equal(f->result.reply_length, 0);
}

/*
 * give - one packet into the NAT, in memory of its exact size
 * Whatever comes out must have right checksums; whatever doesn't must be as
 * it was.
 */
static inline enum nat_verdict give(struct nat_fixture *f, enum nat_side side,
				    struct packet_bytes p)
{
	uint8_t *bytes = malloc(p.length ? p.length : 1);
	struct nat_packet packet = { .bytes = bytes, .length = p.length };

	assert_non_null(bytes);
	memcpy(bytes, p.bytes, p.length);
	memset(&f->result, 0xa5, sizeof(f->result));
	nat_input(f->nat, side, &packet, f->now, &f->result);
	assert_int_equal(packet.length, p.length);
	took(f, side, &p, bytes);
	free(bytes);
	return f->result.verdict;
}

/* passes, drops - give, and that is what must become of it */
static inline void passes(struct nat_fixture *f, enum nat_side side,
			  struct packet_bytes p)
{
	if (give(f, side, p) != NAT_FORWARD)
		fail_msg("verdict %d (%s)", f->result.verdict,
			 f->result.reason);
}

static inline void drops(struct nat_fixture *f, enum nat_side side,
			 struct packet_bytes p, const char *reason)
{
	give(f, side, p);
	assert_string_equal(f->result.reason, reason);
	assert_int_equal(f->result.verdict, NAT_DROP);
}

/* comes_out - the next packet of the NAT's own accord is in f->last */
static inline bool comes_out(struct nat_fixture *f, enum nat_side side)
{
	struct nat_output out;

	if (!nat_output(f->nat, f->now, &out))
		return false;
	assert_int_equal(out.side, side);
	assert_in_range(out.length, 20, sizeof(f->last.bytes));
	memcpy(f->last.bytes, out.bytes, out.length);
	f->last.length = out.length;
	assert_sealed(f->last.bytes);
	return true;
}

/* The two ports of a packet that came out. */
static inline unsigned source_port(const struct nat_fixture *f)
{
	return read16(f->last.bytes + 20);
}

static inline unsigned destination_port(const struct nat_fixture *f)
{
	return read16(f->last.bytes + 22);
}

/* ---- ladders ---- */

enum { A_PORT = 40001, B_PORT = 40002, P = 1000, Q = 5000 };

/* step_packet - one packet of a ladder; the external port is in @external */
static inline struct packet_bytes step_packet(const struct nat_fixture *f,
					      const char *word, bool out,
					      unsigned external)
{
	static const struct {
		const char *name;
		unsigned flags;
	} segments[] = {
		{ "SYN", SYN }, { "SYN2", SYN }, { "SYNACK", SYN | ACK },
		{ "ACK", ACK }, { "RST", RST | ACK }, { "FIN", FIN | ACK },
	};
	const struct packet_bytes *about = out ? &f->last_in : &f->last_out;
	uint32_t from = out ? HOST : ROUTER;

	if (!strcmp(word, "TE"))
		return icmp_error(11, 0, from, about, 28);
	if (!strcmp(word, "UNREACH"))
		return icmp_error(3, 1, from, about, 0);
	for (size_t i = 0; i < 6; i++) {
		uint32_t s = out ? P : Q;
		unsigned flags = segments[i].flags;

		if (strcmp(word, segments[i].name))
			continue;
		s += !strcmp(word, "SYN2") ? 777 : flags & SYN ? 0 : 1;
		if (out)
			return tcp(flags, HOST, A_PORT, PEER, B_PORT, s,
				   flags & ACK ? Q + 1 : 0);
		return tcp(flags, PEER, B_PORT, OUTSIDE, external, s,
			   flags & ACK ? P + 1 : 0);
	}
	fail_msg("no such packet: %s", word);
	return (struct packet_bytes){ .length = 0 };
}

static inline enum nat_verdict verdict_of(char mark)
{
	return mark == '!' ? NAT_DROP : mark == '?' ? NAT_REPLY : NAT_FORWARD;
}

/* ladder_on - go on with a ladder; returns the last packet's reason */
static inline const char *ladder_on(struct nat_fixture *f, const char *steps)
{
	unsigned external = f->last_out.length ?
		read16(f->last_out.bytes + 20) : A_PORT;
	const char *at = steps;
	char word[32], name[32], way[8];
	int n;

	while (sscanf(at, "%31s%n", word, &n) == 1) {
		const char *body = word + strspn(word, "!?");
		bool out;

		at += n;
		assert_int_equal(sscanf(body, "%31[^-]-%7s", name, way), 2);
		out = !strcmp(way, "out");
		give(f, out ? NAT_INSIDE : NAT_OUTSIDE,
		     step_packet(f, name, out, external));
		if (f->result.verdict != verdict_of(word[0]))
			fail_msg("%s: %s gave verdict %d (%s)", steps, word,
				 f->result.verdict, f->result.reason);
		if (out && f->result.verdict == NAT_FORWARD)
			external = source_port(f);
	}
	return f->result.reason;
}

/* ladder - from the start, through a NAT of the defaults and @axes */
static inline const char *ladder(const char *axes_text, const char *steps)
{
	struct profile p = profile_with(axes_text);
	struct nat_fixture f;
	const char *reason;

	fixture_start(&f, &p);
	reason = ladder_on(&f, steps);
	fixture_end(&f);
	return reason;
}

#endif
