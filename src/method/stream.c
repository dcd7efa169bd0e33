#include "method/stream.h"

#include "method/retry.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* A connection that has not proved itself by then, or has not taken our proof,
   is closed (DESIGN 5): it may be a stranger's. */
#define PROOF_TIMEOUT (2 * NS_PER_S)
/* Or by that share of an order, if that is later: who gives an order 10 s
   counts on lost packets, and 2 s are two retransmissions at most where a
   round trip takes 300 ms. The rest of the order is for other connections. */
#define PROOF_SHARE   2
/* P2P-NAT 2005 section 4.2 step 4: connect again after, e.g., 1 s; and NTCP's
   random 0 to 1 s on top, or equal gaps beat against each other for ever. */
#define RETRY_DELAY   NS_PER_S
/* A retry is begun only if it can still come to something. */
#define RETRY_NEEDS   NS_PER_S
/* S could name an innocent host as the peer: no more than 32 SYNs may go
   there (DESIGN 5). A socket sends at most 6 (host/socket.c), so four connects
   in one order and the opener's one in the other. */
#define CONNECTS      4

static const struct host_ops *do_(const struct attempt *a)
{
	return a->host->do_;
}

static struct stream *stream_new(struct attempt *a, int socket,
				 enum stream_state state)
{
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		if (s->state != STREAM_FREE)
			continue;
		memset(s, 0, sizeof(*s));
		s->socket = socket;
		s->state = state;
		return s;
	}
	do_(a)->close(a->host, socket);
	return NULL;
}

void stream_end(struct attempt *a, struct stream *s)
{
	if (s->state != STREAM_FREE)
		do_(a)->close(a->host, s->socket);
	s->state = STREAM_FREE;
}

struct stream *stream_connecting(struct attempt *a)
{
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state != STREAM_FREE && !s->accepted &&
		    s->state != STREAM_LISTENING)
			return s;
	return NULL;
}

bool stream_any(const struct attempt *a)
{
	for (size_t i = 0; i < STREAMS; i++)
		if (a->stream[i].state != STREAM_FREE)
			return true;
	return false;
}

int stream_connect(struct attempt *a, int ttl)
{
	int s = do_(a)->tcp_open(a->host, a->client.port);
	int status;

	if (s < 0)
		return s;
	status = do_(a)->tcp_ttl(a->host, s, ttl);
	if (!status)
		status = do_(a)->tcp_connect(a->host, s, &a->client.peer);
	if (status) {
		do_(a)->close(a->host, s);
		return status;
	}
	a->syn_ttl = ttl;
	a->syn_at = do_(a)->now(a->host);
	a->connects++;
	return stream_new(a, s, STREAM_CONNECTING) ? 0 : -EMFILE;
}

int stream_listen(struct attempt *a)
{
	int s = do_(a)->tcp_open(a->host, a->client.port);
	int status;

	if (s < 0)
		return s;
	status = do_(a)->tcp_listen(a->host, s);
	if (status) {
		do_(a)->close(a->host, s);
		return status;
	}
	return stream_new(a, s, STREAM_LISTENING) ? 0 : -EMFILE;
}

/*
 * is_second - was it the peer's ACK that established it? A SYN-ACK did so at
 * the other end, whose proof is right behind.
 */
static bool is_second(const struct attempt *a, const struct stream *s)
{
	return s->accepted || (a->evidence.syn_ack_out &&
			       !a->evidence.syn_acks);
}

/*
 * Who is second proves itself to a peer only that has proved itself: it tells a
 * stranger nothing. It costs no time, but where the peer holds its bytes back.
 * And what acknowledges the peer's proof is a packet of the kernel's; if both
 * proved themselves at once, microseconds would say whether it is one, or rides
 * on the own proof, and with that what is lost when a packet is.
 */
static bool may_prove(const struct attempt *a, const struct stream *s)
{
	return !s->proof_sent && !a->hold_bytes &&
	       (s->state == STREAM_VERIFIED ||
		(s->state == STREAM_PROVING && !is_second(a, s)));
}

size_t stream_waits(struct attempt *a, struct host_wait items[STREAMS])
{
	size_t count = 0;

	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		if (s->state == STREAM_FREE || s->state == STREAM_PROVED)
			continue;
		items[count++] = (struct host_wait){
			.handle = s->socket,
			.read = s->state != STREAM_CONNECTING &&
				s->received < PROOF_BYTES,	/* else only
				   the acknowledgement is waited for */
			.write = s->state == STREAM_CONNECTING ||
				 may_prove(a, s),
		};
	}
	return count;
}

static void proof_for(const struct attempt *a, bool outgoing,
		      uint8_t proof[PROOF_BYTES])
{
	const struct client *c = &a->client;
	char what[PEER_MESSAGE_WHAT];

	attempt_what(a, what);
	proof_make(&c->keys, outgoing, what,
		   c->keys.is_a ? &c->seen : &c->peer,
		   c->keys.is_a ? &c->peer : &c->seen, proof);
}

static void stream_established(struct attempt *a, struct stream *s)
{
	s->state = STREAM_PROVING;
	s->since = do_(a)->now(a->host);
	do_(a)->tcp_ttl(a->host, s->socket, 0);
	trace_about(&a->out->trace, s->since, TRACE_STATE, SUBJECT_ESTABLISHED,
		    "ESTABLISHED");
	attempt_note(a);
}

/* connect() was refused, or ended by an ICMP error. */
static void connect_failed(struct attempt *a, struct stream *s, int why)
{
	int64_t now = do_(a)->now(a->host);
	int64_t at = retry_time(now, RETRY_DELAY, RETRY_DELAY, &a->rng);

	stream_end(a, s);
	a->connect_error = why;
	a->seen |= SEEN_DEAD;
	trace_text(&a->out->trace, now, TRACE_STATE, "connect: %s",
		   strerror(why));
	attempt_note(a);
	if (a->retry && a->connects < CONNECTS &&
	    at + RETRY_NEEDS <= a->deadline)
		a->retry_at = at;
}

static void connecting_step(struct attempt *a, struct stream *s)
{
	int why = 0;
	enum tcp_state state = do_(a)->tcp_state(a->host, s->socket, &why);

	/* TCP_IS_CLOSED decides, not a pending error: some are soft. */
	if (state == TCP_IS_ESTABLISHED || state == TCP_IS_CLOSING)
		stream_established(a, s);
	else if (state == TCP_IS_CLOSED)
		connect_failed(a, s, why ? why : ECONNREFUSED);
}

static void listening_step(struct attempt *a, struct stream *listener)
{
	struct endpoint from;
	int socket;

	while ((socket = do_(a)->tcp_accept(a->host, listener->socket,
					    &from)) >= 0) {
		struct stream *s = stream_new(a, socket, STREAM_PROVING);

		if (!s)
			return;
		s->accepted = true;
		stream_established(a, s);
	}
}

/* @wrong: it was no peer; from the other end of one's own connect(), silence
   is rather a peer that this connection does not reach */
static void proof_refused(struct attempt *a, struct stream *s, bool wrong,
			  const char *why)
{
	trace_text(&a->out->trace, do_(a)->now(a->host), TRACE_STATE,
		   "connection closed: %s", why);
	attempt_note(a);
	a->refused_proof |= wrong;
	a->seen |= SEEN_DEAD;
	stream_end(a, s);
}

static void proof_send(struct attempt *a, struct stream *s)
{
	uint8_t proof[PROOF_BYTES];

	proof_for(a, true, proof);
	do_(a)->wake_on_ack(a->host, s->socket);
	/* 32 bytes into an empty send buffer: all of them or none. */
	if (do_(a)->send(a->host, s->socket, proof, sizeof(proof)) ==
	    (ssize_t)sizeof(proof))
		s->proof_sent = true;
}

static void proof_check(struct attempt *a, struct stream *s)
{
	uint8_t expected[PROOF_BYTES];

	proof_for(a, false, expected);
	if (sodium_memcmp(expected, s->proof, sizeof(expected))) {
		proof_refused(a, s, true, "it did not know the code");
		return;
	}
	s->state = STREAM_VERIFIED;
	a->out->authenticated_at = do_(a)->now(a->host);
	a->out->received = PROOF_BYTES;
	trace_about(&a->out->trace, a->out->authenticated_at, TRACE_STATE,
		    SUBJECT_AUTHENTICATED, "authenticated");
	attempt_note(a);
}

/* Half of a success is none: the peer must have our proof, too. A NAT can
   let one direction through and drop the other. */
static void verified_step(struct attempt *a, struct stream *s)
{
	int why = 0;

	if (s->acknowledged) {
		s->state = STREAM_PROVED;
		a->seen |= SEEN_PROVED;
	} else if (do_(a)->tcp_state(a->host, s->socket, &why) ==
		   TCP_IS_CLOSED) {
		proof_refused(a, s, false, "it ended before it had our proof");
	}
}

/* Exactly the proof is read: what follows belongs to the application. */
static void proving_step(struct attempt *a, struct stream *s)
{
	ssize_t n;

	if (s->received < PROOF_BYTES) {
		n = do_(a)->receive(a->host, s->socket,
				    s->proof + s->received,
				    PROOF_BYTES - s->received);
		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			proof_refused(a, s, s->accepted, n ?
				      strerror((int)-n) :
				      "it ended before its proof");
			return;
		}
		s->received += (size_t)n;
	}
	if (s->received == PROOF_BYTES)
		proof_check(a, s);
}

static void retry_step(struct attempt *a)
{
	if (do_(a)->now(a->host) < a->retry_at)
		return;
	a->retry_at = TIME_NEVER;
	stream_connect(a, 0);
}

static int64_t proof_timeout(const struct attempt *a)
{
	int64_t share = a->config->timeout / PROOF_SHARE;

	return share > PROOF_TIMEOUT ? share : PROOF_TIMEOUT;
}

/* The time by which @s must have proved itself, if that is its state. */
static int64_t stream_due(struct attempt *a, struct stream *s)
{
	int64_t due = s->since + proof_timeout(a);

	if (s->state != STREAM_PROVING && s->state != STREAM_VERIFIED)
		return TIME_NEVER;
	if (do_(a)->now(a->host) < due)
		return due;
	proof_refused(a, s, s->accepted, "it was silent for too long");
	return TIME_NEVER;
}

int64_t stream_step(struct attempt *a)
{
	int64_t next = a->retry_at;

	if (a->retry_at != TIME_NEVER)
		retry_step(a);
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		int64_t due;

		if (s->state == STREAM_LISTENING)
			listening_step(a, s);
		else if (s->state == STREAM_CONNECTING)
			connecting_step(a, s);
		if (may_prove(a, s))
			proof_send(a, s);
		if (s->proof_sent && !s->acknowledged)
			s->acknowledged = do_(a)->all_acked(a->host, s->socket);
		if (s->state == STREAM_PROVING)
			proving_step(a, s);
		if (may_prove(a, s))
			proof_send(a, s);
		if (s->state == STREAM_VERIFIED)
			verified_step(a, s);
		if (a->seen & SEEN_PROVED)
			return next;
		due = stream_due(a, s);
		if (due < next)
			next = due;
	}
	return next;
}
