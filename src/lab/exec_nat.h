/*
 * A program of the user's as a NAT (`exec:PATH`). It is started in
 * the NAT's namespace with its standard output read, and finds there two
 * interfaces, up, without addresses and without offloads, and permanent
 * neighbours; ip_forward is 0. In its environment:
 *	INSIDE_IF OUTSIDE_IF		the interfaces
 *	INSIDE_ADDR OUTSIDE_ADDR	its own addresses ("10.0.0.1")
 *	INSIDE_NET OUTSIDE_NET		"10.0.0.0/24"
 *	GATEWAY				the next router outside
 *	HOST_MAC GATEWAY_MAC		hardware addresses of the inside host
 *					(or inner NAT) and of the gateway
 * It says "ready" on a line of its own within 10 s. SIGTERM ends it; it and
 * whatever it started are killed if it takes longer than a second.
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
 * exec_nat_run - run the program until told to stop, or until it ends
 * @ready: called once, when it has said so
 * Return: true when it was told to stop; false with a sentence, the program
 *         and its children gone: no "ready" in time, or it ended
 * Uses fork() and is the reaper of all that the program leaves behind: for a
 * process of its own.
 */
bool exec_nat_run(const struct exec_nat *x, void (*ready)(void *),
		  void *argument, struct error *e);

#endif
