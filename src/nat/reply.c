#include "nat/reply.h"

#include "wire/bytes.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"
#include "wire/tcp.h"

#include <string.h>

enum { RST_TTL = 64 };

/* set_reply - make the result a reply; @length: bytes written into the result;
   0: none */
static void set_reply(struct nat_result *result, size_t length,
		      const char *reason)
{
	result->verdict = length ? NAT_REPLY : NAT_DROP;
	result->reason = reason;
	result->reply_length = length;
}

/* The ICMPv6 type and code for each of ICMP (RFC 7915 5.2). */
static const struct icmp6_equivalent {
	uint8_t type, code, type6, code6;
} icmp6_equivalents[] = {
	{ ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, ICMP6_TYPE_UNREACHABLE,
	  ICMP6_CODE_ADDRESS },
	{ ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, ICMP6_TYPE_UNREACHABLE,
	  ICMP6_CODE_PORT },
	{ ICMP_TYPE_UNREACHABLE, ICMP_CODE_ADMIN, ICMP6_TYPE_UNREACHABLE,
	  ICMP6_CODE_ADMIN },
	{ ICMP_TYPE_UNREACHABLE, ICMP_CODE_TOO_BIG, ICMP6_TYPE_TOO_BIG, 0 },
	{ ICMP_TYPE_TIME_EXCEEDED, 0, ICMP6_TYPE_TIME_EXCEEDED, 0 },
};

static size_t build6(uint8_t *out, size_t room, const struct packet *p,
		     const struct icmp_reply *r)
{
	const size_t count = sizeof(icmp6_equivalents) /
		sizeof(icmp6_equivalents[0]);

	for (size_t i = 0; i < count; i++) {
		const struct icmp6_equivalent *e = &icmp6_equivalents[i];

		if (e->type == r->type && e->code == r->code)
			return icmp6_error_build(out, room, r->from, e->type6,
						 e->code6, r->parameter,
						 p->raw->bytes, p->ip.length);
	}
	return 0;
}

size_t icmp_reply_build(uint8_t *out, size_t room, const struct packet *p,
			const struct icmp_reply *r)
{
	if (p->ipv6)
		return build6(out, room, p, r);
	if (r->parameter)
		return icmp_too_big_build(out, room, get32(r->from),
					  (uint16_t)r->parameter, p->raw->bytes,
					  p->raw->length);
	return icmp_error_build(out, room, get32(r->from), r->type, r->code,
				p->raw->bytes, p->raw->length);
}

void reply_icmp(struct nat_result *result, const struct packet *p,
		const struct icmp_reply *r, const char *reason)
{
	set_reply(result, icmp_reply_build(result->reply, NAT_REPLY_ROOM, p, r),
		  reason);
}

/* sequence_length - Return: how many sequence numbers the segment occupies */
static uint32_t sequence_length(const struct packet *p)
{
	size_t header = tcp_header_length(p->l4);

	return (uint32_t)(p->l4_length - header) +
		(p->flags & TCP_SYN ? 1 : 0) + (p->flags & TCP_FIN ? 1 : 0);
}

/* With an ACK, the RST has its number; otherwise 0, and acknowledges all. */
static size_t rst6(const struct packet *p, uint8_t *out)
{
	struct rst6 r = {
		.source_port = p->destination.port,
		.destination_port = p->source.port,
		.acknowledgement = p->sequence + sequence_length(p),
		.hop_limit = RST_TTL,
	};

	memcpy(r.source, p->ip.destination, 16);
	memcpy(r.destination, p->ip.source, 16);
	if (p->flags & TCP_ACK) {
		r.bare = true;
		r.sequence = tcp_acknowledgement(p->l4);
	}
	return rst6_build(&r, out, NAT_REPLY_ROOM);
}

static size_t rst4(const struct packet *p, uint8_t *out)
{
	struct segment rst = {
		.source = p->destination,
		.destination = p->source,
		.acknowledgement = p->sequence + sequence_length(p),
		.flags = TCP_RST | TCP_ACK,
		.ttl = RST_TTL,
	};

	if (p->flags & TCP_ACK) {
		rst.flags = TCP_RST;
		rst.sequence = tcp_acknowledgement(p->l4);
		rst.acknowledgement = 0;
	}
	return segment_build(&rst, out, NAT_REPLY_ROOM);
}

void reply_rst(struct nat_result *result, const struct packet *p,
	       const char *reason)
{
	size_t length = 0;

	if (p->kind != PACKET_RST)
		length = (p->ipv6 ? rst6 : rst4)(p, result->reply);
	set_reply(result, length, reason);
}
