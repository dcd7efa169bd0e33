/* What the NAT sends of its own accord: pieces, fragments, late answers. */
#include "nat/core.h"

#include "nat/reply.h"

#include <string.h>

/* held - the next fragment that can go now */
static bool held(struct nat *n, int64_t now, struct nat_output *out)
{
	const struct fragment_way *way;
	struct fragment_held *h;

	while ((h = fragment_next(&n->fragments, now, &way))) {
		struct nat_packet raw = { n->output, h->length, 0, false };
		struct nat_result result = { .verdict = NAT_DROP };
		struct packet_context g = {
			.nat = n,
			.side = (enum nat_side)h->key.side,
			.now = now,
			.result = &result,
			.packet = { .raw = &raw, .ipv6 = h->key.ipv6 },
		};

		memcpy(n->output, h->bytes, h->length);
		h->length = 0;
		if (packet_read_ip(&g.packet.ip, g.packet.ipv6, n->output,
				   raw.length))
			continue;
		passage_behind(&g, way);
		if (result.verdict == NAT_HELD)
			return pieces_next(n, out);
		if (result.verdict != NAT_FORWARD &&
		    result.verdict != NAT_RETURN)
			continue;
		*out = (struct nat_output){
			.side = result.verdict == NAT_RETURN ? g.side :
				(enum nat_side)!g.side,
			.length = raw.length,
			.bytes = n->output,
		};
		return true;
	}
	return false;
}

/* turned_in - a late answer to a SYN that was turned back: to its sender */
static bool turned_in(struct nat *n, int64_t now, struct nat_packet *raw)
{
	struct nat_result result = { .verdict = NAT_DROP };
	struct packet_context g = {
		.nat = n,
		.side = NAT_OUTSIDE,
		.now = now,
		.turned = true,
		.result = &result,
	};

	if (!passage_read(&g, raw))
		passage_take(&g);
	return result.verdict == NAT_FORWARD;
}

/* late - the next answer to a SYN whose time has come */
static bool late(struct nat *n, int64_t now, struct nat_output *out)
{
	const struct delayed_error *a;

	while ((a = delayed_error_next(&n->pending, now))) {
		struct nat_packet raw = { n->output, a->length, 0, false };
		struct packet p = { .ipv6 = a->remote.ipv6 };

		if (!nat_may_icmp(n, now))
			continue;
		memcpy(n->output, a->bytes, a->length);
		*out = (struct nat_output){ NAT_OUTSIDE, a->length,
					    n->output };
		if (packet_read_ip(&p.ip, p.ipv6, n->output, a->length))
			continue;
		if (!nat_is_external(n, &p))
			return true;
		out->side = NAT_INSIDE;
		if (turned_in(n, now, &raw))
			return true;
	}
	return false;
}

bool nat_output(struct nat *n, int64_t now, struct nat_output *out)
{
	return pieces_next(n, out) || held(n, now, out) || late(n, now, out);
}

int64_t nat_wake(const struct nat *n)
{
	return delayed_errors_wake(&n->pending);
}
