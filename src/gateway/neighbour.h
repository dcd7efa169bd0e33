/*
 * The neighbours of an interface: address resolution by ARP (RFC 826 and 5227)
 * and by IPv6 neighbour discovery (RFC 4861), answers for the interface's own
 * addresses, and the packets that wait for an address to be resolved. Pure:
 * frames and a time in, frames and decisions out. All memory is allocated
 * once; table and queue are bounded.
 *
 * A request is sent at most three times, a second apart (RFC 1122 2.3.2.1).
 * Then the neighbour is unreachable, and packets to it are dropped for as long
 * again. A neighbour in use is probed by unicast when it has not been heard of
 * for half a minute. Packets are sent to it meanwhile, so that no connection
 * has to wait.
 */
#ifndef TCPTRAV_GATEWAY_NEIGHBOUR_H
#define TCPTRAV_GATEWAY_NEIGHBOUR_H

#include "base/clock.h"
#include "gateway/frame.h"
#include "gateway/next_hop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEIGHBOURS 1024				/* entries of the table */
#define NEIGHBOUR_QUEUE 64			/* frames that can wait */
/* RFC 4861 10: MAX_MULTICAST_SOLICIT, RETRANS_TIMER, REACHABLE_TIME */
#define NEIGHBOUR_MAX_SOLICIT 3
#define NEIGHBOUR_RETRANS_TIMER NS_PER_S
#define NEIGHBOUR_REACHABLE_TIME (30 * NS_PER_S)

struct neighbours;

/* neighbours_new - make an empty table. Return: NULL if out of memory */
struct neighbours *neighbours_new(const struct neighbour_config *config);
void neighbours_free(struct neighbours *n);

/* neighbours_set_count - change the number of the interface's own IPv4
   addresses */
void neighbours_set_count(struct neighbours *n, uint32_t count);

enum neighbour_result {
	NEIGHBOUR_RESOLVED,	/* the MAC is known */
	NEIGHBOUR_PENDING,	/* being resolved: neighbour_queue() the packet,
				   and call neighbour_output() */
	NEIGHBOUR_UNREACHABLE,	/* no route, or nobody answers */
};

/*
 * neighbour_find - find the MAC of a packet's next hop
 * @to:  the packet's destination
 * @mac: set when the result is NEIGHBOUR_RESOLVED
 */
enum neighbour_result neighbour_find(struct neighbours *n,
				     const struct neighbour_address *to,
				     int64_t now, uint8_t mac[6]);

/*
 * neighbour_queue - copy a frame into the queue; it is sent when its next hop
 * is resolved
 * @frame: as in gateway/frame.h, whole but for the destination MAC
 * Return: false when the queue is full
 */
bool neighbour_queue(struct neighbours *n, const struct neighbour_address *to,
		     const uint8_t *frame, size_t length);

/*
 * neighbour_input - handle a frame that has arrived, unicast, multicast or
 * broadcast, if it is ARP or neighbour discovery
 * Return: true when it is ARP or neighbour discovery; then nothing else may
 *         handle it, and neighbour_output() may have something to send
 */
bool neighbour_input(struct neighbours *n, const uint8_t *frame,
		     size_t length, int64_t now);

/*
 * neighbour_output - get the next frame to send: an answer, a request, or a
 * queued packet
 * Call it until it returns false: after neighbour_input(), after
 * NEIGHBOUR_PENDING, and at neighbour_wake().
 * @frame: valid until the next call
 * Return: false when there is nothing to send
 */
bool neighbour_output(struct neighbours *n, int64_t now, uint8_t **frame,
		      size_t *length);

/* neighbour_wake - Return: the time at which neighbour_output() is due;
   TIME_NEVER: not at all */
int64_t neighbour_wake(const struct neighbours *n);

/* neighbours_dropped - Return: the number of queued packets dropped since the
   last call, because their next hop did not answer */
unsigned neighbours_dropped(struct neighbours *n);

#endif
