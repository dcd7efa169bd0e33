#include "wire/ndp.h"

#include "wire/bytes.h"
#include "wire/checksum.h"

#include <string.h>

enum {
	AT_CODE = IPV6_HEADER + 1, AT_CHECKSUM = IPV6_HEADER + 2,
	AT_FLAGS = IPV6_HEADER + 4, AT_TARGET = IPV6_HEADER + 8,
	AT_OPTIONS = IPV6_HEADER + 24,
	SOLICITATION = 135, ADVERTISEMENT = 136,
	OPTION_SOURCE = 1, OPTION_TARGET = 2, OPTION_UNIT = 8,
	FLAG_SOLICITED = 0x40, FLAG_OVERRIDE = 0x20, MULTICAST = 0xff, MAC = 6,
};

/* checksum - not inverted; 0xffff when the message has the right one */
static uint16_t checksum(const uint8_t *ip, size_t length)
{
	uint32_t sum = checksum_add(IPV6_ICMP + (uint32_t)length,
				    ip + IPV6_SOURCE_AT, 32);

	return checksum_fold(checksum_add(sum, ip + IPV6_HEADER, length));
}

/* options - parse the options. Return: false if they are malformed */
static bool options(const uint8_t *at, const uint8_t *end, struct ndp *out)
{
	int wanted = out->advertisement ? OPTION_TARGET : OPTION_SOURCE;

	while (end - at >= OPTION_UNIT) {
		size_t length = (size_t)at[1] * OPTION_UNIT;

		if (!length || length > (size_t)(end - at))
			return false;
		if (at[0] == wanted && !out->has_mac) {
			out->has_mac = true;
			memcpy(out->mac, at + 2, MAC);
		}
		at += length;
	}
	return at == end;
}

bool ndp_parse(const uint8_t *ip, size_t length, struct ndp *out)
{
	size_t payload;

	memset(out, 0, sizeof(*out));
	if (!ndp_is(ip, length) || ip_version(ip) != 6 || ip[AT_CODE] != 0)
		return false;
	payload = get16(ip + IPV6_LENGTH_AT);
	if (payload < AT_OPTIONS - IPV6_HEADER ||
	    payload > length - IPV6_HEADER || checksum(ip, payload) != 0xffff ||
	    ip[AT_TARGET] == MULTICAST)
		return false;
	out->advertisement = ip[IPV6_HEADER] == ADVERTISEMENT;
	out->solicited = ip[AT_FLAGS] & FLAG_SOLICITED;
	out->override = ip[AT_FLAGS] & FLAG_OVERRIDE;
	memcpy(out->source, ip + IPV6_SOURCE_AT, 16);
	memcpy(out->destination, ip + IPV6_DESTINATION_AT, 16);
	memcpy(out->target, ip + AT_TARGET, 16);
	return options(ip + AT_OPTIONS, ip + IPV6_HEADER + payload, out);
}

size_t ndp_build(const struct ndp *n, uint8_t out[NDP_LENGTH])
{
	memset(out, 0, NDP_LENGTH);
	out[0] = 6 << 4;
	put16(out + IPV6_LENGTH_AT, NDP_LENGTH - IPV6_HEADER);
	out[IPV6_NEXT_HEADER_AT] = IPV6_ICMP;
	out[IPV6_HOP_LIMIT_AT] = 255;
	memcpy(out + IPV6_SOURCE_AT, n->source, 16);
	memcpy(out + IPV6_DESTINATION_AT, n->destination, 16);
	out[IPV6_HEADER] = n->advertisement ? ADVERTISEMENT : SOLICITATION;
	if (n->advertisement)
		out[AT_FLAGS] = (uint8_t)((n->solicited ? FLAG_SOLICITED : 0) |
					  (n->override ? FLAG_OVERRIDE : 0));
	memcpy(out + AT_TARGET, n->target, 16);
	out[AT_OPTIONS] = n->advertisement ? OPTION_TARGET : OPTION_SOURCE;
	out[AT_OPTIONS + 1] = 1;
	memcpy(out + AT_OPTIONS + 2, n->mac, MAC);
	put16(out + AT_CHECKSUM,
	      (uint16_t)~checksum(out, NDP_LENGTH - IPV6_HEADER));
	return NDP_LENGTH;
}

void ndp_group(const uint8_t target[16], uint8_t group[16])
{
	memset(group, 0, 16);
	group[0] = MULTICAST;
	group[1] = 2;
	group[11] = 1;
	group[12] = 0xff;
	memcpy(group + 13, target + 13, 3);
}

void ndp_link_local(const uint8_t mac[6], uint8_t address[16])
{
	memset(address, 0, 16);
	address[0] = 0xfe;
	address[1] = 0x80;
	memcpy(address + 8, mac, 3);
	address[8] ^= 2;
	address[11] = 0xff;
	address[12] = 0xfe;
	memcpy(address + 13, mac + 3, 3);
}
