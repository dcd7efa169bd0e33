/* What is too big for the next link, and may be cut (RFC 791 3.2). */
#include "nat/core.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <string.h>

/* complete - write the checksum that somebody else should have finished */
static void complete(const struct packet *p, uint8_t *bytes)
{
	uint8_t *l4 = bytes + p->ip.header;
	uint8_t *field = l4 + (transport(p->protocol) == NAT_TCP ?
			       TCP_CHECKSUM_AT : UDP_CHECKSUM_AT);
	uint16_t sum;

	if (!p->raw->partial)
		return;
	sum = (uint16_t)~checksum_fold(checksum_add(0, l4, p->l4_length));
	put16(field, sum ? sum : 0xffff);
}

void passage_cut(struct packet_context *g, uint32_t mtu)
{
	struct cutting *c = &g->nat->cutting;
	const struct packet *p = &g->packet;

	c->side = (enum nat_side)!g->side;
	c->mtu = mtu;
	c->length = p->ip.length;
	c->at = p->ip.header;
	memcpy(c->bytes, p->raw->bytes, p->ip.length);
	complete(p, c->bytes);
	g->result->verdict = NAT_HELD;
}

/* blank_options - those that the first fragment alone has: RFC 791 3.1, the
   copied flag */
static void blank_options(uint8_t *options, size_t length)
{
	size_t at = 0;

	while (at < length && options[at] != IPV4_OPTION_END) {
		size_t one = 1;

		if (options[at] != IPV4_OPTION_NOP && at + 1 < length)
			one = options[at + 1];
		if (!one || at + one > length)
			return;
		if (!(options[at] & IPV4_OPTION_COPIED))
			memset(options + at, IPV4_OPTION_NOP, one);
		at += one;
	}
}

bool pieces_next(struct nat *n, struct nat_output *out)
{
	struct cutting *c = &n->cutting;
	size_t header = ipv4_header_length(c->bytes);
	size_t most = (c->mtu - header) / 8 * 8, left = c->length - c->at;
	uint16_t field = get16(c->bytes + IPV4_FRAGMENT_AT);
	size_t length;

	if (!c->length || c->mtu < header + 8)
		return false;
	length = left > most ? most : left;
	memcpy(n->output, c->bytes, header);
	memcpy(n->output + header, c->bytes + c->at, length);
	put16(n->output + IPV4_LENGTH_AT, (uint16_t)(header + length));
	put16(n->output + IPV4_FRAGMENT_AT,
	      (uint16_t)((field + (c->at - header) / 8) |
			 (length < left ? IPV4_MORE_FRAGMENTS : 0)));
	ipv4_set_checksum(n->output);
	if (c->at == header)
		blank_options(c->bytes + IPV4_HEADER, header - IPV4_HEADER);
	c->at += length;
	if (length == left)
		c->length = 0;
	*out = (struct nat_output){ c->side, header + length, n->output };
	return true;
}
