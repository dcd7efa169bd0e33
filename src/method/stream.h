/*
 * The sockets that may become the connection, and the proofs on them.
 *
 * In each direction a stream begins with the sender's proof, PROOF_BYTES that
 * only a host with the session's code can make. A stream is the connection
 * when the peer's proof is right and the peer has acknowledged ours.
 *
 * With private candidates two streams can be established at once, and both
 * hosts must choose the same. So host B has its proof out on one candidate only
 * at a time, and A takes the stream on which it comes. On a private candidate
 * A's proof goes first, to endpoints that B told; B answers it only while its
 * proof is not out on the public one. So neither a stranger nor silence at a
 * private address holds up the public candidate.
 */
#ifndef TCPTRAV_METHOD_STREAM_H
#define TCPTRAV_METHOD_STREAM_H

#include "method/attempt_internal.h"

/* stream_connect - send a SYN from a new socket with @ttl (0: the default)
   Return: 0, or -errno */
int stream_connect(struct attempt *a, int ttl);

/*
 * stream_connect_privately - the same to a private candidate, with full TTL and
 * fewer SYNs; it is not the method's SYN
 */
int stream_connect_privately(struct attempt *a, const struct endpoint *to);

/*
 * stream_listen - listen on the punched port; with one listener for all
 * @for_private: for private candidates only: to SYNs from the peer's public
 *               address it is not there, and the method does not count on it
 * Return: 0, or -errno
 */
int stream_listen(struct attempt *a, bool for_private);

/*
 * stream_is_private - is the stream's other end a private candidate?
 * Before the peer has told them: any address but the peer's public one.
 */
bool stream_is_private(const struct attempt *a, const struct stream *s);

/* stream_connecting - the stream of the latest stream_connect(), connecting or
   connected, not to a private candidate; NULL if there is none */
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

/* stream_any - is there a stream or a listener left, apart from those for
   private candidates? */
bool stream_any(const struct attempt *a);

#endif
