/*
 * Who is next to one interface: addresses are asked for and answered (ARP,
 * RFC 826 and 5227; IPv6 neighbour discovery, RFC 4861), packets wait for
 * the answer, and what lies behind a gateway goes to it. Pure: frames and a
 * time in, frames and decisions out. Memory is taken once; table and queue
 * are bounded.
 *
 * A neighbour is asked for three times, a second apart (RFC 1122 2.3.2.1);
 * then nothing is sent to it for as long again. One that is in use is asked
 * again, by itself, half a minute after it was last heard of, and meanwhile
 * used, so that no connection ever stands still for it.
 */
#ifndef TCPTRAV_GATEWAY_NEIGHBOUR_H
#define TCPTRAV_GATEWAY_NEIGHBOUR_H

#include "base/clock.h"
#include "gateway/frame.h"
#include "gateway/neighbour_own.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEIGHBOURS 1024			/* rows of the table */
#define NEIGHBOUR_FRAMES 64		/* that wait */
#define NEIGHBOUR_TRIES 3
#define NEIGHBOUR_RETRY NS_PER_S
#define NEIGHBOUR_FRESH (30 * NS_PER_S)	/* not asked again within */

struct neighbours;

/* neighbours_new - NULL when memory is short */
struct neighbours *neighbours_new(const struct neighbour_config *config);
void neighbours_free(struct neighbours *n);

/* neighbours_count - it has that many IPv4 addresses from now on */
void neighbours_count(struct neighbours *n, uint32_t count);

enum neighbour_way {
	NEIGHBOUR_KNOWN,	/* send it */
	NEIGHBOUR_WAIT,		/* give it to neighbour_hold() */
	NEIGHBOUR_NOWHERE,	/* no route to it, or nobody answers there */
};

/*
 * neighbour_find - whom a packet goes to next
 * @to:  where it is going in the end
 * @mac: of NEIGHBOUR_KNOWN
 * With NEIGHBOUR_WAIT, neighbour_output() has something to send.
 */
enum neighbour_way neighbour_find(struct neighbours *n,
				  const struct neighbour_address *to,
				  int64_t now, uint8_t mac[6]);

/*
 * neighbour_hold - keep a copy of a frame until its neighbour is known
 * @frame: whole, as in gateway/frame.h, but for the destination's MAC
 * Return: false when the queue is full
 */
bool neighbour_hold(struct neighbours *n, const struct neighbour_address *to,
		    const uint8_t *frame, size_t length);

/*
 * neighbour_input - a frame has come in, to the interface or to all
 * Return: was it one of these protocols? Then neighbour_output() may have
 *         something to send, and nobody else shall look at the frame.
 */
bool neighbour_input(struct neighbours *n, const uint8_t *frame,
		     size_t length, int64_t now);

/*
 * neighbour_output - the next frame to send: an answer, a question, or one
 * that has waited
 * To be called until there is none after neighbour_input(), after
 * NEIGHBOUR_WAIT, and when neighbour_wake() has come.
 * Return: false when there is none; *@frame is good until the next call
 */
bool neighbour_output(struct neighbours *n, int64_t now, uint8_t **frame,
		      size_t *length);

/* neighbour_wake - when neighbour_output() is due; TIME_NEVER: not yet */
int64_t neighbour_wake(const struct neighbours *n);

/* neighbours_lost - how many frames have waited in vain since last asked */
unsigned neighbours_lost(struct neighbours *n);

#endif
