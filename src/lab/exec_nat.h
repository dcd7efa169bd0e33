/*
 * A program of the user as a NAT (`exec:PATH`). It runs in the NAT's namespace.
 * There it finds two interfaces that are up, without addresses and without
 * offloads, and permanent neighbour entries; ip_forward is 0. Its environment:
 *	INSIDE_IF OUTSIDE_IF		the interfaces
 *	INSIDE_ADDR OUTSIDE_ADDR	its own addresses ("10.0.0.1")
 *	INSIDE_NET OUTSIDE_NET		"10.0.0.0/24"
 *	GATEWAY				the next router outside
 *	HOST_MAC GATEWAY_MAC		hardware addresses of the inside host
 *					(or inner NAT) and of the gateway
 * Within 10 s it prints "ready" on a line of its own to its standard output.
 * SIGTERM asks it to end. After a second, it and all processes that it started
 * are killed.
 */
#ifndef TCPTRAV_LAB_EXEC_NAT_H
#define TCPTRAV_LAB_EXEC_NAT_H

#include "base/error.h"

#include <stdint.h>

struct exec_nat {
	const char *path;
	const char *inside, *outside;		/* interfaces */
	uint32_t inside_address, outside_address;
	uint32_t inside_network, outside_network;
	uint8_t inside_prefix, outside_prefix;
	uint32_t gateway;
	uint8_t host_mac[6], gateway_mac[6];
	int stop;	/* exec_nat_run() returns when this is readable or
			   closed */
};

/*
 * exec_nat_run - run the program until @x->stop is readable or closed, or until
 * the program ends
 * @ready: called once, when the program has printed "ready"
 * Return: true if it was stopped; false with an error: not ready in time, or it
 *         ended by itself. The program and its children have ended.
 * Call it in a process of its own: it forks, and reaps all children of the
 * process.
 */
bool exec_nat_run(const struct exec_nat *x, void (*ready)(void *),
		  void *argument, struct error *e);

#endif
