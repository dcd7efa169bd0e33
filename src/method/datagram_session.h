/*
 * The channel after the knocks: the application's bytes in sealed datagrams,
 * keep-alives, and the end. Pure: datagrams and the time in, datagrams out.
 *
 * Datagrams may be lost, duplicated on the way (a duplicate is discarded) and
 * reordered; nothing is retransmitted but the end. A host that has sent
 * nothing for the keep-alive interval sends an empty sealed datagram, so that
 * NATs keep their sessions. A host that has received nothing for four intervals
 * takes the peer for lost.
 */
#ifndef TCPTRAV_METHOD_DATAGRAM_SESSION_H
#define TCPTRAV_METHOD_DATAGRAM_SESSION_H

#include "method/knocking.h"

#define DATAGRAM_PAYLOAD (SEALED_DATAGRAM_PLAIN - 1)	/* bytes of a datagram's
							   data, at most */
#define SILENT_INTERVALS 4
#define ENDS_MAX 20		/* DATAGRAM_END is sent so often at most */

struct datagram_session {
	struct sealed_channel channel;
	struct endpoint remote;
	int64_t keepalive;		/* ns */
	int64_t silent_since;		/* when nothing was sent any more */
	int64_t heard_at;		/* when the peer last sent something */
	int64_t end_at;			/* when DATAGRAM_END is sent next;
					   TIME_NEVER */
	unsigned ends;			/* sent so far */
	bool end_seen;			/* the peer has it, or never will */
	bool peer_ended;
	bool answer_end;		/* a DATAGRAM_END_SEEN is due */
};

/* datagram_session_begin - go on with the channel of @k */
void datagram_session_begin(struct datagram_session *s,
			    const struct knocking *k, int64_t now);

/*
 * datagram_session_send - seal data of the application
 * @length: up to DATAGRAM_PAYLOAD
 * Return:  the datagram's length, for s->remote; 0: it is too long
 */
size_t datagram_session_send(struct datagram_session *s, const void *data,
			     size_t length, int64_t now,
			     uint8_t out[SEALED_DATAGRAM_MAX]);

/*
 * datagram_session_receive - handle a datagram
 * @data:  set to the application's data in it
 * Return: its length; -1: it has none, or is not the peer's, or came before
 */
long datagram_session_receive(struct datagram_session *s,
			      const struct endpoint *from,
			      const uint8_t *datagram, size_t length,
			      int64_t now, uint8_t data[SEALED_DATAGRAM_MAX]);

/* datagram_session_end - the application has sent all of its data */
void datagram_session_end(struct datagram_session *s, int64_t now);

/*
 * datagram_session_tick - make the datagram that is due: a keep-alive, or one
 * about the end. Call it until it returns 0.
 * @next:  set to when to call it again
 * Return: its length, for s->remote; 0: none is due
 */
size_t datagram_session_tick(struct datagram_session *s, int64_t now,
			     uint8_t out[SEALED_DATAGRAM_MAX], int64_t *next);

/* datagram_session_is_over - have both applications sent all of their data? */
bool datagram_session_is_over(const struct datagram_session *s);

/* datagram_session_is_lost - has the peer been silent for too long? */
bool datagram_session_is_lost(const struct datagram_session *s, int64_t now);

#endif
