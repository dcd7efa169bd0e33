#include "build.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/udp.h"

#include <string.h>

enum {
	ROUTER = ADDRESSES - 1,		/* which of a side's addresses */
	QUOTED_MAX = 548,		/* 576 bytes of error in all */
	CUT_LENGTH = 6,			/* of L4, of a packet cut short */
};

/* A step, with its endpoints as one side of the NAT sees them. */
struct view {
	const struct sequence_step *step;
	struct endpoint source, destination;
};

void external_ports_begin(struct external_ports *b, const struct sequence *s)
{
	for (uint8_t i = 0; i < s->flow_count; i++)
		b->external[i] = s->flows[i].near_port;
}

void external_ports_learn(struct external_ports *b, uint8_t flow,
			  const uint8_t *bytes, size_t length)
{
	struct ipv4 ip;
	const uint8_t *l4;

	if (!ipv4_parse(bytes, length, &ip) || ip.source != ADDRESS_OUTSIDE ||
	    length < ip.header_length + 8u)
		return;
	l4 = bytes + ip.header_length;
	if (ip.protocol != IPV4_ICMP)
		b->external[flow] = get16(l4);
	else if (l4[0] == ICMP_TYPE_ECHO)
		b->external[flow] = get16(l4 + 4);
}

/* view_of - as @side of the NAT sees the step, whoever sent it */
static struct view view_of(const struct sequence *q,
			   const struct sequence_step *s, unsigned slot,
			   const struct external_ports *b, enum nat_side side)
{
	const struct sequence_flow *f = &q->flows[s->flow];
	struct endpoint near = {
		side == NAT_INSIDE ?
			ADDRESS_NEAR + slot * ADDRESSES + f->near :
			ADDRESS_OUTSIDE,
		side == NAT_INSIDE ? f->near_port : b->external[s->flow],
	};
	struct endpoint far = {
		ADDRESS_FAR + slot * ADDRESSES + f->far, f->far_port
	};

	return s->side == NAT_INSIDE ? (struct view){ s, near, far } :
				       (struct view){ s, far, near };
}

static size_t write_segment(const struct view *v, uint8_t *l4)
{
	const struct sequence_step *s = v->step;
	size_t header = TCP_HEADER + s->options_length;

	memset(l4, 0, TCP_HEADER);
	put16(l4, v->source.port);
	put16(l4 + 2, v->destination.port);
	put32(l4 + 4, s->sequence);
	put32(l4 + 8, s->acknowledgement);
	l4[12] = (uint8_t)(header / 4 << 4);
	if (s->fault == FAULT_OFFSET_SMALL)
		l4[12] = 4 << 4;
	else if (s->fault == FAULT_OFFSET_LARGE)
		l4[12] = 15 << 4;
	l4[13] = s->flags;
	put16(l4 + 14, s->window);
	memcpy(l4 + TCP_HEADER, s->options, s->options_length);
	if (s->fault == FAULT_OFFSET_LARGE)
		return header;
	return header + s->payload;
}

static size_t write_datagram(const struct view *v, uint8_t *l4)
{
	put16(l4, v->source.port);
	put16(l4 + 2, v->destination.port);
	put16(l4 + 4, (uint16_t)(UDP_HEADER + v->step->payload));
	put16(l4 + 6, 0);
	return UDP_HEADER + v->step->payload;
}

/* An echo's identifier is the port of the host behind the NAT. */
static size_t write_echo(const struct view *v, uint8_t *l4)
{
	l4[0] = v->step->type;
	l4[1] = 0;
	put16(l4 + 2, 0);
	put16(l4 + 4, v->step->side == NAT_INSIDE ? v->source.port :
	      v->destination.port);
	put16(l4 + 6, (uint16_t)v->step->rest);
	return ICMP_HEADER + v->step->payload;
}

/* Where TCP, UDP and ICMP have their checksum. */
static size_t checksum_at(uint8_t protocol)
{
	return protocol == IPV4_TCP ? 16 : protocol == IPV4_UDP ? 6 : 2;
}

static void put_checksum(const struct view *v, uint8_t *l4, size_t length)
{
	const struct sequence_step *s = v->step;
	uint8_t *field = l4 + checksum_at(s->protocol);
	uint32_t sum = s->protocol == IPV4_ICMP ? 0 :
		checksum_pseudo(v->source.address, v->destination.address,
				s->protocol, (uint16_t)length);
	uint16_t value;

	if (s->fault == FAULT_NO_CHECKSUM)
		return;
	value = (uint16_t)~checksum_fold(checksum_add(sum, l4, length));
	if (!value && s->protocol == IPV4_UDP)
		value = 0xffff;
	if (s->fault == FAULT_CHECKSUM)
		value ^= 0x1234;
	put16(field, value);
}

/* The IP header in front of @length bytes at @out + IPV4_HEADER. */
static size_t finish(const struct view *v, uint8_t *out, size_t length,
		     uint8_t ttl)
{
	const struct sequence_step *s = v->step;
	struct ipv4 ip = {
		.source = v->source.address,
		.destination = v->destination.address,
		.id = s->id,
		.dont_fragment = s->dont_fragment,
		.ttl = ttl,
		.protocol = s->protocol,
	};

	put_checksum(v, out + IPV4_HEADER, length);
	if (s->fault == FAULT_CUT)
		length = CUT_LENGTH;
	ip.total_length = (uint16_t)(IPV4_HEADER + length);
	ipv4_build(out, &ip);
	if (s->fault == FAULT_IP_CHECKSUM)
		out[10] ^= 0x55;
	return IPV4_HEADER + length;
}

/* Any packet but an error. */
static size_t write_plain(const struct view *v, uint8_t *out, uint8_t ttl)
{
	uint8_t *l4 = out + IPV4_HEADER;
	size_t length;

	memset(l4, 'x', BUILD_ROOM - IPV4_HEADER);
	length = v->step->protocol == IPV4_TCP ? write_segment(v, l4) :
		 v->step->protocol == IPV4_UDP ? write_datagram(v, l4) :
		 write_echo(v, l4);
	return finish(v, out, length, ttl);
}

static void swap_ends(uint8_t *ip)
{
	uint8_t keep[8], *l4 = ip + IPV4_HEADER;

	memcpy(keep, ip + 12, 4);
	memmove(ip + 12, ip + 16, 4);
	memcpy(ip + 16, keep, 4);
	if (ip[9] == IPV4_ICMP)
		return;
	memcpy(keep, l4, 2);
	memmove(l4, l4 + 2, 2);
	memcpy(l4 + 2, keep, 2);
}

/* One more in a 16-bit word, with the checksum that covers it mended. */
static void nudge(uint8_t *word, uint8_t *checksum)
{
	uint16_t before = get16(word), after = before ^ 1;

	put16(word, after);
	checksum_change16(checksum, before, after);
}

/* Make a quote wrong. @outward: it is of a packet that went out */
static size_t misquote(enum misquote how, bool outward, uint8_t *ip,
		       size_t length)
{
	uint8_t *l4 = ip + IPV4_HEADER, *sum = l4 + checksum_at(ip[9]);
	bool echo = ip[9] == IPV4_ICMP;

	if (how == MISQUOTE_NEAR_PORT)
		nudge(echo ? l4 + 4 : outward ? l4 : l4 + 2, sum);
	else if (how == MISQUOTE_FAR_PORT && !echo)
		nudge(outward ? l4 + 2 : l4, sum);
	else if (how == MISQUOTE_FAR_ADDRESS || how == MISQUOTE_FAR_PORT)
		nudge(outward ? ip + 18 : ip + 14, ip + 10);
	else if (how == MISQUOTE_SEQUENCE)
		nudge(l4 + 6, sum);
	else if (how == MISQUOTE_SWAPPED)
		swap_ends(ip);
	else if (how == MISQUOTE_IP_CHECKSUM)
		ip[10] ^= 0x55;
	else if (how == MISQUOTE_CHECKSUM)
		sum[0] ^= 0x55;
	else if (how == MISQUOTE_SHORT)
		length = IPV4_HEADER + CUT_LENGTH;
	else if (how == MISQUOTE_HEADER_ONLY)
		length = IPV4_HEADER;
	return length;
}

/* A step that stands for what was never sent, where an error has nothing to
   speak of: a segment the other way. */
static struct sequence_step never_sent(const struct sequence_step *error)
{
	return (struct sequence_step){
		.side = error->side == NAT_INSIDE ? NAT_OUTSIDE : NAT_INSIDE,
		.flow = error->flow,
		.protocol = IPV4_TCP,
		.flags = TCP_ACK,
		.window = 1000,
		.ttl = 64,
		.id = 7,
	};
}

/* What it quotes, as @error's sender saw it come: a hop later. */
static size_t write_quote(const struct sequence *q,
			  const struct sequence_step *error, unsigned slot,
			  const struct external_ports *b, uint8_t *out)
{
	struct sequence_step none = never_sent(error);
	const struct sequence_step *of = error->quoted == UINT8_MAX ? &none :
		&q->steps[error->quoted];
	struct view v = view_of(q, of, slot, b, error->side);
	uint8_t ttl = of->ttl > 1 ? (uint8_t)(of->ttl - 1) : 1;
	size_t length = write_plain(&v, out, ttl);

	if (length > QUOTED_MAX)
		length = QUOTED_MAX;
	if (error->quote_8 && length > IPV4_HEADER + 8)
		length = IPV4_HEADER + 8;
	return misquote(error->misquote, of->side == NAT_INSIDE, out, length);
}

static size_t write_error(const struct sequence *q,
			  const struct sequence_step *s, unsigned slot,
			  const struct external_ports *b, uint8_t *out)
{
	uint8_t quote[BUILD_ROOM], *l4 = out + IPV4_HEADER;
	size_t length = write_quote(q, s, slot, b, quote);
	struct view v = view_of(q, s, slot, b, s->side);

	if (s->from_router)
		v.source.address = ROUTER + slot * ADDRESSES +
			(s->side == NAT_INSIDE ? ADDRESS_NEAR : ADDRESS_FAR);
	l4[0] = s->type;
	l4[1] = s->code;
	put16(l4 + 2, 0);
	put32(l4 + 4, s->rest);
	memcpy(l4 + ICMP_HEADER, quote, length);
	return finish(&v, out, ICMP_HEADER + length, s->ttl);
}

size_t packet_build(const struct sequence *s, unsigned step, unsigned slot,
		    const struct external_ports *b, uint8_t out[BUILD_ROOM])
{
	const struct sequence_step *t = &s->steps[step];
	struct view v = view_of(s, t, slot, b, t->side);

	if (t->word >= WORD_ERROR)
		return write_error(s, t, slot, b, out);
	return write_plain(&v, out, t->ttl);
}

static int slot_from(uint32_t address)
{
	uint32_t at = address - ADDRESS_NEAR;

	if (at >= SLOTS * ADDRESSES)
		at = address - ADDRESS_FAR;
	return at < SLOTS * ADDRESSES ? (int)(at / ADDRESSES) : -1;
}

int slot_of(const uint8_t *bytes, size_t length)
{
	int slot;

	if (length < IPV4_HEADER)
		return -1;
	slot = slot_from(get32(bytes + 12));
	return slot >= 0 ? slot : slot_from(get32(bytes + 16));
}
