/*
 * The one wait of an attempt: sockets, capture, letters and the deadline, in
 * one poll. What comes is recorded in the trace and in the evidence, whatever
 * was being waited for.
 */
#include "method/diagnosis.h"
#include "method/attempt_internal.h"
#include "method/stream.h"

#include <string.h>

/* A peer that has left may have finished: what it sent is still under way. */
#define PEER_LEFT_GRACE NS_PER_S

static int64_t now(struct attempt *a)
{
	return a->host->do_->now(a->host);
}

static void greeting_came(struct attempt *a, const struct peer_message *l)
{
	char what[PEER_MESSAGE_WHAT];

	attempt_what(a, what);
	a->greeting = *l;
	a->seen |= SEEN_GREETING;
	a->differs = strcmp(what, l->what) != 0;
}

static void letter_came(struct attempt *a)
{
	struct peer_message l;

	if (!peer_message_parse(a->client.peer_message,
				a->client.peer_message_length, &l))
		return;
	trace_about(&a->out->trace, now(a), TRACE_MESSAGE_IN,
		    peer_message_subject(&l), "%s", peer_message_text(&l));
	attempt_note(a);
	switch (l.kind) {
	case PEER_GREETING:
		greeting_came(a, &l);
		break;
	case PEER_SYN:
		a->evidence.theirs = l.syn;
		a->evidence.have_theirs = true;
		a->seen |= SEEN_THEIR_SYN;
		break;
	case PEER_READY:
		a->seen |= SEEN_READY;
		break;
	case PEER_GONE:
		a->peer_cause = l.cause;
		a->seen |= SEEN_GONE;
		break;
	}
}

static void peer_came(struct attempt *a)
{
	char text[ENDPOINT_TEXT];

	a->seen |= SEEN_PEER;
	a->evidence.peer = a->client.peer;
	a->out->introduced_at = now(a);
	trace_about(&a->out->trace, a->out->introduced_at, TRACE_STATE,
		    SUBJECT_INTRODUCTION, "introduced: the peer is %s",
		    endpoint_text(&a->client.peer, text));
	attempt_note(a);
}

/* One piece of news from S. Return: false when there is none. */
static bool client_news(struct attempt *a)
{
	switch (client_step(&a->client)) {
	case CLIENT_NO_EVENT:
		return false;
	case CLIENT_EVENT_OBSERVED:
		a->seen |= SEEN_OBSERVED;
		break;
	case CLIENT_EVENT_INTRODUCED:
		peer_came(a);
		break;
	case CLIENT_EVENT_PEER_MESSAGE:
		letter_came(a);
		break;
	case CLIENT_EVENT_SPOOFED:
		a->spoofed = true;
		a->hold_bytes = false;
		trace_about(&a->out->trace, now(a), TRACE_MESSAGE_IN,
			    SUBJECT_SPOOF_DONE, "spoofed");
		attempt_note(a);
		break;
	case CLIENT_EVENT_BAD_PEER_MESSAGE:
		trace_text(&a->out->trace, now(a), TRACE_NOTE,
			   "a letter could not be unsealed; passed over");
		attempt_note(a);
		break;
	case CLIENT_EVENT_PEER_LEFT:
		a->peer_left = true;
		break;
	case CLIENT_EVENT_REFUSED:
	case CLIENT_EVENT_LOST:
		a->lost = true;
		a->hold_bytes = false;	/* S will not say more */
		return false;
	}
	return true;
}

static void captures(struct attempt *a)
{
	struct captured_packet packet;

	while (a->host->do_->capture_next(a->host, &packet)) {
		if (!evidence_packet(&a->evidence, packet.outgoing,
				     packet.bytes, packet.length))
			continue;
		trace_packet(&a->out->trace, packet.at,
			     packet.outgoing ? TRACE_PACKET_OUT :
					       TRACE_PACKET_IN,
			     packet.bytes, packet.length, packet.full_length,
			     NULL);
		attempt_note(a);
	}
	if (a->evidence.have_mine)
		a->seen |= SEEN_MY_SYN;
	if (evidence_answered(&a->evidence))
		a->seen |= SEEN_ANSWER;
}

/* The connection to S has ended, or S said no. */
static enum outcome lost(struct attempt *a)
{
	const char *reason = a->client.reason;

	if (!strcmp(reason, "session-full"))
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The session is full: two other hosts"
				    " use this code.");
	return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
			    "The rendezvous was lost: %s", a->client.text);
}

/* The peer gave up, and said why; unless this host knows more: its own kernel
   has refused the SYN, which the peer cannot tell from a NAT, or it can say
   where what the peer waited for has gone. */
static enum outcome gone(struct attempt *a)
{
	if (a->evidence.rst_out_for_syn)
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_RST_FROM_HOST,
				    "The peer's SYN came before a socket was"
				    " there for it, and the kernel answered"
				    " with RST.");
	if (cause_is_silence(a->peer_cause)) {
		attempt_failed(a);
		if (a->out->cause != CAUSE_NOTHING_ARRIVED)
			return OUTCOME_FAILED;
	}
	return attempt_fail(a, a->peer_cause == CAUSE_NO_USABLE_TTL ?
			    OUTCOME_NOT_APPLICABLE : OUTCOME_FAILED,
			    a->peer_cause, "The peer gave up. %s",
			    cause_meaning(a->peer_cause));
}

static enum outcome shared_link(struct attempt *a)
{
	char text[ADDRESS_TEXT];

	if (a->config->ttl)
		return attempt_fail(a, OUTCOME_NOT_APPLICABLE,
				    CAUSE_NO_USABLE_TTL, "TTL %d is too high:"
				    " the peer's own address %s answered the"
				    " SYN; try --ttl auto.", a->syn_ttl,
				    address_text(a->client.peer.address,
						 text));
	return attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_USABLE_TTL,
			    "The SYN with TTL %d was answered by the peer's own"
			    " address %s: the NATs share a link, and no TTL"
			    " dies between them; try --ttl none.", a->syn_ttl,
			    address_text(a->client.peer.address, text));
}

static enum outcome differs(struct attempt *a)
{
	char what[PEER_MESSAGE_WHAT];

	attempt_what(a, what);
	return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
			    "The peer runs \"%s\" and this host \"%s\".",
			    a->greeting.what, what);
}

/* What ends an attempt whatever it waits for; needs_s: it waits for S. */
static enum outcome ended(struct attempt *a, bool needs_s)
{
	if (a->differs)
		return differs(a);
	if (a->seen & SEEN_GONE)
		return gone(a);
	if (a->syn_ttl && evidence_shared_link(&a->evidence))
		return shared_link(a);
	if (needs_s && a->lost)
		return lost(a);
	if (needs_s && a->peer_left && (a->seen & SEEN_PEER))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_PEER_VANISHED,
				    "The peer left in the middle of the"
				    " exchange.");
	return OUTCOME_CONNECTED;
}

static int64_t earlier(int64_t x, int64_t y)
{
	return x < y ? x : y;
}

/* Repeat what a lost packet may have spoilt (forging, spoofing). */
static int64_t repeat(struct attempt *a)
{
	if (a->again_at != TIME_NEVER && now(a) >= a->again_at) {
		a->again_at = TIME_NEVER;
		a->again(a);
	}
	return a->again_at;
}

static enum outcome poll_all(struct attempt *a, int64_t until)
{
	struct host_wait items[STREAMS + 2];
	size_t count = stream_waits(a, items);
	size_t stop = SIZE_MAX;

	if (!a->lost && a->client.state != CLIENT_LOST) {
		client_flush(&a->client);
		items[count++] = client_wants(&a->client);
	}
	if (a->stop >= 0) {
		stop = count;
		items[count++] = (struct host_wait){ .handle = a->stop,
						     .read = true };
	}
	a->host->do_->wait(a->host, items, count, until);
	if (stop != SIZE_MAX && items[stop].ready)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "Interrupted.");
	return OUTCOME_CONNECTED;
}

/* Take in all that is there. A packet is in the capture before the socket that
   it is for changes: what established a stream is known to its step mostly, and
   in any case after it. */
static int64_t take_in(struct attempt *a)
{
	int64_t next;

	if (!a->lost)
		while (client_news(a))
			;
	captures(a);
	next = stream_step(a);
	captures(a);
	return earlier(next, repeat(a));
}

void attempt_listen(struct attempt *a, int64_t until)
{
	struct host_wait item;

	client_flush(&a->client);
	item = client_wants(&a->client);
	take_in(a);
	if (!(a->seen & SEEN_GONE) && !a->lost)
		a->host->do_->wait(a->host, &item, 1, until);
}

enum outcome attempt_wait(struct attempt *a, unsigned wanted, int64_t until)
{
	bool needs_s = wanted & (SEEN_OBSERVED | SEEN_PEER | SEEN_THEIR_SYN |
				 SEEN_READY);

	for (;;) {
		int64_t next = take_in(a);

		if (a->seen & wanted)
			return OUTCOME_CONNECTED;
		TRY(ended(a, needs_s));
		if (a->peer_left && !a->vanished && (a->seen & SEEN_PEER)) {
			a->vanished = true;
			a->deadline = earlier(a->deadline,
					      now(a) + PEER_LEFT_GRACE);
		}
		until = a->vanished ? earlier(until, a->deadline) : until;
		if (now(a) >= until)
			return OUTCOME_CONNECTED;
		TRY(poll_all(a, earlier(next, until)));
	}
}
