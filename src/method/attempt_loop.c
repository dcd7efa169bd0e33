#include "method/attempt_loop.h"

#include "method/diagnosis.h"
#include "method/private_candidates.h"
#include "method/stream.h"
#include "method/udp_exchange.h"

#include <string.h>

/* A peer that left may have finished: its last packets can still arrive. */
#define PEER_LEFT_GRACE NS_PER_S

static void receive_peer_message(struct attempt *a)
{
	char name[PEER_MESSAGE_APPROACH];
	struct peer_message m;

	if (!peer_message_parse(a->client.peer_message,
				a->client.peer_message_length, &m))
		return;
	attempt_trace(a, attempt_now(a), TRACE_MESSAGE_IN,
		      peer_message_subject(&m), "%s", peer_message_text(&m));
	switch (m.kind) {
	case PEER_GREETING:
		attempt_approach_name(a, name);
		a->greeting = m;
		a->seen |= SEEN_GREETING;
		a->method_differs = strcmp(name, m.approach) != 0;
		private_candidates_told(a);
		break;
	case PEER_SYN:
		a->evidence.theirs = m.syn;
		a->evidence.have_theirs = true;
		a->seen |= SEEN_THEIR_SYN;
		break;
	case PEER_READY:
		a->seen |= SEEN_READY;
		break;
	case PEER_GONE:
		a->peer_cause = m.cause;
		a->seen |= SEEN_GONE;
		break;
	}
}

/* Handle one event of the connection to S. Return: false if there is none. */
static bool handle_client_event(struct attempt *a)
{
	char text[ENDPOINT_TEXT];

	switch (client_step(&a->client)) {
	case CLIENT_NO_EVENT:
		return false;
	case CLIENT_EVENT_OBSERVED:
		a->seen |= SEEN_OBSERVED;
		break;
	case CLIENT_EVENT_INTRODUCED:
		a->seen |= SEEN_PEER;
		a->evidence.peer = a->client.peer;
		a->out->introduced_at = attempt_now(a);
		attempt_trace(a, a->out->introduced_at, TRACE_STATE,
			      SUBJECT_INTRODUCTION,
			      "introduced: the peer is %s",
			      endpoint_text(a->evidence.datagrams ?
					    &a->client.udp_peer :
					    &a->client.peer, text));
		break;
	case CLIENT_EVENT_PEER_MESSAGE:
		receive_peer_message(a);
		break;
	case CLIENT_EVENT_SPOOFED:
		a->spoofed = true;
		a->hold_proof = false;
		attempt_trace(a, attempt_now(a), TRACE_MESSAGE_IN,
			      SUBJECT_SPOOF_DONE, "spoofed");
		break;
	case CLIENT_EVENT_BAD_PEER_MESSAGE:
		attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NONE,
			      "a message could not be unsealed and was"
			      " ignored");
		break;
	case CLIENT_EVENT_PEER_LEFT:
		a->peer_left = true;
		break;
	case CLIENT_EVENT_REFUSED:
	case CLIENT_EVENT_LOST:
		a->server_lost = true;
		a->hold_proof = false;	/* S can't say "spoofed" any more */
		return false;
	}
	return true;
}

static void read_capture(struct attempt *a)
{
	struct captured_packet packet;

	while (a->host->ops->capture_next(a->host, &packet)) {
		struct evidence *ev = private_candidates_evidence(
			a, packet.outgoing, packet.bytes, packet.length);

		if (!ev || evidence_packet(ev, packet.outgoing, packet.bytes,
					   packet.length))
			attempt_trace_packet(a, &packet);
	}
	if (a->evidence.have_mine)
		a->seen |= SEEN_MY_SYN;
	if (evidence_answered(&a->evidence))
		a->seen |= SEEN_ANSWER;
}

static int64_t earlier(int64_t x, int64_t y)
{
	return x < y ? x : y;
}

/*
 * Handle everything that has happened. A packet is captured before its socket
 * changes state, so the capture is read before the streams, to know which
 * packet established a stream, and again after them.
 * Return: when to call this again
 */
static int64_t handle_events(struct attempt *a)
{
	int64_t next;

	if (!a->server_lost)
		while (handle_client_event(a))
			;
	read_capture(a);
	next = earlier(private_candidates_step(a),
		       earlier(stream_step(a), udp_exchange_step(a)));
	read_capture(a);
	if (a->resend_at != TIME_NEVER && attempt_now(a) >= a->resend_at) {
		a->resend_at = TIME_NEVER;
		a->resend(a);
	}
	return earlier(next, a->resend_at);
}

/* The peer gave up and said why. This host may know more: its own kernel
   refused the peer's SYN, which the peer cannot tell from a NAT's answer; or
   it knows what became of the packet that the peer waited for. */
static enum outcome fail_as_peer_gave_up(struct attempt *a)
{
	if (a->evidence.rst_out_for_syn)
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_RST_FROM_HOST,
				    "The peer's SYN came before a socket was"
				    " there for it, and the kernel answered"
				    " with RST.");
	if (cause_is_silence(a->peer_cause)) {
		enum outcome outcome = attempt_failed(a);

		if (a->out->cause != CAUSE_NOTHING_ARRIVED)
			return outcome;
	}
	return attempt_fail(a, a->peer_cause == CAUSE_NO_USABLE_TTL ?
			    OUTCOME_NOT_APPLICABLE : OUTCOME_FAILED,
			    a->peer_cause, "The peer gave up. %s",
			    cause_meaning(a->peer_cause));
}

/* What ends an attempt whatever it waits for. @needs_s: it waits for S. */
static enum outcome check_end(struct attempt *a, bool needs_s)
{
	char name[PEER_MESSAGE_APPROACH];

	if (a->method_differs) {
		attempt_approach_name(a, name);
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The peer runs \"%s\" and this host"
				    " \"%s\".", a->greeting.approach, name);
	}
	/* A candidate has won while the method waits for something else: its
	   page ends, and the attempt is connected (attempt.c). */
	if ((a->seen & SEEN_PROVED) && a->private.tried)
		return OUTCOME_FAILED;
	if (a->seen & SEEN_GONE)
		return fail_as_peer_gave_up(a);
	if (a->syn_ttl && !a->public_failed &&
	    evidence_shared_link(&a->evidence))
		return attempt_failed(a);
	if (needs_s && a->server_lost) {
		if (!strcmp(a->client.reason, "session-full"))
			return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
					    "The session is full: two other"
					    " hosts use this code.");
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
				    "The rendezvous was lost: %s",
				    a->client.text);
	}
	if (needs_s && a->peer_left && (a->seen & SEEN_PEER))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_PEER_VANISHED,
				    "The peer left in the middle of the"
				    " exchange.");
	return OUTCOME_CONNECTED;
}

static enum outcome poll_all(struct attempt *a, int64_t until)
{
	struct host_wait items[STREAMS + 3];
	size_t count = stream_waits(a, items);
	size_t stop = SIZE_MAX;

	if (!a->server_lost && a->client.state != CLIENT_LOST) {
		client_flush(&a->client);
		items[count++] = client_wants(&a->client);
	}
	if (a->udp.socket >= 0 && !a->udp.knocking.done)
		items[count++] = (struct host_wait){ .handle = a->udp.socket,
						     .read = true };
	if (a->stop >= 0) {
		stop = count;
		items[count++] = (struct host_wait){ .handle = a->stop,
						     .read = true };
	}
	a->host->ops->wait(a->host, items, count, until);
	if (stop != SIZE_MAX && items[stop].ready)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "Interrupted.");
	return OUTCOME_CONNECTED;
}

enum outcome attempt_wait(struct attempt *a, unsigned wanted, int64_t until)
{
	bool needs_s = (wanted & (SEEN_OBSERVED | SEEN_PEER | SEEN_THEIR_SYN |
				  SEEN_READY | SEEN_UDP)) &&
		       !(wanted & SEEN_PROVED);

	for (;;) {
		int64_t next = handle_events(a);

		if (a->seen & wanted)
			return OUTCOME_CONNECTED;
		TRY(check_end(a, needs_s));
		if (a->peer_left && !a->peer_vanished &&
		    (a->seen & SEEN_PEER)) {
			a->peer_vanished = true;
			a->deadline = earlier(a->deadline, attempt_now(a) +
					      PEER_LEFT_GRACE);
		}
		if (a->peer_vanished)
			until = earlier(until, a->deadline);
		if (attempt_now(a) >= until)
			return OUTCOME_CONNECTED;
		TRY(poll_all(a, earlier(next, until)));
	}
}

bool attempt_wait_for_private(struct attempt *a)
{
	bool last = !approach_has_roles(&a->config->approach) || a->order;

	a->public_failed = true;
	while (!(a->seen & SEEN_PROVED) && attempt_now(a) < a->deadline &&
	       (last ? private_candidates_pending(a) :
		       private_candidates_chosen(a))) {
		a->seen &= ~(unsigned)SEEN_PRIVATE_DEAD;
		if (attempt_wait(a, SEEN_PROVED | SEEN_PRIVATE_DEAD,
				 a->deadline) != OUTCOME_CONNECTED)
			break;
	}
	return a->seen & SEEN_PROVED;
}

void attempt_wait_for_gone(struct attempt *a, int64_t until)
{
	while (!(a->seen & SEEN_GONE) && !a->server_lost && !a->peer_left &&
	       attempt_now(a) < until) {
		struct host_wait item;

		client_flush(&a->client);
		item = client_wants(&a->client);
		handle_events(a);
		if (!(a->seen & SEEN_GONE) && !a->server_lost)
			a->host->ops->wait(a->host, &item, 1, until);
	}
}
