#include "nat/track.h"

#include "wire/icmp.h"
#include "wire/tcp.h"

#include <stddef.h>

enum { CODE_FRAGMENTATION_NEEDED = 4 };	/* says nothing of the peer */

/* What still enters, by enum after. */
static const struct {
	bool syn, syn_ack;
} enters[] = {
	[AFTER_BOTH] = { .syn = true, .syn_ack = true },
	[AFTER_SYN_ACK] = { .syn_ack = true },
	[AFTER_SYN] = { .syn = true },
	[AFTER_NONE] = { .syn = false },
	[AFTER_END] = { .syn = false },
};

/* The axes "after X in": what is seen, and what is said when they refuse. */
#define AFTER(mark, member, name) {					\
	.seen = (mark),							\
	.offset = offsetof(struct profile, member),			\
	.reason = {							\
		[AFTER_BOTH] = (name " = both"),			\
		[AFTER_SYN_ACK] = (name " = syn-ack"),			\
		[AFTER_SYN] = (name " = syn"),				\
		[AFTER_NONE] = (name " = none"),			\
		[AFTER_END] = (name " = end"),				\
	},								\
	.ended_syn = {							\
		[UNSOLICITED_DROP] =					\
			(name " = end, unsolicited-syn = drop"),	\
		[UNSOLICITED_RST] =					\
			(name " = end, unsolicited-syn = rst"),		\
		[UNSOLICITED_ICMP_PORT] =				\
			(name " = end, unsolicited-syn = icmp-port"),	\
		[UNSOLICITED_ICMP_HOST] =				\
			(name " = end, unsolicited-syn = icmp-host"),	\
	},								\
}

struct after_axis {
	uint16_t seen;
	size_t offset;			/* in struct profile */
	const char *reason[AFTER_END + 1];
	const char *ended_syn[UNSOLICITED_ICMP_HOST + 1];
};

static const struct after_axis after_axes[] = {
	AFTER(SEEN_RST_IN, after_rst_in, "after-rst-in"),
	AFTER(SEEN_TIME_EXCEEDED_IN, after_time_exceeded_in,
	      "after-time-exceeded-in"),
	AFTER(SEEN_UNREACHABLE_IN, after_unreachable_in,
	      "after-unreachable-in"),
};

enum { AFTER_AXES = sizeof(after_axes) / sizeof(after_axes[0]) };

static int after_value(const struct after_axis *a,
		       const struct profile *profile)
{
	return *(const int *)(const void *)((const char *)profile + a->offset);
}

static bool is_waiting(const struct nat_session *s)
{
	return s->seen & SEEN_SYN_OUT &&
	       !(s->seen & (SEEN_SYN_IN | SEEN_SYN_ACK_IN));
}

bool track_is_over(const struct nat_session *s)
{
	return s->timer == TIMER_CLOSING || s->timer == TIMER_RST;
}

/* after_refuses - the three axes, of the peer's SYN or SYN-ACK */
static const char *after_refuses(const struct profile *profile,
				 const struct nat_session *s,
				 enum packet_kind kind)
{
	for (size_t i = 0; i < AFTER_AXES; i++) {
		int value = after_value(&after_axes[i], profile);

		if (s->seen & after_axes[i].seen &&
		    !(kind == PACKET_SYN ? enters[value].syn :
		      enters[value].syn_ack))
			return after_axes[i].reason[value];
	}
	return NULL;
}

static const char *refuses_in(const struct profile *profile,
			      const struct nat_session *s,
			      enum packet_kind kind)
{
	if (!is_waiting(s) || (kind != PACKET_SYN && kind != PACKET_SYN_ACK))
		return NULL;
	if (kind == PACKET_SYN &&
	    profile->syn_in_after_syn_out == PASSING_DROP)
		return "syn-in-after-syn-out = drop";
	return after_refuses(profile, s, kind);
}

static const char *refuses_out(const struct profile *profile,
			       const struct nat_session *s,
			       enum packet_kind kind)
{
	if (kind == PACKET_SYN_ACK && s->seen & SEEN_SYN_OUT &&
	    !(s->seen & SEEN_SYN_IN) &&
	    profile->syn_ack_out_after_syn_out == PASSING_DROP)
		return "syn-ack-out-after-syn-out = drop";
	return NULL;
}

const char *track_refuses(const struct profile *profile,
			  const struct nat_session *s, enum nat_side side,
			  enum packet_kind kind)
{
	return side == NAT_INSIDE ? refuses_out(profile, s, kind) :
		refuses_in(profile, s, kind);
}

/* mark - note a RST or ICMP error in, if the session waits */
static bool mark(const struct profile *profile, struct nat_session *s,
		 uint16_t seen)
{
	if (!is_waiting(s))
		return false;
	s->seen |= seen;
	for (size_t i = 0; i < AFTER_AXES; i++)
		if (after_axes[i].seen == seen)
			return after_value(&after_axes[i], profile) ==
				AFTER_END;
	return false;
}

/*
 * syn_out - the same SYN again changes nothing; another one (another initial
 * sequence number) starts the order of packets anew, but for a SYN of the
 * peer's that is still unanswered
 */
static void syn_out(struct nat_session *s, const struct packet *p,
		    enum nat_timer *timer)
{
	bool first = !(s->seen & SEEN_SYN_OUT);

	if (!first && s->isn == p->sequence)
		return;
	s->seen = (uint16_t)((first && *timer == TIMER_SYN ?
			      s->seen & SEEN_SYN_IN : 0) | SEEN_SYN_OUT);
	s->isn = p->sequence;
	*timer = TIMER_SYN;
}

static void syn_in(struct nat_session *s, enum nat_timer *timer)
{
	if (track_is_over(s)) {
		s->seen = SEEN_SYN_IN;
		*timer = TIMER_SYN;
	} else if (*timer == TIMER_SYN) {
		s->seen |= SEEN_SYN_IN;
	}
}

static void syn_ack(struct nat_session *s, enum nat_side side,
		    enum nat_timer *timer)
{
	const uint16_t both = SEEN_SYN_ACK_OUT | SEEN_SYN_ACK_IN;

	if (*timer != TIMER_SYN)
		return;
	s->seen |= side == NAT_INSIDE ? SEEN_SYN_ACK_OUT : SEEN_SYN_ACK_IN;
	if ((s->seen & both) == both)	/* simultaneous: each is an ACK */
		*timer = TIMER_ESTABLISHED;
}

/* segment - neither SYN nor RST */
static void segment(struct nat_session *s, enum nat_side side, uint8_t flags,
		    enum nat_timer *timer)
{
	const uint16_t fins = SEEN_FIN_OUT | SEEN_FIN_IN;

	if (*timer == TIMER_SYN && flags & TCP_ACK &&
	    s->seen & (SEEN_SYN_OUT | SEEN_SYN_ACK_OUT) &&
	    s->seen & (SEEN_SYN_IN | SEEN_SYN_ACK_IN))
		*timer = TIMER_ESTABLISHED;
	if (flags & TCP_FIN && *timer == TIMER_ESTABLISHED)
		s->seen |= side == NAT_INSIDE ? SEEN_FIN_OUT : SEEN_FIN_IN;
	if (*timer == TIMER_ESTABLISHED && (s->seen & fins) == fins)
		*timer = TIMER_CLOSING;
}

bool track_packet(const struct profile *profile, struct nat_session *s,
		  enum nat_side side, const struct packet *p,
		  enum nat_timer *timer)
{
	bool out = side == NAT_INSIDE;

	*timer = (enum nat_timer)s->timer;
	switch (p->kind) {
	case PACKET_SYN:
		if (out)
			syn_out(s, p, timer);
		else
			syn_in(s, timer);
		return false;
	case PACKET_SYN_ACK:
		syn_ack(s, side, timer);
		return false;
	case PACKET_RST:
		if (*timer == TIMER_ESTABLISHED)
			*timer = TIMER_RST;
		return !out && mark(profile, s, SEEN_RST_IN);
	case PACKET_SEGMENT:
		segment(s, side, p->flags, timer);
		return false;
	default:
		return false;
	}
}

bool track_error(const struct profile *profile, struct nat_session *s,
		 uint8_t type, uint8_t code)
{
	if (type == ICMP_TYPE_TIME_EXCEEDED)
		return mark(profile, s, SEEN_TIME_EXCEEDED_IN);
	if (type == ICMP_TYPE_UNREACHABLE && code != CODE_FRAGMENTATION_NEEDED)
		return mark(profile, s, SEEN_UNREACHABLE_IN);
	return false;
}

const char *track_end_reason(const struct profile *profile,
			     const struct nat_session *s,
			     enum packet_kind kind)
{
	for (size_t i = 0; i < AFTER_AXES; i++) {
		const struct after_axis *a = &after_axes[i];

		if (!(s->seen & a->seen) ||
		    after_value(a, profile) != AFTER_END)
			continue;
		return kind == PACKET_SYN ?
			a->ended_syn[profile->unsolicited_syn] :
			a->reason[AFTER_END];
	}
	return "";
}
