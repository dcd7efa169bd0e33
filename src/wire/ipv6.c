#include "wire/ipv6.h"

#include "wire/bytes.h"

#include <string.h>

enum {
	HOP_BY_HOP = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	DESTINATION_OPTIONS = 60,

	UNIT = 8,			/* lengths are counted in these */
	MORE = 1,
	OFFSET = 0xfff8,
	FLOW_LABEL = 0xfffff,

	AT_NEXT = 6,			/* the byte that names what follows */
	AT_SOURCE = 8,
	AT_DESTINATION = 24,
};

/* Is it one of the extension headers that are passed over? */
static bool is_extension(uint8_t protocol)
{
	return protocol == HOP_BY_HOP || protocol == ROUTING ||
	       protocol == FRAGMENT || protocol == DESTINATION_OPTIONS;
}

/* A Fragment header's second byte is reserved, and it is one unit long. */
static size_t extension_length(uint8_t protocol, const uint8_t *header)
{
	return protocol == FRAGMENT ? UNIT : (header[1] + 1U) * UNIT;
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
	size_t named_at = AT_NEXT, at, length;

	while (is_extension(out->protocol) && !out->fragment_offset) {
		at = out->header_length;
		if (end - at < UNIT)
			return false;
		length = extension_length(out->protocol, bytes + at);
		if (length > end - at)
			return false;
		if (out->protocol == HOP_BY_HOP && at != IPV6_HEADER)
			return false;
		if (out->protocol == FRAGMENT &&
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
	if (length < IPV6_HEADER || bytes[0] >> 4 != 6)
		return false;
	out->traffic_class = (uint8_t)(get16(bytes) >> 4);
	out->flow_label = get32(bytes) & FLOW_LABEL;
	out->payload_length = get16(bytes + 4);
	out->protocol = bytes[AT_NEXT];
	out->hop_limit = bytes[7];
	out->header_length = IPV6_HEADER;
	memcpy(out->source, bytes + AT_SOURCE, sizeof(out->source));
	memcpy(out->destination, bytes + AT_DESTINATION,
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
	put16(bytes + 4, in->payload_length);
	bytes[AT_NEXT] = in->protocol;
	bytes[7] = in->hop_limit;
	memcpy(bytes + AT_SOURCE, in->source, sizeof(in->source));
	memcpy(bytes + AT_DESTINATION, in->destination,
	       sizeof(in->destination));
}
