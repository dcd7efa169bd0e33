/*
 * An interface of the gateway: the next hop of each packet that leaves on it,
 * and the queue of frames to send.
 */
#ifndef TCPTRAV_GATEWAY_INTERFACE_H
#define TCPTRAV_GATEWAY_INTERFACE_H

#include "gateway/frame.h"
#include "gateway/gateway_config.h"
#include "gateway/neighbour.h"

struct interface {
	int socket;				/* -1: not open */
	uint8_t mac[6];
	const struct gateway_neighbour *configured;	/* static neighbours,
							   GATEWAY_NEIGHBOURS */
	struct neighbours *neighbours;		/* NULL: only static ones */
	struct iovec queue[FRAME_BATCH];
	unsigned count;				/* frames in @queue */
	unsigned unsent;			/* frames that the socket had no
						   room for; the gateway clears
						   it */
};

bool interface_open(struct interface *i, const struct gateway_config *config,
		    enum nat_side side, struct error *e);
void interface_close(struct interface *i);

/* interface_is_addressed - is a frame for this interface, or a broadcast or
   multicast frame that it needs to see? */
bool interface_is_addressed(const struct interface *i, const struct frame *f);

/*
 * interface_take_neighbour - handle an ARP or neighbour discovery message
 * Return: true if it was one; then nothing else may handle the frame
 */
bool interface_take_neighbour(struct interface *i, const struct frame *f,
			      int64_t now);

/*
 * interface_send - find the next hop of a packet, and queue its frame
 * @frame: must stay until interface_flush(); both MACs are filled in here
 * Return: NULL, or why the packet is lost (static text)
 */
const char *interface_send(struct interface *i, uint8_t *frame, size_t length,
			   int64_t now);

/* interface_send_to - queue a frame to a MAC; @frame as above */
void interface_send_to(struct interface *i, uint8_t *frame, size_t length,
		       const uint8_t mac[6]);

/*
 * interface_next_hop - get the MAC to which packets for an IPv4 address are
 * sent
 * Return: false when it is not known now; then it is being resolved, if the
 *         interface resolves neighbours
 */
bool interface_next_hop(struct interface *i, uint32_t address, int64_t now,
			uint8_t mac[6]);

/* interface_flush - send the queued frames */
void interface_flush(struct interface *i);

/* interface_send_neighbour - send what is due: messages of ARP and neighbour
   discovery, and the packets whose next hop is resolved */
void interface_send_neighbour(struct interface *i, int64_t now);

/* interface_wake - Return: the time (monotonic ns) at which
   interface_send_neighbour() is due; TIME_NEVER: not at all */
int64_t interface_wake(const struct interface *i);

#endif
