#include "method/udp_exchange.h"

#include <string.h>

#define ASK_INTERVAL (200 * NS_PER_MS)
#define KEEPALIVE_DEFAULT 15	/* s */

static const struct host_ops *ops(const struct attempt *a)
{
	return a->host->ops;
}

int udp_exchange_open(struct attempt *a)
{
	int s = ops(a)->udp_open(a->host, a->client.port);

	if (s < 0)
		return s;
	a->udp.socket = s;
	return 0;
}

void udp_exchange_close(struct attempt *a)
{
	if (a->udp.socket >= 0)
		ops(a)->close(a->host, a->udp.socket);
	a->udp.socket = -1;
}

static void ask_server(struct attempt *a)
{
	struct udp_exchange *u = &a->udp;
	uint8_t bytes[UDP_OBSERVATION_BYTES];
	size_t length = udp_observation_write(&u->question, bytes);

	u->ask_at = TIME_NEVER;
	if (u->questions == UDP_QUESTIONS_MAX)
		return;
	u->questions++;
	u->ask_at = attempt_now(a) + ASK_INTERVAL;
	(void)!ops(a)->udp_send(a->host, u->socket, &u->server, bytes, length);
}

void udp_exchange_ask(struct attempt *a, uint16_t port)
{
	struct udp_exchange *u = &a->udp;
	uint64_t transaction = rng_next(&a->rng);

	memset(&u->question, 0, sizeof(u->question));
	u->question.kind = UDP_QUESTION;
	memcpy(u->question.transaction, &transaction, TRANSACTION_BYTES);
	u->server = (struct endpoint){ a->client.server.address, port };
	a->seen &= ~(unsigned)SEEN_UDP;
	ask_server(a);
}

/* receive_from_server - a datagram from S. The first answer is a cookie; the
   token goes out only with it. */
static void receive_from_server(struct attempt *a, const uint8_t *bytes,
				size_t length)
{
	struct udp_exchange *u = &a->udp;
	struct udp_observation in;

	if (u->ask_at == TIME_NEVER ||
	    !udp_observation_parse(bytes, length, &in) ||
	    memcmp(in.transaction, u->question.transaction,
		   TRANSACTION_BYTES) != 0)
		return;
	if (in.kind == UDP_COOKIE) {
		memcpy(u->question.cookie, in.cookie, COOKIE_BYTES);
		memcpy(u->question.token, a->client.token, TOKEN_BYTES);
		ask_server(a);
	} else if (in.kind == UDP_OBSERVED) {
		u->seen = in.endpoint;
		u->ask_at = TIME_NEVER;
		a->seen |= SEEN_UDP;
	}
}

void udp_exchange_knock(struct attempt *a)
{
	const struct client *c = &a->client;
	struct knocking *k = &a->udp.knocking;
	bool is_a = c->keys.is_a;

	sealed_channel_begin(&k->channel, &c->keys,
			     is_a ? &a->udp.seen : &c->udp_peer,
			     is_a ? &c->udp_peer : &a->udp.seen);
	k->remote = c->udp_peer;
	k->start = a->hold_until;
	k->deadline = a->deadline;
	k->keepalive = a->config->keepalive ? a->config->keepalive :
					      KEEPALIVE_DEFAULT;
	knocking_begin(k, a->config->timeout);
	a->udp.knocks = true;
}

/* note_progress - trace what a datagram of the peer's has changed */
static void note_progress(struct attempt *a, const struct knocking *before)
{
	const struct knocking *k = &a->udp.knocking;
	int64_t now = attempt_now(a);
	char text[ENDPOINT_TEXT];

	if (!before->connected && k->connected) {
		a->out->authenticated_at = now;
		a->out->received = KNOCK_BYTES;
		a->seen |= SEEN_PROVED;
		attempt_trace(a, now, TRACE_STATE, SUBJECT_AUTHENTICATED,
			      "authenticated");
	}
	if (!endpoint_equal(&before->remote, &k->remote))
		attempt_trace(a, now, TRACE_NOTE, SUBJECT_NONE,
			      "the peer's datagrams come from %s",
			      endpoint_text(&k->remote, text));
}

static void receive_all(struct attempt *a)
{
	struct udp_exchange *u = &a->udp;
	uint8_t bytes[SEALED_DATAGRAM_MAX];
	struct endpoint from;
	ssize_t n;

	/* when both hosts are connected, the rest is the application's */
	while (!u->knocking.done &&
	       (n = ops(a)->udp_receive(a->host, u->socket, &from, bytes,
					sizeof(bytes))) >= 0) {
		struct knocking before = u->knocking;

		if ((size_t)n > sizeof(bytes))
			continue;	/* too long for any of ours */
		if (endpoint_equal(&from, &u->server))
			receive_from_server(a, bytes, (size_t)n);
		else if (u->knocks &&
			 knocking_receive(&u->knocking, &from, bytes,
					  (size_t)n, attempt_now(a)))
			note_progress(a, &before);
	}
}

static void send_knocks(struct attempt *a)
{
	struct knocking *k = &a->udp.knocking;
	uint8_t bytes[SEALED_DATAGRAM_MAX];
	size_t n;

	while ((n = knocking_next(k, attempt_now(a), bytes)) > 0)
		(void)!ops(a)->udp_send(a->host, a->udp.socket, &k->remote,
					bytes, n);
	if (k->done)
		a->seen |= SEEN_CONFIRMED;
}

int64_t udp_exchange_step(struct attempt *a)
{
	struct udp_exchange *u = &a->udp;
	int64_t next;

	if (u->socket < 0)
		return TIME_NEVER;
	receive_all(a);
	if (attempt_now(a) >= u->ask_at)
		ask_server(a);
	next = u->ask_at;
	if (!u->knocks)
		return next;
	send_knocks(a);
	return u->knocking.next < next ? u->knocking.next : next;
}
