/*
 * Captures the packets of one local TCP port with libpcap.
 *
 * A handle takes 8 ms to open and 24 ms to close, so a host opens one for all
 * its attempts. Its filter is broad: segments that open or close a connection,
 * small segments, and ICMP errors. The port is compared here. See
 * docs/linux.md, "Capturing and forging".
 *
 * libpcap does not tell a packet's direction. A packet is outgoing if its
 * source is the captured port at an address of this machine; the addresses are
 * read when the handle opens.
 */
#ifndef TCPTRAV_HOST_CAPTURE_H
#define TCPTRAV_HOST_CAPTURE_H

#include "host/host.h"

struct capture;

/*
 * capture_open - start to capture
 * It captures on config->interface, else on the interface of the route to
 * config->route_to, else on all interfaces.
 * Return: the capture, for capture_close(); NULL with ERROR_MISSING
 */
struct capture *capture_open(const struct host_config *config,
			     struct error *e);
void capture_close(struct capture *c);

/* capture_set_port, capture_next - capture_port, capture_next of host.h */
void capture_set_port(struct capture *c, uint16_t port);
bool capture_next(struct capture *c, struct captured_packet *out);

/*
 * capture_handle - get the descriptor to poll for reading
 * Return: -1 if no port is captured, or if the interface no longer exists
 */
int capture_handle(const struct capture *c);

/* The pure part. */

#define CAPTURE_FILTER 256
/*
 * capture_filter - write the filter, in the syntax of pcap-filter(7)
 * @port:    the only TCP and UDP port to capture; 0: all ports
 * @exclude: don't capture TCP with that address; 0: capture all
 * @link:    libpcap's number of the link type, DLT_...
 * Return: @text
 */
char *capture_filter(uint16_t port, uint32_t exclude, int link,
		     char text[CAPTURE_FILTER]);

/*
 * capture_ip_offset - the offset of the IPv4 header in a frame
 * @link: DLT_... : Ethernet (with up to two VLAN tags), raw IP, Linux cooked
 *        v1 and v2, BSD loopback
 * Return: the offset, less than @length; -1 if the frame has no IPv4 header,
 *         or for another link type
 */
int capture_ip_offset(int link, const uint8_t *frame, size_t length);

/* Which packets capture_accept() accepts. */
struct capture_match {
	uint16_t port;
	const uint32_t *local;		/* addresses of this machine */
	size_t count;			/* of them */
};

/*
 * capture_accept - does a packet belong to the captured port?
 * @bytes, @length: the packet from its IP header on, perhaps truncated
 * @out: set if so, except for the time
 * Return: true for a TCP segment from or to the port, and for an incoming ICMP
 *         error that quotes a segment from the port
 */
bool capture_accept(const struct capture_match *by, const uint8_t *bytes,
		    size_t length, struct captured_packet *out);

#endif
