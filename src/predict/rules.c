/*
 * The rules: one row for each sequence of packets that an axis can forbid,
 * as the paper writes it (Guha and Francis 2005; Gaballo 2005, Table 5.1).
 *
 * A row is about the last packet of its sequence; what came before it is what
 * the session has seen. A sequence that begins SYN-out is broken off by any
 * answer: that is what `until` says.
 */
#include "predict/walk.h"

#include <stddef.h>

struct rule {
	const char *sequence;
	enum way way;
	enum kind kind;
	unsigned after;		/* all of these have been seen ... */
	unsigned until;		/* ... and none of these */
	size_t axis;		/* offset in struct profile */
	const char *values[AFTER_COUNT];	/* those that refuse, by enum:
						   what is said of them */
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

static const struct rule rules[] = {
	{ "SYN-out SYN-in", WAY_IN, KIND_SYN, SYN_OUT, ANSWERED,
	  AXIS(syn_in_after_syn_out), DROPS("syn-in-after-syn-out") },

	{ "SYN-out RST-in SYN-in", WAY_IN, KIND_SYN, SYN_OUT | RST_IN,
	  ANSWERED, AXIS(after_rst_in), NO_SYN("after-rst-in") },
	{ "SYN-out RST-in SYNACK-in", WAY_IN, KIND_SYN_ACK, SYN_OUT | RST_IN,
	  ANSWERED, AXIS(after_rst_in), NO_SYN_ACK("after-rst-in") },

	{ "SYN-out ICMP-in SYN-in", WAY_IN, KIND_SYN,
	  SYN_OUT | TIME_EXCEEDED_IN, ANSWERED, AXIS(after_time_exceeded_in),
	  NO_SYN("after-time-exceeded-in") },
	{ "SYN-out ICMP-in SYNACK-in", WAY_IN, KIND_SYN_ACK,
	  SYN_OUT | TIME_EXCEEDED_IN, ANSWERED, AXIS(after_time_exceeded_in),
	  NO_SYN_ACK("after-time-exceeded-in") },

	{ "SYN-out ICMP-in SYN-in", WAY_IN, KIND_SYN,
	  SYN_OUT | UNREACHABLE_IN, ANSWERED, AXIS(after_unreachable_in),
	  NO_SYN("after-unreachable-in") },
	{ "SYN-out ICMP-in SYNACK-in", WAY_IN, KIND_SYN_ACK,
	  SYN_OUT | UNREACHABLE_IN, ANSWERED, AXIS(after_unreachable_in),
	  NO_SYN_ACK("after-unreachable-in") },

	{ "SYN-out SYNACK-out", WAY_OUT, KIND_SYN_ACK, SYN_OUT, SYN_IN,
	  AXIS(syn_ack_out_after_syn_out),
	  DROPS("syn-ack-out-after-syn-out") },
	{ "SYN-out SYN-in SYNACK-out", WAY_OUT, KIND_SYN_ACK,
	  SYN_OUT | SYN_IN, 0, AXIS(syn_ack_out_after_syn_in),
	  DROPS("syn-ack-out-after-syn-in") },
};

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static int value_of(const struct profile *p, size_t axis)
{
	return *(const int *)(const void *)((const char *)p + axis);
}

const char *rule_refuses(const struct profile *p, const struct session *s,
			 enum way way, enum kind kind)
{
	for (unsigned i = 0; i < RULES; i++) {
		const struct rule *r = &rules[i];
		const char *says = r->values[value_of(p, r->axis)];

		if (r->way == way && r->kind == kind && says &&
		    (s->seen & r->after) == r->after && !(s->seen & r->until))
			return says;
	}
	return NULL;
}

bool rule_is_over(const struct session *s)
{
	return s->reset;
}

/* begin - a new connection in the session */
static void begin(struct session *s, unsigned seen)
{
	s->seen = seen;
	s->settled = s->reset = false;
}

/* syn_out - the same SYN again changes nothing; another one begins anew, but
   for a SYN of the peer's that is still unanswered */
static void syn_out(struct session *s, struct number syn)
{
	bool first = !(s->seen & SYN_OUT);

	if (!first && number_equal(s->syn, syn))
		return;
	begin(s, (first && !s->settled ? s->seen & SYN_IN : 0) | SYN_OUT);
	s->syn = syn;
}

static void syn_in(struct session *s)
{
	if (s->reset)
		begin(s, SYN_IN);
	else if (!s->settled)
		s->seen |= SYN_IN;
}

/* answer_in - RST or ICMP in: noted, and does it end the session? */
static bool answer_in(const struct profile *p, struct session *s,
		      enum kind kind)
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

static bool remember(const struct profile *p, struct session *s, enum way way,
		     const struct parcel *parcel)
{
	switch (parcel->kind) {
	case KIND_SYN:
		if (way == WAY_OUT)
			syn_out(s, parcel->sequence);
		else
			syn_in(s);
		return false;
	case KIND_SYN_ACK:
		if (!s->settled)
			s->seen |= way == WAY_OUT ? SYN_ACK_OUT : SYN_ACK_IN;
		return false;
	case KIND_RST:
		if (s->settled)
			s->reset = true;
		return way == WAY_IN && answer_in(p, s, KIND_RST);
	case KIND_DATA:
		s->reset = false;
		return false;
	default:
		return KIND_IS_ICMP(parcel->kind) && way == WAY_IN &&
			answer_in(p, s, parcel->kind);
	}
}

bool rule_remember(const struct profile *p, struct session *s, enum way way,
		   const struct parcel *parcel)
{
	bool ends = remember(p, s, way, parcel);

	if (s->seen & (SYN_OUT | SYN_ACK_OUT) && s->seen & ANSWERED)
		s->settled = true;
	return ends;
}
