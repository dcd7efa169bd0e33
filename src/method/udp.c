/*
 * UDP hole punching: both hosts send datagrams, knocks, from the port that S
 * has observed, to the endpoint that S introduced. The first knock opens the
 * own NAT for the peer's; it may die at the peer's NAT. What follows is a
 * channel of sealed datagrams.
 *
 * Source: Ford, Srisuresh and Kegel, USENIX ATC 2005, section 3.
 *
 * Asks of the NATs: that one of them maps independently of the endpoint, and
 * that the other does so, too, or that the first filters by address at most.
 */
#include "method/attempt_loop.h"
#include "method/diagnosis.h"
#include "method/methods.h"
#include "method/udp_exchange.h"

/* Paced knocks that a connected host goes on with, at most, for a peer that may
   not be connected yet. */
#define KNOCKS_AFTER 5

static const char ladder[] =
"A -> NA -> S        question            1 S observes A's UDP endpoint\n"
"B -> NB -> S        question            2 and B's\n"
"A -> S              join                3 A asks for B\n"
"S -> A, S -> B      introduction        4 each learns the other's endpoint\n"
"A -> NA -> NB x     knock               5 a hole in NA; NB may drop it\n"
"B -> NB -> NA -> A  knock               6 a hole in NB; enters through NA's\n"
"A -> NA -> NB -> B  knock, heard        7 through NB's: B is connected\n"
"B -> NB -> NA -> A  knock, connected      A is connected; both talk\n";

static enum outcome knock(struct attempt *a)
{
	if (!a->client.udp_peer.port) {
		/* the peer runs a method over TCP: its greeting says so */
		TRY(attempt_wait(a, SEEN_GREETING, a->deadline));
		TRY(attempt_wait(a, 0, attempt_now(a)));
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "S has not observed a UDP endpoint of the"
				    " peer.");
	}
	udp_exchange_knock(a);
	return OUTCOME_CONNECTED;
}

static enum outcome answered(struct attempt *a)
{
	TRY(attempt_wait(a, SEEN_PROVED, a->deadline));
	return a->seen & SEEN_PROVED ? OUTCOME_CONNECTED : attempt_failed(a);
}

/* The peer stops too early if this host does: it needs one more knock. */
static enum outcome confirmed(struct attempt *a)
{
	return attempt_wait(a, SEEN_CONFIRMED, attempt_now(a) +
			    KNOCKS_AFTER * a->udp.knocking.interval);
}

static enum outcome udp(struct attempt *a)
{
	TRY(knock(a));
	TRY(answered(a));
	return confirmed(a);
}

const struct method method_udp = {
	.name = "udp",
	.summary = "both hosts send datagrams; the channel is sealed, over UDP",
	.source = "Ford, Srisuresh and Kegel, USENIX ATC 2005, section 3",
	.ladder = ladder,
	.datagrams = true,
	.run = udp,
};
