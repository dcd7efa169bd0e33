/*
 * The verbs that methods are written in. Each returns OUTCOME_CONNECTED to go
 * on, or the outcome that ends the attempt, already explained (see TRY).
 */
#ifndef TCPTRAV_METHOD_VERBS_H
#define TCPTRAV_METHOD_VERBS_H

#include "method/attempt_internal.h"

/*
 * syn_out - connect from the punched port: the SYN leaves with @ttl (0: the
 * system's), not before the hold (skew) is over
 * @mine: what the capture read of it; NULL when the method needs no numbers
 */
enum outcome syn_out(struct attempt *a, int ttl, struct syn_facts *mine);

/* exchange - tell the peer one's SYN and learn its, through S. It does not
   end when the socket is ESTABLISHED: the peer's forged SYN-ACK can be there
   before the peer's SYN has come through S. */
enum outcome exchange(struct attempt *a, const struct syn_facts *mine,
		      struct syn_facts *theirs);

/* forge_syn_ack - the SYN-ACK that our kernel would have sent, had it got
   the peer's SYN; from now on streams may send */
enum outcome forge_syn_ack(struct attempt *a, const struct syn_facts *mine,
			   const struct syn_facts *theirs);

/* ask_to_spoof - have S send both hosts the other's SYN-ACK */
enum outcome ask_to_spoof(struct attempt *a, const struct syn_facts *mine);

/*
 * hole_open - the opener's first half: a SYN with @ttl, and wait until it
 * cannot meet the peer's any more: with a low TTL that is so at once; else
 * when it was answered (RST, ICMP), or after the sum of both hosts' round
 * trips to S (DESIGN 3)
 */
enum outcome hole_open(struct attempt *a, int ttl);

/* hole_listen - its second half: abort the connect (no packet is sent),
   listen on the same port, and tell the peer */
enum outcome hole_listen(struct attempt *a);

/* hole_keep - the same, but the SYN_SENT socket stays; from now on it sends
   with the system's TTL, for its SYN-ACK must reach the peer */
enum outcome hole_keep(struct attempt *a);

/* listen_here - listen on the punched port */
enum outcome listen_here(struct attempt *a);

/* ready_in - wait until the opener has told */
enum outcome ready_in(struct attempt *a);

/* established - wait for an authenticated stream; the last verb of each */
enum outcome established(struct attempt *a);

#endif
