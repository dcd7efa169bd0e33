/*
 * Rewriting, with every checksum mended from what changed alone (RFC 1624).
 *
 * A checksum that the network card shall finish (`partial`) holds the
 * pseudo-header's sum so far: of what changes it covers the addresses, not the
 * ports and sequence numbers, over which the card will sum.
 */
#include "nat/translate.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/tcp.h"

enum {
	AT_IP_CHECKSUM = 10,
	AT_IP_SOURCE = 12,
	AT_IP_DESTINATION = 16,
	AT_SOURCE_PORT = 0,
	AT_DESTINATION_PORT = 2,
	AT_ECHO_ID = 4,
	AT_SEQUENCE = 4,
	AT_ACKNOWLEDGEMENT = 8,
	AT_FLAGS = 13,

	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_SACK = 5,
};

/* The checksum of a TCP segment, datagram or ICMP message that changes. */
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
		[NAT_TCP] = 16, [NAT_UDP] = 6, [NAT_ICMP] = 2,
	};

	return at[protocol];
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

/* outer_change - the error's own checksum, when a byte string it covers,
   16 bits at an even place, has changed */
static void outer_change(const struct cover *c, uint16_t before,
			 uint16_t after)
{
	if (c->outer)
		checksum_change16(c->outer, before, after);
}

/* cover_change - a word that the checksum covers changed */
static void cover_change(const struct cover *c, uint32_t before,
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
	outer_change(c, was, get16(c->field));
}

/* write16, write32 - at an even place in a TCP, UDP or ICMP header */
static void write16(const struct cover *c, uint8_t *at, uint16_t value)
{
	uint16_t before = get16(at);

	put16(at, value);
	if (!c->partial)
		cover_change(c, before, value);
	outer_change(c, before, value);
}

static void write32(const struct cover *c, uint8_t *at, uint32_t value)
{
	uint32_t before = get32(at);

	put32(at, value);
	if (!c->partial)
		cover_change(c, before, value);
	if (c->outer)
		checksum_change32(c->outer, before, value);
}

/* write_address - in an IP header */
static void write_address(const struct cover *c, uint8_t *ip, size_t at,
			  uint32_t value)
{
	uint32_t before = get32(ip + at);
	uint16_t sum = get16(ip + AT_IP_CHECKSUM);

	put32(ip + at, value);
	checksum_change32(ip + AT_IP_CHECKSUM, before, value);
	if (c->outer)
		checksum_change32(c->outer, before, value);
	outer_change(c, sum, get16(ip + AT_IP_CHECKSUM));
	if (c->pseudo)
		cover_change(c, before, value);
}

static void write_port(const struct cover *c, enum nat_protocol protocol,
		       uint8_t *l4, size_t at, uint16_t value)
{
	write16(c, l4 + (protocol == NAT_ICMP ? AT_ECHO_ID : at), value);
}

/* write_sack - one edge of a block. It may stand at an odd place, where the
   sum takes its bytes in the other order. */
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
		cover_change(c, before, value);
}

/* shift_sack - what the peer says that it has of the inside host's bytes */
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
	size_t end = (size_t)(tcp[12] >> 4) * 4;	/* checked on reading */
	size_t at = TCP_HEADER;

	while (at < end && tcp[at] != OPTION_END) {
		size_t length;

		if (tcp[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 2 > end)
			return;
		length = tcp[at + 1];
		if (length < 2 || at + length > end)
			return;
		if (tcp[at] == OPTION_SACK)
			shift_sack(c, tcp, at + 2, at + length, offset);
		at += length;
	}
}

/* packet_cover - the packet's own checksum; a datagram may have none */
static struct cover packet_cover(const struct packet *p)
{
	struct cover c = cover_of(p->protocol, p->l4, p->l4_length);

	c.partial = p->raw->partial && c.pseudo;
	if (p->protocol == NAT_UDP && c.field && !c.partial &&
	    !get16(c.field))
		c.field = NULL;
	return c;
}

/* datagram_finish - a sum of 0 would say that there is no checksum */
static void datagram_finish(const struct packet *p, const struct cover *c)
{
	if (p->protocol == NAT_UDP && c->field && !c->partial &&
	    !get16(c->field))
		put16(c->field, 0xffff);
}

void packet_translate_out(struct packet *p, const struct endpoint *external,
			  uint32_t offset)
{
	struct cover c = packet_cover(p);

	write_address(&c, p->raw->bytes, AT_IP_SOURCE, external->address);
	write_port(&c, p->protocol, p->l4, AT_SOURCE_PORT, external->port);
	if (offset)
		write32(&c, p->l4 + AT_SEQUENCE,
			get32(p->l4 + AT_SEQUENCE) + offset);
	datagram_finish(p, &c);
}

void packet_translate_in(struct packet *p, const struct endpoint *inside,
			 uint32_t offset)
{
	struct cover c = packet_cover(p);

	write_address(&c, p->raw->bytes, AT_IP_DESTINATION, inside->address);
	write_port(&c, p->protocol, p->l4, AT_DESTINATION_PORT, inside->port);
	if (offset && p->flags & TCP_ACK) {
		write32(&c, p->l4 + AT_ACKNOWLEDGEMENT,
			get32(p->l4 + AT_ACKNOWLEDGEMENT) - offset);
		shift_options(&c, p->l4, offset);
	}
	datagram_finish(p, &c);
}

/* quote_cover - the checksums of what an error quotes, as far as it does */
static struct cover quote_cover(const struct packet *p)
{
	struct cover c = cover_of(p->protocol, p->quoted_l4,
				  p->quoted_l4_length);

	c.outer = p->l4 + checksum_at(NAT_ICMP);
	if (p->protocol == NAT_UDP && c.field && !get16(c.field))
		c.field = NULL;
	return c;
}

/* The error's own header: its checksum doesn't cover the addresses. */
static const struct cover no_cover;

void quote_translate_in(struct packet *p, const struct endpoint *inside,
			uint32_t offset)
{
	struct cover c = quote_cover(p);

	write_address(&no_cover, p->raw->bytes, AT_IP_DESTINATION,
		      inside->address);
	write_address(&c, p->quoted, AT_IP_SOURCE, inside->address);
	write_port(&c, p->protocol, p->quoted_l4, AT_SOURCE_PORT, inside->port);
	if (offset)
		write32(&c, p->quoted_l4 + AT_SEQUENCE,
			get32(p->quoted_l4 + AT_SEQUENCE) - offset);
}

void quote_translate_out(struct packet *p, const struct endpoint *external,
			 uint32_t offset)
{
	struct cover c = quote_cover(p);
	uint8_t *l4 = p->quoted_l4;

	write_address(&no_cover, p->raw->bytes, AT_IP_SOURCE,
		      external->address);
	write_address(&c, p->quoted, AT_IP_DESTINATION, external->address);
	write_port(&c, p->protocol, l4, AT_DESTINATION_PORT, external->port);
	if (offset && p->quoted_l4_length > AT_FLAGS &&
	    l4[AT_FLAGS] & TCP_ACK)
		write32(&c, l4 + AT_ACKNOWLEDGEMENT,
			get32(l4 + AT_ACKNOWLEDGEMENT) + offset);
}
