/*
 * The verbs that methods are written in. Each returns OUTCOME_CONNECTED to go
 * on, or the outcome that ends the attempt, already explained (see TRY).
 */
#ifndef TCPTRAV_METHOD_VERBS_H
#define TCPTRAV_METHOD_VERBS_H

#include "method/attempt_internal.h"

/*
 * syn_out - connect from the punched port: a SYN leaves with @ttl (0: the
 * default), after the hold time (skew)
 * @mine: what the capture shows of the SYN; NULL if the method doesn't need it
 */
enum outcome syn_out(struct attempt *a, int ttl, struct syn_facts *mine);

/*
 * exchange - send the peer this host's SYN, and wait for the peer's SYN,
 * through S
 * It also waits when the socket is ESTABLISHED: the peer's forged SYN-ACK can
 * arrive before the peer's message, and the peer needs ours, too.
 */
enum outcome exchange(struct attempt *a, const struct syn_facts *mine,
		      struct syn_facts *theirs);

/* forge_syn_ack - send the SYN-ACK that this host's kernel would send if the
   peer's SYN had arrived; from now on streams may send their proof */
enum outcome forge_syn_ack(struct attempt *a, const struct syn_facts *mine,
			   const struct syn_facts *theirs);

/* tell_peer_syn - send the peer this host's SYN, through S; exchange() does */
void tell_peer_syn(struct attempt *a, const struct syn_facts *mine);

/*
 * forge_segment - send a segment to the peer, as if it came from the own socket
 * @s:    sets addresses, TTL and IP identification
 * @data: s->payload bytes, or NULL
 * Return: 0, or -errno
 */
int forge_segment(struct attempt *a, struct segment *s, const void *data);

/* ask_to_spoof - ask S to send each host the other's SYN-ACK */
enum outcome ask_to_spoof(struct attempt *a, const struct syn_facts *mine);

/*
 * hole_open - the opener's first half: send a SYN with @ttl, and wait until it
 * can't meet the peer's SYN any more. With a low TTL that is at once. Without,
 * it is when the SYN has been answered (RST, ICMP), or after the sum of both
 * hosts' round trips to S.
 */
enum outcome hole_open(struct attempt *a, int ttl);

/* hole_listen - its second half: abort the connect, which sends no packet,
   listen on the same port, and tell the peer that the hole is open */
enum outcome hole_listen(struct attempt *a);

/* hole_keep - the same, but the SYN_SENT socket stays. It gets the default TTL,
   since its SYN-ACK must reach the peer. */
enum outcome hole_keep(struct attempt *a);

/* ready_out - tell the peer that the hole is open */
enum outcome ready_out(struct attempt *a);

/* listen_here - listen on the punched port */
enum outcome listen_here(struct attempt *a);

/* ready_in - wait until the opener says that its hole is open */
enum outcome ready_in(struct attempt *a);

/* established - wait for an authenticated stream; each method's last verb */
enum outcome established(struct attempt *a);

#endif
