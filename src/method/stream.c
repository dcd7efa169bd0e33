#include "method/stream.h"

#include "method/retry.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* A stream that has not proved itself by then is closed: the other end may be
   a stranger. The longer of PROOF_TIMEOUT and an order's time / PROOF_SHARE:
   who allows an order 10 s expects packet loss, and 2 s are only two
   retransmissions at an RTT of 300 ms. The rest is for other streams. */
#define PROOF_TIMEOUT (2 * NS_PER_S)
#define PROOF_SHARE   2
/* Ford et al. 2005, section 4.2 step 4: connect again after, e.g., 1 s; and a
   random 0 to 1 s more, or the SYNs of both hosts could miss each other every
   time. */
#define RETRY_DELAY   NS_PER_S
/* There is no retry that would have less than this until the deadline. */
#define RETRY_NEEDS   NS_PER_S
/* S could name an innocent host as the peer, so the SYNs to it are limited: in
   one order four sockets connect, in the other order the opener's one, and a
   socket sends at most 6 SYNs (host/socket.c). */
#define CONNECTS_MAX  4
/* In a LAN, the first SYN and two repetitions are enough. */
#define PRIVATE_SYNS  3

static const struct host_ops *ops(const struct attempt *a)
{
	return a->host->ops;
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
	ops(a)->close(a->host, socket);
	return NULL;
}

void stream_end(struct attempt *a, struct stream *s)
{
	if (s->state != STREAM_FREE)
		ops(a)->close(a->host, s->socket);
	s->state = STREAM_FREE;
}

struct stream *stream_connecting(struct attempt *a)
{
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state != STREAM_FREE && !s->accepted &&
		    !s->to_private && s->state != STREAM_LISTENING)
			return s;
	return NULL;
}

bool stream_is_private(const struct attempt *a, const struct stream *s)
{
	const struct candidates *peers = &a->private.peers;

	if (!a->private.tried || s->state == STREAM_LISTENING)
		return false;
	if (a->seen & SEEN_GREETING)
		return s->to_private || candidates_have(peers,
							s->remote.address);
	return s->remote.address != a->client.peer.address;
}

bool stream_any(const struct attempt *a)
{
	for (const struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state != STREAM_FREE && !s->for_private &&
		    !stream_is_private(a, s))
			return true;
	return false;
}

/*
 * choose_isn - give the socket the chosen ISN, which no other socket gets
 * The peer may acknowledge this host's forged proof before this socket has
 * sent its copy of it. In SYN_SENT it would answer with RST.
 */
static int choose_isn(struct attempt *a, int s)
{
	uint32_t isn = a->chosen_isn;
	int status = ops(a)->tcp_choose_isn(a->host, s, isn);

	a->chosen_isn = 0;
	return status ? status :
	       ops(a)->tcp_accept_only_ack(a->host, s, isn + 1);
}

/* connect_socket - send the SYN of a socket on which @status is what was set
   so far, and keep it as a stream; on an error it is closed */
static int connect_socket(struct attempt *a, int s, int status,
			  const struct endpoint *to, struct stream **out)
{
	*out = NULL;
	if (!status)
		status = ops(a)->tcp_connect(a->host, s, to);
	if (status) {
		ops(a)->close(a->host, s);
		return status;
	}
	*out = stream_new(a, s, STREAM_CONNECTING);
	if (!*out)
		return -EMFILE;
	(*out)->remote = *to;
	return 0;
}

int stream_connect(struct attempt *a, int ttl)
{
	int s = ops(a)->tcp_open(a->host, a->client.port);
	bool chosen = a->chosen_isn != 0;
	struct stream *stream;
	int status;

	if (s < 0)
		return s;
	status = ops(a)->tcp_set_ttl(a->host, s, ttl);
	if (!status && chosen)
		status = choose_isn(a, s);
	status = connect_socket(a, s, status, &a->client.peer, &stream);
	if (status)
		return status;
	a->syn_ttl = ttl;
	a->syn_at = attempt_now(a);
	a->connects++;
	stream->only_syn_acked = chosen;
	return 0;
}

int stream_connect_privately(struct attempt *a, const struct endpoint *to)
{
	int s = ops(a)->tcp_open(a->host, a->client.port);
	struct stream *stream;
	int status;

	if (s < 0)
		return s;
	status = ops(a)->tcp_limit_syns(a->host, s, PRIVATE_SYNS);
	status = connect_socket(a, s, status, to, &stream);
	if (status)
		return status;
	stream->to_private = true;
	return 0;
}

static struct stream *listener_of(struct attempt *a)
{
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state == STREAM_LISTENING)
			return s;
	return NULL;
}

int stream_listen(struct attempt *a, bool for_private)
{
	struct stream *listener = listener_of(a);
	int s, status;

	if (listener && listener->for_private && !for_private) {
		ops(a)->tcp_accept_all(a->host, listener->socket);
		listener->for_private = false;
	}
	if (listener)
		return 0;
	s = ops(a)->tcp_open(a->host, a->client.port);
	if (s < 0)
		return s;
	status = for_private ? ops(a)->tcp_discard_syns_from(
				       a->host, s, a->client.peer.address) : 0;
	if (!status)
		status = ops(a)->tcp_listen(a->host, s);
	if (status) {
		ops(a)->close(a->host, s);
		return status;
	}
	listener = stream_new(a, s, STREAM_LISTENING);
	if (!listener)
		return -EMFILE;
	listener->for_private = for_private;
	return 0;
}

/*
 * may_prove_publicly - may this host send its proof on the public candidate?
 * If the peer's ACK established the stream, the peer was established first and
 * its proof follows that ACK at once; this host then verifies it before it
 * sends its own. That costs no time, tells a stranger nothing, and keeps the
 * sequence of packets the same each time: if both hosts sent at once, a race
 * would decide whether a proof is acknowledged by a packet of its own.
 */
static bool may_prove_publicly(const struct attempt *a, const struct stream *s)
{
	bool established_by_ack = s->accepted || (a->evidence.syn_ack_out &&
						  !a->evidence.syn_acks);

	return !a->hold_proof &&
	       (s->state == STREAM_VERIFIED ||
		(s->state == STREAM_PROVING && !established_by_ack));
}

/* A goes first, to an endpoint that the peer told; B answers. */
static bool may_prove_privately(const struct attempt *a, const struct stream *s)
{
	if (!a->client.keys.is_a)
		return s->state == STREAM_VERIFIED;
	return s->state == STREAM_PROVING &&
	       candidates_find(&a->private.peers, &s->remote) >= 0;
}

/* Is the proof out on another candidate, which may still be chosen? */
static bool proof_is_out(const struct attempt *a, const struct stream *but)
{
	bool private = stream_is_private(a, but);

	for (const struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s != but && s->proof_sent &&
		    (s->state == STREAM_PROVING ||
		     s->state == STREAM_VERIFIED) &&
		    (private || stream_is_private(a, s)))
			return true;
	return false;
}

static bool may_prove(const struct attempt *a, const struct stream *s)
{
	if (s->proof_sent)
		return false;
	if (!a->private.tried)
		return may_prove_publicly(a, s);
	return (stream_is_private(a, s) ? may_prove_privately(a, s) :
					  may_prove_publicly(a, s)) &&
	       (a->client.keys.is_a || !proof_is_out(a, s));
}

size_t stream_waits(struct attempt *a, struct host_wait items[STREAMS])
{
	size_t count = 0;

	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		if (s->state == STREAM_FREE || s->state == STREAM_PROVED)
			continue;
		/* With the proof complete, only the acknowledgement of ours
		   is awaited; data behind the proof must not wake us. */
		items[count++] = (struct host_wait){
			.handle = s->socket,
			.read = s->state != STREAM_CONNECTING &&
				s->received < PROOF_BYTES,
			.write = s->state == STREAM_CONNECTING ||
				 may_prove(a, s),
		};
	}
	return count;
}

static void established(struct attempt *a, struct stream *s)
{
	s->state = STREAM_PROVING;
	s->since = attempt_now(a);
	ops(a)->tcp_set_ttl(a->host, s->socket, 0);
	attempt_trace(a, s->since, TRACE_STATE, SUBJECT_ESTABLISHED,
		      "ESTABLISHED");
}

/* A private candidate failed, which is no cause of the attempt's failure. It is
   tried again, as Ford et al. do. */
static void end_private(struct attempt *a, struct stream *s, const char *why)
{
	int i = candidates_find(&a->private.peers, &s->remote);
	int64_t now = attempt_now(a), again;
	char text[ENDPOINT_TEXT];

	attempt_trace(a, now, TRACE_NOTE, SUBJECT_NONE,
		      "private candidate %s: %s",
		      endpoint_text(&s->remote, text), why);
	a->seen |= SEEN_PRIVATE_DEAD;
	stream_end(a, s);
	if (i < 0)
		return;
	again = retry_time(now, RETRY_DELAY, RETRY_DELAY, &a->rng);
	if (again + RETRY_NEEDS <= a->deadline)
		a->private.connect_at[i] = again;
}

static void step_connecting(struct attempt *a, struct stream *s)
{
	int why = 0;
	enum tcp_state state = ops(a)->tcp_state(a->host, s->socket, &why);
	int64_t now, again;

	/* The state decides, not a pending error: some errors are soft. */
	if (state == TCP_IS_ESTABLISHED || state == TCP_IS_CLOSING)
		established(a, s);
	if (state != TCP_IS_CLOSED)
		return;
	if (s->to_private) {
		end_private(a, s, strerror(why ? why : ECONNREFUSED));
		return;
	}
	stream_end(a, s);
	now = attempt_now(a);
	a->connect_error = why ? why : ECONNREFUSED;
	a->seen |= SEEN_DEAD;
	attempt_trace(a, now, TRACE_STATE, SUBJECT_NONE, "connect: %s",
		      strerror(a->connect_error));
	again = retry_time(now, RETRY_DELAY, RETRY_DELAY, &a->rng);
	if (a->reconnect && a->connects < CONNECTS_MAX &&
	    again + RETRY_NEEDS <= a->deadline)
		a->reconnect_at = again;
}

static void step_listening(struct attempt *a, struct stream *listener)
{
	struct endpoint from;
	int socket;

	while ((socket = ops(a)->tcp_accept(a->host, listener->socket,
					    &from)) >= 0) {
		struct stream *s = stream_new(a, socket, STREAM_PROVING);

		if (!s)
			return;
		s->accepted = true;
		s->remote = from;
		if (listener->for_private)
			ops(a)->tcp_accept_all(a->host, socket);
		established(a, s);
	}
}

/* @stranger: the other end is not the peer. False for silence on the own
   connect(): that is more likely a peer whose packets are dropped. */
static void refuse(struct attempt *a, struct stream *s, bool stranger,
		   const char *why)
{
	if (stream_is_private(a, s)) {
		end_private(a, s, why);
		return;
	}
	attempt_trace(a, attempt_now(a), TRACE_STATE, SUBJECT_NONE,
		      "connection closed: %s", why);
	a->refused_proof |= stranger;
	a->seen |= SEEN_DEAD;
	stream_end(a, s);
}

void stream_make_proof(const struct attempt *a, bool outgoing,
		       uint8_t proof[PROOF_BYTES])
{
	const struct client *c = &a->client;
	char name[PEER_MESSAGE_APPROACH];

	attempt_approach_name(a, name);
	proof_make(&c->keys, outgoing, name,
		   c->keys.is_a ? &c->seen : &c->peer,
		   c->keys.is_a ? &c->peer : &c->seen, proof);
}

static void send_proof(struct attempt *a, struct stream *s)
{
	uint8_t proof[PROOF_BYTES];

	stream_make_proof(a, true, proof);
	ops(a)->wake_on_ack(a->host, s->socket);
	/* 32 bytes into an empty send buffer: all of them or none. */
	if (ops(a)->send(a->host, s->socket, proof, sizeof(proof)) ==
	    (ssize_t)sizeof(proof))
		s->proof_sent = true;
	if (s->proof_sent && s->only_syn_acked)
		ops(a)->tcp_accept_all(a->host, s->socket);
}

/* Read the peer's proof, and no byte more: the rest belongs to the
   application. When it is complete, verify it. */
static void receive_proof(struct attempt *a, struct stream *s)
{
	uint8_t expected[PROOF_BYTES];
	ssize_t n;

	n = ops(a)->receive(a->host, s->socket, s->proof + s->received,
			    PROOF_BYTES - s->received);
	if (n == -EAGAIN)
		return;
	if (n <= 0) {
		refuse(a, s, s->accepted, n ? strerror((int)-n) :
		       "it ended before its proof");
		return;
	}
	s->received += (size_t)n;
	if (s->received < PROOF_BYTES)
		return;
	stream_make_proof(a, false, expected);
	if (sodium_memcmp(expected, s->proof, sizeof(expected))) {
		refuse(a, s, true, "it did not know the code");
		return;
	}
	s->state = STREAM_VERIFIED;
	a->out->authenticated_at = s->verified_at = attempt_now(a);
	a->out->received = PROOF_BYTES;
	attempt_trace(a, a->out->authenticated_at, TRACE_STATE,
		      SUBJECT_AUTHENTICATED, "authenticated");
}

/* The peer must have our proof, too: a NAT can forward one direction and drop
   the other. */
static void step_verified(struct attempt *a, struct stream *s)
{
	int why = 0;

	if (s->acknowledged) {
		s->state = STREAM_PROVED;
		a->seen |= SEEN_PROVED;
	} else if (ops(a)->tcp_state(a->host, s->socket, &why) ==
		   TCP_IS_CLOSED) {
		refuse(a, s, false, "it ended before it had our proof");
	}
}

/* Refuse a stream that has not proved itself in time.
   Return: when its time is over; TIME_NEVER if it needs no check */
static int64_t check_proof_timeout(struct attempt *a, struct stream *s)
{
	int64_t share = a->config->timeout / PROOF_SHARE;
	int64_t due = s->since +
		      (share > PROOF_TIMEOUT ? share : PROOF_TIMEOUT);

	if (s->state != STREAM_PROVING && s->state != STREAM_VERIFIED)
		return TIME_NEVER;
	if (candidates_find(&a->private.peers, &s->remote) >= 0) {
		/* B may hold its answer back while its proof is out on the
		   public candidate. */
		if (s->state == STREAM_PROVING || !s->proof_sent)
			return TIME_NEVER;
		due += s->verified_at - s->since;
	}
	if (attempt_now(a) < due)
		return due;
	refuse(a, s, s->accepted, "it was silent for too long");
	return TIME_NEVER;
}

int64_t stream_step(struct attempt *a)
{
	int64_t next = a->reconnect_at;

	if (a->reconnect_at != TIME_NEVER &&
	    attempt_now(a) >= a->reconnect_at) {
		a->reconnect_at = TIME_NEVER;
		stream_connect(a, 0);
	}
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		int64_t due;

		if (s->state == STREAM_LISTENING)
			step_listening(a, s);
		else if (s->state == STREAM_CONNECTING)
			step_connecting(a, s);
		if (may_prove(a, s))
			send_proof(a, s);
		if (s->proof_sent && !s->acknowledged)
			s->acknowledged = ops(a)->all_acked(a->host, s->socket);
		if (s->state == STREAM_PROVING)
			receive_proof(a, s);
		if (may_prove(a, s))
			send_proof(a, s);
		if (s->state == STREAM_VERIFIED)
			step_verified(a, s);
		if (a->seen & SEEN_PROVED)
			return next;
		due = check_proof_timeout(a, s);
		if (due < next)
			next = due;
	}
	return next;
}
