/*
 * A step's packet as bytes, as one side of the NAT sees it. Pure.
 *
 * Each sequence has addresses of its own: four behind the NAT and four in
 * front, by its slot, so that whatever comes out of a NAT tells to which it
 * belongs. The last of each four is a router's, which sends errors.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_BUILD_H
#define TCPTRAV_TESTS_FIDELITY_BUILD_H

#include "sequence.h"

#define ADDRESS_NEAR	UINT32_C(0x0a400000)	/* 10.64.0.0/10 */
#define ADDRESS_FAR	UINT32_C(0xc6120000)	/* 198.18.0.0/15 */
#define ADDRESS_INSIDE	UINT32_C(0x0a000001)	/* the NAT's own */
#define ADDRESS_OUTSIDE	UINT32_C(0xcb007101)	/* 203.0.113.1, the same */
#define ADDRESSES 4		/* of each sequence on either side */
#define SLOTS 24000		/* so many sequences beside each other */
#define BUILD_ROOM 1600

/* The external ports of a sequence's flows, as one NAT chose them. */
struct external_ports {
	uint16_t external[SEQUENCE_FLOWS];
};

/* external_ports_begin - what the outside guesses before anything came out */
void external_ports_begin(struct external_ports *b, const struct sequence *s);

/*
 * external_ports_learn - something came out on the outside: where from?
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

/* slot_of - whose packet is that? -1: nobody's */
int slot_of(const uint8_t *bytes, size_t length);

#endif
