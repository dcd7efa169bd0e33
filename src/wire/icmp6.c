#include "wire/icmp6.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

#include <string.h>

enum {
	FIRST_INFORMATION = 128,	/* types below are errors: 2.1 */
	TYPE_REDIRECT = 137,

	QUOTED_DATA = 8,	/* ports and sequence number, or echo id */
	ERROR_HOP_LIMIT = 64,
	GROUP = 0xff,		/* the first byte of a multicast address */
};

static bool type_quotes(uint8_t type)
{
	return type >= ICMP6_TYPE_UNREACHABLE &&
	       type <= ICMP6_TYPE_PARAMETER_PROBLEM;
}

static bool type_is_echo(uint8_t type)
{
	return type == ICMP6_TYPE_ECHO || type == ICMP6_TYPE_ECHO_REPLY;
}

/* Read the first 8 bytes of a transport header that an error quotes. */
static void transport_read(const uint8_t *data, struct icmp6 *out)
{
	uint8_t protocol = out->quoted.protocol;

	if (protocol == IPV6_ICMP) {
		if (type_is_echo(icmp_type(data)))
			out->id = icmp_id(data);
		return;
	}
	out->source_port = source_port(data);
	out->destination_port = destination_port(data);
	if (protocol == IPV6_TCP)
		out->sequence = tcp_sequence(data);
}

/* packet_length - Return: the length of the quoted packet of @length bytes,
   without padding and RFC 4884's objects */
static size_t packet_length(const struct ipv6 *ip, size_t length)
{
	size_t whole = IPV6_HEADER + (size_t)ip->payload_length;

	return length < whole ? length : whole;
}

/* Read what an error quotes; @bytes: from the quoted IPv6 header on. */
static bool quoted_read(const uint8_t *bytes, size_t length,
			struct icmp6 *out)
{
	const struct ipv6 *ip = &out->quoted;

	if (!ipv6_parse(bytes, length, &out->quoted))
		return false;
	length = packet_length(ip, length);
	if (ip->fragment_offset ||
	    (ip->protocol != IPV6_TCP && ip->protocol != IPV6_UDP &&
	     ip->protocol != IPV6_ICMP))
		return true;
	if (length - ip->header_length < QUOTED_DATA)
		return false;
	transport_read(bytes + ip->header_length, out);
	return true;
}

bool icmp6_parse(const uint8_t *bytes, size_t length, struct icmp6 *out)
{
	*out = (struct icmp6){ 0 };
	if (length < ICMP6_HEADER)
		return false;
	out->type = icmp_type(bytes);
	out->code = icmp_code(bytes);
	if (type_is_echo(out->type))
		out->id = icmp_id(bytes);
	if (!type_quotes(out->type))
		return true;
	out->is_error = true;
	out->parameter = get32(bytes + 4);
	out->quoted_at = ICMP6_HEADER;
	if (quoted_read(bytes + ICMP6_HEADER, length - ICMP6_HEADER, out))
		return true;
	*out = (struct icmp6){ 0 };
	return false;
}

/* one_host - neither ::, ::1 nor multicast */
static bool one_host(const uint8_t address[16])
{
	static const uint8_t zeros[15];

	return address[0] != GROUP &&
	       (address[15] > 1 || memcmp(address, zeros, sizeof(zeros)) != 0);
}

/* is_harmless - is the message certainly neither an error nor a redirect? */
static bool is_harmless(const struct ipv6 *ip, const uint8_t *packet,
			size_t length)
{
	uint8_t type;

	if (ip->fragment_offset || length <= ip->header_length)
		return false;
	type = icmp_type(packet + ip->header_length);
	return type >= FIRST_INFORMATION && type != TYPE_REDIRECT;
}

/* answers_group - RFC 4443 2.4 (e.3): too big, for path MTU discovery, and an
   unknown option also answer packets to a multicast group */
static bool answers_group(const uint8_t *header)
{
	return header[0] == ICMP6_TYPE_TOO_BIG ||
	       (header[0] == ICMP6_TYPE_PARAMETER_PROBLEM &&
		header[1] == ICMP6_CODE_OPTION);
}

/* RFC 4443 2.4 (e): what is never answered with an error */
static bool may_answer(const struct ipv6 *ip, const uint8_t *header,
		       const uint8_t *packet, size_t length)
{
	if (!one_host(ip->source))
		return false;
	if (ip->destination[0] == GROUP && !answers_group(header))
		return false;
	return ip->protocol != IPV6_ICMP || is_harmless(ip, packet, length);
}

/* quote_length - Return: how many bytes of the packet fit into the error; 0:
   too few */
static size_t quote_length(const struct ipv6 *ip, size_t length, size_t room)
{
	const size_t before = IPV6_HEADER + ICMP6_HEADER;
	size_t least = ip->header_length + QUOTED_DATA;

	if (room > IPV6_LINK_MIN)
		room = IPV6_LINK_MIN;
	if (least > length)
		least = length;
	if (room < before + least)
		return 0;
	return length < room - before ? length : room - before;
}

/* answer_finish - write the IPv6 header and the checksum, which is 0 so far */
static size_t answer_finish(uint8_t *out, const uint8_t from[16],
			    const uint8_t to[16], size_t length)
{
	uint8_t *icmp = out + IPV6_HEADER;
	struct ipv6 answer = {
		.payload_length = (uint16_t)length,
		.hop_limit = ERROR_HOP_LIMIT,
		.protocol = IPV6_ICMP,
	};
	uint32_t sum = checksum_pseudo6(from, to, IPV6_ICMP, (uint32_t)length);

	memcpy(answer.source, from, sizeof(answer.source));
	memcpy(answer.destination, to, sizeof(answer.destination));
	ipv6_build(out, &answer);
	put16(icmp + ICMP_CHECKSUM_AT,
	      (uint16_t)~checksum_fold(checksum_add(sum, icmp, length)));
	return IPV6_HEADER + length;
}

size_t icmp6_error_build(uint8_t *out, size_t room, const uint8_t from[16],
			 uint8_t type, uint8_t code, uint32_t parameter,
			 const uint8_t *packet, size_t length)
{
	uint8_t header[ICMP6_HEADER] = { type, code };
	struct ipv6 ip;

	if (!ipv6_parse(packet, length, &ip))
		return 0;
	length = packet_length(&ip, length);
	if (!may_answer(&ip, header, packet, length))
		return 0;
	length = quote_length(&ip, length, room);
	if (!length)
		return 0;
	put32(header + 4, parameter);
	memcpy(out + IPV6_HEADER, header, sizeof(header));
	memcpy(out + IPV6_HEADER + ICMP6_HEADER, packet, length);
	return answer_finish(out, from, ip.source, ICMP6_HEADER + length);
}
