#include "wire/icmp.h"

#include "wire/tcp.h"

#include <string.h>

enum {
	QUOTED_DATA = 8,	/* bytes after the quoted header: RFC 792 */
	ERROR_MAX = 576,	/* of the whole packet: RFC 1812 4.3.2.3 */
	ERROR_TTL = 64,
	PRECEDENCE = 0xc0,	/* internetwork control: RFC 1812 4.3.2.5 */
	TOS_BITS = 0x1e,
};

static bool type_is_error(uint8_t type)
{
	return type == ICMP_TYPE_UNREACHABLE ||
	       type == ICMP_TYPE_SOURCE_QUENCH || type == ICMP_TYPE_REDIRECT ||
	       type == ICMP_TYPE_TIME_EXCEEDED ||
	       type == ICMP_TYPE_PARAMETER_PROBLEM;
}

/* Read what an error quotes; @bytes: from the quoted IP header on. */
static bool quoted_read(const uint8_t *bytes, size_t length, struct icmp *out)
{
	const struct ipv4 *ip = &out->quoted;
	const uint8_t *data;

	if (!ipv4_parse(bytes, length, &out->quoted) ||
	    length < (size_t)ip->header_length + QUOTED_DATA)
		return false;
	data = bytes + ip->header_length;
	out->source.address = ip->source;
	out->destination.address = ip->destination;
	if (ip->fragment_offset)
		return true;
	if (ip->protocol == IPV4_TCP || ip->protocol == IPV4_UDP) {
		out->source.port = source_port(data);
		out->destination.port = destination_port(data);
	}
	if (ip->protocol == IPV4_TCP)
		out->sequence = tcp_sequence(data);
	return true;
}

bool icmp_parse(const uint8_t *bytes, size_t length, struct icmp *out)
{
	*out = (struct icmp){ 0 };
	if (length < ICMP_HEADER)
		return false;
	out->type = icmp_type(bytes);
	out->code = icmp_code(bytes);
	if (out->type == ICMP_TYPE_ECHO || out->type == ICMP_TYPE_ECHO_REPLY)
		out->id = icmp_id(bytes);
	if (!type_is_error(out->type))
		return true;
	out->is_error = true;
	out->quoted_at = ICMP_HEADER;
	if (quoted_read(bytes + ICMP_HEADER, length - ICMP_HEADER, out))
		return true;
	*out = (struct icmp){ 0 };
	return false;
}

/* one_host - not in 0/8, 127/8, multicast or above */
static bool one_host(uint32_t address)
{
	uint8_t net = (uint8_t)(address >> 24);

	return net && net != 127 && net < 224;
}

/* RFC 1122 3.2.2: what is never answered with an error */
static bool may_answer(const struct ipv4 *ip, const uint8_t *packet,
		       size_t length)
{
	if (ip->fragment_offset || !one_host(ip->source) ||
	    ip->destination >> 28 >= 0xe)
		return false;
	if (ip->protocol != IPV4_ICMP)
		return true;
	return length > ip->header_length &&
	       !type_is_error(icmp_type(packet + ip->header_length));
}

/* What an error's own header says. */
struct error_header {
	uint8_t type, code;
	uint16_t mtu;		/* of the next link, or 0 */
};

/* error_write - write the ICMP message; it quotes @length bytes of @packet */
static void error_write(uint8_t *icmp, const struct error_header *header,
			const uint8_t *packet, size_t length)
{
	memset(icmp, 0, ICMP_HEADER);
	icmp[0] = header->type;
	icmp[1] = header->code;
	put16(icmp + 6, header->mtu);
	memcpy(icmp + ICMP_HEADER, packet, length);
	put16(icmp + ICMP_CHECKSUM_AT, (uint16_t)~checksum_fold(
				 checksum_add(0, icmp, ICMP_HEADER + length)));
}

static size_t error_build(uint8_t *out, size_t room, uint32_t from,
			  const struct error_header *header,
			  const uint8_t *packet, size_t length)
{
	struct ipv4 ip, answer;

	if (!ipv4_parse(packet, length, &ip))
		return 0;
	if (length > ip.total_length)
		length = ip.total_length;	/* a frame's padding */
	if (!may_answer(&ip, packet, length))
		return 0;
	if (length > ERROR_MAX - IPV4_HEADER - ICMP_HEADER)
		length = ERROR_MAX - IPV4_HEADER - ICMP_HEADER;
	if (room < IPV4_HEADER + ICMP_HEADER + length)
		return 0;
	answer = (struct ipv4){
		.source = from,
		.destination = ip.source,
		.total_length = (uint16_t)(IPV4_HEADER + ICMP_HEADER + length),
		/* like a router's: without DF, so with an identification
		   that other packets don't have */
		.id = checksum_fold(checksum_add(ip.id, packet, length)),
		.ttl = ERROR_TTL,
		.protocol = IPV4_ICMP,
		.tos = (uint8_t)((ip.tos & TOS_BITS) | PRECEDENCE),
	};
	ipv4_build(out, &answer);
	error_write(out + IPV4_HEADER, header, packet, length);
	return answer.total_length;
}

size_t icmp_error_build(uint8_t *out, size_t room, uint32_t from,
			uint8_t type, uint8_t code, const uint8_t *packet,
			size_t length)
{
	const struct error_header header = { .type = type, .code = code };

	return error_build(out, room, from, &header, packet, length);
}

size_t icmp_too_big_build(uint8_t *out, size_t room, uint32_t from,
			  uint16_t mtu, const uint8_t *packet,
			  size_t length)
{
	const struct error_header header = {
		.type = ICMP_TYPE_UNREACHABLE,
		.code = ICMP_CODE_TOO_BIG,
		.mtu = mtu,
	};

	return error_build(out, room, from, &header, packet, length);
}
