/*
 * One row for each sequence of packets that an axis can refuse, written as the
 * paper writes it (Guha and Francis 2005; Gaballo 2005, Table 5.1).
 *
 * A row applies to the last packet of its sequence. The session has seen the
 * packets before it (`after`). A packet in `until` ends the sequence: any
 * answer ends those that begin with SYN-out.
 */
#include "predict/packet_sequence_rules.h"

#include <stddef.h>

struct sequence_rule {
	const char *sequence;
	enum model_direction direction;
	enum sym_kind kind;
	unsigned after;		/* all of these have been seen ... */
	unsigned until;		/* ... and none of these */
	size_t axis;		/* offset in struct profile */
	const char *values[AFTER_COUNT];	/* by the axis's value: the
						   text if it refuses */
};

#define AXIS(member) offsetof(struct profile, member)
#define DROPS(name) { [PASSING_DROP] = name " = drop" }
#define NO_SYN(name) { [AFTER_SYN_ACK] = name " = syn-ack",		\
		       [AFTER_NONE] = name " = none",			\
		       [AFTER_END] = name " = end" }
#define NO_SYN_ACK(name) { [AFTER_SYN] = name " = syn",			\
			   [AFTER_NONE] = name " = none",		\
			   [AFTER_END] = name " = end" }
#define ANSWERED (SYN_IN | SYN_ACK_IN)

static const struct sequence_rule rules[] = {
	{ "SYN-out SYN-in", INBOUND, KIND_SYN, SYN_OUT, ANSWERED,
	  AXIS(syn_in_after_syn_out), DROPS("syn-in-after-syn-out") },

	{ "SYN-out RST-in SYN-in", INBOUND, KIND_SYN, SYN_OUT | RST_IN,
	  ANSWERED, AXIS(after_rst_in), NO_SYN("after-rst-in") },
	{ "SYN-out RST-in SYNACK-in", INBOUND, KIND_SYN_ACK, SYN_OUT | RST_IN,
	  ANSWERED, AXIS(after_rst_in), NO_SYN_ACK("after-rst-in") },

	{ "SYN-out ICMP-in SYN-in", INBOUND, KIND_SYN,
	  SYN_OUT | TIME_EXCEEDED_IN, ANSWERED, AXIS(after_time_exceeded_in),
	  NO_SYN("after-time-exceeded-in") },
	{ "SYN-out ICMP-in SYNACK-in", INBOUND, KIND_SYN_ACK,
	  SYN_OUT | TIME_EXCEEDED_IN, ANSWERED, AXIS(after_time_exceeded_in),
	  NO_SYN_ACK("after-time-exceeded-in") },

	{ "SYN-out ICMP-in SYN-in", INBOUND, KIND_SYN,
	  SYN_OUT | UNREACHABLE_IN, ANSWERED, AXIS(after_unreachable_in),
	  NO_SYN("after-unreachable-in") },
	{ "SYN-out ICMP-in SYNACK-in", INBOUND, KIND_SYN_ACK,
	  SYN_OUT | UNREACHABLE_IN, ANSWERED, AXIS(after_unreachable_in),
	  NO_SYN_ACK("after-unreachable-in") },

	{ "SYN-out SYNACK-out", OUTBOUND, KIND_SYN_ACK, SYN_OUT, SYN_IN,
	  AXIS(syn_ack_out_after_syn_out),
	  DROPS("syn-ack-out-after-syn-out") },
	{ "SYN-out SYN-in SYNACK-out", OUTBOUND, KIND_SYN_ACK,
	  SYN_OUT | SYN_IN, 0, AXIS(syn_ack_out_after_syn_in),
	  DROPS("syn-ack-out-after-syn-in") },
};

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

const char *packet_sequence_refusal(const struct profile *p,
				    const struct model_session *s,
				    enum model_direction direction,
				    enum sym_kind kind)
{
	for (unsigned i = 0; i < RULES; i++) {
		const struct sequence_rule *r = &rules[i];
		const char *axis = (const char *)p + r->axis;
		const char *text = r->values[*(const int *)(const void *)axis];

		if (r->direction == direction && r->kind == kind && text &&
		    (s->seen & r->after) == r->after && !(s->seen & r->until))
			return text;
	}
	return NULL;
}

/* begin - begin a new connection in the session */
static void begin(struct model_session *s, unsigned seen)
{
	s->seen = seen;
	s->settled = s->reset = false;
}

/* syn_out - record a SYN from inside. A retransmitted SYN changes nothing. One
   with another sequence number begins a new connection, but keeps the peer's
   SYN if nobody has answered it yet. */
static void syn_out(struct model_session *s, struct sym_seq syn)
{
	bool first = !(s->seen & SYN_OUT);

	if (!first && sym_seq_equal(s->syn, syn))
		return;
	begin(s, (first && !s->settled ? s->seen & SYN_IN : 0) | SYN_OUT);
	s->syn = syn;
}

/* refusal_in - record a RST or ICMP error from outside; Return: true if an axis
   ends the session with it */
static bool refusal_in(const struct profile *p, struct model_session *s,
		       enum sym_kind kind)
{
	int axis;

	if (!(s->seen & SYN_OUT) || s->seen & ANSWERED)
		return false;
	if (kind == KIND_RST) {
		s->seen |= RST_IN;
		axis = p->after_rst_in;
	} else if (kind == KIND_TIME_EXCEEDED) {
		s->seen |= TIME_EXCEEDED_IN;
		axis = p->after_time_exceeded_in;
	} else {
		s->seen |= UNREACHABLE_IN;
		axis = p->after_unreachable_in;
	}
	return axis == AFTER_END;
}

bool packet_sequence_note(const struct profile *p, struct model_session *s,
			  enum model_direction direction,
			  const struct sym_packet *packet)
{
	bool in = direction == INBOUND, ends = false;

	switch (packet->kind) {
	case KIND_SYN:
		if (!in)
			syn_out(s, packet->sequence);
		else if (s->reset)
			begin(s, SYN_IN);
		else if (!s->settled)
			s->seen |= SYN_IN;
		break;
	case KIND_SYN_ACK:
		if (!s->settled)
			s->seen |= in ? SYN_ACK_IN : SYN_ACK_OUT;
		break;
	case KIND_RST:
		if (s->settled)
			s->reset = true;
		ends = in && refusal_in(p, s, KIND_RST);
		break;
	case KIND_DATA:
		s->reset = false;
		break;
	default:
		ends = KIND_IS_ICMP(packet->kind) && in &&
		       refusal_in(p, s, packet->kind);
	}
	if (s->seen & (SYN_OUT | SYN_ACK_OUT) && s->seen & ANSWERED)
		s->settled = true;
	return ends;
}
