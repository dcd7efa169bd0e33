/* ICMP as the NAT looks at it, of both families (RFC 5508, RFC 4443). */
#include "nat/packet.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"
#include "wire/ports.h"
#include "wire/udp.h"

enum {
	QUOTED_LEAST = 8,		/* bytes behind the quoted header */
	QUOTED_PORTS = 4,		/* are enough to know the session by */
};

/* What is never translated, since it is about a link; and what is not unless
   an axis says so. */
enum message_mark { NEVER = 1, DEPRECATED = 2 };

/* What a type is, by family. */
struct message {
	enum packet_kind kind;
	enum packet_error error;
	uint8_t type;
	bool ipv6;
	uint8_t mark;
};

static const struct message messages[] = {
	{ PACKET_QUERY, 0, ICMP_TYPE_ECHO, false, 0 },
	{ PACKET_ANSWER, 0, ICMP_TYPE_ECHO_REPLY, false, 0 },
	{ PACKET_QUERY, 0, ICMP_TYPE_INFORMATION, false, DEPRECATED },
	{ PACKET_ANSWER, 0, ICMP_TYPE_INFORMATION_REPLY, false, DEPRECATED },
	{ PACKET_ERROR, ERROR_UNREACHABLE_IN, ICMP_TYPE_UNREACHABLE, false, 0 },
	{ PACKET_ERROR, ERROR_TIME_EXCEEDED_IN, ICMP_TYPE_TIME_EXCEEDED, false,
	  0 },
	{ PACKET_ERROR, ERROR_OTHER_IN, ICMP_TYPE_PARAMETER_PROBLEM, false, 0 },
	{ PACKET_ERROR, ERROR_OTHER_IN, ICMP_TYPE_SOURCE_QUENCH, false,
	  DEPRECATED },
	{ PACKET_ERROR, ERROR_OTHER_IN, ICMP_TYPE_REDIRECT, false, NEVER },
	{ PACKET_QUERY, 0, ICMP6_TYPE_ECHO, true, 0 },
	{ PACKET_ANSWER, 0, ICMP6_TYPE_ECHO_REPLY, true, 0 },
	{ PACKET_ERROR, ERROR_UNREACHABLE_IN, ICMP6_TYPE_UNREACHABLE, true,
	  0 },
	{ PACKET_ERROR, ERROR_TOO_BIG_IN, ICMP6_TYPE_TOO_BIG, true, 0 },
	{ PACKET_ERROR, ERROR_TIME_EXCEEDED_IN, ICMP6_TYPE_TIME_EXCEEDED, true,
	  0 },
	{ PACKET_ERROR, ERROR_OTHER_IN, ICMP6_TYPE_PARAMETER_PROBLEM, true,
	  0 },
};

static const struct message *message_find(bool ipv6, uint8_t type)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (messages[i].ipv6 == ipv6 && messages[i].type == type)
			return &messages[i];
	return NULL;
}

/*
 * quoted_id - a query has its identifier where the endpoint is that asked:
 * what the inside host sent comes back quoted from outside, and the other
 * way round
 */
static const char *quoted_id(struct packet *p, const struct packet_reader *c)
{
	const struct message *m =
		message_find(p->ipv6, icmp_type(p->quoted_l4));
	uint16_t id = icmp_id(p->quoted_l4);

	if (!m || m->kind == PACKET_ERROR)
		return "icmp type";
	p->protocol = p->ipv6 ? NAT_ICMP6 : NAT_ICMP;
	p->quotes_query = m->kind == PACKET_QUERY;
	if (c->side == NAT_OUTSIDE)
		p->quoted_source.port = id;
	else
		p->quoted_destination.port = id;
	return NULL;
}

static const char *quoted_transport(struct packet *p,
				    const struct packet_reader *c)
{
	uint8_t icmp = p->ipv6 ? IPV6_ICMP : IPV4_ICMP;

	if (p->inner.protocol == icmp)
		return p->is_known_only ? "cut short" : quoted_id(p, c);
	if (p->inner.protocol != IPV4_TCP && p->inner.protocol != IPV4_UDP)
		return "protocol";
	p->protocol = p->inner.protocol == IPV4_TCP ?
		(p->ipv6 ? NAT_TCP6 : NAT_TCP) :
		(p->ipv6 ? NAT_UDP6 : NAT_UDP);
	p->quoted_source.port = source_port(p->quoted_l4);
	p->quoted_destination.port = destination_port(p->quoted_l4);
	return NULL;
}

/* transport_sum - over what is quoted, if all of it is; 0xffff: right, or not
   to be told */
static uint16_t transport_sum(const struct packet *p, size_t there)
{
	size_t length = p->inner.length - p->inner.header;
	uint32_t sum = 0;

	if (there < p->inner.length || (transport(p->protocol) == NAT_UDP &&
					!udp_has_checksum(p->quoted_l4)))
		return 0xffff;
	if (p->ipv6)
		sum = checksum_pseudo6(p->inner.source, p->inner.destination,
				       p->inner.protocol, (uint32_t)length);
	else if (p->protocol != NAT_ICMP)
		sum = checksum_pseudo(get32(p->inner.source),
				      get32(p->inner.destination),
				      p->inner.protocol, (uint16_t)length);
	return checksum_fold(checksum_add(sum, p->quoted_l4, length));
}

/* inner_header_ok - has the quoted IPv4 header its checksum? */
static bool inner_header_ok(const struct packet *p)
{
	return p->ipv6 || ipv4_checksum_is_right(p->quoted);
}

/* quoted_find - where the quoted headers are; @there: bytes from the quoted
   IP header on */
static const char *quoted_find(struct packet *p,
			       const struct packet_reader *c, size_t there)
{
	const char *reason = packet_read_ip(&p->inner, p->ipv6, p->quoted,
					    there);
	size_t header = p->inner.header;

	if (reason)
		return reason;
	if (c->profile->icmp_checksum == ICMP_CHECKSUM_CHECKED &&
	    !inner_header_ok(p))
		return "icmp-checksum = checked";
	if (c->profile->icmp_embedded == ICMP_EMBEDDED_FIXED_HEADER &&
	    !p->ipv6)
		header = IPV4_HEADER;
	/* What follows the quoted packet (padding, RFC 4884) is not of it. */
	if (there > p->inner.length)
		there = p->inner.length;
	if (there < header + QUOTED_PORTS)
		return "cut short";
	p->is_known_only = there < header + QUOTED_LEAST;
	p->quoted_l4 = p->quoted + header;
	p->quoted_l4_length = there - header;
	return p->inner.later ? "fragment" : NULL;
}

static const char *read_error(struct packet *p,
			      const struct packet_reader *c)
{
	bool from_inside = c->side == NAT_INSIDE;
	size_t there = p->l4_length - ICMP_HEADER;
	const char *reason;

	p->kind = PACKET_ERROR;
	p->quoted = p->l4 + ICMP_HEADER;
	reason = quoted_find(p, c, there);
	if (reason)
		return reason;
	/* what a host quotes came to it; the NAT's inner end of it is where
	   it went if the error is from inside, else where it came from */
	p->quoted_source.address = packet_number(c, p->ipv6, p->inner.source,
						 !from_inside);
	p->quoted_destination.address =
		packet_number(c, p->ipv6, p->inner.destination, from_inside);
	reason = quoted_transport(p, c);
	if (!reason && p->is_known_only)
		return "cut short";
	if (!reason &&
	    c->profile->icmp_embedded == ICMP_EMBEDDED_CHECK_TRANSPORT &&
	    transport_sum(p, there) != 0xffff)
		return "icmp-embedded = check-transport";
	return reason;
}

/* own_sum - over the message; 0xffff when it is right */
static uint16_t own_sum(const struct packet *p)
{
	uint32_t sum = 0;

	if (p->ipv6)
		sum = checksum_pseudo6(p->ip.source, p->ip.destination,
				       IPV6_ICMP, (uint32_t)p->l4_length);
	return checksum_fold(checksum_add(sum, p->l4, p->l4_length));
}

static void read_query(struct packet *p, const struct packet_reader *c)
{
	uint16_t id = icmp_id(p->l4);

	p->protocol = p->ipv6 ? NAT_ICMP6 : NAT_ICMP;
	if (c->side == NAT_INSIDE)
		p->source.port = id;
	else
		p->destination.port = id;
}

const char *packet_read_icmp(struct packet *p, const struct packet_reader *c)
{
	const struct message *m;
	const char *reason;

	if (p->l4_length < ICMP_HEADER)
		return "cut short";
	m = message_find(p->ipv6, icmp_type(p->l4));
	if (!m)
		return "icmp type";
	if (m->mark & DEPRECATED &&
	    c->profile->icmp_deprecated == ICMP_DEPRECATED_DROP)
		return "icmp-deprecated = drop";
	p->kind = m->kind;
	p->error = m->error;
	if (m->error == ERROR_UNREACHABLE_IN && !p->ipv6 &&
	    icmp_code(p->l4) == ICMP_CODE_TOO_BIG && m->kind == PACKET_ERROR)
		p->error = ERROR_TOO_BIG_IN;
	if (m->kind != PACKET_ERROR) {
		read_query(p, c);
		return NULL;
	}
	if (c->profile->icmp_checksum != ICMP_CHECKSUM_UNCHECKED &&
	    !p->raw->partial && own_sum(p) != 0xffff)
		return c->profile->icmp_checksum == ICMP_CHECKSUM_OUTER ?
			"icmp-checksum = outer" : "icmp-checksum = checked";
	reason = read_error(p, c);
	if (reason || !(m->mark & NEVER))
		return reason;
	p->is_known_only = true;
	return "icmp type";
}
