#include "method/verbs.h"

#include "method/diagnosis.h"
#include "method/retry.h"
#include "method/stream.h"
#include "wire/syn_ack_options.h"

#include <errno.h>
#include <string.h>

/* One's own SYN is in the capture within microseconds; if it is not within a
   second, the capture does not work. */
#define CAPTURE_TIMEOUT NS_PER_S
/* A forged or spoofed SYN-ACK may be lost: again after 0.5 to 1 s. */
#define AGAIN_DELAY     (NS_PER_S / 2)

static int64_t now(struct attempt *a)
{
	return a->host->do_->now(a->host);
}

static void again_later(struct attempt *a, void (*what)(struct attempt *))
{
	a->again = what;
	a->again_at = retry_time(now(a), AGAIN_DELAY, AGAIN_DELAY, &a->rng);
}

static void facts_of(const struct segment *s, struct syn_facts *out)
{
	*out = (struct syn_facts){
		.isn = s->sequence,
		.window = s->window,
		.options_length = s->options_length,
	};
	memcpy(out->options, s->options, s->options_length);
}

/* Wait until the own SYN has been captured, and tell what it was. */
static enum outcome syn_captured(struct attempt *a, struct syn_facts *mine)
{
	TRY(attempt_wait(a, SEEN_MY_SYN, a->syn_at + CAPTURE_TIMEOUT));
	if (!(a->seen & SEEN_MY_SYN))
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The own SYN did not appear in the"
				    " capture.");
	facts_of(&a->evidence.mine, mine);
	return OUTCOME_CONNECTED;
}

static void no_syn_sent(struct attempt *a, int status)
{
	trace_about(&a->out->trace, now(a), TRACE_NOTE, SUBJECT_NO_SYN,
		    "no SYN sent: %s", strerror(-status));
	attempt_note(a);
}

enum outcome syn_out(struct attempt *a, int ttl, struct syn_facts *mine)
{
	int status;

	if (now(a) < a->hold_until)
		TRY(attempt_wait(a, 0, a->hold_until));
	status = stream_connect(a, ttl);
	/* A listener may hold this very connection already (P2P-NAT whose
	   peer's SYN was first): then there is nothing to connect. */
	if (status == -EADDRNOTAVAIL || status == -EADDRINUSE)
		no_syn_sent(a, status);
	else if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The SYN could not be sent: %s.",
				    strerror(-status));
	return mine ? syn_captured(a, mine) : OUTCOME_CONNECTED;
}

static void send_syn(struct attempt *a, const struct syn_facts *mine)
{
	struct peer_message l = { .kind = PEER_SYN, .syn = *mine };

	attempt_tell_peer(a, &l);
}

enum outcome exchange(struct attempt *a, const struct syn_facts *mine,
		      struct syn_facts *theirs)
{
	a->hold_bytes = true;
	send_syn(a, mine);
	TRY(attempt_wait(a, SEEN_THEIR_SYN, a->deadline));
	if (!(a->seen & SEEN_THEIR_SYN))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_PEER_VANISHED,
				    "The peer's SYN was never told.");
	*theirs = a->evidence.theirs;
	return OUTCOME_CONNECTED;
}

static bool local_endpoint(struct attempt *a, struct endpoint *out)
{
	struct stream *s = stream_connecting(a);

	if (s && !a->host->do_->tcp_local(a->host, s->socket, out))
		return true;
	*out = a->client.local;
	return out->port;
}

static int forge(struct attempt *a, const struct syn_facts *mine,
		 const struct syn_facts *theirs)
{
	struct segment s = {
		.destination = a->client.peer,
		.sequence = mine->isn,
		.acknowledgement = theirs->isn + 1,
		.window = (uint16_t)(mine->window - 1),	/* the mark */
		.id = (uint16_t)rng_next(&a->rng),
		.flags = TCP_SYN | TCP_ACK,
		.ttl = 64,
	};

	if (!local_endpoint(a, &s.source))
		return -EADDRNOTAVAIL;
	if (!syn_ack_options(mine->options, mine->options_length,
			     theirs->options, theirs->options_length, s.options,
			     &s.options_length))
		s.options_length = 0;	/* nonsense from the peer: none */
	return a->host->do_->forge(a->host, &s);
}

static void forge_again(struct attempt *a)
{
	struct syn_facts mine;

	facts_of(&a->evidence.mine, &mine);
	forge(a, &mine, &a->evidence.theirs);
}

enum outcome forge_syn_ack(struct attempt *a, const struct syn_facts *mine,
			   const struct syn_facts *theirs)
{
	int status = forge(a, mine, theirs);

	if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The SYN-ACK could not be forged: %s.",
				    strerror(-status));
	a->hold_bytes = false;
	again_later(a, forge_again);
	return OUTCOME_CONNECTED;
}

static void asked_to_spoof(struct attempt *a)
{
	trace_about(&a->out->trace, now(a), TRACE_MESSAGE_OUT,
		    SUBJECT_SPOOF_REQUEST,
		    "spoof, please: the SYN's numbers, to S");
	attempt_note(a);
}

static void spoof_again(struct attempt *a)
{
	struct syn_facts mine;

	facts_of(&a->evidence.mine, &mine);
	if (client_request_spoofing(&a->client, &mine))
		asked_to_spoof(a);
}

enum outcome ask_to_spoof(struct attempt *a, const struct syn_facts *mine)
{
	a->evidence.asked_spoofing = true;
	/* Until S has sent both SYN-ACKs the peer may still be in SYN_SENT, and
	   bytes that reach it there are lost for one RTO. */
	a->hold_bytes = true;
	/* The peer needs the window too: it tells a spoofed SYN-ACK. */
	send_syn(a, mine);
	if (!client_request_spoofing(&a->client, mine))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
				    "S could not be asked to spoof: %s",
				    a->client.text);
	asked_to_spoof(a);
	again_later(a, spoof_again);
	return OUTCOME_CONNECTED;
}

/* Wait until the SYN cannot meet the peer's any more. The peer's greeting has
   its round trip to S. */
static enum outcome syn_dead(struct attempt *a)
{
	unsigned answered = SEEN_ANSWER | SEEN_DEAD;

	TRY(attempt_wait(a, answered | SEEN_GREETING, a->deadline));
	return attempt_wait(a, answered, a->syn_at + a->client.round_trip +
				    a->greeting.round_trip);
}

enum outcome hole_open(struct attempt *a, int ttl)
{
	TRY(syn_out(a, ttl, NULL));
	return ttl ? OUTCOME_CONNECTED : syn_dead(a);
}

static enum outcome ready_out(struct attempt *a)
{
	struct peer_message l = { .kind = PEER_READY };

	attempt_tell_peer(a, &l);
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
	a->host->do_->tcp_ttl(a->host, s->socket, 0);
	a->syn_ttl = 0;
	return ready_out(a);
}

enum outcome listen_here(struct attempt *a)
{
	int status = stream_listen(a);

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
			    "The peer never said that its hole was open.");
}

enum outcome established(struct attempt *a)
{
	do {
		/* With no socket left and no retry to come it is over. */
		if (!stream_any(a) && a->retry_at == TIME_NEVER)
			break;
		a->seen &= ~(unsigned)SEEN_DEAD;
		TRY(attempt_wait(a, SEEN_PROVED | SEEN_DEAD, a->deadline));
		if (a->seen & SEEN_PROVED)
			return OUTCOME_CONNECTED;
	} while (a->seen & SEEN_DEAD);
	return attempt_failed(a);
}
