#include "nat/verdict.h"

#include "base/clock.h"
#include "nat/fragmentation.h"
#include "nat/reply.h"
#include "wire/bytes.h"
#include "wire/icmp.h"

#include <string.h>

void drop(struct packet_context *ctx, const char *reason)
{
	ctx->result->verdict = NAT_DROP;
	ctx->result->reason = reason;
}

/* excess_mtu - the MTU of the next link if the packet exceeds it, else 0 */
static uint32_t excess_mtu(const struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	const struct nat_config *c = &ctx->nat->config;
	uint32_t mtu = ctx->side == NAT_INSIDE ? c->outside_mtu : c->inside_mtu;
	size_t length = p->raw->segment ? p->raw->segment : p->ip.length;

	return length > mtu && !ctx->hairpin && !ctx->hairpin_return ? mtu : 0;
}

bool check_ttl_mtu(struct packet_context *ctx)
{
	const struct profile *profile = profile_of(ctx);
	uint32_t mtu;

	if (!ctx->hairpin_return && profile->ttl == TTL_DECREMENT &&
	    ctx->packet.ip.ttl <= 1) {
		reply_icmp_error(ctx, ICMP_TYPE_TIME_EXCEEDED, 0, 0,
				 "ttl = decrement");
		return false;
	}
	mtu = excess_mtu(ctx);
	if (!mtu)
		return true;
	if (!ctx->packet.ip.whole) {
		if (profile->too_big_fragment == TOO_BIG_ANSWER)
			return true;	/* forward() fragments it */
		drop(ctx, "too-big-fragment = drop");
	} else if (profile->too_big == TOO_BIG_DROP) {
		drop(ctx, "too-big = drop");
	} else {
		reply_icmp_error(ctx, ICMP_TYPE_UNREACHABLE, ICMP_CODE_TOO_BIG,
				 mtu, "too-big = icmp");
	}
	return false;
}

void forward(struct packet_context *ctx)
{
	uint32_t mtu = excess_mtu(ctx);

	if (profile_of(ctx)->ttl == TTL_DECREMENT && !ctx->hairpin_return)
		packet_decrement_ttl(&ctx->packet);
	ctx->result->verdict = NAT_FORWARD;
	ctx->result->reason = "";
	if (mtu && !ctx->packet.ip.whole)
		fragmentation_begin(ctx, mtu);
}

bool icmp_rate_allows(struct nat *n, int64_t now)
{
	int most = n->config.profile.icmp_rate;

	if (now - n->icmp_second >= NS_PER_S) {
		n->icmp_second = now;
		n->icmp_sent = 0;
	}
	if (most && n->icmp_sent >= most)
		return false;
	n->icmp_sent++;
	return true;
}

void reply_icmp_error(struct packet_context *ctx, uint8_t type, uint8_t code,
		      uint32_t parameter, const char *reason)
{
	struct icmp_reply e = { type, code, parameter, { 0 } };
	const struct nat_config *c = &ctx->nat->config;
	const struct packet *p = &ctx->packet;
	bool inside = ctx->side == NAT_INSIDE;

	if (!icmp_rate_allows(ctx->nat, ctx->now)) {
		drop(ctx, "icmp-rate");
		return;
	}
	/* From the external address that the packet was for, or else from the
	   NAT's address on the side that it came from. */
	if (!inside && is_to_external(ctx->nat, p))
		memcpy(e.from, p->ip.destination, p->ipv6 ? 16 : 4);
	else if (p->ipv6)
		memcpy(e.from, (inside ? &c->inside6 : &c->outside6)->address,
		       16);
	else
		put32(e.from, inside ? c->inside_address : c->outside_address);
	reply_icmp(ctx->result, p, &e, reason);
}

void reply_unreachable(struct packet_context *ctx, uint8_t code,
		       const char *reason)
{
	reply_icmp_error(ctx, ICMP_TYPE_UNREACHABLE, code, 0, reason);
}

bool is_to_external(const struct nat *n, const struct packet *p)
{
	const struct nat_config *c = &n->config;

	if (!p->ipv6)
		return get32(p->ip.destination) - c->outside_address <
			(uint32_t)c->profile.addresses;
	return c->outside6.prefix &&
	       !memcmp(p->ip.destination, c->outside6.address, 16);
}

bool is_to_internal(const struct nat *n, const struct packet *p)
{
	const struct nat_config *c = &n->config;

	if (!p->ipv6)
		return get32(p->ip.destination) == c->inside_address;
	return c->inside6.prefix &&
	       !memcmp(p->ip.destination, c->inside6.address, 16);
}
