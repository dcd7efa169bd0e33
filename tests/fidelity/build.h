/*
 * A step's packet as bytes, as one side of the NAT sees it. Pure.
 *
 * Each sequence has its own addresses, by its slot: four behind the NAT and
 * four in front. So each packet that comes out of a NAT shows its sequence. The
 * last address of each four is a router's, which sends errors.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_BUILD_H
#define TCPTRAV_TESTS_FIDELITY_BUILD_H

#include "sequence.h"

#define ADDRESS_NEAR	UINT32_C(0x0a400000)	/* 10.64.0.0/10 */
#define ADDRESS_FAR	UINT32_C(0xc6120000)	/* 198.18.0.0/15 */
#define ADDRESS_INSIDE	UINT32_C(0x0a000001)	/* the NAT's own */
#define ADDRESS_OUTSIDE	UINT32_C(0xcb007101)	/* 203.0.113.1, the same */
#define ADDRESSES 4		/* of each sequence on either side */
#define SLOTS 24000		/* sequences at the same time */
#define BUILD_ROOM 1600

/* The external ports of a sequence's flows, as one NAT chose them. */
struct external_ports {
	uint16_t external[SEQUENCE_FLOWS];
};

/* external_ports_begin - before a packet came out: the outside assumes the
   inside ports */
void external_ports_begin(struct external_ports *b, const struct sequence *s);

/*
 * external_ports_learn - take the external port from a packet that came out
 * @flow: of the packet that went in
 */
void external_ports_learn(struct external_ports *b, uint8_t flow,
			  const uint8_t *bytes, size_t length);

/*
 * packet_build - a step's packet as it is sent by its side
 * Return: its length
 */
size_t packet_build(const struct sequence *s, unsigned step, unsigned slot,
		    const struct external_ports *b, uint8_t out[BUILD_ROOM]);

/* slot_of - the slot of a packet's sequence; -1: none */
int slot_of(const uint8_t *bytes, size_t length);

#endif
