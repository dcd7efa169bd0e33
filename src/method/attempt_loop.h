/*
 * Where an attempt waits: sockets, capture, messages of S and of the peer, and
 * the deadline, in one poll. Whatever happens meanwhile is added to the trace
 * and to the evidence, and acted on.
 */
#ifndef TCPTRAV_METHOD_ATTEMPT_LOOP_H
#define TCPTRAV_METHOD_ATTEMPT_LOOP_H

#include "method/attempt_internal.h"

/*
 * attempt_wait - until one of @wanted (enum attempt_event, or-ed) has been
 * seen, or @until has come
 * Return: OUTCOME_CONNECTED in both cases (a->seen tells which); else the
 *         outcome that ends the attempt, already explained
 */
enum outcome attempt_wait(struct attempt *a, unsigned wanted, int64_t until);

/*
 * attempt_wait_for_private - the public candidate has failed: wait for a
 * private one, until none is left. If the roles can still be swapped, the
 * public candidate is not held up: wait only for one that the peer has chosen,
 * too.
 * Return: is the attempt connected? If not, a->out may be overwritten.
 */
bool attempt_wait_for_private(struct attempt *a);

/* attempt_wait_for_gone - after the attempt: wait until the peer has said why
   it gave up, or cannot, or @until has come */
void attempt_wait_for_gone(struct attempt *a, int64_t until);

#endif
