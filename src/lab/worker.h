/* What a host process of a cell does. */
#ifndef TCPTRAV_LAB_WORKER_H
#define TCPTRAV_LAB_WORKER_H

#include "host/host.h"
#include "lab/lodgers.h"
#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

/* What it is told. */
struct worker_order {
	bool search;			/* find the low TTL, and no more */
	int64_t linger;			/* ns that a connection which is over
					   may take to end in order */
	int64_t begin;			/* not before this time */
	struct attempt_config config;
};

/* What it says, in front of the attempt_result: no socket of the attempt is
   left, and none of its packets will leave this host any more. */
struct worker_end {
	bool in_order;			/* all that had been connected ended as
					   the peer knows: nothing of it is
					   under way */
};

/*
 * worker_main - do what comes on @control (SOCK_SEQPACKET: a worker_order in;
 * a worker_end and its attempt_result out, in one) until its other end is
 * closed
 * @lodgers: NATs that it serves besides, all the time
 * Return: exit status
 */
int worker_main(struct host *h, struct lodgers *lodgers, int control);

#endif
