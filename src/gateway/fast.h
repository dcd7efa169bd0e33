/* Between a box, its engine and the kernel's fast path: which sessions take
   it, and what is learned of them. */
#ifndef TCPTRAV_GATEWAY_FAST_H
#define TCPTRAV_GATEWAY_FAST_H

#include "gateway/box.h"
#include "gateway/side.h"

/*
 * fast_open - for the box's two sides, which stay where they are
 * @why: told why there is none; may be NULL
 * Return: NULL when there is none
 */
struct fast *fast_open(const struct box_config *c, struct nat *nat,
		       struct side *sides, struct error *why);
void fast_close(struct fast *f);

/* fast_offer - after each packet that nat_input() has forwarded: the next
   ones of its session may take the fast path */
void fast_offer(struct fast *f, int64_t now);

/* fast_collect - tell the engine whose packets passed */
void fast_collect(struct fast *f, int64_t now);

/* fast_settle - the same, once a second */
void fast_settle(struct fast *f, int64_t now);

/* fast_wake - when fast_settle() is due */
int64_t fast_wake(const struct fast *f);

#endif
