#include "property/packet.h"

#include <string.h>

unsigned read16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

uint32_t read32(const uint8_t *p)
{
	return (uint32_t)read16(p) << 16 | read16(p + 2);
}

void set16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

void set32(uint8_t *p, uint32_t v)
{
	set16(p, v >> 16);
	set16(p + 2, v & 0xffff);
}

bool same_address(const struct nat_endpoint *a, const struct nat_endpoint *b)
{
	return a->ipv6 == b->ipv6 &&
	       !memcmp(a->address, b->address, a->ipv6 ? 16 : 4);
}

bool same_endpoint(const struct nat_endpoint *a, const struct nat_endpoint *b)
{
	return same_address(a, b) && a->port == b->port;
}

/* ---- checksums ---- */

unsigned plain_sum(unsigned sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sum += i % 2 ? p[i] : (unsigned)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

unsigned header_sum(const uint8_t *bytes, const struct observed_packet *s)
{
	return s->ipv6 ? 0xffff : plain_sum(0, bytes,
					    (size_t)(bytes[0] & 15) * 4);
}

/* l4_end - a datagram's own length says where it ends */
static size_t l4_end(const uint8_t *bytes, const struct observed_packet *s)
{
	size_t length = s->protocol == 17 ? read16(bytes + s->l4 + 4) : 0;

	return length >= 8 && s->l4 + length < s->end ? s->l4 + length :
		s->end;
}

unsigned pseudo_sum(const uint8_t *bytes, const struct observed_packet *s)
{
	uint8_t tail[4] = { 0, s->protocol };
	unsigned sum;

	if (s->protocol == 1)
		return 0;
	sum = s->ipv6 ? plain_sum(0, bytes + 8, 32) :
		plain_sum(0, bytes + 12, 8);
	set16(tail + 2, (unsigned)(l4_end(bytes, s) - s->l4));
	return plain_sum(sum, tail, 4);
}

unsigned l4_sum(const uint8_t *bytes, const struct observed_packet *s)
{
	unsigned sum = plain_sum(pseudo_sum(bytes, s), bytes + s->l4,
				 l4_end(bytes, s) - s->l4);

	return sum ? sum : 0xffff;
}

size_t sum_at(const struct observed_packet *s)
{
	return s->l4 + (s->protocol == 6 ? 16 : s->protocol == 17 ? 6 : 2);
}

bool has_sum(const uint8_t *bytes, const struct observed_packet *s)
{
	return !s->later && sum_at(s) + 2 <= s->end &&
	       (s->protocol != 17 || read16(bytes + sum_at(s)));
}

bool is_right(const uint8_t *bytes, size_t length)
{
	struct observed_packet s;

	if (!see(bytes, length, &s) || header_sum(bytes, &s) != 0xffff)
		return false;
	return s.later || s.first || !has_sum(bytes, &s) ||
	       l4_sum(bytes, &s) == 0xffff;
}

void seal(uint8_t *bytes, size_t length)
{
	struct observed_packet s;

	if (!see(bytes, length, &s))
		return;
	if (!s.ipv6) {
		set16(bytes + 10, 0);
		set16(bytes + 10, 0xffff & ~plain_sum(0, bytes, s.l4));
	}
	if (s.later)
		return;
	set16(bytes + sum_at(&s), 0);
	set16(bytes + sum_at(&s), 0xffff & ~l4_sum(bytes, &s));
	if (s.protocol == 17 && !read16(bytes + sum_at(&s)))
		set16(bytes + sum_at(&s), 0xffff);
}

/* ---- building ---- */

static uint8_t protocol_of(const struct recipe *r)
{
	return r->protocol == 1 && r->source.ipv6 ? 58 : r->protocol;
}

/* ip_header - its length */
static size_t ip_header(struct bytes *out, const struct recipe *r,
			size_t payload)
{
	uint8_t *b = out->at;
	size_t header = (r->source.ipv6 ? 40 : 20) + r->options;

	memset(b, 0, header);
	if (r->source.ipv6) {
		b[0] = 0x60;
		set16(b + 4, (unsigned)(payload + r->options));
		b[6] = r->options ? 60 : protocol_of(r);
		b[7] = r->ttl;
		memcpy(b + 8, r->source.address, 16);
		memcpy(b + 24, r->destination.address, 16);
		if (r->options) {	/* destination options: PadN */
			b[40] = protocol_of(r);
			b[41] = (uint8_t)(r->options / 8 - 1);
			b[42] = 1;
			b[43] = (uint8_t)(r->options - 4);
		}
		return header;
	}
	b[0] = (uint8_t)(0x40 | header / 4);
	set16(b + 2, (unsigned)(header + payload));
	set16(b + 4, r->id);
	set16(b + 6, r->fragment);
	b[8] = r->ttl;
	b[9] = r->protocol;
	memcpy(b + 12, r->source.address, 4);
	memcpy(b + 16, r->destination.address, 4);
	memset(b + 20, 1, r->options);		/* no operation */
	return header;
}

static size_t l4_header(uint8_t *b, const struct recipe *r)
{
	bool query = r->type == 8 || r->type == 15;

	memset(b, 0, 20);
	if (r->protocol == 1) {
		b[0] = r->type;
		if (r->source.ipv6)
			b[0] = query ? 128 : 129;
		set16(b + 4, query ? r->source.port : r->destination.port);
		return 8;
	}
	set16(b, r->source.port);
	set16(b + 2, r->destination.port);
	if (r->protocol == 17) {
		set16(b + 4, (unsigned)(8 + r->length));
		return 8;
	}
	set32(b + 4, r->sequence);
	set32(b + 8, r->acknowledgement);
	b[12] = (uint8_t)((20 + r->tcp_length) / 4 << 4);
	b[13] = r->flags;
	set16(b + 14, 64240);
	if (r->tcp_length)
		memcpy(b + 20, r->tcp_options, r->tcp_length);
	return 20 + r->tcp_length;
}

void build(struct bytes *out, const struct recipe *r)
{
	size_t l4 = r->protocol == 6 ? 20 + r->tcp_length : 8;
	size_t at = ip_header(out, r, l4 + r->length + r->padding);

	at += l4_header(out->at + at, r);
	memcpy(out->at + at, r->data, r->length + r->padding);
	out->length = at + r->length + r->padding;
	seal(out->at, out->length);
	if (r->unsummed && r->protocol == 17)
		set16(out->at + at - 2, 0);
}

void build_error(struct bytes *out, const struct nat_endpoint *from,
		 const struct nat_endpoint *to, uint8_t type, uint8_t code,
		 const uint8_t *about, size_t quoted)
{
	struct recipe r = {
		.source = *from, .destination = *to, .protocol = 1,
		.ttl = 64, .fragment = DONT,
	};
	size_t at = ip_header(out, &r, 8 + quoted);
	uint8_t *b = out->at + at;

	memset(b, 0, 8);
	b[0] = type;
	b[1] = code;
	memcpy(b + 8, about, quoted);
	out->length = at + 8 + quoted;
	seal(out->at, out->length);
}

void fragment(struct bytes *out, const struct bytes *whole, size_t at,
	      size_t n)
{
	size_t header = (size_t)(whole->at[0] & 15) * 4;

	memcpy(out->at, whole->at, header);
	memcpy(out->at + header, whole->at + header + at, n);
	out->length = header + n;
	set16(out->at + 2, (unsigned)out->length);
	set16(out->at + 6, (unsigned)(at / 8) |
	      (header + at + n < whole->length ? MORE : 0));
	set16(out->at + 10, 0);
	set16(out->at + 10, 0xffff & ~plain_sum(0, out->at, header));
}

/* ---- reading ---- */

static bool see_ip6(const uint8_t *b, size_t length, struct observed_packet *s)
{
	uint8_t next;

	if (length < 40)
		return false;
	s->end = 40 + read16(b + 4);
	next = b[6];
	s->l4 = 40;
	s->ttl = b[7];
	s->whole = true;
	memcpy(s->source.address, b + 8, 16);
	memcpy(s->destination.address, b + 24, 16);
	s->source.ipv6 = s->destination.ipv6 = true;
	while (!s->later && (next == 60 || next == 0 || next == 43 ||
			     next == 44)) {
		if (s->l4 + 8 > s->end || s->l4 + 8 > length)
			return false;
		if (next == 44) {
			s->later = read16(b + s->l4 + 2) & 0xfff8;
			s->first = !s->later && b[s->l4 + 3] & 1;
		}
		next = b[s->l4];
		s->l4 += b[s->l4 + 1] * 8U + 8;
	}
	s->protocol = next;
	return s->l4 <= s->end && s->l4 <= length;
}

static bool see_ip4(const uint8_t *b, size_t length, struct observed_packet *s)
{
	if (length < 20)
		return false;
	s->l4 = (size_t)(b[0] & 15) * 4;
	s->end = read16(b + 2);
	s->id = (uint16_t)read16(b + 4);
	s->whole = read16(b + 6) & DONT;
	s->later = read16(b + 6) & 0x1fff;
	s->first = !s->later && read16(b + 6) & MORE;
	s->ttl = b[8];
	s->protocol = b[9];
	memcpy(s->source.address, b + 12, 4);
	memcpy(s->destination.address, b + 16, 4);
	return s->l4 >= 20 && s->l4 <= s->end && s->l4 <= length;
}

static bool see_ip(const uint8_t *b, size_t length, struct observed_packet *s)
{
	memset(s, 0, sizeof(*s));
	if (!length || (b[0] >> 4 != 4 && b[0] >> 4 != 6))
		return false;
	s->ipv6 = b[0] >> 4 == 6;
	return s->ipv6 ? see_ip6(b, length, s) : see_ip4(b, length, s);
}

static void see_icmp(const uint8_t *b, struct observed_packet *s)
{
	s->type = b[s->l4];
	s->code = b[s->l4 + 1];
	s->query = s->ipv6 ? s->type == 128 : s->type == 8 || s->type == 15;
	s->answer = s->ipv6 ? s->type == 129 : !s->type || s->type == 16;
	s->error = !s->query && !s->answer;
	s->inner = s->l4 + 8;
	if (!s->error)
		s->source.port = s->destination.port =
			(uint16_t)read16(b + s->l4 + 4);
}

/* see_l4 - needs 8 bytes of it */
static void see_l4(const uint8_t *b, size_t end, struct observed_packet *s)
{
	if (s->protocol == 1 || s->protocol == 58) {
		see_icmp(b, s);
		return;
	}
	s->source.port = (uint16_t)read16(b + s->l4);
	s->destination.port = (uint16_t)read16(b + s->l4 + 2);
	s->data = s->l4 + 8;
	if (s->protocol != 6)
		return;
	s->sequence = read32(b + s->l4 + 4);
	if (end < s->l4 + 20)
		return;
	s->acknowledgement = read32(b + s->l4 + 8);
	s->flags = b[s->l4 + 13];
	s->data = s->l4 + (size_t)(b[s->l4 + 12] >> 4) * 4;
}

bool see(const uint8_t *bytes, size_t length, struct observed_packet *s)
{
	bool transport;

	if (!see_ip(bytes, length, s) || s->end > length)
		return false;
	if (s->later)
		return true;
	transport = s->protocol == 6 || s->protocol == 17 ||
		s->protocol == (s->ipv6 ? 58 : 1);
	if (!transport || s->end < s->l4 + (s->protocol == 6 ? 20 : 8))
		return false;
	see_l4(bytes, s->end, s);
	return s->protocol != 6 ||
	       (s->data >= s->l4 + 20 && s->data <= s->end);
}

bool see_quoted(const uint8_t *bytes, const struct observed_packet *error,
		struct observed_packet *out)
{
	size_t there = error->end - error->inner;

	if (!see_ip(bytes + error->inner, there, out) ||
	    out->ipv6 != error->ipv6)
		return false;
	if (out->end > there)
		out->end = there;
	if (out->end < out->l4 + 8 || out->later)
		return false;
	see_l4(bytes + error->inner, out->end, out);
	return true;
}
