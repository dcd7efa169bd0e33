#include "nat/dispatch.h"

#include "nat/icmp_errors.h"
#include "nat/inbound.h"
#include "nat/outbound.h"

const char *read_packet(struct packet_context *ctx, struct nat_packet *raw)
{
	const struct nat *n = ctx->nat;
	struct packet_reader r = {
		.profile = &n->config.profile,
		.addresses = &n->table.addresses,
		.prefixes = n->has_prefixes ? &n->prefixes : NULL,
		.side = ctx->side,
	};

	return packet_read(&ctx->packet, raw, &r);
}

void dispatch(struct packet_context *ctx)
{
	if (ctx->packet.kind == PACKET_ICMP_ERROR)
		handle_icmp_error(ctx);
	else if (ctx->side == NAT_INSIDE)
		handle_outbound(ctx);
	else
		handle_inbound(ctx);
}
