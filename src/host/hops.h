/*
 * The routers on the way to an address: UDP datagrams with a small TTL, and
 * what the socket's error queue (IP_RECVERR) says became of them. No
 * privilege is needed. Datagram with TTL n goes to port HOPS_PORT + n, so that
 * an answer, which names the port, tells the TTL.
 */
#ifndef TCPTRAV_HOST_HOPS_H
#define TCPTRAV_HOST_HOPS_H

#include "host/host.h"

#define HOPS_PORT 33434		/* traceroute's */

struct hops {
	int handle;		/* -1: not open yet; else poll for errors */
	uint32_t to;		/* of the last probe: others' answers are
				   passed over */
};

#define HOPS_NONE { .handle = -1 }

/* hops_probe, hops_answer - hop_probe and hop_answer of host.h */
int hops_probe(struct hops *hops, uint16_t from, uint32_t to, int ttl);
bool hops_answer(struct hops *hops, struct hop *out);
void hops_close(struct hops *hops);

#endif
