/*
 * Ethernet frames on an interface, in batches: AF_PACKET with virtio-net
 * headers (linux.md 5 has the figures). A frame here is such a header and
 * then the Ethernet frame: a segment that the kernel has not cut up yet may
 * be 64 KiB long, and its checksum may be for the last interface to finish.
 * Passed on with its header it stays so.
 */
#ifndef TCPTRAV_GATEWAY_FRAME_H
#define TCPTRAV_GATEWAY_FRAME_H

#include "base/error.h"
#include "wire/ethernet.h"

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define FRAME_BATCH 32
#define FRAME_VIRTIO sizeof(struct virtio_net_hdr)
#define FRAME_ETHERNET ETHERNET_HEADER
#define FRAME_IP (FRAME_VIRTIO + FRAME_ETHERNET)	/* where IP begins */
#define FRAME_MAX (FRAME_IP + 65535 + 8)		/* two VLAN tags */

/*
 * frame_open - every frame that arrives on @interface from now on
 * Return: a non-blocking socket, or -1 with a sentence
 */
int frame_open(const char *interface, struct error *e);

/* frame_mac - the interface's own hardware address */
bool frame_mac(int socket, const char *interface, uint8_t mac[6],
	       struct error *e);

/* What one frame_receive() brought. */
struct frame {
	uint8_t *bytes;		/* good until the next frame_receive() */
	size_t length;		/* with the virtio-net header */
	bool cut;		/* there was more of it */
};

struct frame_buffers;			/* room for a batch */
struct frame_buffers *frame_buffers_new(void);	/* NULL when memory is short */
void frame_buffers_free(struct frame_buffers *f);

/*
 * frame_complete_checksum - compute a checksum that was left to the network
 * card, if the frame is small: what a router quotes in an ICMP error must be
 * right, as it is where there are cards. A large one is data, which nobody
 * quotes whole.
 */
void frame_complete_checksum(const struct frame *f);

/*
 * frame_receive - what is there, FRAME_BATCH frames at most
 * Return: how many; 0 when there are none
 */
unsigned frame_receive(int socket, struct frame_buffers *f,
		       struct frame out[FRAME_BATCH]);

/*
 * frame_send - send frames, in order, without waiting
 * Return: how many found no room and are lost
 */
unsigned frame_send(int socket, struct iovec *frames, unsigned count);

#endif
