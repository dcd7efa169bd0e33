/*
 * Which ports an attempt uses. They follow from the trial's seed alone, not
 * from the cell or the trials before. Pure.
 *
 * A 4-tuple that comes back within TIME_WAIT, or while a NAT still remembers
 * it, looks like a NAT that filters. So the two hosts' ports step from seed to
 * seed, by different strides, over ranges whose lengths are different primes,
 * and S's ports take turns.
 */
#ifndef TCPTRAV_LAB_PORTS_H
#define TCPTRAV_LAB_PORTS_H

#include "rendezvous/server.h"

#include <stdint.h>

#define PORTS_FROM 10000	/* S's default ports are below it */

struct port_draw {
	uint16_t host[2];	/* A's and B's */
	uint16_t server;	/* S's, towards which they go */
	uint16_t check;		/* another of S's, far from it in turn: where
				   a NAT's mapping can be compared; 0: S has
				   no other */
};

/*
 * ports_draw - the ports of a trial's first or second order
 * @seed:         the trial's
 * @order:        0 or 1
 * @server_ports: those that S listens on; the first zero ends them
 */
struct port_draw ports_draw(uint64_t seed, unsigned order,
			const uint16_t server_ports[SERVER_PORTS]);

#endif
