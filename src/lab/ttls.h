/*
 * The low TTLs that hosts have found, by topology and NATs. A search costs more
 * than a trial and is no part of it, so each is made once, before the first
 * trial that needs it, behind NATs that were just reset.
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
 * ttls_wanted - does the trial ask for a search beforehand?
 * Not where packets may be lost or late on the way: then what a search finds
 * is chance, and the trial makes its own.
 */
bool ttls_wanted(const struct trial *trial);

/*
 * ttls_find - what both hosts found; 0: nothing
 * Return: false when it was not looked for yet
 */
bool ttls_find(const struct ttls *t, const struct trial *trial,
	       uint8_t found[2]);

/* ttls_learn - false: no memory */
bool ttls_learn(struct ttls *t, const struct trial *trial,
		const uint8_t found[2]);

#endif
