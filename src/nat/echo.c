#include "nat/echo.h"

#include "nat/verdict.h"
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"
#include "wire/ipv4.h"

#include <string.h>

enum { ECHO_TTL = 64 };

/* write_reply - turn a copy of the request at @reply into the reply */
static void write_reply(const struct packet *p, uint8_t *reply)
{
	size_t length = p->ipv6 ? 16 : 4;
	uint8_t *source = reply + (p->ip.source - p->raw->bytes);
	uint8_t *destination = reply + (p->ip.destination - p->raw->bytes);
	uint8_t *icmp = reply + p->ip.header;

	memcpy(source, p->ip.destination, length);
	memcpy(destination, p->ip.source, length);
	icmp_set_type(icmp, p->ipv6 ? ICMP6_TYPE_ECHO_REPLY :
		      ICMP_TYPE_ECHO_REPLY);
	if (!checksum_add(0, icmp, p->l4_length))
		put16(icmp + ICMP_CHECKSUM_AT, 0xffff);	/* all zeros */
	if (p->ipv6)
		ipv6_set_hop_limit(reply, ECHO_TTL);
	else
		ipv4_set_ttl(reply, ECHO_TTL);
}

void handle_echo(struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct nat_result *result = ctx->result;

	if (profile_of(ctx)->echo_to_nat == ECHO_TO_NAT_IGNORE) {
		drop(ctx, "echo-to-nat = ignore");
		return;
	}
	if (icmp_type(p->l4) != (p->ipv6 ? ICMP6_TYPE_ECHO : ICMP_TYPE_ECHO)) {
		drop(ctx, "no echo request");
		return;
	}
	if (p->ip.first || p->ip.length > NAT_REPLY_ROOM || p->raw->partial) {
		drop(ctx, "an echo request too long to answer");
		return;
	}
	memcpy(result->reply, p->raw->bytes, p->ip.length);
	write_reply(p, result->reply);
	result->verdict = NAT_REPLY;
	result->reason = "echo-to-nat = reply";
	result->reply_length = p->ip.length;
}
