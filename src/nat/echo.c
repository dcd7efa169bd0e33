/* Echo requests to the NAT itself. */
#include "nat/core.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"

#include <string.h>

enum { ECHO_TTL = 64 };

/* swap - the addresses of the reply */
static void swap(const struct packet *p, uint8_t *reply)
{
	size_t length = p->ipv6 ? 16 : 4;
	size_t source = (size_t)(p->ip.source - p->raw->bytes);
	size_t destination = (size_t)(p->ip.destination - p->raw->bytes);

	memcpy(reply + source, p->ip.destination, length);
	memcpy(reply + destination, p->ip.source, length);
}

static void finish_echo(const struct packet *p, uint8_t *reply)
{
	uint8_t *icmp = reply + p->ip.header;
	uint8_t type = p->ipv6 ? ICMP6_TYPE_ECHO_REPLY : ICMP_TYPE_ECHO_REPLY;

	icmp_set_type(icmp, type);
	if (!checksum_add(0, icmp, p->l4_length))
		put16(icmp + ICMP_CHECKSUM_AT, 0xffff);	/* all zeros */
	if (p->ipv6)
		ipv6_set_hop_limit(reply, ECHO_TTL);
	else
		ipv4_set_ttl(reply, ECHO_TTL);
}

void passage_echo(struct packet_context *g)
{
	const struct packet *p = &g->packet;

	if (profile_of(g)->echo_to_nat == ECHO_TO_NAT_IGNORE) {
		passage_drop(g, "echo-to-nat = ignore");
		return;
	}
	if (icmp_type(p->l4) != (p->ipv6 ? ICMP6_TYPE_ECHO : ICMP_TYPE_ECHO)) {
		passage_drop(g, "no echo request");
		return;
	}
	if (p->ip.first || p->ip.length > NAT_REPLY_ROOM || p->raw->partial) {
		passage_drop(g, "an echo request too long to answer");
		return;
	}
	memcpy(g->result->reply, p->raw->bytes, p->ip.length);
	swap(p, g->result->reply);
	finish_echo(p, g->result->reply);
	g->result->verdict = NAT_REPLY;
	g->result->reason = "echo-to-nat = reply";
	g->result->reply_length = p->ip.length;
}
