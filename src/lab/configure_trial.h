/*
 * From a trial of the plan, compute what the lab needs to run it: the
 * configuration of host A and host B, the times at which they give up, and
 * whether a cell that exists can run it. Pure: equal seeds give equal
 * codes, nonces and ports.
 */
#ifndef TCPTRAV_LAB_CONFIGURE_TRIAL_H
#define TCPTRAV_LAB_CONFIGURE_TRIAL_H

#include "lab/cell.h"
#include "lab/lab.h"
#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * trial_result_timeout - ns after which the lab stops waiting for a host's
 * result: several times what both orders can take
 */
int64_t trial_result_timeout(const struct trial *t);

/*
 * trial_linger - ns after which a host resets a connection that it has finished
 * with, if the peer has not closed it. Over links that lose packets this is
 * the whole timeout of an order, since the peer may still have to retransmit.
 */
int64_t trial_linger(const struct trial *t);

/*
 * trial_syn_ack_expiry - ns until the hosts' kernels have forgotten a trial
 * that has ended, and that started @age ns ago
 *
 * A trial that is repeated uses the same ports. A kernel remembers a SYN that
 * a listener answered after the listener is closed, and until it forgets it a
 * connect() to the same peer fails with EADDRNOTAVAIL. The kernel retransmits
 * the SYN-ACK after 1, 3, 7, ... s (RFC 6298 section 2, doubled); then it finds
 * no listener and forgets the SYN. The next retransmission comes at the latest
 * when the SYN's age has doubled, plus a second.
 */
int64_t trial_syn_ack_expiry(int64_t age);

/*
 * trial_needs_search - must the hosts search the low TTL before the trial?
 * Not over links that lose or delay packets at random: there the result of a
 * search is random too, so it is a part of the trial.
 */
bool trial_needs_search(const struct trial *t);

/* trial_same_cell - do both need the same cell: NATs, topology and links? */
bool trial_same_cell(const struct trial *a, const struct trial *b);

/*
 * trial_fits_cell - can @b run in a cell that was built for @a?
 * An emulated NAT can take another profile; any other NAT must be the same.
 */
bool trial_fits_cell(const struct trial *a, const struct trial *b);

/*
 * trial_configure - make the configuration of A and of B
 * @cell:      built; S's endpoint and ports are read
 * @known_ttl: the low TTL that each host would find; 0: the host searches
 */
void trial_configure(const struct trial *t, uint64_t seed,
		     const struct cell *cell, const uint8_t known_ttl[2],
		     struct attempt_config out[2]);

#endif
