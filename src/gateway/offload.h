/*
 * Between the gateway, the NAT engine and the kernel's offload map: which
 * sessions are in the map, and what the engine learns of their packets.
 */
#ifndef TCPTRAV_GATEWAY_OFFLOAD_H
#define TCPTRAV_GATEWAY_OFFLOAD_H

#include "gateway/gateway_config.h"
#include "gateway/interface.h"

struct offload;

/*
 * offload_open - attach the BPF programs
 * @interfaces: the gateway's two, by enum nat_side; must stay where they are
 * @why:        set when there can be no offload; may be NULL
 * Return:      it, to be given to offload_close(); NULL when there is none,
 *              which all functions below accept but offload_try()
 */
struct offload *offload_open(const struct gateway_config *c, struct nat *nat,
			     struct interface *interfaces, struct error *why);
void offload_close(struct offload *o);

/* offload_try - offload the session of the packet that nat_input() has just
   forwarded, if it can be offloaded */
void offload_try(struct offload *o, int64_t now);

/* offload_collect - tell the engine which sessions had packets, and expire
   the others */
void offload_collect(struct offload *o, int64_t now);

/* offload_collect_due - call offload_collect(), at most once a second */
void offload_collect_due(struct offload *o, int64_t now);

/* offload_wake - Return: the time (monotonic ns) at which offload_collect_due()
   is due; TIME_NEVER: no session is offloaded */
int64_t offload_wake(const struct offload *o);

#endif
