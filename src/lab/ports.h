/*
 * The ports that an attempt uses. They depend only on the trial's seed, not on
 * the cell or on earlier trials. Pure.
 *
 * If a 4-tuple is used again within TIME_WAIT, or while a NAT still has its
 * session, the result looks like a NAT that filters. So from seed to seed the
 * ports of the two hosts advance by different strides, over ranges whose
 * lengths are different primes, and S's ports are used in turn.
 */
#ifndef TCPTRAV_LAB_PORTS_H
#define TCPTRAV_LAB_PORTS_H

#include "rendezvous/server.h"

#include <stdint.h>

#define PORTS_FROM 10000	/* S's default ports are below it */

struct port_draw {
	uint16_t host[2];	/* A's and B's */
	uint16_t server;	/* S's, to which both connect */
	uint16_t check;		/* another port of S, whose turn is far from
				   that one's: there a host can find out if its
				   NAT maps it to another port. 0: S has no
				   other port */
};

/*
 * ports_draw - compute the ports of a trial's first or second order
 * @seed:         the trial's
 * @order:        0 or 1
 * @server_ports: those that S listens on; the first zero ends them
 */
struct port_draw ports_draw(uint64_t seed, unsigned order,
			const uint16_t server_ports[SERVER_PORTS]);

#endif
