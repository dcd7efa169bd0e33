/*
 * The two programs that the kernel runs for each packet that comes in on an
 * interface of the NAT: one says to its AF_PACKET socket which packets it
 * need not hear, the other rewrites these and sends them out on the other
 * interface. What is asked of a packet first is the same code in both.
 */
#ifndef TCPTRAV_GATEWAY_OFFLOAD_PROGRAM_H
#define TCPTRAV_GATEWAY_OFFLOAD_PROGRAM_H

#include "nat/nat.h"

#include <stdint.h>

/* A packet as it comes; numbers in network byte order. */
struct offload_key {
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint8_t protocol, side;
	uint16_t zero;
};

/* What becomes of it. */
struct offload_change {
	uint8_t macs[12];	/* of the next hop, and of the interface that
				   it leaves on */
	uint32_t address;	/* of its source if it comes from inside, else
				   of its destination; network byte order */
	uint32_t session;
	uint16_t port, zero;
};

struct offload_program {
	enum nat_side side;	/* where packets come from */
	int flows;		/* map: offload_change by offload_key */
	int counts;		/* map, array: two 64-bit numbers of packets,
				   by side, for each session */
	uint32_t mtu;		/* of the other side; 0: any size */
	uint32_t mark;		/* of what leaves */
	uint32_t interface;	/* that it leaves on */
};

/* offload_program_filter, offload_program_forward - for SO_ATTACH_BPF, and for
   BPF_TCX_INGRESS; Return: a descriptor, or -1 with errno */
int offload_program_filter(const struct offload_program *p);
int offload_program_forward(const struct offload_program *p);

#endif
