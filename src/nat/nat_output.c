/*
 * What the NAT sends at another time than a packet arrives: fragments of a
 * packet that was too big, fragments that were held until the first one came,
 * and delayed ICMP errors.
 */
#include "nat/dispatch.h"
#include "nat/fragmentation.h"
#include "nat/later_fragments.h"
#include "nat/verdict.h"

#include <string.h>

/* held_next - the next held fragment whose first one has come */
static bool held_next(struct nat *n, int64_t now, struct nat_output *out)
{
	const struct fragment_fate *fate;
	struct held_fragment *h;

	while ((h = fragment_table_next(&n->fragments, now, &fate))) {
		struct nat_packet raw = { n->output, h->length, 0, false };
		struct nat_result result = { .verdict = NAT_DROP };
		struct packet_context ctx = {
			.nat = n,
			.side = (enum nat_side)h->key.side,
			.now = now,
			.result = &result,
			.packet = { .raw = &raw, .ipv6 = h->key.ipv6 },
		};

		memcpy(n->output, h->bytes, h->length);
		h->length = 0;
		if (packet_read_ip(&ctx.packet.ip, ctx.packet.ipv6, n->output,
				   raw.length))
			continue;
		forward_fragment(&ctx, fate);
		if (result.verdict == NAT_HELD)
			return fragmentation_next(n, out);
		if (result.verdict != NAT_FORWARD &&
		    result.verdict != NAT_RETURN)
			continue;
		*out = (struct nat_output){
			.side = result.verdict == NAT_RETURN ? ctx.side :
				(enum nat_side)!ctx.side,
			.length = raw.length,
			.bytes = n->output,
		};
		return true;
	}
	return false;
}

/* return_error - a delayed error about a hairpinned SYN: bring it in to the
   sender; false: it was dropped */
static bool return_error(struct nat *n, int64_t now, struct nat_packet *raw)
{
	struct nat_result result = { .verdict = NAT_DROP };
	struct packet_context ctx = {
		.nat = n,
		.side = NAT_OUTSIDE,
		.now = now,
		.hairpin_return = true,
		.result = &result,
	};

	if (!read_packet(&ctx, raw))
		dispatch(&ctx);
	return result.verdict == NAT_FORWARD;
}

/* delayed_next - the next delayed error that is due */
static bool delayed_next(struct nat *n, int64_t now, struct nat_output *out)
{
	const struct delayed_error *e;

	while ((e = delayed_error_next(&n->delayed_errors, now))) {
		struct nat_packet raw = { n->output, e->length, 0, false };
		struct packet p = { .ipv6 = e->remote.ipv6 };

		if (!icmp_rate_allows(n, now))
			continue;
		memcpy(n->output, e->bytes, e->length);
		*out = (struct nat_output){ NAT_OUTSIDE, e->length,
					    n->output };
		if (packet_read_ip(&p.ip, p.ipv6, n->output, e->length))
			continue;
		if (!is_to_external(n, &p))
			return true;
		out->side = NAT_INSIDE;
		if (return_error(n, now, &raw))
			return true;
	}
	return false;
}

bool nat_output(struct nat *n, int64_t now, struct nat_output *out)
{
	return fragmentation_next(n, out) || held_next(n, now, out) ||
	       delayed_next(n, now, out);
}

int64_t nat_wake(const struct nat *n)
{
	return delayed_errors_wake(&n->delayed_errors);
}
