#include "nat/packet_icmp.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"
#include "wire/ports.h"
#include "wire/udp.h"

enum {
	QUOTED_LEAST = 8,	/* bytes behind the quoted IP header: RFC 792 */
};

/* NEVER: the type concerns one link and is never translated; DEPRECATED: the
   axis icmp-deprecated decides. */
enum icmp_mark { NEVER = 1, DEPRECATED = 2 };

/* A type of message that the engine knows. */
struct icmp_message {
	enum packet_kind kind;
	enum packet_error error;
	uint8_t type;
	bool ipv6;
	uint8_t mark;			/* enum icmp_mark */
};

static const struct icmp_message messages[] = {
	{ PACKET_ICMP_REQUEST, 0, ICMP_TYPE_ECHO, false, 0 },
	{ PACKET_ICMP_REPLY, 0, ICMP_TYPE_ECHO_REPLY, false, 0 },
	{ PACKET_ICMP_REQUEST, 0, ICMP_TYPE_INFORMATION, false, DEPRECATED },
	{ PACKET_ICMP_REPLY, 0, ICMP_TYPE_INFORMATION_REPLY, false,
	  DEPRECATED },
	{ PACKET_ICMP_ERROR, ERROR_UNREACHABLE_IN, ICMP_TYPE_UNREACHABLE, false,
	  0 },
	{ PACKET_ICMP_ERROR, ERROR_TIME_EXCEEDED_IN, ICMP_TYPE_TIME_EXCEEDED,
	  false, 0 },
	{ PACKET_ICMP_ERROR, ERROR_OTHER_IN, ICMP_TYPE_PARAMETER_PROBLEM, false,
	  0 },
	{ PACKET_ICMP_ERROR, ERROR_OTHER_IN, ICMP_TYPE_SOURCE_QUENCH, false,
	  DEPRECATED },
	{ PACKET_ICMP_ERROR, ERROR_OTHER_IN, ICMP_TYPE_REDIRECT, false, NEVER },
	{ PACKET_ICMP_REQUEST, 0, ICMP6_TYPE_ECHO, true, 0 },
	{ PACKET_ICMP_REPLY, 0, ICMP6_TYPE_ECHO_REPLY, true, 0 },
	{ PACKET_ICMP_ERROR, ERROR_UNREACHABLE_IN, ICMP6_TYPE_UNREACHABLE, true,
	  0 },
	{ PACKET_ICMP_ERROR, ERROR_TOO_BIG_IN, ICMP6_TYPE_TOO_BIG, true, 0 },
	{ PACKET_ICMP_ERROR, ERROR_TIME_EXCEEDED_IN, ICMP6_TYPE_TIME_EXCEEDED,
	  true, 0 },
	{ PACKET_ICMP_ERROR, ERROR_OTHER_IN, ICMP6_TYPE_PARAMETER_PROBLEM, true,
	  0 },
};

static const struct icmp_message *message_find(bool ipv6, uint8_t type)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (messages[i].ipv6 == ipv6 && messages[i].type == type)
			return &messages[i];
	return NULL;
}

/*
 * read_quoted_id - the identifier is the port of the endpoint at the NAT's
 * inner end: the source of what the inside host sent, which errors from
 * outside quote; the destination of what came to it
 */
static const char *read_quoted_id(struct packet *p,
				  const struct packet_reader *r)
{
	const struct icmp_message *m =
		message_find(p->ipv6, icmp_type(p->quoted_l4));
	uint16_t id = icmp_id(p->quoted_l4);

	if (!m || m->kind == PACKET_ICMP_ERROR)
		return "icmp type";
	p->protocol = p->ipv6 ? NAT_ICMP6 : NAT_ICMP;
	p->quotes_request = m->kind == PACKET_ICMP_REQUEST;
	if (r->side == NAT_OUTSIDE)
		p->quoted_source.port = id;
	else
		p->quoted_destination.port = id;
	return NULL;
}

static const char *read_quoted_transport(struct packet *p,
					 const struct packet_reader *r)
{
	uint8_t icmp = p->ipv6 ? IPV6_ICMP : IPV4_ICMP;

	if (p->inner.protocol == icmp)
		return p->is_known_only ? "cut short" : read_quoted_id(p, r);
	if (p->inner.protocol != IPV4_TCP && p->inner.protocol != IPV4_UDP)
		return "protocol";
	p->protocol = p->inner.protocol == IPV4_TCP ?
		(p->ipv6 ? NAT_TCP6 : NAT_TCP) :
		(p->ipv6 ? NAT_UDP6 : NAT_UDP);
	p->quoted_source.port = source_port(p->quoted_l4);
	p->quoted_destination.port = destination_port(p->quoted_l4);
	return NULL;
}

/* quoted_sum_is_right - the quoted transport checksum, if it can be verified:
   the whole packet is quoted, and has one */
static bool quoted_sum_is_right(const struct packet *p, size_t there)
{
	size_t length = p->inner.length - p->inner.header;
	uint32_t sum = 0;

	if (there < p->inner.length || (transport(p->protocol) == NAT_UDP &&
					!udp_has_checksum(p->quoted_l4)))
		return true;
	if (p->ipv6)
		sum = checksum_pseudo6(p->inner.source, p->inner.destination,
				       p->inner.protocol, (uint32_t)length);
	else if (p->protocol != NAT_ICMP)
		sum = checksum_pseudo(get32(p->inner.source),
				      get32(p->inner.destination),
				      p->inner.protocol, (uint16_t)length);
	return checksum_fold(checksum_add(sum, p->quoted_l4, length)) ==
		0xffff;
}

/* read_quoted_ip - the quoted IP header, and where the transport header is
   @there: bytes from the quoted IP header on */
static const char *read_quoted_ip(struct packet *p,
				  const struct packet_reader *r, size_t there)
{
	const char *reason = packet_read_ip(&p->inner, p->ipv6, p->quoted,
					    there);
	size_t header = p->inner.header;

	if (reason)
		return reason;
	if (r->profile->icmp_checksum == ICMP_CHECKSUM_CHECKED && !p->ipv6 &&
	    !ipv4_checksum_is_right(p->quoted))
		return "icmp-checksum = checked";
	if (r->profile->icmp_embedded == ICMP_EMBEDDED_FIXED_HEADER && !p->ipv6)
		header = IPV4_HEADER;
	/* Padding and RFC 4884 extensions follow the quoted packet. */
	if (there > p->inner.length)
		there = p->inner.length;
	if (there < header + PORTS_LENGTH)
		return "cut short";
	p->is_known_only = there < header + QUOTED_LEAST;
	p->quoted_l4 = p->quoted + header;
	p->quoted_l4_length = there - header;
	return p->inner.later ? "fragment" : NULL;
}

static const char *read_error(struct packet *p,
			      const struct packet_reader *r)
{
	bool from_inside = r->side == NAT_INSIDE;
	size_t there = p->l4_length - ICMP_HEADER;
	const char *reason;

	p->kind = PACKET_ICMP_ERROR;
	p->quoted = p->l4 + ICMP_HEADER;
	reason = read_quoted_ip(p, r, there);
	if (reason)
		return reason;
	/* An inside host quotes a packet that came to it: the NAT's inner end
	   is the destination. Errors from outside quote one that it sent. */
	p->quoted_source.address =
		packet_address(r, p->ipv6, p->inner.source, !from_inside);
	p->quoted_destination.address =
		packet_address(r, p->ipv6, p->inner.destination, from_inside);
	reason = read_quoted_transport(p, r);
	if (!reason && p->is_known_only)
		return "cut short";
	if (!reason &&
	    r->profile->icmp_embedded == ICMP_EMBEDDED_CHECK_TRANSPORT &&
	    !quoted_sum_is_right(p, there))
		return "icmp-embedded = check-transport";
	return reason;
}

static bool message_sum_is_right(const struct packet *p)
{
	uint32_t sum = 0;

	if (p->ipv6)
		sum = checksum_pseudo6(p->ip.source, p->ip.destination,
				       IPV6_ICMP, (uint32_t)p->l4_length);
	return checksum_fold(checksum_add(sum, p->l4, p->l4_length)) == 0xffff;
}

const char *packet_read_icmp(struct packet *p, const struct packet_reader *r)
{
	const struct icmp_message *m;
	const char *reason;

	if (p->l4_length < ICMP_HEADER)
		return "cut short";
	m = message_find(p->ipv6, icmp_type(p->l4));
	if (!m)
		return "icmp type";
	if (m->mark & DEPRECATED &&
	    r->profile->icmp_deprecated == ICMP_DEPRECATED_DROP)
		return "icmp-deprecated = drop";
	p->kind = m->kind;
	p->error = m->error;
	if (m->error == ERROR_UNREACHABLE_IN && !p->ipv6 &&
	    icmp_code(p->l4) == ICMP_CODE_TOO_BIG &&
	    m->kind == PACKET_ICMP_ERROR)
		p->error = ERROR_TOO_BIG_IN;
	if (m->kind != PACKET_ICMP_ERROR) {
		p->protocol = p->ipv6 ? NAT_ICMP6 : NAT_ICMP;
		(r->side == NAT_INSIDE ? &p->source : &p->destination)->port =
			icmp_id(p->l4);
		return NULL;
	}
	if (r->profile->icmp_checksum != ICMP_CHECKSUM_UNCHECKED &&
	    !p->raw->partial && !message_sum_is_right(p))
		return r->profile->icmp_checksum == ICMP_CHECKSUM_OUTER ?
			"icmp-checksum = outer" : "icmp-checksum = checked";
	reason = read_error(p, r);
	if (reason || !(m->mark & NEVER))
		return reason;
	p->is_known_only = true;
	return "icmp type";
}
