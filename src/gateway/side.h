/* One interface of a box: what is to leave there, and to whom. */
#ifndef TCPTRAV_GATEWAY_SIDE_H
#define TCPTRAV_GATEWAY_SIDE_H

#include "gateway/box.h"
#include "gateway/frame.h"
#include "gateway/neighbour.h"

struct side {
	int socket;				/* -1: not open */
	uint8_t mac[6];
	const struct box_neighbour *told;	/* BOX_NEIGHBOURS of them */
	struct neighbours *neighbours;		/* NULL: they are told */
	struct iovec queue[FRAME_BATCH];	/* to leave */
	unsigned count;				/* of these */
	unsigned crowded;			/* lost: found no room */
};

bool side_open(struct side *s, const struct box_config *config,
	       enum nat_side which, struct error *e);
void side_close(struct side *s);

/* side_hears - is a frame that came in for the box, or for all? */
bool side_hears(const struct side *s, const struct frame *f);

/*
 * side_resolves - is it an ARP or neighbour discovery message?
 * Then it has been dealt with.
 */
bool side_resolves(struct side *s, const struct frame *f, int64_t now);

/*
 * side_send - find the next hop of a packet, and queue it
 * @frame: must stay until side_flush(); its Ethernet header but for the type
 *         is filled in here
 * Return: NULL, or why it cannot go (static text)
 */
const char *side_send(struct side *s, uint8_t *frame, size_t length,
		      int64_t now);

/* side_next - the MAC that packets for an IPv4 address go to; false: it isn't
   known now, and asked for if there is somebody to ask */
bool side_next(struct side *s, uint32_t address, int64_t now, uint8_t mac[6]);

/* side_answer - the same, to a MAC */
void side_answer(struct side *s, uint8_t *frame, size_t length,
		 const uint8_t mac[6]);

/* side_flush - send what is queued */
void side_flush(struct side *s);

/* side_settle - send what ARP and neighbour discovery have to send */
void side_settle(struct side *s, int64_t now);

/* side_wake - when side_settle() is due */
int64_t side_wake(const struct side *s);

#endif
