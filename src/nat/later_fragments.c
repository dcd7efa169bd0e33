/* Later fragments go the way of the first one of their packet. */
#include "nat/core.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"

#include <string.h>

struct fragment_key fragment_key_of(const struct packet_context *g)
{
	const struct packet *p = &g->packet;
	struct fragment_key k = {
		.id = p->ip.id,
		.protocol = p->ip.protocol,
		.side = (uint8_t)g->side,
		.ipv6 = p->ipv6,
	};

	memcpy(k.source, p->ip.source, p->ipv6 ? 16 : 4);
	memcpy(k.destination, p->ip.destination, p->ipv6 ? 16 : 4);
	return k;
}

void passage_fragment_first(struct packet_context *g,
			    const struct fragment_key *key)
{
	const struct packet *p = &g->packet;
	struct fragment_way way = {
		.verdict = g->result->verdict,
		.reason = g->result->reason,
	};
	size_t length = p->ipv6 ? 16 : 4;
	uint8_t *left = p->raw->bytes;
	struct packet_ip ip;

	if (way.verdict == NAT_REPLY)
		way.verdict = NAT_DROP;
	if (way.verdict == NAT_HELD) {	/* cut, and on its way in pieces */
		left = g->nat->cutting.bytes;
		way.verdict = g->nat->cutting.side == g->side ? NAT_RETURN :
			NAT_FORWARD;
	}
	if (packet_read_ip(&ip, p->ipv6, left, p->raw->length))
		return;
	memcpy(way.source, ip.source, length);
	memcpy(way.destination, ip.destination, length);
	way.id = ip.id;
	fragment_note(&g->nat->fragments, key, &way, g->now);
}

/* write_way - what the first one was given */
static void write_way(struct packet *p, const struct fragment_way *way)
{
	uint8_t *ip = p->raw->bytes;
	size_t length = p->ipv6 ? 16 : 4;

	if (!p->ipv6) {
		checksum_change_bytes(ip + IPV4_CHECKSUM_AT, p->ip.source,
				      way->source, length);
		checksum_change_bytes(ip + IPV4_CHECKSUM_AT, p->ip.destination,
				      way->destination, length);
		translate_id(p, (uint16_t)way->id);
	}
	memcpy(p->ip.source, way->source, length);
	memcpy(p->ip.destination, way->destination, length);
}

void passage_behind(struct packet_context *g, const struct fragment_way *way)
{
	if (way->verdict == NAT_DROP) {
		passage_drop(g, way->reason);
		return;
	}
	g->stays = way->verdict == NAT_RETURN;
	if (passage_stops(g))
		return;
	write_way(&g->packet, way);
	passage_leave(g);
	if (g->stays)
		g->result->verdict = NAT_RETURN;
}

void passage_fragment(struct packet_context *g)
{
	struct fragments *f = &g->nat->fragments;
	const struct nat_packet *raw = g->packet.raw;
	struct fragment_key key = fragment_key_of(g);
	const struct fragment_way *way = fragment_way(f, &key, g->now);
	int axis = profile_of(g)->fragments;

	if (axis == FRAGMENTS_DROP)
		passage_drop(g, "fragments = drop");
	else if (way)
		passage_behind(g, way);
	else if (axis == FRAGMENTS_IN_ORDER)
		passage_drop(g, "fragments = in-order");
	else if (!fragment_hold(f, &key, raw->bytes, g->packet.ip.length,
				g->now))
		passage_drop(g, "a fragment too long to hold");
	else
		g->result->verdict = NAT_HELD;
	if (g->result->verdict == NAT_HELD)
		g->result->reason = "";
}
