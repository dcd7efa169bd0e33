/*
 * The input is a NAT's life: one byte for each axis, three for its links and
 * IPv6, then packets, each after five bytes: what to do with it, the time that
 * has passed (or what else happens first), its length (16 bits) and how much
 * of an earlier packet it quotes.
 *
 * A NAT never writes but to a packet that it passes, and to no more than that
 * packet; what it passes with right checksums leaves with right ones; nothing
 * leaves with an inside host's source where sources are translated; its table
 * has its limit.
 */
#include "fuzz.h"

#include "base/clock.h"
#include "nat/nat.h"
#include "profile/validate.h"
#include "profile/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define INSIDE  UINT32_C(0xc0a80101)
#define OUTSIDE UINT32_C(0xcb007101)

enum {
	FROM_OUTSIDE = 1,
	PARTIAL = 2,
	FIX_LENGTH = 4,		/* the length that the header says */
	FIX_ADDRESS = 8,	/* a destination on the other side */
	FIX_CHECKSUMS = 16,
	QUOTE = 32,		/* behind the ICMP header comes an earlier
				   packet */
	ANSWER = 64,		/* the last one that was passed the other way,
				   ends exchanged, is put before it */
	SEGMENTS = 128,		/* of 600 bytes (GSO) */

	HOURS = 253,		/* in place of the time: some have passed, */
	LIST = 254,		/* the tables are asked for, */
	RELOAD = 255,		/* the profile changes by one axis */

	PACKET_MAX = 1700,
	SESSIONS = 8,
};

static const uint8_t inside6[16] = { 0xfd, 0, 0, 1, [15] = 1 };
static const uint8_t outside6[16] = { 0x20, 1, 0xd, 0xb8, 0, 1, [15] = 1 };
static const uint8_t peer6[16] = { 0x20, 1, 0xd, 0xb8, 0, 2, [15] = 1 };

struct input {
	const uint8_t *at, *end;
};

struct life {
	struct nat *nat;
	struct nat_config config;
	int64_t now;
	uint8_t last[2][PACKET_MAX];	/* passed, by the side they came
					   from */
	size_t last_length[2];
};

static unsigned read16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t read32(const uint8_t *p)
{
	return (uint32_t)read16(p) << 16 | read16(p + 2);
}

static void write16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void write32(uint8_t *p, uint32_t v)
{
	write16(p, v >> 16);
	write16(p + 2, v & 0xffff);
}

static uint8_t next_byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* ---- the NAT ---- */

/* set_axis - small numbers, and now and then the greatest */
static void set_axis(struct profile *p, const struct axis *a, uint8_t byte)
{
	int *field = (int *)(void *)((char *)p + a->offset);
	long value = a->minimum + byte % 61;

	if (a->values) {
		*field = byte % (int)a->value_count;
		return;
	}
	if (byte == 255 || value > a->maximum)
		value = a->maximum;
	*field = (int)(byte ? value : a->standard);
	if (field == &p->addresses)	/* each costs megabytes */
		*field = 1 + byte % 3;
	if (field == &p->sessions)
		*field = SESSIONS;
}

/* agree - what contradicts goes back to its default */
static void agree(struct profile *p)
{
	struct profile standard;
	struct error e;

	profile_defaults(&standard);
	if (profile_validate(p, &e))
		return;
	p->window = standard.window;
	p->invalid = standard.invalid;
	p->timeout_unacknowledged = standard.timeout_unacknowledged;
	if (profile_validate(p, &e))
		return;
	p->port_block = standard.port_block;
	if (profile_validate(p, &e))
		return;
	p->translation = standard.translation;
	assert(profile_validate(p, &e));
}

static void read_config(struct life *l, struct input *in)
{
	static const uint16_t mtus[] = { 0, 0, 1280, 576, 68, 1400, 27, 1500 };
	static const uint8_t prefixes[] = { 48, 48, 64, 56, 0 };
	struct nat_config *c = &l->config;

	profile_defaults(&c->profile);
	for (size_t i = 0; i < axis_count; i++)
		set_axis(&c->profile, &axes[i], next_byte(in));
	agree(&c->profile);
	c->inside_address = INSIDE;
	c->outside_address = OUTSIDE;
	c->inside_mtu = mtus[next_byte(in) % 8];
	c->outside_mtu = mtus[next_byte(in) % 8];
	memcpy(c->inside6.address, inside6, 16);
	memcpy(c->outside6.address, outside6, 16);
	c->inside6.prefix = c->outside6.prefix = prefixes[next_byte(in) % 5];
	c->seed = 1;
	c->sessions = SESSIONS;
}

/* ---- checksums, in the plainest way ---- */

static unsigned plain_sum(unsigned sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sum += i % 2 ? p[i] : (unsigned)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

struct layers {
	bool ipv6;
	uint8_t protocol;
	size_t l4, end, field;
};

/* see - is there a whole transport header in a whole packet? Of IPv6 only one
   without extension headers. */
static bool see(const uint8_t *b, size_t length, struct layers *s)
{
	if (length < 20)
		return false;
	s->ipv6 = b[0] >> 4 == 6;
	if (!s->ipv6 && b[0] >> 4 != 4)
		return false;
	if (s->ipv6 && length < 40)
		return false;
	s->l4 = s->ipv6 ? 40 : (b[0] & 15U) * 4U;
	s->end = s->ipv6 ? 40 + read16(b + 4) : read16(b + 2);
	s->protocol = b[s->ipv6 ? 6 : 9];
	if (s->protocol != 6 && s->protocol != 17 &&
	    s->protocol != (s->ipv6 ? 58 : 1))
		return false;
	s->field = s->l4 + (s->protocol == 6 ? 16 : s->protocol == 17 ? 6 : 2);
	return s->l4 >= 20 && s->field + 2 <= s->end && s->end <= length;
}

static unsigned transport_sum(const uint8_t *b, const struct layers *s)
{
	unsigned sum = 0;
	uint8_t tail[4] = { 0, s->protocol };

	if (s->protocol != 1) {
		write16(tail + 2, (unsigned)(s->end - s->l4));
		sum = plain_sum(0, b + (s->ipv6 ? 8 : 12), s->ipv6 ? 32 : 8);
		sum = plain_sum(sum, tail, 4);
	}
	return plain_sum(sum, b + s->l4, s->end - s->l4);
}

/* is_right - both checksums are; a datagram may have none, and a later
   fragment has none */
static bool is_right(const uint8_t *b, size_t length)
{
	struct layers s;

	if (!see(b, length, &s) ||
	    (!s.ipv6 && plain_sum(0, b, s.l4) != 0xffff))
		return false;
	return (!s.ipv6 && read16(b + 6) & 0x1fff) ||
	       transport_sum(b, &s) == 0xffff ||
	       (s.protocol == 17 && !read16(b + s.field));
}

static void fix_checksums(uint8_t *b, size_t length)
{
	struct layers s;

	if (!see(b, length, &s))
		return;
	if (!s.ipv6) {
		write16(b + 10, 0);
		write16(b + 10, 0xffff & ~plain_sum(0, b, s.l4));
	}
	if (!s.ipv6 && read16(b + 6) & 0x1fff)
		return;
	write16(b + s.field, 0);
	write16(b + s.field, 0xffff & ~transport_sum(b, &s));
}

/* ---- packets ---- */

/* answer - write the last packet of the other way, ends exchanged */
static void answer(uint8_t *bytes, size_t length, const uint8_t *last)
{
	bool ipv6 = last[0] >> 4 == 6;
	size_t at = ipv6 ? 8 : 12, n = ipv6 ? 16 : 4, ports = at + 2 * n;

	if (length < ports + 4)
		return;
	memcpy(bytes, last, at);
	memcpy(bytes + at, last + at + n, n);
	memcpy(bytes + at + n, last + at, n);
	memcpy(bytes + ports, last + ports + 2, 2);
	memcpy(bytes + ports + 2, last + ports, 2);
}

static void quote(const struct life *l, uint8_t *bytes, size_t length,
		  unsigned side, size_t quoted)
{
	size_t at = bytes[0] >> 4 == 6 ? 48 : 28, n;

	if (length <= at)
		return;
	n = length - at;
	if (n > l->last_length[!side])
		n = l->last_length[!side];
	memcpy(bytes + at, l->last[!side], n < quoted ? n : quoted);
}

static void fix_address(uint8_t *bytes, size_t length, unsigned side)
{
	if (length >= 40 && bytes[0] >> 4 == 6) {
		memcpy(bytes + 24, side == NAT_OUTSIDE ? outside6 : peer6, 15);
		bytes[39] = side == NAT_OUTSIDE ? 1 : bytes[39] & 3;
	} else if (length >= 20) {
		write32(bytes + 16, side == NAT_OUTSIDE ? OUTSIDE :
			UINT32_C(0xc6336400) | (bytes[19] & 3));
	}
}

static void fix(const struct life *l, uint8_t *bytes, size_t length,
		unsigned what, size_t quoted)
{
	unsigned side = what & FROM_OUTSIDE;

	if (what & ANSWER && l->last_length[!side] >= 44)
		answer(bytes, length, l->last[!side]);
	if (what & QUOTE && length)
		quote(l, bytes, length, side, quoted);
	if (what & FIX_LENGTH && length >= 40 && bytes[0] >> 4 == 6) {
		write16(bytes + 4, (unsigned)length - 40);
	} else if (what & FIX_LENGTH && length >= 4) {
		bytes[0] = 0x40 | (bytes[0] & 15);
		write16(bytes + 2, (unsigned)length);
	}
	if (what & FIX_ADDRESS)
		fix_address(bytes, length, side);
	if (what & FIX_CHECKSUMS)
		fix_checksums(bytes, length);
}

/* ---- what must hold ---- */

/* check_source - of what leaves on the outside */
static void check_source(const struct life *l, const uint8_t *b)
{
	const struct profile *p = &l->config.profile;

	if (b[0] >> 4 == 4 && p->translation == TRANSLATION_PORTS)
		assert(read32(b + 12) - OUTSIDE < (uint32_t)p->addresses);
	if (b[0] >> 4 == 6 && l->config.outside6.prefix) {
		assert(p->ipv6 != IPV6_DROP);
		if (p->ipv6 == IPV6_NAT66)
			assert(!memcmp(b + 8, outside6, 16));
		if (p->ipv6 == IPV6_NPTV6)
			assert(!memcmp(b + 8, outside6,
				       l->config.outside6.prefix / 8));
	}
}

static void passed(struct life *l, unsigned side, const uint8_t *before,
		   const struct nat_packet *packet, const struct nat_result *r)
{
	bool out = side == NAT_INSIDE && r->verdict == NAT_FORWARD;

	assert(!*r->reason && !r->reply_length);
	assert(side == NAT_INSIDE || r->verdict == NAT_FORWARD);
	if (!packet->partial && is_right(before, packet->length))
		assert(is_right(packet->bytes, packet->length));
	if (out && l->config.profile.invalid != INVALID_LEAK)
		check_source(l, packet->bytes);
	memcpy(l->last[side], packet->bytes, packet->length);
	l->last_length[side] = packet->length;
}

static void check(struct life *l, unsigned side, const uint8_t *before,
		  const struct nat_packet *packet, const struct nat_result *r)
{
	size_t length = packet->length;

	assert(strlen(r->reason) < 64);
	if (r->verdict == NAT_FORWARD || r->verdict == NAT_RETURN) {
		passed(l, side, before, packet, r);
		return;
	}
	if (r->verdict == NAT_HELD)
		return;
	assert(*r->reason);
	assert(!memcmp(packet->bytes, before, length));
	assert((r->verdict == NAT_REPLY) == (r->reply_length > 0));
	assert(r->reply_length <= NAT_REPLY_ROOM);
	if (!r->reply_length)
		return;
	assert(is_right(r->reply, r->reply_length) ||
	       !is_right(before, length));
	if (side == NAT_OUTSIDE)
		check_source(l, r->reply);
}

static void count_view(void *argument, const struct nat_entry *view)
{
	char text[NAT_ENDPOINT_TEXT];

	assert(view->protocol && view->state);
	assert(strlen(nat_endpoint_text(&view->external, text)) <
	       NAT_ENDPOINT_TEXT);
	(*(unsigned *)argument)++;
}

/* check_tables - counts, and all that it tells of */
static void check_tables(struct life *l, bool list)
{
	unsigned sessions = 0, mappings = 0;
	struct nat_counts c;

	nat_counts(l->nat, &c);
	assert(c.sessions <= SESSIONS && c.mappings <= SESSIONS);
	if (!list)
		return;
	nat_sessions(l->nat, count_view, &sessions);
	nat_mappings(l->nat, count_view, &mappings);
	assert(sessions == c.sessions && mappings == c.mappings);
}

static void drain(struct life *l)
{
	struct nat_output out;

	for (unsigned i = 0; nat_output(l->nat, l->now, &out); i++) {
		assert(i < 1000 && out.length);
		if (out.side == NAT_OUTSIDE &&
		    l->config.profile.invalid != INVALID_LEAK)
			check_source(l, out.bytes);
	}
}

static void reload(struct life *l, unsigned axis, uint8_t value)
{
	struct profile p = l->config.profile;
	const struct axis *a = &axes[axis % axis_count];

	set_axis(&p, a, value);
	agree(&p);
	nat_reload(l->nat, &p, l->now);
	/* what the tables were made for stays; and a leak in the past may be
	   on its way yet */
	p.translation = l->config.profile.translation;
	p.ipv6 = l->config.profile.ipv6;
	p.addresses = l->config.profile.addresses;
	p.invalid |= l->config.profile.invalid;
	l->config.profile = p;
}

/* pass_time - or something else */
static void pass_time(struct life *l, struct input *in, unsigned elapsed)
{
	if (elapsed == HOURS) {
		l->now += 5 * 3600 * NS_PER_S;
	} else if (elapsed == LIST) {
		check_tables(l, true);
	} else if (elapsed == RELOAD) {
		unsigned axis = next_byte(in);

		reload(l, axis, next_byte(in));
	} else {
		l->now += elapsed * (elapsed & 1 ? NS_PER_S : NS_PER_MS);
	}
}

/* one_packet - in memory of its exact size */
static void one_packet(struct life *l, struct input *in)
{
	unsigned what = next_byte(in);
	unsigned elapsed = next_byte(in);
	size_t length = (size_t)(next_byte(in) << 8 | next_byte(in)) %
		PACKET_MAX;
	size_t quoted = next_byte(in);
	uint8_t *bytes = calloc(1, length + 1), *before = malloc(length + 1);
	struct nat_packet packet = {
		.length = length,
		.segment = what & SEGMENTS && length > 600 ? 600 : 0,
		.partial = what & PARTIAL,
	};
	struct nat_result result;
	size_t n;

	assert(bytes && before);
	pass_time(l, in, elapsed);
	n = (size_t)(in->end - in->at);
	memcpy(bytes, in->at, n < length ? n : length);
	in->at += n < length ? n : length;
	fix(l, bytes, length, what, quoted);
	memcpy(before, bytes, length);
	packet.bytes = realloc(bytes, length ? length : 1);
	assert(packet.bytes);
	nat_input(l->nat, what & FROM_OUTSIDE ? NAT_OUTSIDE : NAT_INSIDE,
		  &packet, l->now, &result);
	check(l, what & FROM_OUTSIDE, before, &packet, &result);
	drain(l);
	free(packet.bytes);
	free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	static struct life l;

	memset(&l, 0, sizeof(l));
	read_config(&l, &in);
	l.nat = nat_new(&l.config);
	assert(l.nat);
	while (in.at < in.end) {
		one_packet(&l, &in);
		check_tables(&l, false);
	}
	l.now += INT64_C(30) * 24 * 3600 * NS_PER_S;
	pass_time(&l, &in, LIST);
	drain(&l);
	nat_free(l.nat);
	return 0;
}
