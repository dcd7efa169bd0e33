#include "nat/fragmentation.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <string.h>

/* finish_checksum - of a packet whose checksum the network card was to
   finish: fragments cannot have it finished */
static void finish_checksum(const struct packet *p, uint8_t *bytes)
{
	uint8_t *l4 = bytes + p->ip.header;
	uint8_t *field = l4 + (transport(p->protocol) == NAT_TCP ?
			       TCP_CHECKSUM_AT : UDP_CHECKSUM_AT);
	uint16_t sum;

	sum = (uint16_t)~checksum_fold(checksum_add(0, l4, p->l4_length));
	put16(field, sum ? sum : 0xffff);
}

void fragmentation_begin(struct packet_context *ctx, uint32_t mtu)
{
	struct fragmentation *f = &ctx->nat->fragmentation;
	const struct packet *p = &ctx->packet;

	f->side = (enum nat_side)!ctx->side;
	f->mtu = mtu;
	f->length = p->ip.length;
	f->at = p->ip.header;
	memcpy(f->bytes, p->raw->bytes, p->ip.length);
	if (p->raw->partial)
		finish_checksum(p, f->bytes);
	ctx->result->verdict = NAT_HELD;
}

/* blank_options - overwrite the IP options that only the first fragment has:
   RFC 791 3.1, the copied flag */
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

bool fragmentation_next(struct nat *n, struct nat_output *out)
{
	struct fragmentation *f = &n->fragmentation;
	size_t header = ipv4_header_length(f->bytes);
	size_t most = (f->mtu - header) / 8 * 8, left = f->length - f->at;
	uint16_t field = get16(f->bytes + IPV4_FRAGMENT_AT);
	size_t length;

	if (!f->length || f->mtu < header + 8)
		return false;
	length = left > most ? most : left;
	memcpy(n->output, f->bytes, header);
	memcpy(n->output + header, f->bytes + f->at, length);
	put16(n->output + IPV4_LENGTH_AT, (uint16_t)(header + length));
	put16(n->output + IPV4_FRAGMENT_AT,
	      (uint16_t)((field + (f->at - header) / 8) |
			 (length < left ? IPV4_MORE_FRAGMENTS : 0)));
	ipv4_set_checksum(n->output);
	if (f->at == header)
		blank_options(f->bytes + IPV4_HEADER, header - IPV4_HEADER);
	f->at += length;
	if (length == left)
		f->length = 0;
	*out = (struct nat_output){ f->side, header + length, n->output };
	return true;
}
