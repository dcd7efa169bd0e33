/*
 * The corpus of `make fidelity`: sequences of packets through one NAT, made
 * from a seed. Pure: a sequence is a function of the seed and its number.
 *
 * A sequence opens like one of the papers' ladders ("SYN-out TE-in SYN-in") and
 * continues as two TCP endpoints would, with mutations: numbers out of window,
 * wrong flags, retransmissions, errors about wrong packets, pauses. All numbers
 * are known when it is made, except the external ports, which the NAT under
 * test chooses (build.h).
 */
#ifndef TCPTRAV_TESTS_FIDELITY_CORPUS_H
#define TCPTRAV_TESTS_FIDELITY_CORPUS_H

#include "sequence.h"

/* sequence_make - sequence number @id of the corpus that @seed makes */
void sequence_make(uint64_t seed, uint64_t id, struct sequence *out);

/* sequence_pauses - the pauses in use, ms; every sum of SEQUENCE_PAUSES of
   them is at least 400 ms from any even number of seconds */
extern const uint16_t sequence_pauses[];
extern const size_t sequence_pause_count;

#endif
