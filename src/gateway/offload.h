/* Between a box, its engine and the kernel's fast path: which sessions take
   it, and what is learned of them. */
#ifndef TCPTRAV_GATEWAY_OFFLOAD_H
#define TCPTRAV_GATEWAY_OFFLOAD_H

#include "gateway/gateway.h"
#include "gateway/interface.h"

/*
 * offload_open - for the box's two sides, which stay where they are
 * @why: told why there is none; may be NULL
 * Return: NULL when there is none
 */
struct offload *offload_open(const struct gateway_config *c, struct nat *nat,
			     struct interface *sides, struct error *why);
void offload_close(struct offload *f);

/* offload_offer - after each packet that nat_input() has forwarded: the next
   ones of its session may take the fast path */
void offload_offer(struct offload *f, int64_t now);

/* offload_collect - tell the engine whose packets passed */
void offload_collect(struct offload *f, int64_t now);

/* offload_settle - the same, once a second */
void offload_settle(struct offload *f, int64_t now);

/* offload_wake - when offload_settle() is due */
int64_t offload_wake(const struct offload *f);

#endif
