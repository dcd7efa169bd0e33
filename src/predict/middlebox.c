/*
 * A packet meets a NAT: the questions of docs/nat-model.md ("How a packet goes
 * through"), as far as a handshake is asked them.
 */
#include "predict/walk.h"

#include <stdio.h>
#include <string.h>

/* ---- what a NAT answers ---- */

/* RFC 9293 3.10.7.1: with an ACK its number, else an ACK of all */
static void answer_rst(const struct parcel *p, struct parcel *answer)
{
	const struct number none = { -1, 0 };
	bool bare = p->acks.isn >= 0;

	*answer = (struct parcel){
		.kind = KIND_RST, .maker = MADE_BY_NAT,
		.from = p->to, .to = p->from,
		.source = p->destination, .destination = p->source,
		.ttl = TTL_USUAL,
		.sequence = bare ? p->acks : none,
		.acks = bare ? none : p->sequence,
		.has_proof = bare && p->has_proof,
	};
}

static void answer_icmp(const struct parcel *p, enum kind kind, int from,
			struct parcel *answer)
{
	*answer = (struct parcel){
		.kind = kind, .maker = MADE_BY_NAT,
		.from = p->to, .to = p->from,
		.source = { from, 0 }, .destination = p->source,
		.ttl = TTL_USUAL, .acks = { -1, 0 },
		.quoted_source = p->source,
		.quoted_destination = p->destination,
		.quoted_sequence = p->sequence, .quoted_ttl = p->ttl,
		.quoted = p->kind,
	};
}

static enum fate drop(struct walk *w, const struct box *box,
		      const struct parcel *p, const char *why)
{
	tell_refused(w, box, p, false, why);
	return FATE_DROP;
}

/* stops - does its TTL end here? Asked before anything is remembered. */
static bool stops(struct walk *w, struct box *box, struct parcel *p, int from,
		  struct parcel *answer)
{
	if (box->profile->ttl == TTL_KEEP || KIND_IS_ICMP(p->kind))
		return false;
	if (p->ttl-- > 1)
		return false;
	tell_refused(w, box, p, true, "its TTL ends here");
	answer_icmp(p, KIND_TIME_EXCEEDED, from, answer);
	return true;
}

/* ---- what belongs to no session ---- */

/* stray - neither may it open one */
static enum fate stray(struct walk *w, struct box *box, const struct parcel *p,
		       struct parcel *answer)
{
	if (box->profile->non_syn != NON_SYN_RST || p->kind == KIND_RST)
		return drop(w, box, p, "non-syn = drop");
	tell_refused(w, box, p, true, "non-syn = rst");
	answer_rst(p, answer);
	return FATE_ANSWER;
}

/* invalid - to conntrack; where nothing is translated a leak is no loss */
static enum fate invalid(struct walk *w, struct box *box, enum way way,
			 const struct parcel *p)
{
	const struct profile *profile = box->profile;

	if (way == WAY_OUT && profile->invalid == INVALID_LEAK &&
	    profile->translation == TRANSLATION_NONE)
		return FATE_PASS;
	return drop(w, box, p, "tcp-state = conntrack: invalid");
}

static void take_port(struct walk *w, struct box *box, const struct parcel *p)
{
	struct binding m = {
		.used = true, .own = true, .inside = p->destination,
		.external = p->destination,
	};

	if (box->profile->unsolicited_takes_port == TAKES_PORT_NO ||
	    box->profile->translation == TRANSLATION_NONE ||
	    session_in(box, p->destination, p->source) ||
	    box->mapping_count == MAPPINGS - 1)
		return;
	box->mappings[box->mapping_count] = m;
	session_new(w, box, (int)box->mapping_count++, p->source, false);
}

static void ban(struct box *box, int address)
{
	if (box->ban_count < BLOCKLIST_SIZE)
		box->banned[box->ban_count++] = address;
}

static bool is_banned(const struct box *box, int address)
{
	for (unsigned i = 0; i < box->ban_count; i++)
		if (box->banned[i] == address)
			return true;
	return false;
}

static const char *value_name(const char *axis, int value)
{
	return axis_find(axis)->values[value];
}

/* refuse_syn - as the axes `unsolicited-...` say */
static enum fate refuse_syn(struct walk *w, struct box *box,
			    const struct parcel *p, bool mapped,
			    struct parcel *answer)
{
	const struct profile *profile = box->profile;
	int way = profile->unsolicited_syn;
	bool answers = way != UNSOLICITED_DROP && way != UNSOLICITED_BAN &&
		       way != UNSOLICITED_ICMP_AFTER_6S;
	char why[80];

	snprintf(why, sizeof(why), "%s%s, unsolicited-syn = %s",
		 mapped ? "filtering = " : "no mapping", mapped ?
		 value_name("filtering", profile->filtering) : "",
		 value_name("unsolicited-syn", way));
	tell_refused(w, box, p, answers, why);
	take_port(w, box, p);
	if (way == UNSOLICITED_BAN)
		ban(box, p->source.address);
	if (!answers)
		return FATE_DROP;
	if (way == UNSOLICITED_RST)
		answer_rst(p, answer);
	else
		answer_icmp(p, KIND_UNREACHABLE, p->destination.address,
			    answer);
	return FATE_ANSWER;
}

static bool was_ended(const struct box *box, const struct parcel *p)
{
	for (unsigned i = 0; i < box->session_count; i++) {
		const struct session *s = &box->sessions[i];

		if (s->used && s->ended && spot_equal(s->remote, p->source) &&
		    spot_equal(box->mappings[s->mapping].external,
			       p->destination))
			return true;
	}
	return false;
}

/* refuse - a packet from outside that belongs to no session */
static enum fate refuse(struct walk *w, struct box *box,
			const struct parcel *p, bool mapped,
			struct parcel *answer)
{
	if (p->kind == KIND_SYN)
		return refuse_syn(w, box, p, mapped, answer);
	if (was_ended(box, p))
		return drop(w, box, p, "its session was ended");
	return stray(w, box, p, answer);
}

/* ---- filtering ---- */

static bool knows_address(const struct box *box, int mapping, int address)
{
	for (unsigned i = 0; i < box->session_count; i++) {
		const struct session *s = &box->sessions[i];

		if (s->used && !s->ended && s->mapping == mapping &&
		    s->remote.address == address)
			return true;
	}
	return false;
}

/* lets_in - who has no session, or one that is over */
static bool lets_in(struct box *box, int mapping, const struct parcel *p)
{
	switch (box->profile->filtering) {
	case FILTERING_OPEN:
	case FILTERING_ENDPOINT_INDEPENDENT:
		return true;
	case FILTERING_ADDRESS:
		return knows_address(box, mapping, p->source.address);
	case FILTERING_ADDRESS_PORT:
		return session_in(box, p->destination, p->source);
	default:
		return false;
	}
}

/* ---- what belongs to a session ---- */

/*
 * goes_on - the state machine and the axes about orders of packets
 * @s:     becomes NULL where the packet must be looked at as one of none
 * Return: FATE_PASS to go on
 */
static enum fate goes_on(struct walk *w, struct box *box, struct session **s,
			 enum way way, struct parcel *p, bool *destroys)
{
	const struct profile *profile = box->profile;
	const char *why;

	if (profile->tcp_state == TCP_STATE_CONNTRACK) {
		switch (tracked_packet(w, profile, *s, way, p)) {
		case TRACKING_INVALID:
			*s = NULL;
			return invalid(w, box, way, p) == FATE_PASS ?
				FATE_ANSWER : FATE_DROP;
		case TRACKING_RENEW:
			session_remove(box, *s);
			*s = NULL;
			return FATE_PASS;
		case TRACKING_DESTROY:
			*destroys = true;
			break;
		default:
			break;
		}
	}
	why = rule_refuses(profile, *s, way, p->kind);
	if (!why)
		return FATE_PASS;
	if (*destroys)
		session_remove(box, *s);
	return drop(w, box, p, why);
}

static void pass(struct box *box, struct session *s, enum way way,
		 struct parcel *p, bool destroys)
{
	const struct binding *m = &box->mappings[s->mapping];
	bool ends = rule_remember(box->profile, s, way, p);

	if (way == WAY_OUT) {
		p->source = m->external;
		p->sequence.shift += s->offset;
	} else {
		p->destination = m->inside;
		if (p->acks.isn >= 0)
			p->acks.shift -= s->offset;
	}
	if (destroys)
		session_remove(box, s);
	else if (ends)
		s->ended = true;
}

/* ---- ICMP errors ---- */

/* error_in - about a packet that went out */
static enum fate error_in(struct walk *w, struct box *box, struct parcel *p)
{
	const struct profile *profile = box->profile;
	struct session *s = session_in(box, p->quoted_source,
				       p->quoted_destination);
	struct spot inside;

	if (!s || box->mappings[s->mapping].own)
		return drop(w, box, p, "no session");
	if (profile->icmp_in == PASSING_DROP)
		return drop(w, box, p, "icmp-in = drop");
	if (profile->icmp_source == ICMP_SOURCE_PEER_ONLY &&
	    p->source.address != p->quoted_destination.address)
		return drop(w, box, p, "icmp-source = peer-only");
	inside = box->mappings[s->mapping].inside;
	p->destination.address = inside.address;
	if (profile->icmp_payload == ICMP_PAYLOAD_TRANSLATE) {
		p->quoted_source = inside;
		p->quoted_sequence.shift -= s->offset;
	}
	if (rule_remember(profile, s, WAY_IN, p))
		s->ended = true;
	return FATE_PASS;
}

/* error_out - an inner NAT's, about a packet that came in */
static enum fate error_out(struct walk *w, struct box *box, struct parcel *p)
{
	const struct profile *profile = box->profile;
	struct session *s = session_out(box, p->quoted_destination,
					p->quoted_source);
	struct spot external;

	if (profile->icmp_out == ICMP_OUT_NONE)
		return drop(w, box, p, "icmp-out = none");
	if (!s)
		return drop(w, box, p, "no session");
	external = box->mappings[s->mapping].external;
	p->source.address = external.address;
	if (profile->icmp_payload == ICMP_PAYLOAD_TRANSLATE)
		p->quoted_destination = external;
	return FATE_PASS;
}

/* ---- the two ways ---- */

/* opens - may a packet from inside without a session open one? */
static bool opens(const struct profile *p, enum kind kind)
{
	if (p->tcp_state == TCP_STATE_CONNTRACK)
		return tracked_opens(kind);
	return kind == KIND_SYN || p->non_syn == NON_SYN_OPEN;
}

static enum fate exhausted(struct walk *w, struct box *box,
			   const struct parcel *p, const char *why,
			   struct parcel *answer)
{
	bool answers = box->profile->exhausted != EXHAUSTED_DROP;

	tell_refused(w, box, p, answers, why);
	if (!answers)
		return FATE_DROP;
	answer_icmp(p, KIND_UNREACHABLE, box->inside_address, answer);
	return FATE_ANSWER;
}

static enum fate open_out(struct walk *w, struct box *box, struct parcel *p,
			  struct parcel *answer)
{
	const struct profile *profile = box->profile;
	struct session *s;
	const char *why;
	int mapping, ttl = p->ttl;

	if (!opens(profile, p->kind))
		return profile->tcp_state == TCP_STATE_CONNTRACK ?
			invalid(w, box, WAY_OUT, p) : stray(w, box, p, answer);
	if (stops(w, box, p, box->inside_address, answer))
		return FATE_ANSWER;
	mapping = binding_out(w, box, p, &why);
	if (mapping < 0) {
		p->ttl = ttl;	/* as it came, it is quoted */
		return exhausted(w, box, p, why, answer);
	}
	s = session_new(w, box, mapping, p->destination, false);
	tracked_open(s, p);
	pass(box, s, WAY_OUT, p, false);
	return FATE_PASS;
}

/* is_older - where each connection has a mapping, a new SYN leaves one that
   is over alone */
static bool is_older(const struct box *box, const struct session *s,
		     const struct parcel *p)
{
	return box->profile->mapping == MAPPING_CONNECTION &&
	       box->profile->tcp_state == TCP_STATE_RFC7857 &&
	       p->kind == KIND_SYN && rule_is_over(s) &&
	       !number_equal(s->syn, p->sequence);
}

enum fate box_out(struct walk *w, struct box *box, struct parcel *p,
		  struct parcel *answer)
{
	struct session *s;
	bool destroys = false;
	enum fate fate;

	if (KIND_IS_ICMP(p->kind))
		return error_out(w, box, p);
	s = session_out(box, p->source, p->destination);
	if (s && is_older(box, s, p))
		s = NULL;
	if (!s)
		return open_out(w, box, p, answer);
	fate = goes_on(w, box, &s, WAY_OUT, p, &destroys);
	if (fate != FATE_PASS)	/* FATE_ANSWER: it leaks, as it is */
		return fate == FATE_ANSWER ? FATE_PASS : FATE_DROP;
	if (!s)
		return open_out(w, box, p, answer);
	if (stops(w, box, p, box->inside_address, answer)) {
		if (destroys)
			session_remove(box, s);
		return FATE_ANSWER;
	}
	pass(box, s, WAY_OUT, p, destroys);
	return FATE_PASS;
}

static enum fate open_in(struct walk *w, struct box *box, struct parcel *p,
			 bool turned, struct parcel *answer)
{
	int mapping = binding_external(box, p->destination);
	struct session *s;

	if (p->kind != KIND_SYN || mapping < 0 || !lets_in(box, mapping, p))
		return refuse(w, box, p, mapping >= 0, answer);
	if (!turned && stops(w, box, p, box->outside_address, answer))
		return FATE_ANSWER;
	s = session_new(w, box, mapping, p->source, true);
	tracked_open(s, p);
	pass(box, s, WAY_IN, p, false);
	return FATE_PASS;
}

static enum fate enter(struct walk *w, struct box *box, struct parcel *p,
		       bool turned, struct parcel *answer)
{
	bool conntrack = box->profile->tcp_state == TCP_STATE_CONNTRACK;
	struct session *s;
	bool destroys = false;
	enum fate fate;

	if (is_banned(box, p->source.address))
		return drop(w, box, p, "unsolicited-syn = ban");
	if (KIND_IS_ICMP(p->kind))
		return error_in(w, box, p);
	s = session_in(box, p->destination, p->source);
	if (!s)
		return open_in(w, box, p, turned, answer);
	if (box->mappings[s->mapping].own)
		return refuse(w, box, p, false, answer);
	if (p->kind == KIND_SYN && !conntrack && rule_is_over(s) &&
	    !lets_in(box, s->mapping, p))
		return refuse(w, box, p, true, answer);
	fate = goes_on(w, box, &s, WAY_IN, p, &destroys);
	if (fate != FATE_PASS)
		return FATE_DROP;
	if (!s)
		return open_in(w, box, p, turned, answer);
	if (!turned && stops(w, box, p, box->outside_address, answer))
		return FATE_ANSWER;
	pass(box, s, WAY_IN, p, destroys);
	return FATE_PASS;
}

enum fate box_in(struct walk *w, struct box *box, struct parcel *p,
		 struct parcel *answer)
{
	return enter(w, box, p, false, answer);
}

enum fate box_turned(struct walk *w, struct box *box, struct parcel *p,
		     struct parcel *answer)
{
	return enter(w, box, p, true, answer);
}
