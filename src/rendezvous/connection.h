/*
 * S's connections: lines in, lines out, and an end that loses nothing.
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

struct connections;

struct connection {
	struct connections *all;
	int socket;
	uint32_t member;		/* the owner's; 0: none (any more) */
	int64_t until;			/* it lingers; 0: it is open */
	struct event readable, writable;
	struct evbuffer *pending;	/* not yet sent, or NULL */
	TAILQ_ENTRY(connection) entry;
	TAILQ_ENTRY(connection) speaking;
	bool speaks;			/* it is in all->speaking */
	size_t out_length;
	size_t in_length;
	char in[MESSAGE_LINE];
	char out[MESSAGE_LINE];		/* said while lines are taken in */
};

TAILQ_HEAD(connection_queue, connection);

struct connections {
	struct event_base *base;
	struct connection_queue open, lingering, spare;
	struct connection_queue speaking;	/* have something in `out` */
	bool taking;			/* lines are being taken in */
	unsigned lingering_count;
	/* line - without its newline; the connection may be lingered in it */
	void (*line)(void *argument, struct connection *c, const char *line,
		     size_t length);
	/* overflow - more than a line's room came without a newline */
	void (*overflow)(void *argument, struct connection *c);
	/* ended - an open one, from the other side; freed after the call */
	void (*ended)(void *argument, struct connection *c);
	void *argument;
};

/* connections_begin - the callbacks, argument and base are set by the caller */
void connections_begin(struct connections *all);

/* connections_end - close every one and free everything */
void connections_end(struct connections *all);

/* connection_new - NULL, with @socket closed, when there is no memory */
struct connection *connection_new(struct connections *all, int socket);

/*
 * connection_send - at once, or when the socket takes it; what is said while
 * lines are taken in, when all that have come are: in one segment
 * A broken connection is not told of here but by ended().
 */
void connection_send(struct connection *c, const char *bytes, size_t length);

/*
 * connection_linger - close it after what was sent: FIN, then forget what
 * still comes until the other side closes too or two seconds are over.
 * Closing at once would answer what is under way with an RST, which destroys
 * the last message.
 */
void connection_linger(struct connection *c);

/* connection_reset - end it at the next tick, which is due now, by RST: to be
   called from within line(), too */
void connection_reset(struct connection *c);

/* connections_tick - end what has lingered for too long; when to call next */
int64_t connections_tick(struct connections *all, int64_t now);

#define LINGERING_MAX 256	/* at once; more, and the oldest is closed */

#endif
