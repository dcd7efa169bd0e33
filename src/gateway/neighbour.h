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
#include "gateway/next_hop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEIGHBOURS 1024			/* rows of the table */
#define NEIGHBOUR_QUEUE 64		/* that wait */
#define NEIGHBOUR_MAX_SOLICIT 3
#define NEIGHBOUR_RETRANS_TIMER NS_PER_S
#define NEIGHBOUR_REACHABLE_TIME (30 * NS_PER_S) /* not asked again within */

struct neighbours;

/* neighbours_new - NULL when memory is short */
struct neighbours *neighbours_new(const struct neighbour_config *config);
void neighbours_free(struct neighbours *n);

/* neighbours_set_count - it has that many IPv4 addresses from now on */
void neighbours_set_count(struct neighbours *n, uint32_t count);

enum neighbour_result {
	NEIGHBOUR_RESOLVED,	/* send it */
	NEIGHBOUR_PENDING,		/* give it to neighbour_queue() */
	NEIGHBOUR_UNREACHABLE,	/* no route to it, or nobody answers there */
};

/*
 * neighbour_find - whom a packet goes to next
 * @to:  where it is going in the end
 * @mac: of NEIGHBOUR_RESOLVED
 * With NEIGHBOUR_PENDING, neighbour_output() has something to send.
 */
enum neighbour_result neighbour_find(struct neighbours *n,
				     const struct neighbour_address *to,
				     int64_t now, uint8_t mac[6]);

/*
 * neighbour_queue - keep a copy of a frame until its neighbour is known
 * @frame: whole, as in gateway/frame.h, but for the destination's MAC
 * Return: false when the queue is full
 */
bool neighbour_queue(struct neighbours *n, const struct neighbour_address *to,
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
 * NEIGHBOUR_PENDING, and when neighbour_wake() has come.
 * Return: false when there is none; *@frame is good until the next call
 */
bool neighbour_output(struct neighbours *n, int64_t now, uint8_t **frame,
		      size_t *length);

/* neighbour_wake - when neighbour_output() is due; TIME_NEVER: not yet */
int64_t neighbour_wake(const struct neighbours *n);

/* neighbours_dropped - how many frames have waited in vain since last asked */
unsigned neighbours_dropped(struct neighbours *n);

#endif
