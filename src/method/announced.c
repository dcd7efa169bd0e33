#include "method/announced.h"

#include "method/attempt_loop.h"
#include "method/stream.h"
#include "method/verbs.h"

#include <string.h>

/* The window of a Linux SYN on Ethernet. Nobody knows the real window before
   the SYN has left, and the mark needs one that both hosts know. */
#define ANNOUNCED_WINDOW 64240

/* The peer's SYN, as far as it can be known before it has come. */
static struct syn_facts expected_syn(const struct attempt *a,
				     const struct syn_facts *mine)
{
	struct syn_facts theirs = {
		.isn = a->client.peer_isn,
		.window = ANNOUNCED_WINDOW,
	};
	struct tcp_options options;

	if (tcp_options_parse(mine->options, mine->options_length, &options)) {
		options.value = 0;
		theirs.options_length = tcp_options_build(&options,
							  theirs.options);
	}
	return theirs;
}

enum outcome announced_syn_out(struct attempt *a, int ttl,
			       struct syn_facts *mine,
			       struct syn_facts *theirs)
{
	a->chosen_isn = a->client.isn;
	a->evidence.announced_window = ANNOUNCED_WINDOW;
	TRY(syn_out(a, ttl, mine));
	if (mine->isn != a->client.isn)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The SYN left with the initial sequence"
				    " number %u, not with the announced %u.",
				    mine->isn, a->client.isn);
	if (!a->evidence.have_theirs) {
		a->evidence.theirs = expected_syn(a, mine);
		a->evidence.have_theirs = true;
	}
	*theirs = a->evidence.theirs;
	tell_peer_syn(a, mine);
	return OUTCOME_CONNECTED;
}

enum outcome forge_proof(struct attempt *a, const struct syn_facts *mine,
			 const struct syn_facts *theirs)
{
	struct tcp_options own, peer, stamp = { .has_mss = false };
	struct segment s = {
		.sequence = mine->isn + 1,
		.acknowledgement = theirs->isn + 1,
		.window = a->evidence.mine.window,
		.payload = PROOF_BYTES,
		.flags = TCP_PSH | TCP_ACK,
	};
	uint8_t proof[PROOF_BYTES];
	int status;

	/* Its proof would be out before it has chosen a candidate. */
	if (a->private.tried)
		return OUTCOME_CONNECTED;
	if (tcp_options_parse(mine->options, mine->options_length, &own) &&
	    tcp_options_parse(theirs->options, theirs->options_length, &peer)) {
		stamp.has_timestamps = own.has_timestamps &&
				       peer.has_timestamps;
		stamp.value = own.value;
		stamp.echo = peer.value;
		if (own.has_scale && peer.has_scale)
			s.window = (uint16_t)(s.window >> own.scale);
	}
	s.options_length = tcp_options_build(&stamp, s.options);
	stream_make_proof(a, true, proof);
	status = forge_segment(a, &s, proof);
	if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "The proof could not be forged: %s.",
				    strerror(-status));
	return OUTCOME_CONNECTED;
}

static enum outcome forge_both_again(struct attempt *a,
				     const struct syn_facts *mine)
{
	const struct syn_facts theirs = a->evidence.theirs;

	a->seen &= ~(unsigned)SEEN_READY;
	TRY(forge_syn_ack(a, mine, &theirs));
	return forge_proof(a, mine, &theirs);
}

enum outcome announced_established(struct attempt *a,
				   const struct syn_facts *mine)
{
	unsigned wanted = SEEN_PROVED | SEEN_DEAD | SEEN_READY | SEEN_THEIR_SYN;
	const struct stream *s;

	for (;;) {
		TRY(attempt_wait(a, wanted, a->deadline));
		if (!(a->seen & wanted) ||
		    (a->seen & (SEEN_PROVED | SEEN_DEAD)))
			return established(a);
		if (a->seen & SEEN_READY) {
			TRY(forge_both_again(a, mine));
			continue;
		}
		wanted &= ~(unsigned)SEEN_THEIR_SYN;
		s = stream_connecting(a);
		if (s && s->state == STREAM_CONNECTING)
			TRY(ready_out(a));
	}
}
