/*
 * The window of a tracked TCP connection, as of Linux 6.18. A middlebox takes a
 * segment as plausible when
 *
 *   it begins at or before the sender's limit, the furthest right edge that
 *     the receiver has granted;
 *   it ends no more than the receiver's largest window before the sender's
 *     end: older data was acknowledged long ago;
 *   it acknowledges nothing that the receiver has not sent (the furthest SACK
 *     block counts), nor anything older than 66000 bytes or the sender's
 *     largest window.
 *
 * The method is Guido van Rooij's ("Real Stateful TCP Packet Filtering in IP
 * Filter", 2000), which the kernel names as its source.
 */
#ifndef TCPTRAV_NAT_TCP_WINDOW_H
#define TCPTRAV_NAT_TCP_WINDOW_H

#include "nat/tcp_conntrack.h"

enum conntrack_kind {
	KIND_SYN,
	KIND_SYN_ACK,
	KIND_FIN,
	KIND_ACK,
	KIND_RST,
	KIND_NONE,			/* no packet yet */
};

/* Flags of a peer: conntrack_tcp.flags. */
enum conntrack_flag {
	FLAG_SCALES = 1,		/* has offered window scaling */
	FLAG_SACK = 2,			/* has permitted SACK */
	FLAG_CLOSED_FIRST = 4,
	FLAG_LIBERAL = 8,		/* nothing it sends is out of window */
	FLAG_UNACKNOWLEDGED = 16,	/* has sent what was not acknowledged */
	FLAG_HAS_ACKNOWLEDGED = 32,	/* peer.acknowledged is known */
};

/* Flags of the connection: conntrack_tcp.marks. The first two have the values
   of enum conntrack_flag. */
enum conntrack_mark {
	MARK_SYN_SCALES = FLAG_SCALES,	/* of the last SYN ignored */
	MARK_SYN_SACK = FLAG_SACK,
	MARK_CHALLENGE = 4,		/* that SYN may draw a challenge ACK */
	MARK_SIMULTANEOUS = 8,		/* simultaneous open */
	MARK_REPLIED = 16,
	MARK_ASSURED = 32,
	MARK_LAST_REPLY = 64,		/* the last packet's direction */
};

enum window_verdict {
	WINDOW_INSIDE,
	WINDOW_DOUBTFUL,	/* delayed, or a little too much: ignored */
	WINDOW_OUTSIDE,
};

/* sequence_before - does @a come before @b, modulo 2^32? */
static inline bool sequence_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* segment_span - how many sequence numbers it takes */
uint16_t segment_span(const struct conntrack_segment *s);

/* window_open - begin with the first packet; all else in @c is cleared */
void window_open(struct conntrack_tcp *c, const struct conntrack_segment *s);

/*
 * window_packet - is the packet in the window? If so, update the window.
 * c->state is still the state before the packet.
 */
enum window_verdict window_packet(struct conntrack_tcp *c,
				  const struct conntrack_options *o,
				  enum conntrack_direction direction,
				  enum conntrack_kind kind,
				  const struct conntrack_segment *s);

/* window_note_syn - remember the options of a SYN that is ignored */
void window_note_syn(struct conntrack_tcp *c,
		     const struct conntrack_segment *s);

/*
 * window_resume - begin anew from the SYN that was ignored last (last_* of @c),
 * since the peer has accepted it
 * @direction: of that SYN
 */
void window_resume(struct conntrack_tcp *c,
		   enum conntrack_direction direction);

#endif
