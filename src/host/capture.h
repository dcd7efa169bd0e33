/*
 * The packets of one local TCP port, as the interface saw them, by libpcap.
 *
 * A handle costs 8 ms to open and 24 ms to close, so there is one for a
 * host's whole life, with a broad filter: segments that open or close a
 * connection, small ones, and ICMP errors. Ports are matched here.
 *
 * libpcap does not say which way a packet went. It left if its source is the
 * watched port at an address of this machine (read when the handle opens).
 */
#ifndef TCPTRAV_HOST_CAPTURE_H
#define TCPTRAV_HOST_CAPTURE_H

#include "host/host.h"

struct capture;

/*
 * capture_open - start to capture
 * @config: interface, towards and port are looked at; without a known
 *          interface all of them are captured on
 * Return:  it, for capture_close(); NULL with ERROR_MISSING
 */
struct capture *capture_open(const struct host_config *config,
			     struct error *e);
void capture_close(struct capture *c);

/* capture_watch, capture_next - watch and captured of host.h */
void capture_watch(struct capture *c, uint16_t port);
bool capture_next(struct capture *c, struct captured *out);

/*
 * capture_handle - what to poll for reading
 * Return: -1 when no port is watched, or when the interface is gone for good
 */
int capture_handle(const struct capture *c);

/* The pure part. */

#define CAPTURE_FILTER 192
/*
 * capture_filter - the filter, in libpcap's language
 * @port:    the only TCP port to capture; 0: every port
 * @without: no TCP with that address; 0: with any
 * @link:    libpcap's number of the link type, DLT_...
 * Return: @text
 */
char *capture_filter(uint16_t port, uint32_t without, int link,
		     char text[CAPTURE_FILTER]);

/*
 * capture_ip - where in a frame its IPv4 header is
 * @link: DLT_... : Ethernet (VLAN tags too), raw IP, Linux cooked v1 and v2,
 *        BSD loopback
 * Return: its offset, less than @length; -1 if there is none, or for another
 *         link type
 */
int capture_ip(int link, const uint8_t *frame, size_t length);

/* Whose packets are looked for. */
struct capture_watched {
	uint16_t port;
	const uint32_t *local;		/* addresses of this machine */
	size_t count;
};

/*
 * capture_read - is a packet one to tell of?
 * @bytes, @length: from its IP header on; it may be cut short anywhere
 * @out: bytes, lengths and direction are set, the time is not
 * Return: true for TCP segments from or to the port and for arriving ICMP
 *         errors that quote a segment from it
 */
bool capture_read(const struct capture_watched *by, const uint8_t *bytes,
		  size_t length, struct captured *out);

#endif
