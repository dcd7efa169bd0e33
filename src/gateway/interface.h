/* One interface of a box: what is to leave there, and to whom. */
#ifndef TCPTRAV_GATEWAY_INTERFACE_H
#define TCPTRAV_GATEWAY_INTERFACE_H

#include "gateway/gateway.h"
#include "gateway/frame.h"
#include "gateway/neighbour.h"

struct interface {
	int socket;				/* -1: not open */
	uint8_t mac[6];
	const struct gateway_neighbour *told;	/* GATEWAY_NEIGHBOURS of them */
	struct neighbours *neighbours;		/* NULL: they are told */
	struct iovec queue[FRAME_BATCH];	/* to leave */
	unsigned count;				/* of these */
	unsigned crowded;			/* lost: found no room */
};

bool interface_open(struct interface *s, const struct gateway_config *config,
		    enum nat_side which, struct error *e);
void interface_close(struct interface *s);

/* interface_is_addressed - is a frame that came in for the box, or for all? */
bool interface_is_addressed(const struct interface *s, const struct frame *f);

/*
 * interface_take_neighbour - is it an ARP or neighbour discovery message?
 * Then it has been dealt with.
 */
bool interface_take_neighbour(struct interface *s, const struct frame *f,
			      int64_t now);

/*
 * interface_send - find the next hop of a packet, and queue it
 * @frame: must stay until interface_flush(); its Ethernet header but for the
 * type
 *         is filled in here
 * Return: NULL, or why it cannot go (static text)
 */
const char *interface_send(struct interface *s, uint8_t *frame, size_t length,
			   int64_t now);

/* interface_next_hop - the MAC that packets for an IPv4 address go to; false:
   it
   isn't
   known now, and asked for if there is somebody to ask */
bool interface_next_hop(struct interface *s, uint32_t address, int64_t now,
			uint8_t mac[6]);

/* interface_send_to - the same, to a MAC */
void interface_send_to(struct interface *s, uint8_t *frame, size_t length,
		       const uint8_t mac[6]);

/* interface_flush - send what is queued */
void interface_flush(struct interface *s);

/* interface_send_neighbour - send what ARP and neighbour discovery have to send
   */
void interface_send_neighbour(struct interface *s, int64_t now);

/* interface_wake - when interface_send_neighbour() is due */
int64_t interface_wake(const struct interface *s);

#endif
