/*
 * What the two hosts of a cell are told to do in a trial. Pure: equal seeds
 * give equal codes, nonces and ports.
 */
#ifndef TCPTRAV_LAB_TRIAL_SETUP_H
#define TCPTRAV_LAB_TRIAL_SETUP_H

#include "lab/cell.h"
#include "lab/lab.h"
#include "lab/wheel.h"
#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * trial_result_timeout - ns after which a host that has not answered never
 * will: several times what both orders can take
 */
int64_t trial_result_timeout(const struct trial *t);

/*
 * trial_linger - ns after which a connection that is over, and that the peer
 * has not ended, is reset. Over links that lose packets that is the whole
 * timeout of an order: the peer may still have to retransmit.
 */
int64_t trial_linger(const struct trial *t);

/*
 * trial_syn_ack_expiry - ns until the hosts' kernels know nothing of a trial
 * that has ended, and began @age ns ago
 *
 * A trial that is run again has the same ports. A kernel remembers a SYN that
 * a listener answered after the listener has gone, and until then a connect()
 * to the same peer fails with EADDRNOTAVAIL. The kernel retransmits the SYN-ACK
 * after 1, 3, 7, ... s (RFC 6298 section 2, doubled); then it finds no listener
 * and forgets. The next retransmission is never later than the SYN's age and a
 * second.
 */
int64_t trial_syn_ack_expiry(int64_t age);

/*
 * trial_is_timed - is there time for the kernel to send a SYN again that was
 * not answered? Then it matters when the trial begins (lab/wheel.h). It is so
 * with a timeout of more than a second, which the usual one is above an RTT of
 * 10 ms. Over links with faults chance decides anyway.
 */
bool trial_is_timed(const struct trial *t);

/*
 * trial_due - when the hosts are to hear of each other from S, if they begin at
 * @now or soon after
 * @w, @seed: wheel_time()'s
 * Return: 0 where it does not matter
 */
int64_t trial_due(const struct trial *t, const struct wheel *w,
		  int64_t now, uint64_t seed);

/* trial_begin - when host @which, 0 for A, is to begin for that; 0: at once */
int64_t trial_begin(const struct trial *t, int64_t due, unsigned which);

/* trial_same_cell - do they ask for the same cell, by the same names? */
bool trial_same_cell(const struct trial *a, const struct trial *b);

/*
 * trial_fits_cell - can @b run in a cell that was built for @a?
 * Emulated NATs become others; whatever else a NAT is stays.
 */
bool trial_fits_cell(const struct trial *a, const struct trial *b);

/*
 * trial_configure - what A and B are told
 * @cell:      built; S's endpoint and ports are looked at
 * @known_ttl: what the hosts would find; 0: they are to search
 */
void trial_configure(const struct trial *t, uint64_t seed,
		     const struct cell *cell, const uint8_t known_ttl[2],
		     struct attempt_config out[2]);

#endif
