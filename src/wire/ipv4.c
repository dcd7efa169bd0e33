#include "wire/ipv4.h"

#include "wire/bytes.h"
#include "wire/checksum.h"

enum { DONT_FRAGMENT = 0x4000, MORE_FRAGMENTS = 0x2000, OFFSET = 0x1fff };

bool ipv4_parse(const uint8_t *bytes, size_t length, struct ipv4 *out)
{
	uint8_t header;
	uint16_t fragment;

	*out = (struct ipv4){ 0 };
	if (length < IPV4_HEADER || bytes[0] >> 4 != 4)
		return false;
	header = (uint8_t)((bytes[0] & 0xf) * 4);
	if (header < IPV4_HEADER || header > length ||
	    get16(bytes + 2) < header)
		return false;
	fragment = get16(bytes + 6);
	*out = (struct ipv4){
		.header_length = header,
		.tos = bytes[1],
		.total_length = get16(bytes + 2),
		.id = get16(bytes + 4),
		.dont_fragment = fragment & DONT_FRAGMENT,
		.more_fragments = fragment & MORE_FRAGMENTS,
		.fragment_offset = (uint16_t)((fragment & OFFSET) * 8),
		.ttl = bytes[8],
		.protocol = bytes[9],
		.source = get32(bytes + 12),
		.destination = get32(bytes + 16),
	};
	return true;
}

void ipv4_build(uint8_t bytes[IPV4_HEADER], const struct ipv4 *in)
{
	uint16_t fragment = in->fragment_offset / 8;

	if (in->dont_fragment)
		fragment |= DONT_FRAGMENT;
	if (in->more_fragments)
		fragment |= MORE_FRAGMENTS;
	bytes[0] = 4 << 4 | IPV4_HEADER / 4;
	bytes[1] = in->tos;
	put16(bytes + 2, in->total_length);
	put16(bytes + 4, in->id);
	put16(bytes + 6, fragment);
	bytes[8] = in->ttl;
	bytes[9] = in->protocol;
	put16(bytes + 10, 0);
	put32(bytes + 12, in->source);
	put32(bytes + 16, in->destination);
	put16(bytes + 10, (uint16_t)~checksum_fold(
				  checksum_add(0, bytes, IPV4_HEADER)));
}
