#include "nat/later_fragments.h"

#include "nat/translate.h"
#include "nat/verdict.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"

#include <string.h>

struct fragment_key fragment_key_of(const struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct fragment_key k = {
		.id = p->ip.id,
		.protocol = p->ip.protocol,
		.side = (uint8_t)ctx->side,
		.ipv6 = p->ipv6,
	};

	memcpy(k.source, p->ip.source, p->ipv6 ? 16 : 4);
	memcpy(k.destination, p->ip.destination, p->ipv6 ? 16 : 4);
	return k;
}

void note_first_fragment(struct packet_context *ctx,
			 const struct fragment_key *key)
{
	const struct packet *p = &ctx->packet;
	const struct fragmentation *f = &ctx->nat->fragmentation;
	struct fragment_fate fate = {
		.verdict = ctx->result->verdict,
		.reason = ctx->result->reason,
	};
	size_t length = p->ipv6 ? 16 : 4;
	uint8_t *sent = p->raw->bytes;
	struct packet_ip ip;

	if (fate.verdict == NAT_REPLY)
		fate.verdict = NAT_DROP;
	if (fate.verdict == NAT_HELD) {		/* it is fragmented itself */
		sent = ctx->nat->fragmentation.bytes;
		fate.verdict = f->side == ctx->side ? NAT_RETURN : NAT_FORWARD;
	}
	if (packet_read_ip(&ip, p->ipv6, sent, p->raw->length))
		return;
	memcpy(fate.source, ip.source, length);
	memcpy(fate.destination, ip.destination, length);
	fate.id = ip.id;
	fragment_table_add(&ctx->nat->fragments, key, &fate, ctx->now);
}

void forward_fragment(struct packet_context *ctx,
		      const struct fragment_fate *fate)
{
	struct packet *p = &ctx->packet;
	size_t length = p->ipv6 ? 16 : 4;

	if (fate->verdict == NAT_DROP) {
		drop(ctx, fate->reason);
		return;
	}
	ctx->hairpin = fate->verdict == NAT_RETURN;
	if (!check_ttl_mtu(ctx))
		return;
	if (!p->ipv6) {
		uint8_t *sum = p->raw->bytes + IPV4_CHECKSUM_AT;

		checksum_change_bytes(sum, p->ip.source, fate->source, length);
		checksum_change_bytes(sum, p->ip.destination, fate->destination,
				      length);
		translate_id(p, (uint16_t)fate->id);
	}
	memcpy(p->ip.source, fate->source, length);
	memcpy(p->ip.destination, fate->destination, length);
	forward(ctx);
	if (ctx->hairpin)
		ctx->result->verdict = NAT_RETURN;
}

void handle_later_fragment(struct packet_context *ctx)
{
	struct fragment_table *t = &ctx->nat->fragments;
	struct fragment_key key = fragment_key_of(ctx);
	const struct fragment_fate *fate =
		fragment_table_find(t, &key, ctx->now);
	int axis = profile_of(ctx)->fragments;

	if (axis == FRAGMENTS_DROP)
		drop(ctx, "fragments = drop");
	else if (fate)
		forward_fragment(ctx, fate);
	else if (axis == FRAGMENTS_IN_ORDER)
		drop(ctx, "fragments = in-order");
	else if (!fragment_table_hold(t, &key, ctx->packet.raw->bytes,
				      ctx->packet.ip.length, ctx->now))
		drop(ctx, "a fragment too long to hold");
	else
		ctx->result->verdict = NAT_HELD;
	if (ctx->result->verdict == NAT_HELD)
		ctx->result->reason = "";
}
