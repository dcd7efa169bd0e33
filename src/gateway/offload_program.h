/*
 * The two BPF programs of an interface. The socket filter tells the AF_PACKET
 * socket which packets it does not have to receive; the tcx program translates
 * these packets and sends them on the other interface. Both begin with the
 * same checks.
 */
#ifndef TCPTRAV_GATEWAY_OFFLOAD_PROGRAM_H
#define TCPTRAV_GATEWAY_OFFLOAD_PROGRAM_H

#include "nat/nat.h"

#include <stdint.h>

/* Of a packet that arrives; numbers in network byte order. */
struct offload_key {
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint8_t protocol, side;
	uint16_t zero;
};

/* What to write into it. */
struct offload_change {
	uint8_t macs[12];	/* the next hop's, and the one of the interface
				   that it leaves on */
	uint32_t address;	/* from inside: the new source; from outside:
				   the new destination; network byte order */
	uint32_t session;
	uint16_t port, zero;
};

struct offload_program {
	enum nat_side side;	/* where packets arrive */
	int flows;		/* map: offload_change by offload_key */
	int counts;		/* map, array by session: two 64-bit numbers of
				   packets, by side */
	uint32_t mtu;		/* of the other interface; 0: any size */
	uint32_t mark;		/* of what is sent */
	uint32_t interface;	/* index of the other interface */
};

/* offload_program_filter - load the program for SO_ATTACH_BPF. Return: a
   descriptor, or -1 with errno */
int offload_program_filter(const struct offload_program *p);

/* offload_program_forward - load the program for BPF_TCX_INGRESS. Return: as
   above */
int offload_program_forward(const struct offload_program *p);

#endif
