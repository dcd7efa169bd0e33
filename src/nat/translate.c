/*
 * Every checksum is updated from what changed alone (RFC 1624).
 *
 * A checksum that the network card finishes (`partial`) holds only the sum of
 * the pseudo-header: changed addresses update it, changed ports and sequence
 * numbers do not, since the card adds them.
 */
#include "nat/translate.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <string.h>

/* The checksum of a TCP segment, datagram or ICMP message that is rewritten. */
struct cover {
	uint8_t *field;		/* NULL: it isn't there, or not used */
	bool pseudo;		/* it covers the addresses */
	bool partial;
	uint8_t *outer;		/* of the ICMP error that quotes all this, or
				   NULL */
};

/* checksum_at - where a protocol's header has its checksum */
static size_t checksum_at(enum nat_protocol protocol)
{
	static const uint8_t at[] = {
		[NAT_TCP] = TCP_CHECKSUM_AT,
		[NAT_UDP] = UDP_CHECKSUM_AT,
		[NAT_ICMP] = ICMP_CHECKSUM_AT,
	};

	return at[transport(protocol)];
}

static struct cover cover_of(enum nat_protocol protocol, uint8_t *l4,
			     size_t length)
{
	size_t at = checksum_at(protocol);
	struct cover c = { .pseudo = protocol != NAT_ICMP };

	if (at + 2 <= length)
		c.field = l4 + at;
	return c;
}

/* update_outer - the checksum of the ICMP error that quotes a changed word;
   the word is at an even offset */
static void update_outer(const struct cover *c, uint16_t before, uint16_t after)
{
	if (c->outer)
		checksum_change16(c->outer, before, after);
}

/* update_checksum - after a word that it covers changed */
static void update_checksum(const struct cover *c, uint32_t before,
			    uint32_t after)
{
	uint16_t was;

	if (!c->field)
		return;
	was = get16(c->field);
	if (c->partial)
		checksum_change32_partial(c->field, before, after);
	else
		checksum_change32(c->field, before, after);
	update_outer(c, was, get16(c->field));
}

/* write16, write32 - at an even offset in a TCP, UDP or ICMP header */
static void write16(const struct cover *c, uint8_t *at, uint16_t value)
{
	uint16_t before = get16(at);

	put16(at, value);
	if (!c->partial)
		update_checksum(c, before, value);
	update_outer(c, before, value);
}

static void write32(const struct cover *c, uint8_t *at, uint32_t value)
{
	uint32_t before = get32(at);

	put32(at, value);
	if (!c->partial)
		update_checksum(c, before, value);
	if (c->outer)
		checksum_change32(c->outer, before, value);
}

/* update_checksum_bytes - the same for an address */
static void update_checksum_bytes(const struct cover *c, const uint8_t *before,
				  const uint8_t *after, size_t length)
{
	uint16_t was;

	if (!c->field)
		return;
	was = get16(c->field);
	if (c->partial)
		checksum_change_bytes_partial(c->field, before, after, length);
	else
		checksum_change_bytes(c->field, before, after, length);
	update_outer(c, was, get16(c->field));
}

/*
 * write_address - in an IP header
 * @header: IPv4's, which has a checksum; NULL: IPv6's
 * @at:     the address in it
 */
static void write_address(const struct cover *c, uint8_t *header, uint8_t *at,
			  const uint8_t *value)
{
	size_t length = header ? 4 : 16;
	uint8_t before[16];
	uint16_t sum;

	memcpy(before, at, length);
	memcpy(at, value, length);
	if (header) {
		sum = get16(header + IPV4_CHECKSUM_AT);
		checksum_change_bytes(header + IPV4_CHECKSUM_AT, before, value,
				      length);
		update_outer(c, sum, get16(header + IPV4_CHECKSUM_AT));
	}
	if (c->outer)
		checksum_change_bytes(c->outer, before, value, length);
	if (c->pseudo)
		update_checksum_bytes(c, before, value, length);
}

static void write_port(const struct cover *c, enum nat_protocol protocol,
		       uint8_t *l4, size_t at, uint16_t value)
{
	write16(c, l4 + (transport(protocol) == NAT_ICMP ? ICMP_ID_AT : at),
		value);
}

/* write_sack - one edge of a block. At an odd offset, the checksum adds its
   bytes in swapped order. */
static void write_sack(const struct cover *c, uint8_t *tcp, size_t at,
		       uint32_t value)
{
	uint32_t before = get32(tcp + at);

	put32(tcp + at, value);
	if (at % 2) {
		before = __builtin_bswap32(before);
		value = __builtin_bswap32(value);
	}
	if (!c->partial)
		update_checksum(c, before, value);
}

/* shift_sack - the blocks of the inside host's bytes that the peer has */
static void shift_sack(const struct cover *c, uint8_t *tcp, size_t at,
		       size_t end, uint32_t offset)
{
	for (; at + 8 <= end; at += 8) {
		write_sack(c, tcp, at, get32(tcp + at) - offset);
		write_sack(c, tcp, at + 4, get32(tcp + at + 4) - offset);
	}
}

static void shift_options(const struct cover *c, uint8_t *tcp,
			  uint32_t offset)
{
	size_t end = tcp_header_length(tcp);	/* checked on reading */
	size_t at = TCP_HEADER;

	while (at < end && tcp[at] != TCP_OPTION_END) {
		size_t length;

		if (tcp[at] == TCP_OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 2 > end)
			return;
		length = tcp[at + 1];
		if (length < 2 || at + length > end)
			return;
		if (tcp[at] == TCP_OPTION_SACK)
			shift_sack(c, tcp, at + 2, at + length, offset);
		at += length;
	}
}

/* is_unsummed - a datagram that has no checksum */
static bool is_unsummed(enum nat_protocol protocol, const struct cover *c)
{
	return transport(protocol) == NAT_UDP && c->field && !c->partial &&
	       !get16(c->field);
}

/* packet_cover - the packet's own checksum */
static struct cover packet_cover(const struct packet *p)
{
	struct cover c = cover_of(p->protocol, p->l4, p->l4_length);

	c.partial = p->raw->partial && c.pseudo;
	if (is_unsummed(p->protocol, &c))
		c.field = NULL;
	return c;
}

/* is_blank - an echo reply of zeros only, whose checksum must be 0xffff */
static bool is_blank(const struct packet *p, const struct cover *c)
{
	return p->protocol == NAT_ICMP && c->field && !get16(c->field) &&
	       !checksum_add(0, p->l4, p->l4_length);
}

/* finish_checksum - write 0xffff for 0, which means "no checksum" in UDP */
static void finish_checksum(const struct packet *p, const struct cover *c)
{
	if (is_unsummed(p->protocol, c) || is_blank(p, c))
		put16(c->field, 0xffff);
}

/* header_of - the IPv4 header, which has a checksum; NULL: IPv6 */
static uint8_t *header_of(const struct packet *p)
{
	return p->ipv6 ? NULL : p->raw->bytes;
}

void translate_out(struct packet *p, const struct translation *t)
{
	struct cover c = packet_cover(p);

	if (t->address)
		write_address(&c, header_of(p), p->ip.source, t->address);
	write_port(&c, p->protocol, p->l4, SOURCE_PORT_AT, t->port);
	if (t->offset)
		write32(&c, p->l4 + TCP_SEQUENCE_AT,
			tcp_sequence(p->l4) + t->offset);
	finish_checksum(p, &c);
}

void translate_in(struct packet *p, const struct translation *t)
{
	struct cover c = packet_cover(p);

	if (t->address)
		write_address(&c, header_of(p), p->ip.destination, t->address);
	write_port(&c, p->protocol, p->l4, DESTINATION_PORT_AT, t->port);
	if (t->offset && p->flags & TCP_ACK) {
		write32(&c, p->l4 + TCP_ACKNOWLEDGEMENT_AT,
			tcp_acknowledgement(p->l4) - t->offset);
		shift_options(&c, p->l4, t->offset);
	}
	finish_checksum(p, &c);
}

/* quote_cover - the checksum of a quoted packet, if it is quoted */
static struct cover quote_cover(const struct packet *p)
{
	struct cover c = cover_of(p->protocol, p->quoted_l4,
				  p->quoted_l4_length);

	c.outer = p->l4 + checksum_at(NAT_ICMP);
	if (is_unsummed(p->protocol, &c))
		c.field = NULL;
	return c;
}

/* finish_quoted - as finish_checksum(); the error's own checksum stays right,
   since 0 and 0xffff add alike */
static void finish_quoted(const struct packet *p, const struct cover *c)
{
	if (is_unsummed(p->protocol, c))
		put16(c->field, 0xffff);
}

void translate_outer(struct packet *p, enum nat_side side,
		     const uint8_t *address)
{
	/* of ICMPv6 alone the checksum covers the addresses */
	struct cover c = {
		.field = p->l4 + checksum_at(NAT_ICMP),
		.pseudo = p->ipv6,
	};

	if (address)
		write_address(&c, header_of(p), side == NAT_INSIDE ?
			      p->ip.source : p->ip.destination, address);
}

static uint8_t *quoted_header(const struct packet *p)
{
	return p->ipv6 ? NULL : p->quoted;
}

void translate_error_in(struct packet *p, const struct translation *t)
{
	struct cover c = quote_cover(p);

	translate_outer(p, NAT_OUTSIDE, t->outer);
	if (t->address)
		write_address(&c, quoted_header(p), p->inner.source,
			      t->address);
	write_port(&c, p->protocol, p->quoted_l4, SOURCE_PORT_AT, t->port);
	if (t->offset)
		write32(&c, p->quoted_l4 + TCP_SEQUENCE_AT,
			tcp_sequence(p->quoted_l4) - t->offset);
	finish_quoted(p, &c);
}

void translate_error_out(struct packet *p, const struct translation *t)
{
	struct cover c = quote_cover(p);
	uint8_t *l4 = p->quoted_l4;

	translate_outer(p, NAT_INSIDE, t->outer);
	if (t->address)
		write_address(&c, quoted_header(p), p->inner.destination,
			      t->address);
	write_port(&c, p->protocol, l4, DESTINATION_PORT_AT, t->port);
	if (t->offset && p->quoted_l4_length > TCP_FLAGS_AT &&
	    tcp_flags(l4) & TCP_ACK)
		write32(&c, l4 + TCP_ACKNOWLEDGEMENT_AT,
			tcp_acknowledgement(l4) + t->offset);
	finish_quoted(p, &c);
}

/* data_at - where a segment's or datagram's data begins */
static size_t data_at(const struct packet *p)
{
	return p->kind == PACKET_DATAGRAM ? UDP_HEADER :
		tcp_header_length(p->l4);
}

/* data_end - where it ends: bytes after a datagram do not belong to it */
static size_t data_end(const struct packet *p)
{
	size_t length = p->kind == PACKET_DATAGRAM ? udp_length(p->l4) :
		p->l4_length;

	return length < p->l4_length ? length : p->l4_length;
}

/* replace_bytes - the checksum is updated from the even offset before @at */
static void replace_bytes(const struct cover *c, struct packet *p, size_t at,
			  const uint8_t *after, size_t length)
{
	uint8_t was[18], is[18];
	size_t even = at & ~(size_t)1, end = (at + length + 1) & ~(size_t)1;

	if (end > p->l4_length)		/* an odd last byte is padded */
		end = p->l4_length;
	memset(was, 0, sizeof(was));
	memset(is, 0, sizeof(is));
	memcpy(was, p->l4 + even, end - even);
	memcpy(p->l4 + at, after, length);
	memcpy(is, p->l4 + even, end - even);
	if (!c->partial)
		update_checksum_bytes(c, was, is,
				      (end - even + 1) & ~(size_t)1);
}

void translate_data(struct packet *p, const uint8_t *before,
		    const uint8_t *after)
{
	size_t length = p->ipv6 ? 16 : 4, end = data_end(p);
	struct cover c = packet_cover(p);

	for (size_t i = data_at(p); i + length <= end; i++)
		if (!memcmp(p->l4 + i, before, length)) {
			replace_bytes(&c, p, i, after, length);
			i += length - 1;
		}
	finish_checksum(p, &c);
}

void translate_id(struct packet *p, uint16_t id)
{
	uint8_t *ip = p->raw->bytes;
	uint16_t before = get16(ip + IPV4_ID_AT);

	put16(ip + IPV4_ID_AT, id);
	checksum_change16(ip + IPV4_CHECKSUM_AT, before, id);
}
