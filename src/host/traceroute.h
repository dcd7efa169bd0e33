/*
 * Which routers are on the way to an address: UDP datagrams with a small TTL,
 * and the ICMP errors that the socket's error queue (IP_RECVERR) reports. It
 * needs no privilege. A datagram with TTL n goes to port TRACEROUTE_PORT + n;
 * the error quotes the port and so tells the TTL.
 */
#ifndef TCPTRAV_HOST_TRACEROUTE_H
#define TCPTRAV_HOST_TRACEROUTE_H

#include "host/host.h"

#define TRACEROUTE_PORT 33434	/* traceroute(8)'s default */

struct traceroute {
	int handle;		/* -1: not open yet; else poll for errors */
	uint32_t to;		/* the last probe's destination; answers to
				   probes to other addresses are ignored */
};

#define TRACEROUTE_CLOSED { .handle = -1 }

/* traceroute_probe, traceroute_answer - hop_probe and hop_answer of host.h */
int traceroute_probe(struct traceroute *t, uint16_t from, uint32_t to, int ttl);
bool traceroute_answer(struct traceroute *t, struct hop *out);
void traceroute_close(struct traceroute *t);

#endif
