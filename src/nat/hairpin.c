#include "nat/hairpin.h"

#include "nat/dispatch.h"
#include "nat/unsolicited.h"
#include "nat/verdict.h"

#include <string.h>

/*
 * return_reply - the reply to a hairpinned packet went to its sender's
 * external address: bring it in to the sender, or drop it
 */
static void return_reply(struct packet_context *ctx)
{
	struct nat_result result = { .verdict = NAT_DROP };
	struct packet_context reply = *ctx;
	struct nat_packet raw = {
		.bytes = ctx->result->reply,
		.length = ctx->result->reply_length,
	};

	reply.side = NAT_OUTSIDE;
	reply.result = &result;
	if (!read_packet(&reply, &raw))
		dispatch(&reply);
	if (result.verdict == NAT_FORWARD)
		return;
	drop(ctx, ctx->result->reason);
	ctx->result->reply_length = 0;
}

/*
 * enter - the second half: the packet comes in from outside
 * @internal: it keeps its internal source
 */
static void enter(struct packet_context *ctx, bool internal)
{
	struct packet_context in = *ctx;
	const char *reason;

	in.side = NAT_OUTSIDE;
	in.hairpin_return = !internal;
	in.ends_session = false;
	reason = read_packet(&in, ctx->packet.raw);
	if (reason) {
		drop(ctx, reason);
		return;
	}
	if (sender_is_blocked(&in))
		drop(ctx, "unsolicited-syn = ban");
	else
		dispatch(&in);
	if (ctx->result->verdict == NAT_FORWARD)
		ctx->result->verdict = NAT_RETURN;
	else if (ctx->result->verdict == NAT_REPLY && !internal)
		return_reply(&in);
}

void handle_hairpin(struct packet_context *ctx)
{
	int axis = behaviour_of(ctx)->hairpin;
	struct nat_packet *raw = ctx->packet.raw;
	size_t length = ctx->packet.ip.length;
	uint8_t *before = ctx->nat->output;	/* not in use meanwhile */

	if (axis == HAIRPIN_NO) {
		drop(ctx, "hairpin = no");
		return;
	}
	if (length > sizeof(ctx->nat->output))
		length = sizeof(ctx->nat->output);
	memcpy(before, raw->bytes, length);
	if (axis == HAIRPIN_EXTERNAL_SOURCE) {
		ctx->hairpin = true;
		dispatch(ctx);
		if (ctx->result->verdict != NAT_FORWARD)
			return;
	}
	enter(ctx, axis == HAIRPIN_INTERNAL_SOURCE);
	if (ctx->result->verdict != NAT_RETURN)
		memcpy(raw->bytes, before, length);
}
