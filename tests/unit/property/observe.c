/* What must hold of every packet that comes out. */
#include "property/world.h"

#include <string.h>

/* ---- whose it is ---- */

void observe_source(struct world *w, enum nat_side side,
		    const struct observed_packet *is)
{
	const struct profile *p = &w->config.profile;

	if (side != NAT_OUTSIDE)
		return;
	HOLDS(w, !is->ipv6 || p->ipv6 != IPV6_DROP);
	if (is_translated(w, is->ipv6))
		HOLDS(w, is_external(w, &is->source));
	else if (is->ipv6 && p->ipv6 == IPV6_NPTV6)
		HOLDS(w, outside_prefix_has(&is->source));
}

void observe_destination(struct world *w, const struct observed_packet *is)
{
	HOLDS(w, !is->ipv6 || w->config.profile.ipv6 != IPV6_DROP);
	if (is_translated(w, is->ipv6))
		HOLDS(w, has_sent(w, &is->destination));
	else if (is->ipv6 && w->config.profile.ipv6 == IPV6_NPTV6)
		HOLDS(w, inside_prefix_has(&is->destination));
}

/* ---- bytes ---- */

static void blank(uint8_t *bytes, size_t at, size_t n)
{
	memset(bytes + at, 0, n);
}

/* blank_sack - what the peer has of shifted sequence numbers */
static void blank_sack(uint8_t *bytes, const struct observed_packet *s)
{
	size_t at = s->l4 + 20;

	while (at + 1 < s->data && bytes[at]) {
		size_t n = bytes[at] == 1 ? 1 : bytes[at + 1];

		if (bytes[at] != 1 && (n < 2 || at + n > s->data))
			return;
		if (bytes[at] == 5)
			blank(bytes, at + 2, (n - 2) / 8 * 8);
		at += n;
	}
}

/* blank_ip - what of the IP header may change */
static void blank_ip(const struct world *w, const struct passed *p,
		     uint8_t *bytes, const struct observed_packet *s)
{
	bool out = p->side == NAT_OUTSIDE || p->turned;
	bool in = p->side == NAT_INSIDE;
	size_t from = s->ipv6 ? 8 : 12, length = s->ipv6 ? 16 : 4;
	bool moves = is_translated(w, s->ipv6) ||
		(s->ipv6 && w->config.profile.ipv6 == IPV6_NPTV6);

	blank(bytes, s->ipv6 ? 7 : 8, 1);
	if (!s->ipv6)
		blank(bytes, 10, 2);
	if (moves && out)
		blank(bytes, from, length);
	if (moves && in)
		blank(bytes, from + length, length);
	if (out && !s->ipv6 && w->config.profile.ip_id == IP_ID_REWRITE &&
	    (!s->whole || s->first || s->later))
		blank(bytes, 4, 2);
}

/* blank_l4 - what of the rest may change */
static void blank_l4(const struct world *w, const struct passed *p,
		     uint8_t *bytes, const struct observed_packet *s)
{
	bool out = p->side == NAT_OUTSIDE || p->turned;
	bool in = p->side == NAT_INSIDE;
	bool query = s->protocol == 1 || s->protocol == 58;

	blank(bytes, sum_at(s), 2);
	if (is_translated(w, s->ipv6) && query)
		blank(bytes, s->l4 + 4, 2);
	if (is_translated(w, s->ipv6) && !query)
		blank(bytes, s->l4 + (out ? 0 : 2), in && out ? 4 : 2);
	if (s->protocol == 6 &&
	    w->config.profile.sequence_numbers == SEQUENCE_REWRITE) {
		if (out)
			blank(bytes, s->l4 + 4, 4);
		if (in) {
			blank(bytes, s->l4 + 8, 4);
			blank_sack(bytes, s);
		}
	}
	if (!query && axis_payload(&w->config.profile,
				   letter_of(s->protocol)) != PAYLOAD_KEEP)
		blank(bytes, s->data, s->end - s->data);
}

/* same_but - nothing changed that no axis changes */
static void same_but(struct world *w, const struct passed *p)
{
	struct bytes was = *p->before, is;

	memcpy(is.at, p->bytes, p->length);
	blank_ip(w, p, was.at, &p->was);
	blank_ip(w, p, is.at, &p->was);
	if (!p->was.later && !p->was.error) {
		blank_l4(w, p, was.at, &p->was);
		blank_l4(w, p, is.at, &p->was);
	}
	if (p->was.error)	/* observe_error() looks at the rest */
		HOLDS(w, !memcmp(was.at, is.at, p->was.l4 + 2));
	else
		HOLDS(w, !memcmp(was.at, is.at, p->length));
}

/* ---- checksums ---- */

static unsigned whole_sum(unsigned sum)
{
	return sum ? sum : 0xffff;
}

static void sums(struct world *w, const struct passed *p)
{
	const uint8_t *before = p->before->at;

	if (header_sum(before, &p->was) == 0xffff)
		HOLDS(w, header_sum(p->bytes, &p->is) == 0xffff);
	if (p->was.later)
		return;
	if (p->own_checksum_checked) {		/* it was completed */
		HOLDS(w, l4_sum(p->bytes, &p->is) == 0xffff);
		return;
	}
	if (p->partial) {
		HOLDS(w, whole_sum(read16(p->bytes + sum_at(&p->is))) ==
		      whole_sum(pseudo_sum(p->bytes, &p->is)));
		return;
	}
	HOLDS(w, has_sum(before, &p->was) == has_sum(p->bytes, &p->is));
	if (has_sum(before, &p->was))
		HOLDS(w, l4_sum(before, &p->was) == l4_sum(p->bytes, &p->is));
}

/* ---- hops and sizes ---- */

static void hops(struct world *w, const struct passed *p)
{
	bool counts = w->config.profile.ttl == TTL_DECREMENT;

	HOLDS(w, p->is.ttl == p->was.ttl - (counts ? 1 : 0));
	HOLDS(w, !counts || p->is.ttl);
}

static void size(struct world *w, const struct passed *p)
{
	uint32_t mtu = p->side == NAT_OUTSIDE ? w->config.outside_mtu :
		w->config.inside_mtu;
	bool cut = w->result.verdict == NAT_HELD;

	if (mtu && !p->turned && !cut)
		HOLDS(w, p->is.end <= mtu);
}

/* ---- sessions ---- */

static struct nat_endpoint remote_of(const struct nat_endpoint *e, char letter)
{
	struct nat_endpoint remote = *e;

	if (letter == 'i')
		remote.port = 0;
	return remote;
}

/* any_of - a session, now or before the packet (it may have ended with it) */
static struct told *any_of(struct world *w, char letter,
			   const struct nat_endpoint *inside,
			   const struct nat_endpoint *external,
			   const struct nat_endpoint *remote)
{
	struct told *t = told_find(&w->sessions, letter, inside, external,
				   remote);

	if (!t)
		t = told_find(&w->before, letter, inside, external, remote);
	for (unsigned i = 0; !t && i < w->gone_count && i < 2; i++) {
		struct told *g = &w->gone[i];

		if (g->protocol == letter &&
		    same_endpoint(&g->inside, inside) &&
		    same_endpoint(&g->external, external) &&
		    same_endpoint(&g->remote, remote))
			t = g;
	}
	return t;
}

/* shift - of sequence numbers: one per session, both ways the same */
static void shift(struct world *w, struct told *t, uint32_t offset)
{
	if (w->config.profile.sequence_numbers == SEQUENCE_KEEP)
		HOLDS(w, !offset);
	if (t->has_offset)
		HOLDS(w, t->offset == offset);
	t->offset = offset;
	t->has_offset = true;
}

/* is_like - do two remote endpoints share a mapping, by the axis? */
static bool is_like(int mapping, const struct nat_endpoint *a,
		    const struct nat_endpoint *b)
{
	switch (mapping) {
	case MAPPING_ENDPOINT_INDEPENDENT:
		return true;
	case MAPPING_ADDRESS:
		return same_address(a, b);
	case MAPPING_ADDRESS_PORT:
		return same_endpoint(a, b);
	default:
		return false;
	}
}

/* mapped_right - a new session's external endpoint beside those of the host's
   others (RFC 4787 4.1) */
static void mapped_right(struct world *w, char letter,
			 const struct nat_endpoint *inside,
			 const struct nat_endpoint *external,
			 const struct nat_endpoint *remote)
{
	const struct profile *p = &w->config.profile;
	int mapping = axis_mapping(p, letter), ports = axis_ports(p, letter);

	if (!is_translated(w, inside->ipv6) ||
	    p->after_collision != AFTER_COLLISION_SAME ||
	    p->unsolicited_takes_port == TAKES_PORT_YES ||
	    axis_filtering(p, letter) == FILTERING_OPEN ||
	    ports == PORTS_PRESERVE_OVERLAP)
		return;
	for (unsigned i = 0; i < w->before.count; i++) {
		const struct told *t = &w->before.rows[i];
		bool same = same_endpoint(&t->external, external);

		if (t->protocol != letter || !t->opened_out ||
		    !same_endpoint(&t->inside, inside))
			continue;
		if (is_like(mapping, &t->remote, remote))
			HOLDS(w, same);
		else if (ports != PORTS_PRESERVE_OVERLOAD &&
			 !same_endpoint(&t->remote, remote))
			HOLDS(w, !same);
	}
}

static void went_out(struct world *w, const struct passed *p)
{
	char letter = letter_of(p->was.protocol);
	struct nat_endpoint remote = remote_of(&p->was.destination, letter);
	const struct nat_endpoint *inside = &p->was.source;
	const struct nat_endpoint *external = &p->is.source;
	struct told *t = any_of(w, letter, inside, external, &remote);

	HOLDS(w, t);
	HOLDS(w, !t->own);
	if (p->was.query)
		HOLDS(w, w->config.profile.icmp_query == PASSING_PASS);
	if (letter == 't')
		shift(w, t, p->is.sequence - p->was.sequence);
	if (!told_find(&w->before, letter, inside, NULL, &remote))
		mapped_right(w, letter, inside, external, &remote);
}

/* let_in - may a stranger? RFC 4787 5 */
static void let_in(struct world *w, const struct passed *p, char letter,
		   const struct nat_endpoint *remote)
{
	int filtering = axis_filtering(&w->config.profile, letter);
	const struct nat_endpoint *external = &p->was.destination;
	bool mapped = false, known = false;

	HOLDS(w, letter != 't' || (p->was.flags & (SYN | ACK | RST)) == SYN);
	HOLDS(w, letter != 'i' || p->was.query);
	for (unsigned i = 0; i < w->mappings_before.count; i++) {
		const struct told *t = &w->mappings_before.rows[i];

		mapped |= t->protocol == letter && !t->own &&
			same_endpoint(&t->external, external);
	}
	for (unsigned i = 0; i < w->before.count; i++) {
		const struct told *t = &w->before.rows[i];

		known |= t->protocol == letter && !t->own &&
			same_endpoint(&t->external, external) &&
			same_address(&t->remote, remote);
	}
	/* the first half of a hairpin may have made the mapping */
	mapped |= p->turned;
	HOLDS(w, filtering == FILTERING_OPEN ||
	      (filtering == FILTERING_ENDPOINT_INDEPENDENT && mapped) ||
	      (filtering == FILTERING_ADDRESS && (known || p->turned)));
}

static void came_in(struct world *w, const struct passed *p)
{
	char letter = letter_of(p->was.protocol);
	struct nat_endpoint remote = remote_of(&p->is.source, letter);
	const struct nat_endpoint *external = &p->was.destination;
	const struct nat_endpoint *inside = &p->is.destination;
	struct told *t;

	if (!p->turned)
		HOLDS(w, same_address(&p->is.source, &p->was.source));
	if (p->turned && letter == 'i')		/* it was mapped in between */
		return;
	t = any_of(w, letter, inside, external, &remote);
	HOLDS(w, t);
	HOLDS(w, !t->own);
	if (letter == 't' && p->was.flags & ACK && !p->turned)
		shift(w, t, p->was.acknowledgement - p->is.acknowledgement);
	/* to one's own external endpoint: the first half let it in */
	if (p->turned && same_endpoint(&p->is.source, external))
		return;
	if (!told_find(&w->before, letter, NULL, external, &remote))
		let_in(w, p, letter, &remote);
}

/* is_leak - what conntrack calls invalid goes as it came; that it is exactly
   those packets is a test of its own */
static bool is_leak(const struct world *w, const struct passed *p)
{
	const struct profile *profile = &w->config.profile;

	return profile->invalid == INVALID_LEAK && p->side == NAT_OUTSIDE &&
	       same_address(&p->was.source, &p->is.source) &&
	       (p->own_checksum_checked ||
		!memcmp(p->before->at + p->was.l4, p->bytes + p->was.l4,
			p->length - p->was.l4));
}

void observe_passed(struct world *w, const struct passed *p)
{
	const struct profile *profile = &w->config.profile;
	bool is_fragment = p->was.first || p->was.later;

	hops(w, p);
	size(w, p);
	sums(w, p);
	HOLDS(w, !is_fragment || profile->fragments != FRAGMENTS_DROP);
	if (is_leak(w, p))
		return;
	same_but(w, p);
	observe_source(w, p->side, &p->is);
	if (p->side == NAT_INSIDE)
		observe_destination(w, &p->is);
	if (p->turned && !p->was.later)
		HOLDS(w, p->was.error || axis_hairpin(profile,
			letter_of(p->was.protocol)) != HAIRPIN_NO);
	if (p->was.later)
		return;
	if (p->was.error)
		observe_error(w, p);
	else if (p->side == NAT_OUTSIDE)
		went_out(w, p);
	else
		came_in(w, p);
}
