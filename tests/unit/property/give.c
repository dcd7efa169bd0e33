/* One packet through the NAT, and what comes of it to the observer. */
#include "property/memory.h"
#include "property/world.h"

#include <stdlib.h>
#include <string.h>

static void copy_book(struct book_of *to, const struct book_of *from)
{
	to->count = from->count;
	memcpy(to->rows, from->rows, from->count * sizeof(from->rows[0]));
}

static void keep(struct ring *r, enum nat_side side, const uint8_t *bytes,
		 size_t length, bool partial)
{
	struct kept *k = &r->rows[r->next];

	if (length > ROOM)
		return;
	r->next = (r->next + 1) % KEPT;
	if (r->count < KEPT)
		r->count++;
	k->side = side;
	k->partial = partial;
	k->packet.length = length;
	memcpy(k->packet.at, bytes, length);
}

static void digest(struct world *w, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		w->hash = (w->hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	w->hash = (w->hash ^ length) * UINT64_C(0x100000001b3);
}

/* leaked - what nobody can read may still be what conntrack calls invalid */
static void leaked(struct world *w, const struct passed *p)
{
	bool ipv6 = p->before->at[0] >> 4 == 6;
	size_t ttl = ipv6 ? 7 : 8, rest = ipv6 ? 8 : 12;

	HOLDS(w, w->config.profile.invalid == INVALID_LEAK);
	HOLDS(w, p->side == NAT_OUTSIDE);
	HOLDS(w, !memcmp(p->bytes, p->before->at, ttl));
	HOLDS(w, !memcmp(p->bytes + rest, p->before->at + rest,
			 p->length - rest));
}

/* came_out - of side @side, translated and not turned by the NAT itself */
static void came_out(struct world *w, struct passed *p)
{
	if (!see(p->before->at, p->before->length, &p->was)) {
		leaked(w, p);
		return;
	}
	HOLDS(w, see(p->bytes, p->length, &p->is));
	observe_passed(w, p);
	keep(&w->outputs, p->side, p->bytes, p->length, p->partial);
}

/* ---- pieces of a packet that was too big ---- */

/* gather - put them together again */
static bool gather(struct world *w, struct bytes *whole, enum nat_side *side)
{
	struct nat_output out;
	size_t header = 0;
	bool last = false;

	whole->length = 0;
	while (!last && nat_output(w->nat, w->now, &out)) {
		unsigned field = read16(out.bytes + 6);

		observe_output(w, &out);
		digest(w, out.bytes, out.length);
		header = (size_t)(out.bytes[0] & 15) * 4;
		if (!whole->length) {
			memcpy(whole->at, out.bytes, header);
			whole->length = header;
			*side = out.side;
		}
		HOLDS(w, whole->length + out.length - header <= ROOM);
		memcpy(whole->at + whole->length, out.bytes + header,
		       out.length - header);
		whole->length += out.length - header;
		last = !(field & MORE);
	}
	return whole->length && last;
}

static void was_cut(struct world *w, const struct bytes *before, bool partial)
{
	struct bytes whole;
	struct passed p = { .before = before, .own_checksum_checked = partial };
	unsigned field = read16(before->at + 6);

	/* of a first fragment the last piece has more fragments, too */
	if (field & MORE)
		return;
	HOLDS(w, gather(w, &whole, &p.side));
	set16(whole.at + 2, (unsigned)whole.length);
	set16(whole.at + 6, field);
	set16(whole.at + 10, 0);
	set16(whole.at + 10, 0xffff & ~plain_sum(0, whole.at,
		(size_t)(whole.at[0] & 15) * 4));
	p.turned = p.side == w->side;
	p.bytes = whole.at;
	p.length = read16(before->at + 2);
	HOLDS(w, p.length == whole.length);
	came_out(w, &p);
}

/* ---- any packet ---- */

static void verdict(struct world *w, const struct bytes *before,
		    const uint8_t *after, bool partial)
{
	struct passed p = {
		.before = before, .partial = partial, .bytes = after,
		.length = before->length,
		.side = w->side == NAT_INSIDE ? NAT_OUTSIDE : NAT_INSIDE,
	};
	struct observed_packet was;
	bool readable = see(before->at, before->length, &was);

	switch (w->result.verdict) {
	case NAT_RETURN:
		HOLDS(w, w->side == NAT_INSIDE);
		p.side = NAT_INSIDE;
		p.turned = true;
		came_out(w, &p);
		break;
	case NAT_FORWARD:
		HOLDS(w, !*w->result.reason);
		came_out(w, &p);
		break;
	case NAT_REPLY:
		HOLDS(w, !memcmp(after, before->at, before->length));
		observe_reply(w, before, &was, readable);
		keep(&w->outputs, w->side, w->result.reply,
		     w->result.reply_length, false);
		break;
	case NAT_HELD:
		HOLDS(w, readable);
		if (!was.later)
			was_cut(w, before, partial);
		break;
	default:
		HOLDS(w, *w->result.reason);
		HOLDS(w, !memcmp(after, before->at, before->length));
	}
	if (w->result.verdict != NAT_REPLY)
		HOLDS(w, !w->result.reply_length);
}

static void look(struct world *w, const struct bytes *packet)
{
	struct observed_packet s;

	w->hairpin = false;
	if (w->side != NAT_INSIDE || !see(packet->at, packet->length, &s))
		return;
	w->hairpin = is_external(w, &s.destination);
	note_sender(w, &s.source);
}

/* tick - let the NAT forget what has expired */
static void tick(struct world *w)
{
	struct nat_packet none = { (uint8_t[1]){ 0 }, 0, 0, false };

	nat_input(w->nat, NAT_INSIDE, &none, w->now, &w->result);
	w->inputs_given++;
}

void give(struct world *w, enum nat_side side, const struct bytes *packet,
	  bool partial)
{
	size_t length = packet->length;
	uint8_t *bytes = malloc(length ? length : 1);
	struct nat_packet raw = { bytes, length, 0, partial };
	struct nat_output out;
	struct memory made;

	HOLDS(w, bytes);
	tick(w);
	w->side = side;
	w->given = packet;
	w->gone_count = 0;
	copy_book(&w->before, &w->sessions);
	copy_book(&w->mappings_before, &w->mappings);
	look(w, packet);
	memcpy(bytes, packet->at, length);
	memset(&w->result, 0xa5, sizeof(w->result));
	made = memory_made();
	nat_input(w->nat, side, &raw, w->now, &w->result);
	HOLDS(w, memory_made().count == made.count);
	w->inputs_given++;
	HOLDS(w, raw.length == length);
	if (w->also)
		w->also(w, side, packet, &raw);
	digest(w, (const uint8_t *)&w->result.verdict, 1);
	digest(w, bytes, length);
	digest(w, w->result.reply, w->result.reply_length);
	verdict(w, packet, bytes, partial);
	keep(&w->inputs, side, packet->at, length, partial);
	while (nat_output(w->nat, w->now, &out)) {
		observe_output(w, &out);
		digest(w, out.bytes, out.length);
		keep(&w->outputs, out.side, out.bytes, out.length, false);
	}
	observe_tables(w);
	w->given = NULL;
	free(bytes);
}
