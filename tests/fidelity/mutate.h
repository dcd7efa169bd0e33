/* What makes a sensible packet a strange one. Pure. */
#ifndef TCPTRAV_TESTS_FIDELITY_MUTATE_H
#define TCPTRAV_TESTS_FIDELITY_MUTATE_H

#include "walk.h"

/*
 * mutate - change a step in one way, told in its `mutation`
 * @me, @peer: its sender and receiver, before it is sent
 */
void mutate(struct walk *w, struct step *s, const struct end *me,
	    const struct end *peer);

#endif
