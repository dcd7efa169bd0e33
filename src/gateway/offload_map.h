/*
 * Sessions whose packets the kernel translates and forwards itself: a BPF
 * program on each interface looks up each packet that arrives in a map of
 * sessions (nat/flow_offload.h). The gateway does not receive these packets;
 * it learns of them from a counter.
 *
 * Programs, maps and their attachments (tcx, Linux 6.6) belong to descriptors
 * of this process and end with it, however it ends.
 *
 * The AF_PACKET socket's filter and the tcx program look up the map one after
 * the other. So when a session enters the map, a packet may overtake one that
 * the gateway has received before, or be forwarded twice; when a session
 * leaves it, a packet may be lost.
 */
#ifndef TCPTRAV_GATEWAY_OFFLOAD_MAP_H
#define TCPTRAV_GATEWAY_OFFLOAD_MAP_H

#include "base/error.h"
#include "nat/flow_offload.h"

#include <stdbool.h>
#include <stdint.h>

/* Arrays are by enum nat_side. */
struct offload_map_config {
	const char *interfaces[2];	/* names */
	int sockets[2];			/* AF_PACKET, bound to these */
	uint8_t macs[2][6];		/* the interfaces' own */
	uint32_t mtus[2];		/* 0: packets have any size */
	uint32_t mark;			/* of what is sent */
};

/*
 * offload_map_open - make an empty map; needs CAP_BPF and CAP_NET_ADMIN
 * Return: it, to be given to offload_map_close(); NULL with an error
 */
struct offload_map *offload_map_open(const struct offload_map_config *c,
				     struct error *e);
void offload_map_close(struct offload_map *m);

/*
 * offload_map_add - add a session
 * @next_hops: MAC for packets from each side
 * Return: false when there is no room; then nothing has changed
 */
bool offload_map_add(struct offload_map *m, const struct nat_offload *s,
		     uint8_t next_hops[2][6]);

/* offload_map_remove - remove a session. Return: its packets since the last
   collection */
uint64_t offload_map_remove(struct offload_map *m, uint32_t session);

/* Packets of a session since the last offload_map_collect(). */
struct offload_map_traffic {
	const struct nat_offload *session;
	uint64_t packets[2];		/* by enum nat_side they came from */
	const uint8_t (*next_hops)[6];	/* of offload_map_add() */
};

/*
 * offload_map_collect - get the next session that had packets
 * @at:    0 for the first one; counts on
 * Return: false: there are no more
 */
bool offload_map_collect(struct offload_map *m, uint32_t *at,
			 struct offload_map_traffic *out);

/* offload_map_count - Return: the number of sessions in the map */
uint32_t offload_map_count(const struct offload_map *m);

#endif
