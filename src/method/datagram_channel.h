/*
 * A datagram session on its UDP socket. What to send and when is decided in
 * datagram_session.c; this file sends and receives. The command and the
 * library use it.
 */
#ifndef TCPTRAV_METHOD_DATAGRAM_CHANNEL_H
#define TCPTRAV_METHOD_DATAGRAM_CHANNEL_H

#include "method/datagram_session.h"

/* What datagram_channel_receive() returns besides a length. */
enum { CHANNEL_EMPTY = -1, CHANNEL_OVER = -2, CHANNEL_LOST = -3 };

struct datagram_channel {
	struct datagram_session session;
	int socket;			/* UDP, non-blocking; the caller's */
};

/* datagram_channel_begin - go on where the knocks @k have connected @socket */
void datagram_channel_begin(struct datagram_channel *c, int socket,
			    const struct knocking *k);

/*
 * datagram_channel_send - send a datagram of the application
 * Return: 0, or -errno: EMSGSIZE (more than DATAGRAM_PAYLOAD bytes, or than the
 *         path takes), EAGAIN (the socket is full: try again when it is
 *         writable) ...
 */
int datagram_channel_send(struct datagram_channel *c, const void *data,
			  size_t length);

/*
 * datagram_channel_receive - receive the next datagram of the application
 * @data:  room for DATAGRAM_PAYLOAD bytes
 * Return: its length; CHANNEL_EMPTY: none is waiting; CHANNEL_OVER: both
 *         applications have ended; CHANNEL_LOST: the peer has been silent for
 *         too long
 */
long datagram_channel_receive(struct datagram_channel *c, uint8_t *data);

/*
 * datagram_channel_tick - send keep-alives, and what is due about the end
 * Return: ms until it is to be called again, at least 1
 */
int datagram_channel_tick(struct datagram_channel *c);

#endif
