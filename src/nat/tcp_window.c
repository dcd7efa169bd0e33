#include "nat/tcp_window.h"

#include "wire/bytes.h"
#include "wire/tcp.h"

#include <stddef.h>
#include <string.h>

enum {
	SACK_BLOCK = 8,

	SCALE_MAX = 14,
	OLDEST_ACK = 66000,	/* bytes that an ACK may lag, at the least */
};

_Static_assert(sizeof(struct conntrack_tcp) == 52, "one for each session");

/* A segment's numbers, replaced where its flags leave them without meaning. */
struct segment_numbers {
	uint32_t sequence, end;
	uint32_t acknowledgement;
	uint32_t furthest;	/* acknowledged, SACK blocks included */
};

uint16_t segment_span(const struct conntrack_segment *s)
{
	return (uint16_t)(s->length + !!(s->flags & TCP_SYN) +
			  !!(s->flags & TCP_FIN));
}

static uint32_t segment_end(const struct conntrack_segment *s)
{
	return s->sequence + segment_span(s);
}

static uint32_t at_least_one(uint32_t window)
{
	return window ? window : 1;
}

/*
 * option_next - find the first option at or after @at that is not a NOP
 * Return: its offset; -1: there is none, or it cannot be read
 */
static int option_next(const struct conntrack_segment *s, int at)
{
	const uint8_t *b = s->options;

	while (at < s->options_length && b[at] == TCP_OPTION_NOP)
		at++;
	if (at + 1 >= s->options_length || b[at] == TCP_OPTION_END ||
	    b[at + 1] < 2 || b[at + 1] > s->options_length - at)
		return -1;
	return at;
}

/* A SYN's options; a block without them leaves both cleared. */
static void syn_options(const struct conntrack_segment *s, uint8_t *flags,
			uint8_t *scale)
{
	const uint8_t *b = s->options;

	*flags = 0;
	*scale = 0;
	for (int at = option_next(s, 0); at >= 0;
	     at = option_next(s, at + b[at + 1])) {
		if (b[at] == TCP_OPTION_SACK_PERMITTED &&
		    b[at + 1] == TCP_SACK_PERMITTED_LENGTH)
			*flags |= FLAG_SACK;
		if (b[at] != TCP_OPTION_SCALE || b[at + 1] != TCP_SCALE_LENGTH)
			continue;
		*flags |= FLAG_SCALES;
		*scale = b[at + 2] < SCALE_MAX ? b[at + 2] : SCALE_MAX;
	}
}

/* sack_furthest - Return: the highest right edge in the first SACK option */
static uint32_t sack_furthest(const struct conntrack_segment *s)
{
	uint32_t furthest = s->acknowledgement;
	const uint8_t *b = s->options;
	int at = option_next(s, 0), length;

	while (at >= 0 && (b[at] != TCP_OPTION_SACK || b[at + 1] == 2 ||
			   (b[at + 1] - 2) % SACK_BLOCK))
		at = option_next(s, at + b[at + 1]);
	length = at < 0 ? 0 : b[at + 1] - 2;
	for (int i = 0; i < length; i += SACK_BLOCK) {
		uint32_t edge = get32(b + at + 2 + i + 4);

		if (sequence_before(furthest, edge))
			furthest = edge;
	}
	return furthest;
}

/*
 * peer_options - update a peer from a SYN's options
 * As in the kernel, a SYN without any options changes nothing.
 */
static void peer_options(struct conntrack_tcp *c, enum conntrack_direction d,
			 const struct conntrack_segment *s)
{
	uint8_t flags;

	if (!s->options_length)
		return;
	syn_options(s, &flags, &c->scale[d]);
	c->flags[d] = (uint8_t)((c->flags[d] & FLAG_LIBERAL) | flags);
}

/* peer_begin - begin a peer with its SYN or SYN-ACK */
static void peer_begin(struct conntrack_tcp *c, enum conntrack_direction d,
		       const struct conntrack_segment *s)
{
	struct conntrack_peer *from = &c->peers[d];

	from->end = from->limit = segment_end(s);
	from->window = at_least_one(s->window);
	peer_options(c, d, s);
	if (d == CONNTRACK_REPLY &&	/* RFC 7323 2.2: both, or neither */
	    !(c->flags[0] & c->flags[1] & FLAG_SCALES))
		c->scale[0] = c->scale[1] = 0;
}

/* peer_join - begin a peer whose first packet is not a SYN */
static void peer_join(struct conntrack_tcp *c, enum conntrack_direction d,
		      const struct conntrack_segment *s,
		      const struct segment_numbers *l)
{
	struct conntrack_peer *from = &c->peers[d], *to = &c->peers[!d];

	from->end = l->end;
	from->window = at_least_one((uint32_t)s->window << c->scale[d]);
	from->limit = l->end + from->window;
	if (!to->window)
		to->end = to->limit = l->furthest;
	else if (l->furthest == to->end + 1)
		to->end++;		/* answers a keep-alive, perhaps */
}

void window_open(struct conntrack_tcp *c, const struct conntrack_segment *s)
{
	memset(c, 0, sizeof(*c));
	c->last_kind = KIND_NONE;
	if (s->flags & TCP_SYN) {
		peer_begin(c, CONNTRACK_ORIGINAL, s);
		return;
	}
	/* Scales are unknown: nothing can be said to be outside. */
	c->peers[0].end = segment_end(s);
	c->peers[0].window = at_least_one(s->window);
	c->peers[0].limit = c->peers[0].end + c->peers[0].window;
	c->flags[0] = c->flags[1] = FLAG_SACK | FLAG_LIBERAL;
}

/*
 * peer_appears - begin a peer with its first packet or another SYN
 * Return: true: nothing else of the packet needs a check
 */
static bool peer_appears(struct conntrack_tcp *c, enum conntrack_direction d,
			 const struct conntrack_segment *s,
			 const struct segment_numbers *l)
{
	bool first = !c->peers[d].window, syn = s->flags & TCP_SYN;

	if (first && !syn)
		peer_join(c, d, s, l);
	if (!syn)
		return false;
	if (!first && (!sequence_before(c->peers[d].end, l->end) ||
		       (c->state != CONNTRACK_SYN_SENT &&
			c->state != CONNTRACK_SYN_RECV)))
		return false;
	peer_begin(c, d, s);
	return !(s->flags & TCP_ACK) && (first || d == CONNTRACK_REPLY);
}

/* replace_meaningless - replace numbers without meaning by numbers that pass */
static void replace_meaningless(struct segment_numbers *l,
				const struct conntrack_tcp *c,
				enum conntrack_direction d,
				const struct conntrack_segment *s)
{
	bool reset = s->flags & TCP_RST;

	/* Some stacks set ACK in a RST, but no number. */
	if (!(s->flags & TCP_ACK) || (reset && !l->acknowledgement))
		l->acknowledgement = l->furthest = c->peers[!d].end;
	if (reset && !l->sequence && c->state == CONNTRACK_SYN_SENT)
		l->sequence = l->end = c->peers[d].end;	/* RFC 9293 3.10.7.1 */
}

/* check_beyond_limit - check a segment that begins beyond the limit */
static enum window_verdict check_beyond_limit(struct conntrack_tcp *c,
					      enum conntrack_direction d,
					      const struct segment_numbers *l,
					      bool acknowledges, bool recent)
{
	struct conntrack_peer *from = &c->peers[d];
	uint32_t more = l->end - from->limit + 1;

	if (!c->peers[!d].window || !acknowledges || !recent ||
	    more > c->peers[!d].window)
		return WINDOW_OUTSIDE;
	/* The receiver may take it, and its ACK must not be outside then. */
	from->end = l->end;
	c->flags[d] |= FLAG_UNACKNOWLEDGED;
	return WINDOW_DOUBTFUL;
}

static enum window_verdict check_window(struct conntrack_tcp *c,
					enum conntrack_direction d,
					const struct segment_numbers *l)
{
	const struct conntrack_peer *from = &c->peers[d], *to = &c->peers[!d];
	uint32_t lag = from->window > OLDEST_ACK ? from->window : OLDEST_ACK;
	bool sent = !sequence_before(to->end, l->furthest);
	bool lags = sequence_before(l->furthest, to->end - lag);
	bool recent = !to->window ||
		      !sequence_before(l->end, from->end - to->window);

	if (sequence_before(from->limit, l->sequence))
		return check_beyond_limit(c, d, l, sent && !lags, recent);
	if (!sent)
		return WINDOW_OUTSIDE;
	return recent && !lags ? WINDOW_INSIDE : WINDOW_DOUBTFUL;
}

static void update_sender(struct conntrack_tcp *c, enum conntrack_direction d,
			  const struct conntrack_segment *s,
			  const struct segment_numbers *l, uint32_t window)
{
	struct conntrack_peer *from = &c->peers[d];
	uint32_t reach = window + (l->furthest - l->acknowledgement);

	if (from->window < reach)
		from->window = reach;
	if (sequence_before(from->end, l->end)) {
		from->end = l->end;
		c->flags[d] |= FLAG_UNACKNOWLEDGED;
	}
	if (!(s->flags & TCP_ACK))
		return;
	if (!(c->flags[d] & FLAG_HAS_ACKNOWLEDGED) ||
	    sequence_before(from->acknowledged, l->acknowledgement))
		from->acknowledged = l->acknowledgement;
	c->flags[d] |= FLAG_HAS_ACKNOWLEDGED;
}

static void update_receiver(struct conntrack_tcp *c, enum conntrack_direction d,
			    const struct segment_numbers *l, uint32_t window)
{
	const struct conntrack_peer *from = &c->peers[d];
	struct conntrack_peer *to = &c->peers[!d];
	uint32_t edge = l->furthest + window;

	if (to->window && sequence_before(from->limit, l->end))
		to->window += l->end - from->limit;
	if (!sequence_before(edge, to->limit))
		to->limit = edge + !window;	/* a probe of one byte */
	if (l->acknowledgement == to->end)
		c->flags[!d] &= (uint8_t)~FLAG_UNACKNOWLEDGED;
}

/* count_repeats - count equal ACKs: their sender may not receive the answers */
static void count_repeats(struct conntrack_tcp *c, enum conntrack_direction d,
			  const struct conntrack_segment *s,
			  const struct segment_numbers *l)
{
	uint8_t mark = d == CONNTRACK_REPLY ? MARK_LAST_REPLY : 0;

	if ((c->marks & MARK_LAST_REPLY) == mark && c->last_end == l->end &&
	    c->last_length == segment_span(s) &&
	    c->last_acknowledgement == l->acknowledgement &&
	    c->last_window == s->window) {
		c->repeated++;
		return;
	}
	c->marks = (uint8_t)((c->marks & ~MARK_LAST_REPLY) | mark);
	c->last_end = l->end;
	c->last_length = segment_span(s);
	c->last_acknowledgement = l->acknowledgement;
	c->last_window = s->window;
	c->repeated = 0;
}

enum window_verdict window_packet(struct conntrack_tcp *c,
				  const struct conntrack_options *o,
				  enum conntrack_direction direction,
				  enum conntrack_kind kind,
				  const struct conntrack_segment *s)
{
	struct segment_numbers l = {
		.sequence = s->sequence,
		.end = segment_end(s),
		.acknowledgement = s->acknowledgement,
		.furthest = c->flags[!direction] & FLAG_SACK ?
			    sack_furthest(s) : s->acknowledgement,
	};
	enum window_verdict verdict;
	uint32_t window = s->window;

	if (peer_appears(c, direction, s, &l))
		return WINDOW_INSIDE;
	replace_meaningless(&l, c, direction, s);
	verdict = check_window(c, direction, &l);
	if (verdict != WINDOW_INSIDE)
		return o->be_liberal || c->flags[direction] & FLAG_LIBERAL ?
		       WINDOW_INSIDE : verdict;
	if (kind != KIND_SYN && kind != KIND_SYN_ACK)
		window <<= c->scale[direction];
	update_sender(c, direction, s, &l, window);
	update_receiver(c, direction, &l, window);
	if (kind == KIND_ACK)
		count_repeats(c, direction, s, &l);
	return WINDOW_INSIDE;
}

void window_note_syn(struct conntrack_tcp *c,
		     const struct conntrack_segment *s)
{
	uint8_t flags, scale;

	syn_options(s, &flags, &scale);
	c->last_scale = (unsigned)scale & 15U;
	c->marks &= (uint8_t)~(MARK_SYN_SCALES | MARK_SYN_SACK |
			       MARK_CHALLENGE | MARK_SIMULTANEOUS);
	c->marks |= flags;
}

void window_resume(struct conntrack_tcp *c,
		   enum conntrack_direction direction)
{
	struct conntrack_peer *sender = &c->peers[direction];

	sender->end = sender->limit = c->last_end;
	sender->window = at_least_one(c->last_window);
	c->scale[direction] = c->last_scale;
	c->marks &= (uint8_t)~MARK_CHALLENGE;
	c->flags[direction] = c->marks & (MARK_SYN_SCALES | MARK_SYN_SACK);
	memset(&c->peers[!direction], 0, sizeof(c->peers[0]));
	c->scale[!direction] = 0;
	c->flags[!direction] &= FLAG_LIBERAL;
}
