/*
 * What Linux's conntrack makes of the packets of a handshake (tcp-state =
 * conntrack), as far as methods meet it: which packet leads from which state
 * to which, in the direction of the packet that opened the connection
 * (original) and in the other (reply); and whether its numbers are in the
 * window.
 *
 * Source: net/netfilter/nf_conntrack_proto_tcp.c of Linux 6.18; that the
 * methods meet these states is measured (the table of Linux's NAT in
 * docs/methods).
 *
 * It sees the inside's own numbers both ways. Of numbers that another NAT has
 * moved, or that went around this one, nobody knows which is the greater: then
 * chance decides.
 */
#include "predict/walk.h"

enum { KINDS = KIND_DATA };	/* ACK and data are one to it */

/* What the table has besides states. */
enum { INVALID = 16, IGNORED };

#define SENT TRACKED_SYN_SENT
#define RECV TRACKED_SYN_RECV
#define DONE TRACKED_ESTABLISHED
#define BOTH TRACKED_SYN_SENT2
#define SHUT TRACKED_CLOSE

/* [state][reply]: SYN, SYN-ACK, ACK */
static const uint8_t leads_to[][2][KINDS] = {
	[SENT] = { { SENT, INVALID, INVALID }, { BOTH, RECV, IGNORED } },
	[RECV] = { { IGNORED, RECV, DONE }, { INVALID, IGNORED, RECV } },
	[DONE] = { { IGNORED, INVALID, DONE }, { INVALID, IGNORED, DONE } },
	[BOTH] = { { BOTH, RECV, INVALID }, { BOTH, RECV, IGNORED } },
	[SHUT] = { { SENT, INVALID, SHUT }, { INVALID, IGNORED, SHUT } },
};

/* A packet, as it is looked at. */
struct look {
	struct walk *w;
	struct track *t;
	bool liberal;		/* no window is minded */
	bool reply, has_ack;
	enum kind kind;
	struct number sequence, acks;
	enum tracked after;
};

/* What is still to be asked of it, or has become of it. */
enum check { CHECK_WINDOW, CHECK_ACCEPT, CHECK_IGNORE, CHECK_INVALID,
	     CHECK_RENEW };

static bool chance(struct walk *w)
{
	w->drew = true;
	return w->luck;
}

/* ---- numbers ---- */

enum relation { SAME, EARLIER, LATER, UNRELATED };

/* relate - a later socket's numbers are greater: Linux's ISNs grow */
static enum relation relate(struct number x, struct number y)
{
	if (number_equal(x, y))
		return SAME;
	if (x.shift != y.shift || x.isn < 0 || y.isn < 0)
		return UNRELATED;
	return x.isn < y.isn ? EARLIER : LATER;
}

/* begins - does a SYN or SYN-ACK begin what its sender sends? It does in any
   state when it is the first, else only where the handshake still is open. */
static bool begins(const struct look *l)
{
	const struct track *t = l->t;
	enum relation is = relate(l->sequence, t->peers[l->reply].sends);

	if (!t->peers[l->reply].known)
		return true;
	if (t->state != SENT && t->state != RECV)
		return false;
	return is == LATER || (is == UNRELATED && chance(l->w));
}

/* appears - a peer's first packet, or another SYN; true: there is nothing
   more to ask of it */
static bool appears(const struct look *l)
{
	struct track *t = l->t;
	bool first = !t->peers[l->reply].known;

	if (l->kind != KIND_SYN && l->kind != KIND_SYN_ACK) {
		if (!first)
			return false;
		t->peers[l->reply].known = true;
		t->peers[l->reply].sends = l->sequence;
		return false;
	}
	if (!begins(l))
		return false;
	t->peers[l->reply].known = true;
	t->peers[l->reply].sends = l->sequence;
	return l->kind == KIND_SYN && (first || l->reply);
}

/* mend - where there is nothing to judge, put what passes */
static void mend(struct look *l)
{
	const struct track *t = l->t;

	if (!l->has_ack)
		l->acks = t->peers[!l->reply].sends;
	if (l->kind == KIND_RST && l->has_ack && t->state == SENT)
		l->sequence = t->peers[l->reply].sends;	/* it has none */
}

/* in_window - CHECK_IGNORE: it lags so far that it is not looked at */
static enum check in_window(struct look *l)
{
	struct track *t = l->t;
	enum relation sequence, acks;
	enum check says = CHECK_IGNORE;

	if (appears(l))
		return CHECK_ACCEPT;
	mend(l);
	sequence = relate(l->sequence, t->peers[l->reply].sends);
	acks = relate(l->acks, t->peers[!l->reply].sends);
	if (sequence == SAME && acks == SAME) {
		if (l->has_ack) {
			t->peers[l->reply].acknowledges = true;
			t->peers[l->reply].acknowledged = l->acks;
		}
		return CHECK_ACCEPT;
	}
	if (l->liberal)
		return CHECK_ACCEPT;
	if (sequence == LATER || acks == LATER)
		says = CHECK_INVALID;
	else if (sequence == UNRELATED || acks == UNRELATED)
		says = chance(l->w) ? CHECK_IGNORE : CHECK_INVALID;
	return says;
}

/* ---- RST ---- */

/* in_sequence - a RST's number must not be before what the other end has
   acknowledged, and must be just that to end what is assured */
static enum check in_sequence(struct look *l)
{
	const struct track *t = l->t;
	bool established = t->state == DONE && t->assured;
	enum relation is = relate(l->sequence,
				  t->peers[!l->reply].acknowledged);

	if (l->has_ack && !established)
		return CHECK_WINDOW;
	if (is == EARLIER || (is == UNRELATED && !chance(l->w)))
		return CHECK_INVALID;
	if (established && is != SAME)
		l->after = DONE;
	return CHECK_WINDOW;
}

/* answers_ignored - is it said to what was ignored last? While nothing has
   been, a bare RST is, whose field is 0 as well. */
static bool answers_ignored(const struct look *l)
{
	const struct track *t = l->t;

	if (t->last == KIND_SYN)
		return t->last_reply != l->reply && t->answered &&
		       number_equal(l->acks, t->ignored);
	return t->last == KIND_ACK && t->state == SENT && t->last_reply &&
	       number_equal(l->sequence, t->ignored);
}

static enum check check_reset(struct look *l)
{
	const struct track *t = l->t;

	l->after = SHUT;
	if (t->state == SHUT)
		return CHECK_ACCEPT;
	if (t->peers[!l->reply].acknowledges && t->last != KIND_SYN)
		return in_sequence(l);
	return answers_ignored(l) ? CHECK_ACCEPT : CHECK_WINDOW;
}

/* ---- the others ---- */

static void note(const struct look *l)
{
	l->t->last = l->kind;
	l->t->last_reply = l->reply;
}

/* reopens - a SYN after the end is a new connection's if who sends it ended
   the old one */
static bool reopens(const struct look *l)
{
	return l->t->last == KIND_RST && l->t->last_reply == l->reply;
}

/* resume - a SYN was ignored, and now is answered: it was conntrack that was
   out of step */
static void resume(struct look *l)
{
	struct track *t = l->t;

	t->peers[!l->reply].sends = t->ignored;
	t->peers[!l->reply].acknowledges = false;
	t->peers[l->reply].known = t->peers[l->reply].acknowledges = false;
	t->state = SENT;
	l->after = RECV;
}

static enum check ignore(struct look *l)
{
	struct track *t = l->t;

	if (l->kind == KIND_SYN_ACK && t->last == KIND_SYN &&
	    t->last_reply != l->reply && number_equal(l->acks, t->ignored)) {
		resume(l);
		return CHECK_WINDOW;
	}
	note(l);
	t->ignored = l->kind == KIND_ACK ? l->acks : l->sequence;
	if (l->kind == KIND_SYN && !l->reply)
		t->simultaneous = false;
	return CHECK_IGNORE;
}

static enum check transit(struct look *l)
{
	struct track *t = l->t;
	int next;

	if (l->kind == KIND_RST)
		return check_reset(l);
	next = leads_to[t->state][l->reply][l->kind];
	if (next == INVALID)
		return CHECK_INVALID;
	if (next == SENT && t->state == SHUT && reopens(l))
		return CHECK_RENEW;
	if (next == IGNORED || (next == SENT && t->state == SHUT))
		return ignore(l);
	if (next == BOTH)
		t->simultaneous = true;
	l->after = next == RECV && l->kind == KIND_ACK && t->simultaneous ?
		   DONE : (enum tracked)next;
	return CHECK_WINDOW;
}

static enum tracking accepts(struct look *l)
{
	struct track *t = l->t;
	bool answered = t->answered;

	note(l);
	t->assured |= answered && l->after == DONE &&
		      (t->state == RECV || t->state == DONE);
	t->state = l->after;
	t->answered |= l->reply;
	return l->kind == KIND_RST && !answered ? TRACKING_DESTROY :
						  TRACKING_PASS;
}

bool tracked_opens(enum kind kind)
{
	return kind == KIND_SYN || kind == KIND_ACK || kind == KIND_DATA;
}

void tracked_open(struct session *s, const struct parcel *parcel)
{
	bool syn = parcel->kind == KIND_SYN;

	s->track = (struct track){
		.state = syn ? SENT : DONE, .liberal = !syn,
		.last = syn ? KIND_SYN : KIND_ACK, .ignored = { -1, 0 },
		.peers[0] = { .known = true, .sends = parcel->sequence },
	};
	s->track.peers[1].sends = parcel->acks;
}

enum tracking tracked_packet(struct walk *w, const struct profile *p,
			     struct session *s, enum way way,
			     const struct parcel *parcel)
{
	struct look l = {
		.w = w, .t = &s->track, .has_ack = parcel->acks.isn >= 0,
		.liberal = p->window != WINDOW_TRACKED || s->track.liberal,
		.reply = (way == WAY_IN) != s->opened_in,
		.kind = parcel->kind == KIND_DATA ? KIND_ACK : parcel->kind,
		.sequence = parcel->sequence, .acks = parcel->acks,
	};
	enum check says;

	if (way == WAY_IN)
		l.acks.shift -= s->offset;
	says = transit(&l);
	if (says == CHECK_WINDOW)
		says = in_window(&l);
	switch (says) {
	case CHECK_INVALID:
		return TRACKING_INVALID;
	case CHECK_RENEW:
		return TRACKING_RENEW;
	case CHECK_IGNORE:
		s->track.answered |= l.reply;
		return TRACKING_PASS;
	default:
		return accepts(&l);
	}
}
