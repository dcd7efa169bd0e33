#include "nat/tcp_rfc7857.h"

#include "nat/filter.h"
#include "wire/tcp.h"

#include <stddef.h>

/* Which packets may still enter, by enum after. */
static const struct {
	bool syn, syn_ack;
} enters[] = {
	[AFTER_BOTH] = { .syn = true, .syn_ack = true },
	[AFTER_SYN_ACK] = { .syn_ack = true },
	[AFTER_SYN] = { .syn = true },
	[AFTER_NONE] = { .syn = false },
	[AFTER_END] = { .syn = false },
};

/* The axes after-...-in: the packet they are about, and the reasons for
   refusing others after it. */
#define AFTER(flag, member, name) {					\
	.seen = (flag),							\
	.offset = offsetof(struct profile, member),			\
	.reason = {							\
		[AFTER_BOTH] = (name " = both"),			\
		[AFTER_SYN_ACK] = (name " = syn-ack"),			\
		[AFTER_SYN] = (name " = syn"),				\
		[AFTER_NONE] = (name " = none"),			\
		[AFTER_END] = (name " = end"),				\
	},								\
	.ended_syn = REASONS(name " = end"),				\
}

struct after_axis {
	uint16_t seen;
	size_t offset;			/* in struct profile */
	const char *reason[AFTER_END + 1];
	const char *ended_syn[UNSOLICITED_COUNT];
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

const char *rfc7857_state_name(const struct nat_session *s)
{
	static const char *const names[] = {
		[RFC7857_INIT] = "init",
		[RFC7857_ESTABLISHED] = "established",
		[RFC7857_C_FIN] = "client-fin",
		[RFC7857_S_FIN] = "server-fin",
		[RFC7857_BOTH_FIN] = "both-fin",
		[RFC7857_TRANS] = "trans",
	};

	return names[s->state];
}

bool rfc7857_is_over(const struct nat_session *s)
{
	return s->state == RFC7857_BOTH_FIN || s->state == RFC7857_TRANS;
}

const char *rfc7857_refusal(const struct profile *profile,
			    const struct nat_session *s, enum nat_side side,
			    enum packet_kind kind)
{
	if (side == NAT_INSIDE) {
		if (kind != PACKET_SYN_ACK || !(s->seen & SEEN_SYN_OUT))
			return NULL;
		if (!(s->seen & SEEN_SYN_IN))
			return profile->syn_ack_out_after_syn_out ==
				PASSING_DROP ?
				"syn-ack-out-after-syn-out = drop" : NULL;
		return profile->syn_ack_out_after_syn_in == PASSING_DROP ?
			"syn-ack-out-after-syn-in = drop" : NULL;
	}
	if (!is_waiting(s) || (kind != PACKET_SYN && kind != PACKET_SYN_ACK))
		return NULL;
	if (kind == PACKET_SYN && profile->syn_in_after_syn_out == PASSING_DROP)
		return "syn-in-after-syn-out = drop";
	for (size_t i = 0; i < AFTER_AXES; i++) {
		int value = after_value(&after_axes[i], profile);

		if (s->seen & after_axes[i].seen &&
		    !(kind == PACKET_SYN ? enters[value].syn :
		      enters[value].syn_ack))
			return after_axes[i].reason[value];
	}
	return NULL;
}

/* note_error_in - record a RST or ICMP error that arrives while the session is
   waiting. Return: true if an axis ends the session */
static bool note_error_in(const struct profile *profile, struct nat_session *s,
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

/* restart - begin a new connection in a session */
static void restart(struct nat_session *s, uint16_t seen)
{
	s->seen = (uint16_t)((s->seen & SEEN_OPENED_IN) | seen);
	s->state = RFC7857_INIT;
}

/*
 * syn_out - a retransmission changes nothing. A SYN with another initial
 * sequence number restarts the session; a SYN of the peer that is not answered
 * yet still counts.
 */
static void syn_out(struct nat_session *s, const struct packet *p)
{
	bool first = !(s->seen & SEEN_SYN_OUT);

	if (!first && s->isn == p->sequence)
		return;
	restart(s, (uint16_t)((first && s->state == RFC7857_INIT ?
			     s->seen & SEEN_SYN_IN : 0) | SEEN_SYN_OUT));
	s->isn = p->sequence;
}

static void syn_in(struct nat_session *s)
{
	if (rfc7857_is_over(s))
		restart(s, SEEN_SYN_IN);
	else if (s->state == RFC7857_INIT)
		s->seen |= SEEN_SYN_IN;
}

/* update_on_segment - update the state after a segment that is neither SYN nor
   RST */
static void update_on_segment(struct nat_session *s, enum nat_side side,
			      const struct packet *p)
{
	enum rfc7857_state mine =
		side == NAT_INSIDE ? RFC7857_C_FIN : RFC7857_S_FIN;
	size_t header = tcp_header_length(p->l4);

	if (s->state == RFC7857_TRANS && p->l4_length > header)
		s->state = RFC7857_ESTABLISHED;
	if (!(p->flags & TCP_FIN))
		return;
	if (s->state == RFC7857_ESTABLISHED)
		s->state = (uint8_t)mine;
	else if ((s->state == RFC7857_C_FIN || s->state == RFC7857_S_FIN) &&
		 s->state != mine)
		s->state = RFC7857_BOTH_FIN;
}

/* Each state's timeout. */
static const uint8_t timers[] = {
	[RFC7857_INIT] = TIMER_SYN,
	[RFC7857_ESTABLISHED] = TIMER_ESTABLISHED,
	[RFC7857_C_FIN] = TIMER_FIN_WAIT,
	[RFC7857_S_FIN] = TIMER_FIN_WAIT,
	[RFC7857_BOTH_FIN] = TIMER_CLOSING,
	[RFC7857_TRANS] = TIMER_RST,
};

/* update_state - update the state after any segment. Return: true if an axis
   ends the session */
static bool update_state(const struct profile *profile, struct nat_session *s,
			 enum nat_side side, const struct packet *p)
{
	bool out = side == NAT_INSIDE;

	switch (p->kind) {
	case PACKET_SYN:
		if (out)
			syn_out(s, p);
		else
			syn_in(s);
		return false;
	case PACKET_SYN_ACK:
		if (s->state == RFC7857_INIT)
			s->seen |= out ? SEEN_SYN_ACK_OUT : SEEN_SYN_ACK_IN;
		return false;
	case PACKET_RST:
		if (s->state != RFC7857_INIT && s->state != RFC7857_BOTH_FIN)
			s->state = RFC7857_TRANS;
		return !out && note_error_in(profile, s, SEEN_RST_IN);
	case PACKET_SEGMENT:
		update_on_segment(s, side, p);
		return p->flags & TCP_FIN &&
		       profile->half_close == HALF_CLOSE_END;
	default:
		return false;
	}
}

bool rfc7857_packet(const struct profile *profile, struct nat_session *s,
		    enum nat_side side, const struct packet *p,
		    enum nat_timer *timer)
{
	bool ends = update_state(profile, s, side, p);

	/* each side has sent a SYN or SYN-ACK */
	if (s->state == RFC7857_INIT &&
	    s->seen & (SEEN_SYN_OUT | SEEN_SYN_ACK_OUT) &&
	    s->seen & (SEEN_SYN_IN | SEEN_SYN_ACK_IN))
		s->state = RFC7857_ESTABLISHED;
	*timer = (enum nat_timer)timers[s->state];
	return ends;
}

bool rfc7857_error(const struct profile *profile, struct nat_session *s,
		   enum packet_error error)
{
	if (error == ERROR_TIME_EXCEEDED_IN)
		return note_error_in(profile, s, SEEN_TIME_EXCEEDED_IN);
	return error == ERROR_UNREACHABLE_IN &&
	       note_error_in(profile, s, SEEN_UNREACHABLE_IN);
}

const char *rfc7857_end_reason(const struct profile *profile,
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
	return "half-close = end";
}
