/*
 * The low TTLs that hosts have found, by topology and NATs. A search takes
 * longer than a trial and is not part of it. So the lab makes each search once,
 * before the first trial that needs it, behind NATs that were just reset.
 */
#ifndef TCPTRAV_LAB_TTLS_H
#define TCPTRAV_LAB_TTLS_H

#include "lab/lab.h"

#include <stdbool.h>
#include <stdint.h>

struct ttls;

struct ttls *ttls_new(void);
void ttls_free(struct ttls *t);

/*
 * ttls_wanted - does the trial need a search beforehand?
 * Not over links that lose or delay packets at random: there the result of a
 * search is random too, so each trial makes its own search.
 */
bool ttls_wanted(const struct trial *trial);

/*
 * ttls_find - look up the TTLs that both hosts have found; 0: a host found none
 * Return: false if there was no search yet
 */
bool ttls_find(const struct ttls *t, const struct trial *trial,
	       uint8_t found[2]);

/* ttls_learn - remember the result of a search; Return: false: out of memory */
bool ttls_learn(struct ttls *t, const struct trial *trial,
		const uint8_t found[2]);

#endif
