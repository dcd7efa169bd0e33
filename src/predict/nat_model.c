#include "predict/nat_model.h"

#include "predict/conntrack_model.h"
#include "predict/log.h"
#include "predict/mapping_model.h"
#include "predict/packet_sequence_rules.h"

#include <stdio.h>

static enum model_verdict drop(struct model_run *run,
			       const struct model_nat *nat,
			       const struct sym_packet *p, const char *why)
{
	run_log_refused(run, nat, p, false, why);
	return VERDICT_DROP;
}

static void reply_rst(const struct sym_packet *p, struct sym_packet *reply)
{
	*reply = sym_packet_rst(p);
	reply->maker = MADE_BY_NAT;
	reply->from = p->to;
	reply->to = p->from;
}

static void reply_error(const struct sym_packet *p, enum sym_kind kind,
			int address, struct sym_packet *reply)
{
	*reply = sym_packet_error(p, kind, address);
	reply->maker = MADE_BY_NAT;
	reply->from = p->to;
	reply->to = p->from;
}

/* address_towards - where an error about @p, from outside, comes from: the
   external address that it was for. A NAT that does not translate has only its
   own. */
static int address_towards(const struct model_nat *nat,
			   const struct sym_packet *p)
{
	return nat->profile->translation == TRANSLATION_NONE ?
	       nat->outside_address : p->destination.address;
}

/* ttl_expires - count the TTL; asked before anything is remembered
   @address: where the time exceeded comes from */
static bool ttl_expires(struct model_run *run, struct model_nat *nat,
			struct sym_packet *p, int address,
			struct sym_packet *reply)
{
	if (nat->profile->ttl == TTL_KEEP || KIND_IS_ICMP(p->kind) ||
	    p->ttl-- > 1)
		return false;
	run_log_refused(run, nat, p, true, "its TTL ends here");
	reply_error(p, KIND_TIME_EXCEEDED, address, reply);
	return true;
}

/* ---- packets that belong to no session ---- */

/* refuse_non_syn - refuse a packet that is not a SYN and so may not open a
   session */
static enum model_verdict refuse_non_syn(struct model_run *run,
					 struct model_nat *nat,
					 const struct sym_packet *p,
					 struct sym_packet *reply)
{
	if (nat->profile->non_syn != NON_SYN_RST || p->kind == KIND_RST)
		return drop(run, nat, p, "non-syn = drop");
	run_log_refused(run, nat, p, true, "non-syn = rst");
	reply_rst(p, reply);
	return VERDICT_REPLY;
}

/* refuse_invalid - a leaked packet passes a NAT that does not translate */
static enum model_verdict refuse_invalid(struct model_run *run,
					 struct model_nat *nat,
					 enum model_direction direction,
					 const struct sym_packet *p)
{
	const struct profile *profile = nat->profile;

	if (direction == OUTBOUND && profile->invalid == INVALID_LEAK &&
	    profile->translation == TRANSLATION_NONE)
		return VERDICT_PASS;
	return drop(run, nat, p, "tcp-state = conntrack: invalid");
}

/* take_port - the NAT's own stack keeps the connection that it refused */
static void take_port(struct model_run *run, struct model_nat *nat,
		      const struct sym_packet *p)
{
	if (nat->profile->translation == TRANSLATION_NONE ||
	    session_model_inbound(nat, p->destination, p->source) ||
	    nat->mapping_count == MAPPINGS - 1)
		return;
	nat->mappings[nat->mapping_count] = (struct model_mapping){
		.used = true, .own = true, .inside = p->destination,
		.external = p->destination,
	};
	session_model_add(run, nat, (int)nat->mapping_count++, p->source,
			  false);
}

static bool is_blocked(const struct model_nat *nat, int address)
{
	for (unsigned i = 0; i < nat->blocked_count; i++)
		if (nat->blocked[i] == address)
			return true;
	return false;
}

static const char *value_name(const char *axis, int value)
{
	return axis_find(axis)->values[value];
}

/* refuse_syn - refuse a SYN by the axes `unsolicited-...` */
static enum model_verdict refuse_syn(struct model_run *run,
				     struct model_nat *nat,
				     const struct sym_packet *p, bool mapped,
				     struct sym_packet *reply)
{
	const struct profile *profile = nat->profile;
	int policy = profile->unsolicited_syn;
	bool replies = policy != UNSOLICITED_DROP &&
		       policy != UNSOLICITED_BAN &&
		       policy != UNSOLICITED_ICMP_AFTER_6S;
	char why[80];

	snprintf(why, sizeof(why), "%s%s, unsolicited-syn = %s",
		 mapped ? "filtering = " : "no mapping", mapped ?
		 value_name("filtering", profile->filtering) : "",
		 value_name("unsolicited-syn", policy));
	run_log_refused(run, nat, p, replies, why);
	if (profile->unsolicited_takes_port == TAKES_PORT_YES)
		take_port(run, nat, p);
	if (policy == UNSOLICITED_BAN && nat->blocked_count < BLOCKED)
		nat->blocked[nat->blocked_count++] = p->source.address;
	if (!replies)
		return VERDICT_DROP;
	if (policy == UNSOLICITED_RST)
		reply_rst(p, reply);
	else
		reply_error(p, KIND_UNREACHABLE, address_towards(nat, p),
			    reply);
	return VERDICT_REPLY;
}

/* refuse_knock - no answer to a datagram reaches a host's socket. Linux keeps
   the connection of one that its own stack refuses: unlike a TCP connection,
   no RST ends it. */
static enum model_verdict refuse_knock(struct model_run *run,
				       struct model_nat *nat,
				       const struct sym_packet *p, bool mapped)
{
	const struct profile *profile = nat->profile;
	char why[80];

	if (profile->unsolicited_takes_port == TAKES_PORT_YES ||
	    (profile->tcp_state == TCP_STATE_CONNTRACK &&
	     profile->unsolicited_syn == UNSOLICITED_RST))
		take_port(run, nat, p);
	snprintf(why, sizeof(why), "%s%s",
		 mapped ? "filtering = " : "no mapping", mapped ?
		 value_name("filtering", nat->profile->filtering) : "");
	return drop(run, nat, p, why);
}

/* refuse_inbound - refuse a packet that belongs to no session */
static enum model_verdict refuse_inbound(struct model_run *run,
					 struct model_nat *nat,
					 const struct sym_packet *p,
					 bool mapped, struct sym_packet *reply)
{
	if (p->kind == KIND_SYN)
		return refuse_syn(run, nat, p, mapped, reply);
	if (p->kind == KIND_KNOCK)
		return refuse_knock(run, nat, p, mapped);
	for (unsigned i = 0; i < nat->session_count; i++) {
		const struct model_session *s = &nat->sessions[i];

		if (s->used && s->ended &&
		    sym_endpoint_equal(s->remote, p->source) &&
		    sym_endpoint_equal(nat->mappings[s->mapping].external,
				       p->destination))
			return drop(run, nat, p, "its session was ended");
	}
	return refuse_non_syn(run, nat, p, reply);
}

/* refuse_exhausted - refuse a packet for which no mapping can be made */
static enum model_verdict refuse_exhausted(struct model_run *run,
					   struct model_nat *nat,
					   const struct sym_packet *p,
					   const char *why,
					   struct sym_packet *reply)
{
	bool replies = nat->profile->exhausted != EXHAUSTED_DROP;

	run_log_refused(run, nat, p, replies, why);
	if (!replies)
		return VERDICT_DROP;
	reply_error(p, KIND_UNREACHABLE, nat->inside_address, reply);
	return VERDICT_REPLY;
}

/* ---- packets of a session ---- */

/* What the session's state decides about a packet. */
enum session_check {
	SESSION_PASSES,
	SESSION_PASSES_LAST,	/* and the session is then removed */
	SESSION_DROPS,
	SESSION_LEAKS,		/* the packet passes untranslated */
	SESSION_RENEWED,	/* removed: the packet may open another */
};

/* check_session - check a packet of a session by conntrack's state and the axes
   about sequences */
static enum session_check check_session(struct model_run *run,
					struct model_nat *nat,
					struct model_session *s,
					enum model_direction direction,
					const struct sym_packet *p)
{
	const struct profile *profile = nat->profile;
	enum ct_verdict verdict = CT_VERDICT_PASS;
	const char *why;

	if (p->kind == KIND_KNOCK)
		return SESSION_PASSES;
	if (profile->tcp_state == TCP_STATE_CONNTRACK)
		verdict = conntrack_model_packet(run, profile, s, direction, p);
	if (verdict == CT_VERDICT_INVALID)
		return refuse_invalid(run, nat, direction, p) == VERDICT_PASS ?
			SESSION_LEAKS : SESSION_DROPS;
	if (verdict == CT_VERDICT_RENEW) {
		session_model_remove(nat, s);
		return SESSION_RENEWED;
	}
	why = packet_sequence_refusal(profile, s, direction, p->kind);
	if (why) {
		if (verdict == CT_VERDICT_DESTROY)
			session_model_remove(nat, s);
		drop(run, nat, p, why);
		return SESSION_DROPS;
	}
	return verdict == CT_VERDICT_DESTROY ? SESSION_PASSES_LAST :
					       SESSION_PASSES;
}

/* translate - remember the packet in its session, and rewrite it
   @last: the session is then removed */
static void translate(struct model_nat *nat, struct model_session *s,
		      enum model_direction direction, struct sym_packet *p,
		      bool last)
{
	const struct model_mapping *m = &nat->mappings[s->mapping];
	bool ends = packet_sequence_note(nat->profile, s, direction, p);

	if (direction == OUTBOUND) {
		p->source = m->external;
		p->sequence.shift += s->offset;
	} else {
		p->destination = m->inside;
		if (p->acks.isn >= 0)
			p->acks.shift -= s->offset;
	}
	if (last)
		session_model_remove(nat, s);
	else if (ends)
		s->ended = true;
}

/* ---- ICMP errors ---- */

/* error_inbound - handle an ICMP error about a packet that went out */
static enum model_verdict error_inbound(struct model_run *run,
					struct model_nat *nat,
					struct sym_packet *p)
{
	const struct profile *profile = nat->profile;
	struct model_session *s = session_model_inbound(nat, p->quoted_source,
							p->quoted_destination);
	struct sym_endpoint inside;

	if (!s || nat->mappings[s->mapping].own)
		return drop(run, nat, p, "no session");
	if (profile->icmp_in == PASSING_DROP)
		return drop(run, nat, p, "icmp-in = drop");
	if (profile->icmp_source == ICMP_SOURCE_PEER_ONLY &&
	    p->source.address != p->quoted_destination.address)
		return drop(run, nat, p, "icmp-source = peer-only");
	inside = nat->mappings[s->mapping].inside;
	p->destination.address = inside.address;
	if (profile->icmp_payload == ICMP_PAYLOAD_TRANSLATE) {
		p->quoted_source = inside;
		p->quoted_sequence.shift -= s->offset;
	}
	if (packet_sequence_note(profile, s, INBOUND, p))
		s->ended = true;
	return VERDICT_PASS;
}

/* error_outbound - handle an inner NAT's ICMP error about a packet that came
   in */
static enum model_verdict error_outbound(struct model_run *run,
					 struct model_nat *nat,
					 struct sym_packet *p)
{
	const struct profile *profile = nat->profile;
	struct model_session *s = session_model_outbound(
		nat, p->quoted_destination, p->quoted_source);
	struct sym_endpoint external;

	if (profile->icmp_out == ICMP_OUT_NONE)
		return drop(run, nat, p, "icmp-out = none");
	if (!s)
		return drop(run, nat, p, "no session");
	external = nat->mappings[s->mapping].external;
	p->source.address = external.address;
	if (profile->icmp_payload == ICMP_PAYLOAD_TRANSLATE)
		p->quoted_destination = external;
	return VERDICT_PASS;
}

/* ---- outbound ---- */

/* open_outbound - open a session for a packet from inside */
static enum model_verdict open_outbound(struct model_run *run,
					struct model_nat *nat,
					struct sym_packet *p,
					struct sym_packet *reply)
{
	const struct profile *profile = nat->profile;
	bool conntrack = profile->tcp_state == TCP_STATE_CONNTRACK;
	struct model_session *s;
	const char *why;
	int mapping, ttl = p->ttl;

	if (conntrack && p->kind != KIND_KNOCK &&
	    !conntrack_model_may_open(p->kind))
		return refuse_invalid(run, nat, OUTBOUND, p);
	if (!conntrack && p->kind != KIND_SYN && p->kind != KIND_KNOCK &&
	    profile->non_syn != NON_SYN_OPEN)
		return refuse_non_syn(run, nat, p, reply);
	if (ttl_expires(run, nat, p, nat->inside_address, reply))
		return VERDICT_REPLY;
	mapping = mapping_model_outbound(run, nat, p, &why);
	if (mapping < 0) {
		p->ttl = ttl;	/* the error quotes it as it came */
		return refuse_exhausted(run, nat, p, why, reply);
	}
	s = session_model_add(run, nat, mapping, p->destination, false);
	conntrack_model_open(s, p);
	translate(nat, s, OUTBOUND, p, false);
	return VERDICT_PASS;
}

/* opens_another - with a mapping for each connection, a new SYN leaves a
   session that is over, and opens its own */
static bool opens_another(const struct model_nat *nat,
			  const struct model_session *s,
			  const struct sym_packet *p)
{
	return nat->profile->mapping == MAPPING_CONNECTION &&
	       nat->profile->tcp_state == TCP_STATE_RFC7857 &&
	       p->kind == KIND_SYN && s->reset &&
	       !sym_seq_equal(s->syn, p->sequence);
}

enum model_verdict nat_model_outbound(struct model_run *run,
				      struct model_nat *nat,
				      struct sym_packet *p,
				      struct sym_packet *reply)
{
	enum session_check check;
	struct model_session *s;
	bool last;

	if (KIND_IS_ICMP(p->kind))
		return error_outbound(run, nat, p);
	s = session_model_outbound(nat, p->source, p->destination);
	if (!s || opens_another(nat, s, p))
		return open_outbound(run, nat, p, reply);
	check = check_session(run, nat, s, OUTBOUND, p);
	if (check == SESSION_RENEWED)
		return open_outbound(run, nat, p, reply);
	if (check == SESSION_DROPS || check == SESSION_LEAKS)
		return check == SESSION_LEAKS ? VERDICT_PASS : VERDICT_DROP;
	last = check == SESSION_PASSES_LAST;
	if (ttl_expires(run, nat, p, nat->inside_address, reply)) {
		if (last)
			session_model_remove(nat, s);
		return VERDICT_REPLY;
	}
	translate(nat, s, OUTBOUND, p, last);
	return VERDICT_PASS;
}

/* ---- inbound ---- */

/* open_inbound - open a session for a packet from outside */
static enum model_verdict open_inbound(struct model_run *run,
				       struct model_nat *nat,
				       struct sym_packet *p, bool hairpin,
				       struct sym_packet *reply)
{
	int mapping = mapping_model_find(nat, p->destination);
	struct model_session *s;

	if ((p->kind != KIND_SYN && p->kind != KIND_KNOCK) || mapping < 0 ||
	    !mapping_model_admits(nat, mapping, p))
		return refuse_inbound(run, nat, p, mapping >= 0, reply);
	if (!hairpin &&
	    ttl_expires(run, nat, p, address_towards(nat, p), reply))
		return VERDICT_REPLY;
	s = session_model_add(run, nat, mapping, p->source, true);
	conntrack_model_open(s, p);
	translate(nat, s, INBOUND, p, false);
	return VERDICT_PASS;
}

static enum model_verdict inbound(struct model_run *run, struct model_nat *nat,
				  struct sym_packet *p, bool hairpin,
				  struct sym_packet *reply)
{
	bool conntrack = nat->profile->tcp_state == TCP_STATE_CONNTRACK;
	enum session_check check;
	struct model_session *s;

	if (is_blocked(nat, p->source.address))
		return drop(run, nat, p, "unsolicited-syn = ban");
	if (KIND_IS_ICMP(p->kind))
		return error_inbound(run, nat, p);
	s = session_model_inbound(nat, p->destination, p->source);
	if (!s)
		return open_inbound(run, nat, p, hairpin, reply);
	if (nat->mappings[s->mapping].own)
		return refuse_inbound(run, nat, p, false, reply);
	if (p->kind == KIND_SYN && !conntrack && s->reset &&
	    !mapping_model_admits(nat, s->mapping, p))
		return refuse_inbound(run, nat, p, true, reply);
	check = check_session(run, nat, s, INBOUND, p);
	if (check == SESSION_RENEWED)
		return open_inbound(run, nat, p, hairpin, reply);
	if (check == SESSION_DROPS || check == SESSION_LEAKS)
		return VERDICT_DROP;
	if (!hairpin &&
	    ttl_expires(run, nat, p, address_towards(nat, p), reply))
		return VERDICT_REPLY;
	translate(nat, s, INBOUND, p, check == SESSION_PASSES_LAST);
	return VERDICT_PASS;
}

enum model_verdict nat_model_inbound(struct model_run *run,
				     struct model_nat *nat,
				     struct sym_packet *p,
				     struct sym_packet *reply)
{
	return inbound(run, nat, p, false, reply);
}

enum model_verdict nat_model_hairpin(struct model_run *run,
				     struct model_nat *nat,
				     struct sym_packet *p,
				     struct sym_packet *reply)
{
	return inbound(run, nat, p, true, reply);
}
