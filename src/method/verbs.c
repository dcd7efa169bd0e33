#include "method/verbs.h"

#include "method/attempt_loop.h"
#include "method/diagnosis.h"
#include "method/retry.h"
#include "method/stream.h"
#include "wire/syn_ack_options.h"

#include <errno.h>
#include <string.h>

/* The capture shows a host's own SYN within microseconds. If it doesn't within
   a second, it does not work. */
#define CAPTURE_TIMEOUT NS_PER_S
/* A forged or spoofed SYN-ACK may be lost, so it is sent once more, after a
   random time from this to twice this. */
#define RESEND_DELAY    (NS_PER_S / 2)

static void resend_later(struct attempt *a, void (*resend)(struct attempt *))
{
	a->resend = resend;
	a->resend_at = retry_time(attempt_now(a), RESEND_DELAY, RESEND_DELAY,
				  &a->rng);
}

/* The latest own SYN, as captured, but for the window that was announced. */
static struct syn_facts own_syn(const struct attempt *a)
{
	const struct segment *s = &a->evidence.mine;
	uint16_t announced = a->evidence.announced_window;
	struct syn_facts facts = {
		.isn = s->sequence,
		.window = announced ? announced : s->window,
		.options_length = s->options_length,
	};

	memcpy(facts.options, s->options, s->options_length);
	return facts;
}

enum outcome syn_out(struct attempt *a, int ttl, struct syn_facts *mine)
{
	int status;

	if (attempt_now(a) < a->hold_until)
		TRY(attempt_wait(a, 0, a->hold_until));
	status = stream_connect(a, ttl);
	/* If the peer's SYN came first, the listener may hold this 4-tuple
	   already (P2P-NAT): then there is nothing to connect. */
	if (status == -EADDRNOTAVAIL || status == -EADDRINUSE)
		attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NO_SYN,
			      "no SYN sent: %s", strerror(-status));
	else if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The SYN could not be sent: %s.",
				    strerror(-status));
	if (!mine)
		return OUTCOME_CONNECTED;
	TRY(attempt_wait(a, SEEN_MY_SYN, a->syn_at + CAPTURE_TIMEOUT));
	if (!(a->seen & SEEN_MY_SYN))
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The own SYN did not appear in the"
				    " capture.");
	*mine = own_syn(a);
	return OUTCOME_CONNECTED;
}

void tell_peer_syn(struct attempt *a, const struct syn_facts *mine)
{
	struct peer_message m = { .kind = PEER_SYN, .syn = *mine };

	attempt_tell_peer(a, &m);
}

enum outcome exchange(struct attempt *a, const struct syn_facts *mine,
		      struct syn_facts *theirs)
{
	a->hold_proof = true;
	tell_peer_syn(a, mine);
	TRY(attempt_wait(a, SEEN_THEIR_SYN, a->deadline));
	if (!(a->seen & SEEN_THEIR_SYN))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_PEER_VANISHED,
				    "The peer's message about its SYN did not"
				    " arrive.");
	*theirs = a->evidence.theirs;
	return OUTCOME_CONNECTED;
}

int forge_segment(struct attempt *a, struct segment *s, const void *data)
{
	const struct stream *connecting = stream_connecting(a);

	s->destination = a->client.peer;
	s->id = (uint16_t)rng_next(&a->rng);
	s->ttl = 64;
	if (!connecting ||
	    a->host->ops->tcp_local_endpoint(a->host, connecting->socket,
					     &s->source))
		s->source = a->client.local;
	if (!s->source.port)
		return -EADDRNOTAVAIL;
	return a->host->ops->forge(a->host, s, data);
}

static int forge_answer(struct attempt *a, const struct syn_facts *mine,
			const struct syn_facts *theirs)
{
	struct segment s = {
		.sequence = mine->isn,
		.acknowledgement = theirs->isn + 1,
		.window = (uint16_t)(mine->window - 1),	/* the mark */
		.flags = TCP_SYN | TCP_ACK,
	};

	if (!syn_ack_options(mine->options, mine->options_length,
			     theirs->options, theirs->options_length, s.options,
			     &s.options_length))
		s.options_length = 0;	/* the peer's are malformed */
	return forge_segment(a, &s, NULL);
}

static void forge_again(struct attempt *a)
{
	struct syn_facts mine = own_syn(a);

	forge_answer(a, &mine, &a->evidence.theirs);
}

enum outcome forge_syn_ack(struct attempt *a, const struct syn_facts *mine,
			   const struct syn_facts *theirs)
{
	int status = forge_answer(a, mine, theirs);

	if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The SYN-ACK could not be forged: %s.",
				    strerror(-status));
	a->hold_proof = false;
	resend_later(a, forge_again);
	return OUTCOME_CONNECTED;
}

static bool request_spoofing(struct attempt *a, const struct syn_facts *mine)
{
	if (!client_request_spoofing(&a->client, mine))
		return false;
	attempt_trace(a, attempt_now(a), TRACE_MESSAGE_OUT,
		      SUBJECT_SPOOF_REQUEST,
		      "spoof, please: the SYN's numbers, to S");
	return true;
}

static void spoof_again(struct attempt *a)
{
	struct syn_facts mine = own_syn(a);

	request_spoofing(a, &mine);
}

enum outcome ask_to_spoof(struct attempt *a, const struct syn_facts *mine)
{
	a->evidence.asked_spoofing = true;
	/* Until S has sent both SYN-ACKs the peer may still be in SYN_SENT,
	   where data is lost for one RTO. */
	a->hold_proof = true;
	/* By this SYN's window the peer recognises the spoofed SYN-ACK. */
	tell_peer_syn(a, mine);
	if (!request_spoofing(a, mine))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
				    "S could not be asked to spoof: %s",
				    a->client.text);
	resend_later(a, spoof_again);
	return OUTCOME_CONNECTED;
}

enum outcome hole_open(struct attempt *a, int ttl)
{
	const unsigned answered = SEEN_ANSWER | SEEN_DEAD;

	TRY(syn_out(a, ttl, NULL));
	if (ttl)
		return OUTCOME_CONNECTED;
	/* The greeting tells the peer's round trip to S. */
	TRY(attempt_wait(a, answered | SEEN_GREETING, a->deadline));
	return attempt_wait(a, answered, a->syn_at + a->client.round_trip +
				    a->greeting.round_trip);
}

enum outcome ready_out(struct attempt *a)
{
	struct peer_message m = { .kind = PEER_READY };

	attempt_tell_peer(a, &m);
	return OUTCOME_CONNECTED;
}

enum outcome hole_listen(struct attempt *a)
{
	struct stream *s = stream_connecting(a);

	if (s && s->state == STREAM_CONNECTING)
		stream_end(a, s);
	TRY(listen_here(a));
	return ready_out(a);
}

enum outcome hole_keep(struct attempt *a)
{
	struct stream *s = stream_connecting(a);

	if (!s)
		return attempt_failed(a);
	a->host->ops->tcp_set_ttl(a->host, s->socket, 0);
	a->syn_ttl = 0;
	return ready_out(a);
}

enum outcome listen_here(struct attempt *a)
{
	int status = stream_listen(a, false);

	if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "Port %u could not be listened on: %s.",
				    a->client.port, strerror(-status));
	return OUTCOME_CONNECTED;
}

enum outcome ready_in(struct attempt *a)
{
	TRY(attempt_wait(a, SEEN_READY, a->deadline));
	if (a->seen & SEEN_READY)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_FAILED, CAUSE_PEER_VANISHED,
			    "The peer's message that its hole is open did not"
			    " arrive.");
}

enum outcome established(struct attempt *a)
{
	do {
		if (!stream_any(a) && a->reconnect_at == TIME_NEVER)
			break;
		a->seen &= ~(unsigned)SEEN_DEAD;
		TRY(attempt_wait(a, SEEN_PROVED | SEEN_DEAD, a->deadline));
		if (a->seen & SEEN_PROVED)
			return OUTCOME_CONNECTED;
	} while (a->seen & SEEN_DEAD);
	return attempt_wait_for_private(a) ? OUTCOME_CONNECTED :
					     attempt_failed(a);
}
