/* What must hold of ICMP errors, of the NAT's own packets and its tables. */
#include "property/world.h"

#include <string.h>

/* ---- errors that pass ---- */

static struct nat_endpoint portless(const struct nat_endpoint *e, char letter)
{
	struct nat_endpoint out = *e;

	if (letter == 'i')
		out.port = 0;
	return out;
}

/* quoted_sums - of what is quoted, as far as it is */
static void quoted_sums(struct world *w, const struct passed *p,
			const struct observed_packet *was,
			const struct observed_packet *is)
{
	const uint8_t *before = p->before->at + p->was.inner;
	const uint8_t *after = p->bytes + p->is.inner;

	if (header_sum(before, was) == 0xffff)
		HOLDS(w, header_sum(after, is) == 0xffff);
	else
		HOLDS(w, w->config.profile.icmp_checksum !=
		      ICMP_CHECKSUM_CHECKED);
	if (!has_sum(before, was))
		return;
	HOLDS(w, has_sum(after, is));
	HOLDS(w, l4_sum(before, was) == l4_sum(after, is));
}

static void error_out(struct world *w, const struct observed_packet *was,
		      const struct observed_packet *is)
{
	const struct profile *p = &w->config.profile;
	char letter = letter_of(was->protocol);
	struct nat_endpoint remote = portless(&was->source, letter);
	struct told *t = told_find(&w->before, letter, &was->destination, NULL,
				   &remote);

	HOLDS(w, p->icmp_out != ICMP_OUT_NONE);
	HOLDS(w, p->icmp_out == ICMP_OUT_ALL || t);
	if (t && p->icmp_payload == ICMP_PAYLOAD_TRANSLATE &&
	    axis_ports(p, letter) != PORTS_PRESERVE_OVERLOAD)
		HOLDS(w, told_find(&w->before, letter, &was->destination,
				   &is->destination, &remote));
}

static void error_in(struct world *w, const struct passed *e,
		     const struct observed_packet *was,
		     const struct observed_packet *is)
{
	const struct profile *p = &w->config.profile;
	char letter = letter_of(was->protocol);
	struct nat_endpoint remote = portless(&was->destination, letter);
	bool found = false;

	HOLDS(w, p->icmp_in == PASSING_PASS);
	HOLDS(w, p->icmp_source == ICMP_SOURCE_ANY ||
	      same_address(&e->was.source, &was->destination));
	for (unsigned i = 0; i < w->before.count; i++) {
		const struct told *t = &w->before.rows[i];

		found |= t->protocol == letter && !t->own &&
			same_endpoint(&t->external, &was->source) &&
			same_endpoint(&t->remote, &remote) &&
			(p->icmp_payload == ICMP_PAYLOAD_LEAVE ||
			 same_endpoint(&t->inside, &is->source)) &&
			(!is_translated(w, was->ipv6) ||
			 same_address(&t->inside, &e->is.destination));
	}
	HOLDS(w, found);
}

void observe_error(struct world *w, const struct passed *p)
{
	const struct profile *profile = &w->config.profile;
	size_t inner = p->was.inner;
	struct observed_packet was, is;

	HOLDS(w, p->was.ipv6 || p->was.type != 4 ||
	      profile->icmp_deprecated == ICMP_DEPRECATED_FORWARD);
	HOLDS(w, profile->icmp_checksum == ICMP_CHECKSUM_UNCHECKED ||
	      l4_sum(p->before->at, &p->was) == 0xffff);
	if (profile->icmp_payload == ICMP_PAYLOAD_LEAVE && !p->turned)
		HOLDS(w, !memcmp(p->before->at + inner, p->bytes + inner,
				 p->was.end - inner));
	if (profile->icmp_embedded == ICMP_EMBEDDED_FIXED_HEADER &&
	    !p->was.ipv6 && p->before->at[inner] != 0x45)
		return;		/* what it rewrites isn't where it should be */
	HOLDS(w, see_quoted(p->before->at, &p->was, &was));
	HOLDS(w, see_quoted(p->bytes, &p->is, &is));
	quoted_sums(w, p, &was, &is);
	if (p->turned)
		return;
	if (p->side == NAT_OUTSIDE)
		error_out(w, &was, &is);
	else
		error_in(w, p, &was, &is);
}

/* ---- what the NAT sends itself ---- */

/* from_nat - its own packets come from itself, or in the name of whom the
   packet was for */
static void from_nat(struct world *w, const struct observed_packet *was,
		     const struct observed_packet *is)
{
	struct nat_endpoint own = nat_inside_at(is->ipv6);
	bool in_name = same_address(&is->source, &was->destination);

	HOLDS(w, same_address(&is->destination, &was->source));
	observe_source(w, w->side, is);
	if (w->side == NAT_OUTSIDE)
		HOLDS(w, in_name || is_external(w, &is->source));
	else
		HOLDS(w, in_name || is_external(w, &is->source) ||
		      same_address(&is->source, &own));
}

static bool is_syn(const struct observed_packet *s)
{
	return s->protocol == 6 && (s->flags & (SYN | ACK | RST)) == SYN;
}

static void own_rst(struct world *w, const struct observed_packet *was)
{
	const struct profile *p = &w->config.profile;

	HOLDS(w, was->protocol == 6 && !(was->flags & RST));
	HOLDS(w, is_syn(was) ? p->unsolicited_syn == UNSOLICITED_RST :
	      p->non_syn == NON_SYN_RST);
}

/* count_error - icmp-rate: in any second at most twice as many, as its
   seconds may begin anywhere */
static void count_error(struct world *w)
{
	unsigned most = (unsigned)w->config.profile.icmp_rate;

	if (w->now - w->second >= NS_PER_S) {
		w->second = w->now;
		w->errors_sent = 0;
	}
	w->errors_sent++;
	HOLDS(w, !most || w->errors_sent <= 2 * most);
}

/* unreachable - who says so, and why? */
static void unreachable(struct world *w, const struct observed_packet *was,
			int host, int port, int admin, int code)
{
	const struct profile *p = &w->config.profile;
	bool syn = is_syn(was) && (w->side == NAT_OUTSIDE || w->hairpin);

	if (syn && p->unsolicited_syn == UNSOLICITED_ICMP_PORT && code == port)
		return;
	if (syn && p->unsolicited_syn == UNSOLICITED_ICMP_HOST && code == host)
		return;
	if (syn && p->unsolicited_syn == UNSOLICITED_ICMP_ADMIN &&
	    code == admin)
		return;
	HOLDS(w, w->side == NAT_INSIDE);
	HOLDS(w, (p->exhausted == EXHAUSTED_ICMP_ADMIN && code == admin) ||
	      (p->exhausted == EXHAUSTED_ICMP_HOST && code == host) ||
	      (was->ipv6 && p->ipv6 == IPV6_NPTV6 && code == host));
}

static void own_error(struct world *w, const struct observed_packet *was,
		      const struct observed_packet *is)
{
	const struct profile *p = &w->config.profile;
	bool too_big = is->ipv6 ? is->type == 2 :
		is->type == 3 && is->code == 4;

	count_error(w);
	HOLDS(w, !was->later && !was->error);
	if (is->type == (is->ipv6 ? 3 : 11))
		HOLDS(w, p->ttl == TTL_DECREMENT && was->ttl <= 1);
	else if (too_big)
		HOLDS(w, p->too_big == TOO_BIG_ANSWER && was->whole);
	else if (is->ipv6)
		unreachable(w, was, 3, 4, 1, is->code);
	else
		unreachable(w, was, 1, 3, 13, is->code);
}

void observe_reply(struct world *w, const struct bytes *before,
		   const struct observed_packet *was, bool readable)
{
	const struct nat_result *r = &w->result;
	struct observed_packet is;

	HOLDS(w, *r->reason);
	HOLDS(w, r->reply_length && r->reply_length <= NAT_REPLY_ROOM);
	HOLDS(w, see(r->reply, r->reply_length, &is));
	HOLDS(w, is.end == r->reply_length);
	if (!readable) {	/* it would have leaked, but for its TTL */
		HOLDS(w, w->config.profile.invalid == INVALID_LEAK);
		HOLDS(w, w->side == NAT_INSIDE && is.error);
		return;
	}
	from_nat(w, was, &is);
	if (is.answer) {
		HOLDS(w, header_sum(r->reply, &is) == 0xffff ||
		      header_sum(before->at, was) != 0xffff);
		HOLDS(w, w->config.profile.echo_to_nat == ECHO_TO_NAT_REPLY);
		HOLDS(w, was->query);
		HOLDS(w, l4_sum(r->reply, &is) == l4_sum(before->at, was));
		return;
	}
	HOLDS(w, header_sum(r->reply, &is) == 0xffff);
	HOLDS(w, l4_sum(r->reply, &is) == 0xffff);
	if (is.protocol == 6)
		own_rst(w, was);
	else
		own_error(w, was, &is);
}

void observe_output(struct world *w, const struct nat_output *out)
{
	const struct profile *p = &w->config.profile;
	uint32_t mtu = out->side == NAT_OUTSIDE ? w->config.outside_mtu :
		w->config.inside_mtu;
	bool cut = w->result.verdict == NAT_HELD;
	struct observed_packet is;

	HOLDS(w, see(out->bytes, out->length, &is));
	HOLDS(w, is.end == out->length);
	/* what is turned back came over that link */
	HOLDS(w, !mtu || is.end <= mtu || is.ipv6 ||
	      (out->side == NAT_INSIDE && w->side == NAT_INSIDE));
	HOLDS(w, header_sum(out->bytes, &is) == 0xffff);
	if (p->invalid != INVALID_LEAK)
		observe_source(w, out->side, &is);
	if (out->side == NAT_INSIDE)
		observe_destination(w, &is);
	if (is.first || is.later) {
		HOLDS(w, cut || p->fragments == FRAGMENTS_ANY_ORDER);
		return;
	}
	HOLDS(w, l4_sum(out->bytes, &is) == 0xffff);
	HOLDS(w, p->unsolicited_syn == UNSOLICITED_ICMP_AFTER_6S);
	HOLDS(w, is.error);
}

/* ---- tables ---- */

/* may_share - was it asked for that endpoints share external ones? */
static bool may_share(const struct world *w, const struct told *t)
{
	int ports = axis_ports(&w->config.profile, t->protocol);

	return t->own || !is_translated(w, t->inside.ipv6) ||
	       ports == PORTS_PRESERVE_OVERLOAD ||
	       ports == PORTS_PRESERVE_OVERLAP;
}

static void unshared_mappings(struct world *w)
{
	for (unsigned i = 0; i < w->mappings.count; i++) {
		const struct told *a = &w->mappings.rows[i];

		if (may_share(w, a))
			continue;
		for (unsigned j = 0; j < i; j++) {
			const struct told *b = &w->mappings.rows[j];

			if (b->protocol == a->protocol && !b->own &&
			    same_endpoint(&a->external, &b->external))
				HOLDS(w, same_endpoint(&a->inside,
						       &b->inside));
		}
	}
}

static void unshared_sessions(struct world *w)
{
	for (unsigned i = 0; i < w->sessions.count; i++) {
		const struct told *a = &w->sessions.rows[i];

		if (axis_ports(&w->config.profile, a->protocol) ==
		    PORTS_PRESERVE_OVERLOAD)
			continue;
		for (unsigned j = 0; j < i; j++) {
			const struct told *b = &w->sessions.rows[j];

			if (b->protocol == a->protocol &&
			    same_endpoint(&a->external, &b->external) &&
			    same_endpoint(&a->remote, &b->remote))
				HOLDS(w, same_endpoint(&a->inside,
						       &b->inside));
		}
	}
}

/* host_counts - ports-per-host */
static void host_counts(struct world *w)
{
	unsigned most = (unsigned)w->config.profile.ports_per_host;

	for (unsigned i = 0; most && i < w->mappings.count; i++) {
		const struct told *a = &w->mappings.rows[i];
		unsigned count = 0;

		if (a->own || !is_translated(w, a->inside.ipv6))
			continue;
		for (unsigned j = 0; j < w->mappings.count; j++)
			count += w->mappings.rows[j].protocol == a->protocol &&
				!w->mappings.rows[j].own &&
				same_address(&w->mappings.rows[j].inside,
					     &a->inside);
		HOLDS(w, count <= most);
	}
}

void observe_tables(struct world *w)
{
	struct nat_counts c;

	nat_counts(w->nat, &c);
	HOLDS(w, c.forwarded + c.dropped + c.replied == w->inputs_given);
	HOLDS(w, c.sessions == w->sessions.count);
	HOLDS(w, c.mappings == w->mappings.count);
	HOLDS(w, c.sessions <= w->config.sessions);
	HOLDS(w, c.mappings <= w->config.sessions);
	if (w->sessions.count == w->before.count &&
	    w->mappings.count == w->mappings_before.count)
		return;
	unshared_mappings(w);
	unshared_sessions(w);
	host_counts(w);
}
