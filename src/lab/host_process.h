/* The main loop of a host's process in a cell: it runs attempts, one after the
   other. */
#ifndef TCPTRAV_LAB_HOST_PROCESS_H
#define TCPTRAV_LAB_HOST_PROCESS_H

#include "host/host.h"
#include "method/attempt.h"

#include <stdbool.h>
#include <stdint.h>

/* The order for one attempt. */
struct host_order {
	bool search;			/* only find the low TTL */
	int64_t linger;			/* ns after which a connection is reset
					   that the peer has not closed */
	struct attempt_config config;
};

/* Sent in front of the attempt_result, when all sockets of the attempt are
   closed and this host will send no more of its packets. */
struct host_end {
	bool in_order;			/* both ends have closed all
					   connections: no packet is under
					   way */
};

/*
 * host_process_main - execute the orders that arrive on @control, until its
 * other end is closed
 * @control: SOCK_SEQPACKET: receives a host_order; sends a host_end and its
 *           attempt_result in one message
 */
void host_process_main(struct host *h, int control);

#endif
