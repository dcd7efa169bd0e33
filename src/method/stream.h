/* The sockets that may become the connection, and their proofs. */
#ifndef TCPTRAV_METHOD_STREAM_H
#define TCPTRAV_METHOD_STREAM_H

#include "method/attempt_internal.h"

/* stream_connect - a new socket sends its SYN with @ttl (0: the default)
   Return: 0, or -errno */
int stream_connect(struct attempt *a, int ttl);

/* stream_listen - listen on the punched port. Return: 0, or -errno */
int stream_listen(struct attempt *a);

/* stream_connecting - the one that is connecting or connected out; NULL */
struct stream *stream_connecting(struct attempt *a);

/* stream_end - close it, in whatever state */
void stream_end(struct attempt *a, struct stream *s);

/* stream_waits - what to wait for; Return: how many of @items are filled */
size_t stream_waits(struct attempt *a, struct host_wait items[STREAMS]);

/* stream_step - make progress on all; Return: when to look again */
int64_t stream_step(struct attempt *a);

/* stream_any - is any of them alive? */
bool stream_any(const struct attempt *a);

#endif
