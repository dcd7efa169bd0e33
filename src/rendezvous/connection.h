/*
 * S's connections: receive lines, send lines, and close without losing the last
 * message.
 * Non-blocking, in a libevent loop.
 */
#ifndef TCPTRAV_RENDEZVOUS_CONNECTION_H
#define TCPTRAV_RENDEZVOUS_CONNECTION_H

#include "rendezvous/message.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define LINGERING_MAX 256	/* if there are more, the oldest is closed */

struct connections;

struct connection {
	struct connections *all;
	int socket;
	uint32_t member;		/* the member's number; 0: none */
	int64_t linger_until;		/* 0: the connection is open */
	struct event readable, writable;
	struct evbuffer *unsent;	/* bytes that the socket did not take;
					   NULL: none */
	TAILQ_ENTRY(connection) entry;
	TAILQ_ENTRY(connection) batch_entry;
	bool is_batched;		/* it is in all->batched */
	size_t batch_length;
	size_t in_length;
	char in[MESSAGE_LINE];
	char batch[MESSAGE_LINE];	/* see connection_send() */
};

TAILQ_HEAD(connection_queue, connection);

struct connections {
	struct event_base *base;
	struct connection_queue open, lingering, spare;
	struct connection_queue batched;	/* whose batch is not empty */
	bool batching;			/* received lines are being handled */
	unsigned lingering_count;
	/* Set by the caller: */
	/* line - a line was received, without its newline; may end the
	   connection */
	void (*line)(void *argument, struct connection *c, const char *line,
		     size_t length);
	/* line_too_long - MESSAGE_LINE bytes without a newline were received */
	void (*line_too_long)(void *argument, struct connection *c);
	/* disconnected - the other side has closed an open connection, which
	   is freed after the call */
	void (*disconnected)(void *argument, struct connection *c);
	void *argument;
};

/* connections_begin - the caller has set the callbacks and the base */
void connections_begin(struct connections *all);

/* connections_end - close all connections and free all memory */
void connections_end(struct connections *all);

/* connection_new - Return: NULL, with @socket closed: out of memory */
struct connection *connection_new(struct connections *all, int socket);

/*
 * connection_send - send bytes, now or when the socket takes them
 * Bytes that callbacks send while received lines are handled are sent together,
 * in one segment, when all these lines have been handled.
 * Errors are not reported here: disconnected() follows.
 */
void connection_send(struct connection *c, const char *bytes, size_t length);

/*
 * connection_linger - close, but deliver what was sent: send FIN, then discard
 * arriving data until the other side closes too or two seconds have passed
 * A plain close() would answer arriving data with a RST, and the other side
 * would lose the last message.
 */
void connection_linger(struct connection *c);

/* connection_reset - end the connection by RST at the next tick, which is due
   at once; may be called from within line() */
void connection_reset(struct connection *c);

/* connections_tick - close connections that have lingered for too long; Return:
   when to call it next */
int64_t connections_tick(struct connections *all, int64_t now);

#endif
