#include "wire/ipv4.h"

bool ipv4_parse(const uint8_t *bytes, size_t length, struct ipv4 *out)
{
	size_t header;
	uint16_t fragment;

	*out = (struct ipv4){ 0 };
	if (length < IPV4_HEADER || ip_version(bytes) != 4)
		return false;
	header = ipv4_header_length(bytes);
	if (header < IPV4_HEADER || header > length ||
	    ipv4_total_length(bytes) < header)
		return false;
	fragment = get16(bytes + IPV4_FRAGMENT_AT);
	*out = (struct ipv4){
		.header_length = (uint8_t)header,
		.tos = bytes[1],
		.total_length = ipv4_total_length(bytes),
		.id = get16(bytes + IPV4_ID_AT),
		.dont_fragment = fragment & IPV4_DONT_FRAGMENT,
		.more_fragments = fragment & IPV4_MORE_FRAGMENTS,
		.fragment_offset = (uint16_t)((fragment & IPV4_OFFSET) * 8),
		.ttl = bytes[IPV4_TTL_AT],
		.protocol = bytes[IPV4_PROTOCOL_AT],
		.source = ipv4_source(bytes),
		.destination = ipv4_destination(bytes),
	};
	return true;
}

void ipv4_build(uint8_t bytes[IPV4_HEADER], const struct ipv4 *in)
{
	uint16_t fragment = in->fragment_offset / 8;

	if (in->dont_fragment)
		fragment |= IPV4_DONT_FRAGMENT;
	if (in->more_fragments)
		fragment |= IPV4_MORE_FRAGMENTS;
	bytes[0] = 4 << 4 | IPV4_HEADER / 4;
	bytes[1] = in->tos;
	put16(bytes + IPV4_LENGTH_AT, in->total_length);
	put16(bytes + IPV4_ID_AT, in->id);
	put16(bytes + IPV4_FRAGMENT_AT, fragment);
	bytes[IPV4_TTL_AT] = in->ttl;
	bytes[IPV4_PROTOCOL_AT] = in->protocol;
	put32(bytes + IPV4_SOURCE_AT, in->source);
	put32(bytes + IPV4_DESTINATION_AT, in->destination);
	ipv4_set_checksum(bytes);
}
