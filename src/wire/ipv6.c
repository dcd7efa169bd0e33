#include "wire/ipv6.h"

#include "wire/bytes.h"

#include <string.h>

enum {
	UNIT = 8,		/* bytes; extension headers' length */
	MORE = 1,
	OFFSET = 0xfff8,
	FLOW_LABEL = 0xfffff,
};

/* Is it one of the extension headers that are passed over? */
static bool is_extension(uint8_t protocol)
{
	return protocol == IPV6_HOP_BY_HOP || protocol == IPV6_ROUTING ||
	       protocol == IPV6_FRAGMENT ||
	       protocol == IPV6_DESTINATION_OPTIONS;
}

/* A Fragment header's second byte is reserved, and it is one unit long. */
static size_t extension_length(uint8_t protocol, const uint8_t *header)
{
	return protocol == IPV6_FRAGMENT ? UNIT : (header[1] + 1U) * UNIT;
}

static bool fragment_read(const uint8_t *bytes, size_t named_at,
			  struct ipv6 *out)
{
	const uint8_t *header = bytes + out->header_length;

	if (out->fragmented)
		return false;
	out->fragmented = true;
	out->fragment_at = out->header_length;
	out->fragment_named_at = named_at;
	out->fragment_offset = get16(header + 2) & OFFSET;
	out->more_fragments = get16(header + 2) & MORE;
	out->fragment_id = get32(header + 4);
	return true;
}

/*
 * Go along the chain; @end: of what is there of the packet. Each header is at
 * least a unit long, so it comes to an end.
 */
static bool chain_read(const uint8_t *bytes, size_t end, struct ipv6 *out)
{
	size_t named_at = IPV6_NEXT_HEADER_AT, at, length;

	while (is_extension(out->protocol) && !out->fragment_offset) {
		at = out->header_length;
		if (end - at < UNIT)
			return false;
		length = extension_length(out->protocol, bytes + at);
		if (length > end - at)
			return false;
		if (out->protocol == IPV6_HOP_BY_HOP && at != IPV6_HEADER)
			return false;
		if (out->protocol == IPV6_FRAGMENT &&
		    !fragment_read(bytes, named_at, out))
			return false;
		named_at = at;
		out->protocol = bytes[at];
		out->header_length += length;
	}
	return true;
}

bool ipv6_parse(const uint8_t *bytes, size_t length, struct ipv6 *out)
{
	size_t end;

	*out = (struct ipv6){ 0 };
	if (length < IPV6_HEADER || ip_version(bytes) != 6)
		return false;
	out->traffic_class = (uint8_t)(get16(bytes) >> 4);
	out->flow_label = get32(bytes) & FLOW_LABEL;
	out->payload_length = get16(bytes + IPV6_LENGTH_AT);
	out->protocol = bytes[IPV6_NEXT_HEADER_AT];
	out->hop_limit = bytes[IPV6_HOP_LIMIT_AT];
	out->header_length = IPV6_HEADER;
	memcpy(out->source, bytes + IPV6_SOURCE_AT, sizeof(out->source));
	memcpy(out->destination, bytes + IPV6_DESTINATION_AT,
	       sizeof(out->destination));
	end = IPV6_HEADER + (size_t)out->payload_length;
	if (chain_read(bytes, length < end ? length : end, out))
		return true;
	*out = (struct ipv6){ 0 };
	return false;
}

void ipv6_build(uint8_t bytes[IPV6_HEADER], const struct ipv6 *in)
{
	put32(bytes, UINT32_C(6) << 28 | (uint32_t)in->traffic_class << 20 |
		     (in->flow_label & FLOW_LABEL));
	put16(bytes + IPV6_LENGTH_AT, in->payload_length);
	bytes[IPV6_NEXT_HEADER_AT] = in->protocol;
	bytes[IPV6_HOP_LIMIT_AT] = in->hop_limit;
	memcpy(bytes + IPV6_SOURCE_AT, in->source, sizeof(in->source));
	memcpy(bytes + IPV6_DESTINATION_AT, in->destination,
	       sizeof(in->destination));
}
