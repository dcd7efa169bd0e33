#include "nat/packet_ip.h"

#include "wire/bytes.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

#include <string.h>

static const char *read_ipv4(struct packet_ip *ip, uint8_t *bytes,
			     size_t length)
{
	struct ipv4 v4;

	if (!ipv4_parse(bytes, length, &v4))
		return length && ip_version(bytes) != 4 ? "not IPv4" :
			"cut short";
	*ip = (struct packet_ip){
		.source = bytes + IPV4_SOURCE_AT,
		.destination = bytes + IPV4_DESTINATION_AT,
		.header = v4.header_length,
		.length = v4.total_length,
		.id = v4.id,
		.protocol = v4.protocol,
		.ttl = v4.ttl,
		.first = v4.more_fragments && !v4.fragment_offset,
		.later = v4.fragment_offset,
		.whole = v4.dont_fragment,
	};
	return NULL;
}

static const char *read_ipv6(struct packet_ip *ip, uint8_t *bytes,
			     size_t length)
{
	struct ipv6 v6;

	if (!ipv6_parse(bytes, length, &v6))
		return "cut short";
	*ip = (struct packet_ip){
		.source = bytes + IPV6_SOURCE_AT,
		.destination = bytes + IPV6_DESTINATION_AT,
		.header = v6.header_length,
		.length = (size_t)IPV6_HEADER + v6.payload_length,
		.id = v6.fragment_id,
		.protocol = v6.protocol,
		.ttl = v6.hop_limit,
		.first = v6.more_fragments && !v6.fragment_offset,
		.later = v6.fragment_offset,
		.whole = true,
	};
	return NULL;
}

const char *packet_read_ip(struct packet_ip *ip, bool ipv6, uint8_t *bytes,
			   size_t length)
{
	return ipv6 ? read_ipv6(ip, bytes, length) :
		read_ipv4(ip, bytes, length);
}

uint32_t packet_address(const struct packet_reader *r, bool ipv6,
			const uint8_t *address, bool inner)
{
	uint8_t mapped[16];

	if (!ipv6)
		return get32(address);
	if (!r->prefixes || !inner || r->side == NAT_INSIDE)
		return interned_find(r->addresses, address);
	memcpy(mapped, address, sizeof(mapped));
	return prefix_in(r->prefixes, mapped) ?
		interned_find(r->addresses, mapped) : 0;
}
