/* What the process of a host in a cell does: attempts, one after the other. */
#ifndef TCPTRAV_LAB_HOST_PROCESS_H
#define TCPTRAV_LAB_HOST_PROCESS_H

#include "host/host.h"
#include "lab/lodgers.h"
#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

/* The order for one attempt. */
struct host_order {
	bool search;			/* find the low TTL, and no more */
	int64_t linger;			/* ns that a connection which is over
					   may take to end in order */
	int64_t begin;			/* not before this time */
	struct attempt_config config;
};

/* Sent in front of the attempt_result, when no socket of the attempt is left
   and none of its packets will leave this host any more. */
struct host_end {
	bool in_order;			/* all connections ended as the peer
					   knows: no packet is under way */
};

/*
 * host_process_main - do what comes on @control (SOCK_SEQPACKET: a host_order
 * in; a host_end and its attempt_result out, in one message) until its other
 * end is closed
 * @lodgers: NATs that the process serves besides
 * Return:   exit status
 */
int host_process_main(struct host *h, struct lodgers *lodgers, int control);

#endif
