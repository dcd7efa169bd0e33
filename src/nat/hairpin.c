/*
 * What comes from inside for an external address goes out and, turned, in
 * again: a hairpin (RFC 4787 6). What is said to its sender goes the same way.
 */
#include "nat/core.h"

#include <string.h>

/* reply_back - what was answered to a hairpinned packet is for its sender,
   whose external address it went to */
static void reply_back(struct packet_context *g)
{
	struct nat_result result = { .verdict = NAT_DROP };
	struct packet_context back = *g;
	struct nat_packet raw = {
		.bytes = g->result->reply,
		.length = g->result->reply_length,
	};

	back.side = NAT_OUTSIDE;
	back.result = &result;
	if (!passage_read(&back, &raw))
		passage_take(&back);
	if (result.verdict == NAT_FORWARD)
		return;
	passage_drop(g, g->result->reason);
	g->result->reply_length = 0;
}

/* turn - the second half of a hairpin: in again */
static void turn(struct packet_context *g, bool internal)
{
	struct packet_context in = *g;
	const char *reason;

	in.side = NAT_OUTSIDE;
	in.turned = !internal;
	in.destroys = false;
	reason = passage_read(&in, g->packet.raw);
	if (reason) {
		passage_drop(g, reason);
		return;
	}
	if (passage_banned(&in))
		passage_drop(g, "unsolicited-syn = ban");
	else
		passage_take(&in);
	if (g->result->verdict == NAT_FORWARD)
		g->result->verdict = NAT_RETURN;
	else if (g->result->verdict == NAT_REPLY && !internal)
		reply_back(&in);
}

void passage_hairpin(struct packet_context *g)
{
	int way = behaviour_of(g)->hairpin;
	struct nat_packet *raw = g->packet.raw;
	size_t kept = g->packet.ip.length;
	uint8_t *before = g->nat->output;

	if (way == HAIRPIN_NO) {
		passage_drop(g, "hairpin = no");
		return;
	}
	if (kept > sizeof(g->nat->output))
		kept = sizeof(g->nat->output);
	memcpy(before, raw->bytes, kept);
	if (way == HAIRPIN_EXTERNAL_SOURCE) {
		g->stays = true;
		passage_take(g);
		if (g->result->verdict != NAT_FORWARD)
			return;
	}
	turn(g, way == HAIRPIN_INTERNAL_SOURCE);
	if (g->result->verdict != NAT_RETURN)
		memcpy(raw->bytes, before, kept);
}
