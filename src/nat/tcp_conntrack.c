#include "nat/tcp_conntrack.h"

#include "nat/tcp_window.h"
#include "wire/tcp.h"

#include <stddef.h>

const struct conntrack_options conntrack_defaults = {
	.loose = true,
	.max_retrans = 3,
	.seconds = {
		[CONNTRACK_SYN_SENT] = 120,
		[CONNTRACK_SYN_RECV] = 60,
		[CONNTRACK_ESTABLISHED] = 432000,
		[CONNTRACK_FIN_WAIT] = 120,
		[CONNTRACK_CLOSE_WAIT] = 60,
		[CONNTRACK_LAST_ACK] = 30,
		[CONNTRACK_TIME_WAIT] = 120,
		[CONNTRACK_CLOSE] = 10,
		[CONNTRACK_SYN_SENT2] = 120,	/* has no sysctl */
		[CONNTRACK_TIMER_MAX_RETRANS] = 300,
		[CONNTRACK_TIMER_UNACKNOWLEDGED] = 300,
		[CONNTRACK_TIMER_UDP] = 30,
		[CONNTRACK_TIMER_UDP_STREAM] = 120,
		[CONNTRACK_TIMER_ICMP] = 30,
	},
};

#define SECOND INT64_C(1000000000)
#define STREAM_AFTER (2 * SECOND)

/* Entries of the table that are no states. */
enum { INVALID = CONNTRACK_STATES, IGNORED };

enum { S = CONNTRACK_SYN_SENT, R = CONNTRACK_SYN_RECV,
       E = CONNTRACK_ESTABLISHED, F = CONNTRACK_FIN_WAIT,
       C = CONNTRACK_CLOSE_WAIT, L = CONNTRACK_LAST_ACK,
       T = CONNTRACK_TIME_WAIT, X = CONNTRACK_CLOSE,
       D = CONNTRACK_SYN_SENT2, O = INVALID, I = IGNORED };

/*
 * The next state for each state and kind of packet, in the order of enum
 * conntrack_kind. A RST leads to CLOSE from every state.
 */
static const uint8_t transitions[CONNTRACK_STATES][2][KIND_RST] = {
	/*                 original: SYN SYN-ACK FIN ACK   reply: the same */
	[CONNTRACK_NONE] =        { { S, O, O, E }, { O, O, O, O } },
	[CONNTRACK_SYN_SENT] =    { { S, O, O, O }, { D, R, O, I } },
	[CONNTRACK_SYN_RECV] =    { { I, R, F, E }, { O, I, F, R } },
	[CONNTRACK_ESTABLISHED] = { { I, O, F, E }, { O, I, F, E } },
	[CONNTRACK_FIN_WAIT] =    { { I, O, L, C }, { O, I, L, C } },
	[CONNTRACK_CLOSE_WAIT] =  { { I, O, L, C }, { O, I, L, C } },
	[CONNTRACK_LAST_ACK] =    { { I, O, L, T }, { O, I, L, T } },
	[CONNTRACK_TIME_WAIT] =   { { S, O, T, T }, { S, I, T, T } },
	[CONNTRACK_CLOSE] =       { { S, O, X, X }, { O, I, X, X } },
	[CONNTRACK_SYN_SENT2] =   { { D, R, O, O }, { D, R, O, I } },
};

/* One packet, and what it does to the connection. */
struct conntrack_step {
	struct conntrack_tcp *c;
	const struct conntrack_options *o;
	const struct conntrack_segment *s;
	enum conntrack_direction direction;
	enum conntrack_kind kind;
	uint8_t before, after;		/* enum conntrack_state */
	int64_t left;			/* ns */
	enum conntrack_timer timer;	/* result: runs from now on */
};

/*
 * kind_of - by the flags; KIND_NONE: no TCP sends them together
 * PSH and the bits of ECN may be with any; URG not with RST or SYN-ACK.
 */
static enum conntrack_kind kind_of(uint8_t flags)
{
	enum { URG = 32 };
	bool urgent = flags & URG;

	switch (flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)) {
	case TCP_SYN:
		return KIND_SYN;
	case TCP_SYN | TCP_ACK:
		return urgent ? KIND_NONE : KIND_SYN_ACK;
	case TCP_FIN | TCP_ACK:
		return KIND_FIN;
	case TCP_ACK:
		return KIND_ACK;
	case TCP_RST:
	case TCP_RST | TCP_ACK:
		return urgent ? KIND_NONE : KIND_RST;
	default:
		return KIND_NONE;
	}
}

static bool has_mark(const struct conntrack_tcp *c, enum conntrack_mark mark)
{
	return c->marks & mark;
}

const char *conntrack_state_name(const struct conntrack_tcp *c)
{
	static const char *const names[CONNTRACK_STATES] = {
		"none", "syn-sent", "syn-recv", "established", "fin-wait",
		"close-wait", "last-ack", "time-wait", "close", "syn-sent2",
	};

	return names[c->state];
}

bool conntrack_replied(const struct conntrack_tcp *c)
{
	return has_mark(c, MARK_REPLIED);
}

bool conntrack_assured(const struct conntrack_tcp *c)
{
	return has_mark(c, MARK_ASSURED);
}

static enum conntrack_direction last_direction(const struct conntrack_tcp *c)
{
	return has_mark(c, MARK_LAST_REPLY) ? CONNTRACK_REPLY :
	       CONNTRACK_ORIGINAL;
}

static void note_kind(const struct conntrack_step *p)
{
	p->c->last_kind = p->kind & 15;
	p->c->marks &= (uint8_t)~MARK_LAST_REPLY;
	if (p->direction == CONNTRACK_REPLY)
		p->c->marks |= MARK_LAST_REPLY;
}

/*
 * note_ignored - a packet that may be valid if conntrack is out of step: it
 * passes, and the reply to it will tell
 */
static void note_ignored(const struct conntrack_step *p)
{
	struct conntrack_tcp *c = p->c;

	note_kind(p);
	c->last_length = segment_span(p->s);
	c->last_end = p->s->sequence + c->last_length;
	c->last_window = p->s->window;
	if (p->kind == KIND_SYN && p->direction == CONNTRACK_ORIGINAL) {
		window_note_syn(c, p->s);
		/* Its challenge ACK (RFC 5961 4) would pass for the last. */
		if (p->before == CONNTRACK_LAST_ACK)
			c->marks |= MARK_CHALLENGE;
	}
	if (p->kind == KIND_ACK && p->before == CONNTRACK_SYN_SENT)
		c->last_acknowledgement = p->s->acknowledgement;
}

/* answers_ignored_syn - is this the SYN-ACK to a SYN that was ignored? */
static bool answers_ignored_syn(const struct conntrack_step *p)
{
	return p->kind == KIND_SYN_ACK && p->c->last_kind == KIND_SYN &&
	       last_direction(p->c) != p->direction &&
	       p->s->acknowledgement == p->c->last_end;
}

/*
 * may_reopen - does a SYN after the end begin a new connection? It does after a
 * FIN, and after a RST from the sender of the SYN.
 */
static bool may_reopen(const struct conntrack_step *p)
{
	const struct conntrack_tcp *c = p->c;

	return (c->flags[0] | c->flags[1]) & FLAG_CLOSED_FIRST ||
	       (c->last_kind == KIND_RST &&
		last_direction(c) == p->direction);
}

static bool is_challenge_ack(const struct conntrack_step *p)
{
	return p->before == CONNTRACK_LAST_ACK && p->kind == KIND_ACK &&
	       p->c->last_kind == KIND_SYN &&
	       last_direction(p->c) != p->direction &&
	       has_mark(p->c, MARK_CHALLENGE);
}

/* What remains to be checked of a packet. */
enum conntrack_check { CHECK_WINDOW, CHECK_NOTHING, CHECK_IGNORE, CHECK_INVALID,
	     CHECK_RENEW };

/*
 * reset_in_sequence - RFC 5961 3, by what the other end has acknowledged. A RST
 * that is in the window but not exact may draw a challenge ACK, and does not
 * change the state.
 */
static enum conntrack_check reset_in_sequence(struct conntrack_step *p)
{
	const struct conntrack_tcp *c = p->c;
	uint32_t expected = c->peers[!p->direction].acknowledged;
	bool established = p->before == CONNTRACK_ESTABLISHED &&
			   has_mark(c, MARK_ASSURED);
	bool behind_data = c->last_kind == KIND_ACK &&
			   last_direction(c) == p->direction &&
			   p->s->sequence == c->last_end;

	if (!p->s->sequence && !established)
		return CHECK_WINDOW;	/* answers a SYN that was ignored */
	if (sequence_before(p->s->sequence, expected) &&
	    !p->o->ignore_invalid_rst)
		return CHECK_INVALID;
	if (established && p->s->sequence != expected && !behind_data)
		p->after = p->before;
	return CHECK_WINDOW;
}

/* answers_ignored - is this the RST to the packet that was ignored last? */
static bool answers_ignored(const struct conntrack_step *p)
{
	const struct conntrack_tcp *c = p->c;
	bool acknowledges = p->s->acknowledgement == c->last_end;

	if (c->last_kind == KIND_SYN && last_direction(c) != p->direction &&
	    has_mark(c, MARK_REPLIED) && acknowledges)
		return true;
	if (c->last_kind != KIND_ACK)
		return false;
	return (!has_mark(c, MARK_ASSURED) && acknowledges) ||
	       (p->before == CONNTRACK_SYN_SENT &&
		last_direction(c) == CONNTRACK_REPLY &&
		p->s->sequence == c->last_acknowledgement);
}

static enum conntrack_check check_reset(struct conntrack_step *p)
{
	const struct conntrack_tcp *c = p->c;

	if (p->before >= CONNTRACK_FIN_WAIT && p->before <= CONNTRACK_CLOSE)
		return CHECK_NOTHING;	/* the numbers may be of the last */
	if (c->flags[!p->direction] & FLAG_HAS_ACKNOWLEDGED &&
	    c->last_kind != KIND_SYN)
		return reset_in_sequence(p);
	return answers_ignored(p) ? CHECK_NOTHING : CHECK_WINDOW;
}

/* check_ignored - a packet that the table ignores, or a SYN after the end */
static enum conntrack_check check_ignored(struct conntrack_step *p)
{
	if (answers_ignored_syn(p)) {
		window_resume(p->c, (enum conntrack_direction)!p->direction);
		p->before = CONNTRACK_SYN_SENT;
		p->after = CONNTRACK_SYN_RECV;
		return CHECK_WINDOW;
	}
	note_ignored(p);
	return CHECK_IGNORE;
}

/* next_state - by the table, and by conditions that it cannot express */
static enum conntrack_check next_state(struct conntrack_step *p)
{
	struct conntrack_tcp *c = p->c;

	p->after = p->kind == KIND_RST ? CONNTRACK_CLOSE :
		   transitions[p->before][p->direction][p->kind];
	switch (p->after) {
	case INVALID:
		return CHECK_INVALID;
	case IGNORED:
		return check_ignored(p);
	case CONNTRACK_SYN_SENT:
		if (p->before < CONNTRACK_TIME_WAIT)
			return CHECK_WINDOW;
		return may_reopen(p) ? CHECK_RENEW : check_ignored(p);
	case CONNTRACK_TIME_WAIT:
		if (!is_challenge_ack(p))
			return CHECK_WINDOW;
		c->marks &= (uint8_t)~MARK_CHALLENGE;
		return CHECK_IGNORE;
	case CONNTRACK_SYN_SENT2:
		c->marks |= MARK_SIMULTANEOUS;
		return CHECK_WINDOW;
	case CONNTRACK_SYN_RECV:
		if (p->kind == KIND_ACK && has_mark(c, MARK_SIMULTANEOUS))
			p->after = CONNTRACK_ESTABLISHED;
		return CHECK_WINDOW;
	default:
		return p->kind == KIND_RST ? check_reset(p) : CHECK_WINDOW;
	}
}

static bool timeout_exceeds(const struct conntrack_step *p, unsigned timer,
			    enum conntrack_timer than)
{
	return p->o->seconds[timer] > p->o->seconds[than];
}

/* timer_of - the new state's timeout, or a shorter one */
static enum conntrack_timer timer_of(const struct conntrack_step *p)
{
	const struct conntrack_tcp *c = p->c;
	bool retrans =
		timeout_exceeds(p, p->after, CONNTRACK_TIMER_MAX_RETRANS);
	bool unacknowledged =
		timeout_exceeds(p, p->after, CONNTRACK_TIMER_UNACKNOWLEDGED);

	if (retrans && c->repeated >= p->o->max_retrans)
		return CONNTRACK_TIMER_MAX_RETRANS;
	if (p->kind == KIND_RST)
		return (enum conntrack_timer)CONNTRACK_CLOSE;
	if (unacknowledged &&
	    (c->flags[0] | c->flags[1]) & FLAG_UNACKNOWLEDGED)
		return CONNTRACK_TIMER_UNACKNOWLEDGED;
	if (retrans && !c->last_window)
		return CONNTRACK_TIMER_MAX_RETRANS;
	return (enum conntrack_timer)p->after;
}

/* accept_unreplied - no packet of the other end was accepted so far */
static enum conntrack_verdict accept_unreplied(struct conntrack_step *p)
{
	if (p->kind == KIND_RST)
		return CONNTRACK_DESTROY;
	if (p->kind == KIND_SYN && p->before == CONNTRACK_SYN_SENT)
		p->timer = CONNTRACK_TIMER_KEEP;	/* the SYN again */
	else if (p->after == CONNTRACK_ESTABLISHED &&
		 timeout_exceeds(p, p->timer, CONNTRACK_TIMER_UNACKNOWLEDGED))
		p->timer = CONNTRACK_TIMER_UNACKNOWLEDGED;
	return CONNTRACK_ACCEPT;
}

static enum conntrack_verdict accept_packet(struct conntrack_step *p)
{
	struct conntrack_tcp *c = p->c;

	note_kind(p);
	c->state = p->after;
	if (p->after == CONNTRACK_FIN_WAIT && p->before != p->after)
		c->flags[p->direction] |= FLAG_CLOSED_FIRST;
	p->timer = timer_of(p);
	if (!has_mark(c, MARK_REPLIED))
		return accept_unreplied(p);
	if (p->after == CONNTRACK_ESTABLISHED &&
	    (p->before == CONNTRACK_SYN_RECV || p->before == p->after))
		c->marks |= MARK_ASSURED;
	return CONNTRACK_ACCEPT;
}

/*
 * handle_out_of_window - the packet is invalid. FIN or RST from both ends in
 * turn show that the connection is dead and conntrack out of step: its timeout
 * is shortened.
 */
static enum conntrack_verdict handle_out_of_window(struct conntrack_step *p)
{
	struct conntrack_tcp *c = p->c;
	int64_t shorter = p->o->seconds[CONNTRACK_TIMER_UNACKNOWLEDGED] *
			  SECOND;

	if ((p->kind != KIND_RST && p->kind != KIND_FIN) ||
	    !has_mark(c, MARK_ASSURED))
		return CONNTRACK_INVALID;
	if (last_direction(c) == p->direction ||
	    (c->last_kind != KIND_FIN && c->last_kind != KIND_RST))
		note_kind(p);
	else if (p->left >= 120 * SECOND && p->left > shorter)
		p->timer = CONNTRACK_TIMER_UNACKNOWLEDGED;
	return CONNTRACK_INVALID;
}

static enum conntrack_verdict check_packet(struct conntrack_step *p)
{
	switch (next_state(p)) {
	case CHECK_IGNORE:
		return CONNTRACK_IGNORE;
	case CHECK_INVALID:
		return CONNTRACK_INVALID;
	case CHECK_RENEW:
		return CONNTRACK_RENEW;
	case CHECK_NOTHING:
		return accept_packet(p);
	case CHECK_WINDOW:
		break;
	}
	switch (window_packet(p->c, p->o, p->direction, p->kind, p->s)) {
	case WINDOW_DOUBTFUL:
		return CONNTRACK_IGNORE;
	case WINDOW_OUTSIDE:
		return handle_out_of_window(p);
	default:
		return accept_packet(p);
	}
}

enum conntrack_verdict conntrack_packet(struct conntrack_tcp *c,
					const struct conntrack_options *o,
					enum conntrack_direction direction,
					const struct conntrack_segment *s,
					int64_t left,
					enum conntrack_timer *timer)
{
	struct conntrack_step p = {
		.c = c, .o = o, .s = s, .direction = direction,
		.kind = kind_of(s->flags), .before = c->state, .left = left,
		.timer = CONNTRACK_TIMER_KEEP,
	};
	enum conntrack_verdict verdict = CONNTRACK_INVALID;

	if (p.kind != KIND_NONE)
		verdict = check_packet(&p);
	if (direction == CONNTRACK_REPLY && verdict != CONNTRACK_INVALID)
		c->marks |= MARK_REPLIED;
	*timer = p.timer;
	return verdict;
}

enum conntrack_verdict conntrack_open(struct conntrack_tcp *c,
				      const struct conntrack_options *o,
				      const struct conntrack_segment *s,
				      enum conntrack_timer *timer)
{
	enum conntrack_kind kind = kind_of(s->flags);

	*timer = CONNTRACK_TIMER_KEEP;
	if (kind != KIND_SYN && !(kind == KIND_ACK && o->loose))
		return CONNTRACK_INVALID;
	window_open(c, s);
	return conntrack_packet(c, o, CONNTRACK_ORIGINAL, s, 0, timer);
}

enum conntrack_timer conntrack_udp_open(struct conntrack_udp *c, int64_t now)
{
	*c = (struct conntrack_udp){ .opened = now };
	return CONNTRACK_TIMER_UDP;
}

enum conntrack_timer conntrack_udp_packet(struct conntrack_udp *c,
					  enum conntrack_direction direction,
					  int64_t now)
{
	/* The first answer itself finds the flow unanswered. */
	bool stream = c->replied && now - c->opened > STREAM_AFTER;

	if (direction == CONNTRACK_REPLY)
		c->replied = true;
	if (stream)
		c->assured = true;
	return stream ? CONNTRACK_TIMER_UDP_STREAM : CONNTRACK_TIMER_UDP;
}

bool conntrack_icmp_opens(uint8_t type)
{
	enum { ECHO = 8, TIMESTAMP = 13, INFORMATION = 15, MASK = 17 };

	return type == ECHO || type == TIMESTAMP || type == INFORMATION ||
	       type == MASK;
}
