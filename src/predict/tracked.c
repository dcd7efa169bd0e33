/*
 * What Linux's conntrack makes of the packets of a handshake (tcp-state =
 * conntrack), as far as methods meet it: which packet leads from which state
 * to which, in the direction of the packet that opened the connection
 * (original) and in the other (reply).
 *
 * Source: net/netfilter/nf_conntrack_proto_tcp.c of Linux 6.18; that the
 * methods meet these states is measured (the table of Linux's NAT in
 * docs/methods). A listener's SYN-ACK is beyond the window, since its ISN is
 * a later one than the SYN's.
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

bool tracked_opens(enum kind kind)
{
	return kind == KIND_SYN || kind == KIND_ACK || kind == KIND_DATA;
}

/* is_beyond - is the segment outside of the window? A listener's SYN-ACK has
   another ISN than the SYN that conntrack has seen. */
static bool is_beyond(const struct profile *p, const struct session *s,
		      enum way way, const struct parcel *parcel)
{
	return p->window == WINDOW_TRACKED && way == WAY_OUT &&
	       !s->opened_in && parcel->kind == KIND_SYN_ACK &&
	       parcel->isn != s->isn;
}

static enum tracking reset(struct session *s, bool reply)
{
	s->last_rst = true;
	s->last_reply = reply;
	if (!s->answered && s->tracked != TRACKED_CLOSE)
		return TRACKING_DESTROY;
	s->tracked = TRACKED_CLOSE;
	s->answered |= reply;
	return TRACKING_PASS;
}

/* reopens - a SYN after the end is a new connection's if who sends it ended
   the old one */
static bool reopens(const struct session *s, bool reply)
{
	return s->last_rst && s->last_reply == reply;
}

/* fits_by_chance - a number that went around a NAT that rewrites them is
   anywhere: whether it is in the window, or in sequence, chance decides */
static bool fits_by_chance(struct walk *w, const struct profile *p,
			   const struct parcel *parcel)
{
	bool wrong = parcel->kind == KIND_RST ?
		parcel->acks < 0 && !parcel->sequence_right :
		parcel->acks >= 0 && !parcel->acks_right;

	if (!wrong ||
	    (p->window != WINDOW_TRACKED && parcel->kind != KIND_RST))
		return true;
	w->drew = true;
	return w->luck;
}

enum tracking tracked_packet(struct walk *w, const struct profile *p,
			     struct session *s, enum way way,
			     const struct parcel *parcel)
{
	bool reply = (way == WAY_IN) != s->opened_in;
	int kind = parcel->kind == KIND_DATA ? KIND_ACK : (int)parcel->kind;
	int next;

	if (!fits_by_chance(w, p, parcel))
		return TRACKING_INVALID;
	if (parcel->kind == KIND_RST)
		return reset(s, reply);
	next = leads_to[s->tracked][reply][kind];
	if (next == INVALID || is_beyond(p, s, way, parcel))
		return TRACKING_INVALID;
	if (next == SENT && s->tracked == SHUT && reopens(s, reply))
		return TRACKING_RENEW;
	s->answered |= reply;
	s->last_rst = false;
	if (next != IGNORED && !(next == SENT && s->tracked == SHUT))
		s->tracked = (enum tracked)next;
	return TRACKING_PASS;
}
