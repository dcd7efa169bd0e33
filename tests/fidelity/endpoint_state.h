/* A TCP endpoint of a sequence: what decides its next packet. */
#ifndef TCPTRAV_TESTS_FIDELITY_ENDPOINT_STATE_H
#define TCPTRAV_TESTS_FIDELITY_ENDPOINT_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint_state {
	uint32_t isn, next;		/* the next to be sent */
	uint32_t heard;			/* the next that it expected_sequence */
	uint16_t window;
	uint8_t scale;
	bool timestamps, sack, scaling;	/* what its SYN offers */
	bool said_syn, heard_syn, heard_ack, said_fin, heard_fin, dead;
};

#endif
