/* Packets as hosts, peers, routers and vandals send them. */
#include "property/world.h"

#include <string.h>

static unsigned below(struct world *w, unsigned n)
{
	return (unsigned)rng_below(&w->rng, n);
}

static bool one_in(struct world *w, unsigned n)
{
	return !below(w, n);
}

/* ---- who ---- */

static struct nat_endpoint a_host(struct world *w, bool ipv6)
{
	struct nat_endpoint e = host_at(ipv6, below(w, HOSTS));

	e.port = (uint16_t)(5000 + below(w, PORTS));
	if (one_in(w, 8))
		e.port = (uint16_t)(80 + below(w, 2));
	return e;
}

static struct nat_endpoint a_peer(struct world *w, bool ipv6)
{
	struct nat_endpoint e = peer_at(ipv6, below(w, PEERS));

	e.port = (uint16_t)(80 + below(w, PORTS));
	return e;
}

/* an_external - of a mapping there is, or of one that may be */
static struct nat_endpoint an_external(struct world *w, bool ipv6)
{
	struct nat_endpoint e = external_at(ipv6, below(w, (unsigned)
					    w->config.profile.addresses));
	const struct told *t;

	e.port = (uint16_t)(5000 + below(w, PORTS + 2));
	if (!is_translated(w, ipv6) && one_in(w, 2))
		e = a_host(w, ipv6);
	if (!w->mappings.count || one_in(w, 4))
		return e;
	t = &w->mappings.rows[below(w, w->mappings.count)];
	return t->external.ipv6 == ipv6 ? t->external : e;
}

/* ---- what ---- */

static size_t a_length(struct world *w)
{
	static const unsigned most[] = { 1, 9, 64, 64, 64, 64, 64, 1700 };

	return below(w, most[below(w, 8)]);
}

static uint8_t some_flags(struct world *w)
{
	static const uint8_t flags[] = {
		SYN, SYN, SYN, SYN, SYN | ACK, SYN | ACK, ACK, ACK,
		FIN | ACK, FIN | ACK, RST, RST | ACK, ACK | 8, 0, 0x3f,
	};

	return flags[below(w, sizeof(flags))];
}

/* fill - data, in which addresses stand here and there */
static void fill(struct world *w, uint8_t *data, size_t length,
		 const struct recipe *r)
{
	struct nat_endpoint e = one_in(w, 2) ? r->source :
		external_at(r->source.ipv6, 0);
	size_t n = e.ipv6 ? 16 : 4;

	rng_fill(&w->rng, data, length);
	if (length > n && one_in(w, 2))
		memcpy(data + below(w, (unsigned)(length - n)), e.address, n);
}

/* sack - an option at an odd or even place */
static size_t sack(struct world *w, uint8_t *out, uint32_t from)
{
	size_t pad = 1 + below(w, 2);

	memset(out, 1, 12);
	out[pad - 1] = 1;
	out[pad] = 5;
	out[pad + 1] = 10;
	set32(out + pad + 2, from);
	set32(out + pad + 6, from + 100);
	return 12;
}

static void complete(struct world *w, struct bytes *out, struct recipe *r)
{
	uint8_t data[2000], options[12];

	r->ttl = (uint8_t)(one_in(w, 50) ? 1 + below(w, 2) : 64);
	r->id = (uint16_t)rng_next(&w->rng);
	r->fragment = one_in(w, 2) ? DONT : 0;
	r->options = one_in(w, 12) ? 8 : 0;
	if (!r->type)
		r->type = 8;
	r->length = a_length(w);
	r->padding = r->protocol == 17 && one_in(w, 20) ? 6 : 0;
	r->unsummed = one_in(w, 10);
	fill(w, data, r->length + r->padding, r);
	r->data = data;
	if (r->protocol == 6 && one_in(w, 5)) {
		r->tcp_options = options;
		r->tcp_length = sack(w, options, r->acknowledgement);
	}
	build(out, r);
}

static uint8_t a_protocol(struct world *w)
{
	static const uint8_t protocols[] = { 6, 6, 6, 17, 17, 1 };

	return protocols[below(w, 6)];
}

static void fresh(struct world *w, struct bytes *out,
		  const struct nat_endpoint *from,
		  const struct nat_endpoint *to)
{
	struct recipe r = {
		.source = *from, .destination = *to,
		.protocol = a_protocol(w), .flags = some_flags(w),
		.sequence = (uint32_t)rng_next(&w->rng),
		.acknowledgement = (uint32_t)rng_next(&w->rng),
	};

	if (r.protocol == 1) {
		r.type = one_in(w, 4) ? 15 : 8;
		r.destination.port = r.source.port;
	}
	complete(w, out, &r);
}

static void from_host(struct world *w, struct bytes *out)
{
	bool ipv6 = one_in(w, 3);
	struct nat_endpoint from = a_host(w, ipv6);
	struct nat_endpoint to = one_in(w, 6) ? an_external(w, ipv6) :
		a_peer(w, ipv6);

	if (ipv6 && one_in(w, 40))	/* what NPTv6 has no address for */
		from.address[6] = from.address[7] = 0xff;
	if (ipv6 && one_in(w, 40))	/* not of the inside prefix */
		from.address[5] = 9;
	fresh(w, out, &from, &to);
}

static void from_stranger(struct world *w, struct bytes *out)
{
	bool ipv6 = one_in(w, 3);
	struct nat_endpoint from = a_peer(w, ipv6);
	struct nat_endpoint to = an_external(w, ipv6);

	if (one_in(w, 30))
		to = a_host(w, ipv6);
	if (one_in(w, 60))
		from = a_host(w, ipv6);
	fresh(w, out, &from, &to);
	if (one_in(w, 8) && out->length >= 48)
		seal(out->at, out->length);
}

/* ---- in answer to what came out ---- */

static bool recall(struct world *w, const struct ring *ring, enum nat_side side,
		   struct kept *out, struct observed_packet *s)
{
	for (unsigned i = 0; ring->count && i < 4; i++) {
		*out = ring->rows[below(w, ring->count)];
		if (out->side == side && !out->partial &&
		    see(out->packet.at, out->packet.length, s) && !s->later)
			return true;
	}
	return false;
}

static bool answer(struct world *w, enum nat_side side, struct bytes *out)
{
	struct recipe r;
	struct kept k;
	struct observed_packet s;

	if (!recall(w, &w->outputs, side, &k, &s) || s.error)
		return false;
	r = (struct recipe){
		.source = s.destination, .destination = s.source,
		.protocol = s.protocol == 58 ? 1 : s.protocol,
		.flags = some_flags(w),
		.sequence = s.acknowledgement,
		.acknowledgement = s.sequence + 1,
	};
	if (s.protocol == 6 && one_in(w, 2))
		r.flags = s.flags & ACK ? ACK : SYN | ACK;
	if (s.query && s.type == 15)
		r.type = 16;
	else if (s.query)
		r.type = 0;
	else
		r.type = 8;
	complete(w, out, &r);
	if (s.query && !s.ipv6 && s.type == 8) {
		out->at[(size_t)(out->at[0] & 15) * 4] = 0;
		seal(out->at, out->length);
	} else if (s.query && s.ipv6) {
		size_t l4 = 40 + r.options;

		out->at[l4] = 129;
		seal(out->at, out->length);
	}
	return true;
}

/* about - an ICMP error about a packet that came out, or went in */
static bool about(struct world *w, enum nat_side side, struct bytes *out)
{
	static const uint8_t types[] = { 3, 11, 3, 12, 4, 3 };
	static const uint8_t types6[] = { 1, 3, 2, 4, 1, 1 };
	unsigned which = below(w, 6);
	const struct ring *ring = one_in(w, 10) ? &w->inputs : &w->outputs;
	struct nat_endpoint from;
	struct kept k;
	struct observed_packet s;
	size_t quoted;

	if (!recall(w, ring, one_in(w, 12) ? NAT_OUTSIDE : side, &k, &s))
		return false;
	from = one_in(w, 2) ? s.destination : side == NAT_INSIDE ?
		a_host(w, s.ipv6) : a_peer(w, s.ipv6);
	quoted = one_in(w, 2) ? k.packet.length : s.l4 + 8 + below(w, 20);
	if (quoted > k.packet.length || quoted > 900)
		quoted = s.l4 + 8;
	build_error(out, &from, &s.source,
		    s.ipv6 ? types6[which] : types[which],
		    (uint8_t)below(w, 5), k.packet.at, quoted);
	return true;
}

static bool again(struct world *w, enum nat_side side, struct bytes *out)
{
	struct kept k;
	struct observed_packet s;

	if (!recall(w, &w->inputs, side, &k, &s))
		return false;
	*out = k.packet;
	return true;
}

/* ---- how ---- */

static void spoil(struct world *w, struct bytes *p)
{
	unsigned flips = 1 + below(w, 3);

	if (one_in(w, 3))
		p->length = below(w, (unsigned)p->length + 1);
	for (; p->length && flips; flips--)
		p->at[below(w, (unsigned)(p->length > 60 ? 60 : p->length))] ^=
			(uint8_t)(1 << below(w, 8));
	if (one_in(w, 2))
		seal(p->at, p->length);
}

/* in_pieces - two or three, in any order */
static void in_pieces(struct world *w, enum nat_side side,
		      const struct bytes *whole)
{
	size_t header = (size_t)(whole->at[0] & 15) * 4;
	size_t data = whole->length - header;
	size_t cut = 24 + 8 * (size_t)below(w, (unsigned)(data - 24) / 8);
	struct bytes first, second;
	bool turned = one_in(w, 2);

	fragment(&first, whole, 0, cut);
	fragment(&second, whole, cut, data - cut);
	give(w, side, turned ? &second : &first, false);
	give(w, side, turned ? &first : &second, false);
}

static bool make(struct world *w, enum nat_side side, struct bytes *out)
{
	unsigned what = below(w, 20);

	if (what < 8)
		return answer(w, side, out);
	if (what < 10)
		return about(w, side, out);
	if (what < 11)
		return again(w, side, out);
	(side == NAT_INSIDE ? from_host : from_stranger)(w, out);
	return true;
}

static void pass_time(struct world *w)
{
	if (one_in(w, 400))
		w->now += (int64_t)below(w, 4 * 3600) * NS_PER_S;
	else if (one_in(w, 25))
		w->now += (int64_t)below(w, 40) * NS_PER_S;
	else
		w->now += (int64_t)below(w, 200) * NS_PER_MS;
}

void stream_step(struct world *w)
{
	enum nat_side side = below(w, 2) ? NAT_INSIDE : NAT_OUTSIDE;
	struct bytes p;
	struct observed_packet s;
	bool partial;

	w->step++;
	pass_time(w);
	if (!make(w, side, &p))
		return;
	if (one_in(w, 25))
		spoil(w, &p);
	if (one_in(w, 12) && is_right(p.at, p.length) &&
	    see(p.at, p.length, &s) && !s.ipv6 && !s.later && !s.first &&
	    s.end == p.length && s.end - s.l4 >= 48) {
		in_pieces(w, side, &p);
		return;
	}
	partial = one_in(w, 20) && is_right(p.at, p.length) &&
		see(p.at, p.length, &s) && !s.later && !s.first &&
		(s.protocol == 6 ||
		 (s.protocol == 17 && has_sum(p.at, &s) &&
		  s.l4 + read16(p.at + s.l4 + 4) == s.end));
	if (partial)
		set16(p.at + sum_at(&s), pseudo_sum(p.at, &s));
	give(w, side, &p, partial);
}
