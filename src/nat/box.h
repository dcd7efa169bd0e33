/*
 * The NAT engine on real interfaces: AF_PACKET with virtio-net headers
 * (linux.md 5). Runs in the NAT's namespace; the interfaces have no address.
 */
#ifndef TCPTRAV_NAT_BOX_H
#define TCPTRAV_NAT_BOX_H

#include "base/error.h"
#include "nat/nat.h"

#include <stdbool.h>
#include <stdint.h>

#define BOX_NEIGHBOURS 8

/* Where packets for an address (or, last, for all others) go next. */
struct box_neighbour {
	uint32_t address;	/* 0: any (the gateway) */
	uint8_t mac[6];
};

/* What a box tells of a packet that it did not simply forward. */
struct box_report {
	int64_t at;
	uint8_t side;			/* enum nat_side: where from */
	uint8_t verdict;		/* enum nat_verdict */
	uint8_t length;			/* of bytes */
	uint8_t bytes[128];		/* the packet as it came, cut */
	char reason[64];
};

struct box_config {
	struct nat_config nat;
	const char *inside, *outside;	/* interface names */
	struct box_neighbour inside_neighbours[BOX_NEIGHBOURS];
	struct box_neighbour outside_neighbours[BOX_NEIGHBOURS];
	int report;	/* SEQPACKET or DGRAM socket that box_report go to,
			   never waited for; -1: none */
	int stop;	/* box_run() returns when this is readable or closed */
};

/*
 * box_run - translate until told to stop
 * @ready: called once both interfaces are bound, before the first packet;
 *         may be NULL
 */
bool box_run(const struct box_config *config, void (*ready)(void *),
	     void *argument, struct error *e);

#endif
