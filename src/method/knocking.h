/*
 * UDP hole punching after the introduction: when to send a knock, where to, and
 * what a received one means (Ford, Srisuresh and Kegel 2005, section 3.3).
 * Pure: datagrams and the time in, datagrams and the time of the next one out.
 *
 * A knock is a sealed datagram (rendezvous/sealed_channel.h). It says how much
 * its sender knows, its level:
 *
 *	0 searching	it has heard nothing from the receiver
 *	1 heard		it has heard the receiver
 *	2 connected	it has heard that the receiver has heard it
 *
 * A host is connected when a knock of level 1 or 2 arrives: then datagrams pass
 * in both directions. It goes on knocking until one of level 2 arrives: then
 * it knows that the peer is connected, too. A knock that raises a host's level
 * is answered at once; apart from that a host knocks at an even pace.
 *
 * S could name an innocent host as the peer, so a host never sends more than
 * KNOCK_BUDGET datagrams in an attempt, whatever it receives. A datagram that
 * is forged, replayed or of another attempt changes nothing.
 */
#ifndef TCPTRAV_METHOD_KNOCKING_H
#define TCPTRAV_METHOD_KNOCKING_H

#include "base/clock.h"
#include "rendezvous/sealed_channel.h"

#define KNOCK_BUDGET 64
#define KNOCK_INTERVAL (200 * NS_PER_MS)	/* at least */

enum knock_level { KNOCK_SEARCHING, KNOCK_HEARD, KNOCK_CONNECTED };

/* The first byte of a sealed datagram's content. One without content is a
   keep-alive. */
enum datagram_kind {
	DATAGRAM_KNOCK = 1,		/* level; keep-alive interval, s, 2
					   bytes */
	DATAGRAM_DATA,			/* bytes of the application */
	DATAGRAM_END,			/* the sender's application has sent all
					   of its data */
	DATAGRAM_END_SEEN,		/* answers DATAGRAM_END */
};

#define KNOCK_BYTES 4			/* of content */

struct knocking {
	struct sealed_channel channel;
	struct endpoint remote;		/* where to send: as S introduced it,
					   then the source of the newest
					   authenticated datagram */
	int64_t start;			/* nothing is sent before */
	int64_t deadline, interval;
	int64_t next;			/* when knocking_next() has a datagram;
					   TIME_NEVER */
	unsigned left;			/* of KNOCK_BUDGET */
	uint16_t keepalive;		/* s; own wish, then the smaller of
					   both hosts' */
	bool heard;			/* an authenticated datagram came */
	enum knock_level first;		/* the level of the first one */
	enum knock_level level;		/* the own */
	enum knock_level told;		/* the highest level sent */
	bool connected;
	bool peer_connected;		/* a datagram of level 2 came */
	bool done;			/* both hosts know that both are */
};

/*
 * knocking_begin - begin to knock
 * @k:    the caller has begun k->channel, and set remote, start, deadline and
 *        keepalive; the rest is set here
 * @time: ns that the attempt has; the pace spreads the knocks over it
 */
void knocking_begin(struct knocking *k, int64_t time);

/*
 * knocking_next - make the datagram that is due
 * Call it until it returns 0, and again at k->next.
 * Return: its length; 0: none is due. It goes to k->remote.
 */
size_t knocking_next(struct knocking *k, int64_t now,
		     uint8_t out[SEALED_DATAGRAM_MAX]);

/*
 * knocking_receive - handle a datagram
 * Return: false: it is not the peer's, or it came before
 */
bool knocking_receive(struct knocking *k, const struct endpoint *from,
		      const uint8_t *datagram, size_t length, int64_t now);

#endif
