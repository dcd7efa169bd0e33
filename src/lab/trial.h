/*
 * What the two hosts of a cell are told to do in a trial. Pure: equal seeds
 * and draws give equal codes, nonces and ports.
 */
#ifndef TCPTRAV_LAB_TRIAL_H
#define TCPTRAV_LAB_TRIAL_H

#include "lab/cell.h"
#include "lab/lab.h"
#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * trial_seed - of the plan's trial @number. The first has the plan's own, so
 * that a record's seed given as --seed runs that trial again.
 */
uint64_t trial_seed(uint64_t plan_seed, unsigned number);

/* trial_timeout - of one order, in ms: as given, or 900 ms + 10 RTT */
double trial_timeout(const struct lab_trial *t);

/* trial_ordered - do the hosts' roles differ, to be swapped on failure? */
bool trial_ordered(const struct approach *a);

/* trial_draws - how many of the cell's ports it takes: one for each order */
unsigned trial_draws(const struct lab_trial *t);

/*
 * trial_patience - ns after which a host that has not answered never will:
 * several times what both orders can take
 */
int64_t trial_patience(const struct lab_trial *t);

/* trial_cell - what cell @t needs; its seed and host_main are the caller's */
struct cell_config trial_cell(const struct lab_trial *t);

/* trial_same_cell - can @b run in a cell that was built for @a? */
bool trial_same_cell(const struct lab_trial *a, const struct lab_trial *b);

/*
 * trial_configure - what A and B are told
 * @cell:      built; its seed, S's endpoint and ports are looked at
 * @draw:      how many of the cell's ports are used up
 * @known_ttl: what the hosts found before, 0: nothing
 */
void trial_configure(const struct lab_trial *t, uint64_t seed,
		     const struct cell *cell, uint64_t draw,
		     const uint8_t known_ttl[2],
		     struct attempt_config out[2]);

#endif
