/*
 * The sockets that may become the connection, and the proofs on them.
 *
 * In each direction a stream begins with the sender's proof, PROOF_BYTES that
 * only a host with the session's code can make. A stream is the connection
 * when the peer's proof is right and the peer has acknowledged ours.
 */
#ifndef TCPTRAV_METHOD_STREAM_H
#define TCPTRAV_METHOD_STREAM_H

#include "method/attempt_internal.h"

/* stream_connect - send a SYN from a new socket with @ttl (0: the default)
   Return: 0, or -errno */
int stream_connect(struct attempt *a, int ttl);

/* stream_listen - listen on the punched port. Return: 0, or -errno */
int stream_listen(struct attempt *a);

/* stream_connecting - the stream of the latest stream_connect(), connecting or
   connected; NULL if there is none */
struct stream *stream_connecting(struct attempt *a);

/*
 * stream_make_proof - make the proof that this host sends, or expects
 * The peer must have been introduced. The bytes are the same each time, on
 * whatever socket.
 */
void stream_make_proof(const struct attempt *a, bool outgoing,
		       uint8_t proof[PROOF_BYTES]);

/* stream_end - close it, in any state */
void stream_end(struct attempt *a, struct stream *s);

/* stream_waits - fill @items with what to wait for. Return: how many */
size_t stream_waits(struct attempt *a, struct host_wait items[STREAMS]);

/* stream_step - make progress on all streams. Return: when to call it again */
int64_t stream_step(struct attempt *a);

/* stream_any - is there a stream left? */
bool stream_any(const struct attempt *a);

#endif
