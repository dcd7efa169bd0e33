/*
 * The verbs of --announce: both ISNs are known before a SYN leaves. Each host
 * chooses its ISN, and the peer learns it with the introduction, so a SYN-ACK
 * and the proof can follow the SYN at once.
 */
#ifndef TCPTRAV_METHOD_ANNOUNCED_H
#define TCPTRAV_METHOD_ANNOUNCED_H

#include "method/attempt_internal.h"

/*
 * announced_syn_out - as syn_out() of verbs.h, with the announced ISN
 * It is read back from the capture: another one is an error.
 * @theirs: what is known of the peer's SYN: its ISN. Its options are not known
 *          before it comes: they are taken to be of the same kinds as this
 *          host's, with a TSval of 0, which Linux accepts as TSecr.
 */
enum outcome announced_syn_out(struct attempt *a, int ttl,
			       struct syn_facts *mine,
			       struct syn_facts *theirs);

/*
 * forge_proof - send this host's proof, right behind its forged SYN-ACK
 * The peer's kernel takes it as soon as its socket is ESTABLISHED. Then this
 * host's socket sends the same bytes, which the peer's kernel discards as a
 * duplicate.
 */
enum outcome forge_proof(struct attempt *a, const struct syn_facts *mine,
			 const struct syn_facts *theirs);

/*
 * announced_established - as established() of verbs.h
 * The peer's SYN-ACK may have come before the own SYN left, and was lost then.
 * When the peer's SYN has left for certain (its message is here) and the socket
 * is still in SYN_SENT, this host says ready, and the peer forges again.
 */
enum outcome announced_established(struct attempt *a,
				   const struct syn_facts *mine);

#endif
