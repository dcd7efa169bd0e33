/*
 * The packets of offloaded sessions (nat/flow_offload.h), rewritten
 * and sent on inside the kernel: a BPF program where each interface's packets
 * come in. They never reach the box, which learns of them by a count.
 *
 * Programs, maps and where they are attached (tcx, Linux 6.6) belong to
 * descriptors of this process and end with it, however it ends.
 *
 * While a session begins to be offloaded a packet may overtake one that
 * the box has in hand, or pass twice; while it ends, one may be lost: the
 * socket's filter and the program ask the map one after the other.
 */
#ifndef TCPTRAV_GATEWAY_OFFLOAD_MAP_H
#define TCPTRAV_GATEWAY_OFFLOAD_MAP_H

#include "base/error.h"
#include "nat/flow_offload.h"

#include <stdbool.h>
#include <stdint.h>

/* What it needs to know, each by enum nat_side. */
struct offload_map_config {
	const char *interfaces[2];
	int sockets[2];			/* AF_PACKET, that hear these */
	uint8_t macs[2][6];		/* the interfaces' own */
	uint32_t mtus[2];		/* 0: packets have any size */
	uint32_t mark;			/* of what is sent */
};

/*
 * offload_map_open - with no session yet; it asks for CAP_BPF and
 * CAP_NET_ADMIN, which nothing else here does
 * Return: NULL, with a sentence
 */
struct offload_map *offload_map_open(const struct offload_map_config *c,
				     struct error *e);
void offload_map_close(struct offload_map *f);

/*
 * offload_map_add - let a session's packets pass
 * @next: the next hop's MAC of packets from each side
 * Return: false when there is no room; then nothing has changed
 */
bool offload_map_add(struct offload_map *f, const struct nat_offload *s,
		     uint8_t next[2][6]);

/* offload_map_remove - no more; Return: packets since it was last looked at */
uint64_t offload_map_remove(struct offload_map *f, uint32_t session);

/* A session whose packets have passed since it was last looked at. */
struct offload_map_traffic {
	const struct nat_offload *offloaded;
	uint64_t packets[2];		/* by enum nat_side they came from */
	const uint8_t (*next)[6];	/* as offload_map_add() was told */
};

/*
 * offload_map_collect - the next one, from *@at on, which is 0 at first
 * Return: false: there are no more
 */
bool offload_map_collect(struct offload_map *f, uint32_t *at,
			 struct offload_map_traffic *out);

/* offload_map_count - how many sessions there are in it */
uint32_t offload_map_count(const struct offload_map *f);

#endif
