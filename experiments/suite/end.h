/*
 * One end of a cell, held raw: whole IPv4 packets out and in at a host's
 * interface, and the host's kernel, which has lost its address, says nothing.
 * (The STUNT suite's server bypasses its kernel too.)
 */
#ifndef TCPTRAV_EXPERIMENTS_SUITE_END_H
#define TCPTRAV_EXPERIMENTS_SUITE_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { END_PACKET = 600 };	/* all that is sent here is shorter */

struct raw_end {
	int socket;
	int interface;		/* index */
	uint32_t address;	/* the host's, host byte order */
	uint8_t gateway[6];
};

struct raw_packet {
	size_t length;
	uint8_t bytes[END_PACKET];
};

/*
 * end_open - take over a host
 * @place: what tcptrav lab --exec puts in HOST_A: "nsenter --net=PATH --".
 *         The calling process is in that namespace afterwards.
 * Return: false, with a complaint on standard error
 */
bool end_open(struct raw_end *e, const char *place);

/* end_send - to the gateway; false, with a complaint, if it cannot */
bool end_send(const struct raw_end *e, const struct raw_packet *p);

/*
 * end_receive - the next packet; longer ones are cut
 * Return: false, with a complaint, when none came for 5 s: what is waited for
 *         here comes from the other end, and nothing loses it
 */
bool end_receive(const struct raw_end *e, struct raw_packet *p);

#endif
