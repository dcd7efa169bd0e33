/*
 * Which ports an attempt in a cell uses. Pure.
 *
 * A 4-tuple that comes back within TIME_WAIT, or while a NAT still remembers
 * it, looks like a NAT that filters (linux.md 1). So the two hosts' ports
 * step by different strides over ranges whose lengths are different primes:
 * a pair of them comes back after 55,529 * 55,511 draws, one host's port
 * after 55,511, and then with another port of S's.
 */
#ifndef TCPTRAV_LAB_PORTS_H
#define TCPTRAV_LAB_PORTS_H

#include "rendezvous/server.h"

#include <stdint.h>

#define PORTS_FROM 10000	/* S's default ports are below it */

struct ports {
	uint16_t host[2];	/* A's and B's */
	uint16_t server;	/* S's, towards which they go */
	uint16_t check;		/* another of S's, far from it in turn: where
				   a NAT's mapping can be compared; 0: S has
				   no other */
};

/*
 * ports_draw - the ports of the attempt number @draw of a cell
 * @seed:         the cell's; says where in their ranges the hosts begin
 * @server_ports: those that S listens on; the first zero ends them
 */
struct ports ports_draw(uint64_t seed, uint64_t draw,
			const uint16_t server_ports[SERVER_PORTS]);

#endif
