/*
 * Ethernet frames of an interface, in batches: AF_PACKET with virtio-net
 * headers (docs/linux.md, "Packet I/O"). A frame here is a virtio-net header
 * and the Ethernet frame behind it. A TCP segment that the kernel has not
 * segmented yet (GSO) may be 64 KiB long, and a checksum may be left for the
 * last interface to complete: the virtio-net header says so. A frame that is
 * sent with the header it came with stays like that.
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
#define FRAME_MAX (FRAME_IP + 65535 + 8)	/* 8: two VLAN tags */

/* Where in a frame. */
#define FRAME_DESTINATION FRAME_VIRTIO
#define FRAME_SOURCE (FRAME_VIRTIO + 6)
#define FRAME_IP (FRAME_VIRTIO + ETHERNET_HEADER)

/*
 * frame_open - receive every frame that arrives on @interface
 * Return: a non-blocking socket; -1 with an error
 */
int frame_open(const char *interface, struct error *e);

/* frame_mac - get the interface's own hardware address */
bool frame_mac(int socket, const char *interface, uint8_t mac[6],
	       struct error *e);

/* A frame that frame_receive() returns. */
struct frame {
	uint8_t *bytes;		/* valid until the next frame_receive() */
	size_t length;		/* with the virtio-net header */
	bool truncated;		/* it was longer than FRAME_MAX */
};

struct frame_buffers;		/* for one batch */
struct frame_buffers *frame_buffers_new(void);	/* NULL: out of memory */
void frame_buffers_free(struct frame_buffers *b);

/*
 * frame_receive - receive up to FRAME_BATCH frames, without blocking
 * Return: how many; 0 when there are none
 */
unsigned frame_receive(int socket, struct frame_buffers *b,
		       struct frame out[FRAME_BATCH]);

/*
 * frame_complete_checksum - compute a checksum that was left to the network
 * card, if the frame is small
 * A packet that a router quotes in an ICMP error must have a right checksum.
 * Large frames carry data and are not quoted whole.
 */
void frame_complete_checksum(const struct frame *f);

/*
 * frame_send - send frames in order, without blocking
 * Return: how many are lost because the socket had no room
 */
unsigned frame_send(int socket, struct iovec *frames, unsigned count);

#endif
