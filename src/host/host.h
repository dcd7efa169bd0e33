/*
 * What a method can do on a machine: sockets, capture, forging. A struct of
 * operations, so that another machine, a simulated one, can stand behind it.
 * Everything is non-blocking but host->do_->wait, and all methods wait there.
 *
 * Handles are small non-negative numbers (file descriptors on Linux).
 * Functions that return int give -errno on failure.
 */
#ifndef TCPTRAV_HOST_HOST_H
#define TCPTRAV_HOST_HOST_H

#include "base/endpoint.h"
#include "base/error.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum host_can {
	HOST_CAPTURE = 1,	/* see its own packets: libpcap */
	HOST_FORGE = 2,		/* send segments of its own making: libnet */
};

enum tcp_state {
	TCP_IS_CLOSED,
	TCP_IS_LISTENING,
	TCP_IS_SYN_SENT,
	TCP_IS_SYN_RECEIVED,
	TCP_IS_ESTABLISHED,
	TCP_IS_CLOSING,		/* either side has sent a FIN */
};

#define CAPTURE_BYTES 128

/* A packet that the host sent or received, as its interface saw it. */
struct captured {
	int64_t at;			/* monotonic ns */
	bool outgoing;
	size_t length;			/* of bytes */
	size_t full_length;		/* of the IP packet */
	uint8_t bytes[CAPTURE_BYTES];	/* from the IP header on */
};

/* An answer to a hop probe: who said time exceeded, or answered for itself */
struct hop {
	int ttl;			/* the probe's */
	uint32_t from;			/* who answered */
	bool reached;			/* the destination itself (port
					   unreachable): no router there */
};

#define HOST_WAITS 64

/* One thing to wait for. */
struct host_wait {
	int handle;
	bool read, write;		/* for what */
	bool ready;			/* set by wait */
};

struct host;

struct host_operations {
	/* now - monotonic ns */
	int64_t (*now)(struct host *h);

	/*
	 * tcp_open - a TCP socket bound to @port on every local address (0:
	 * one that the system chooses), address and port reusable, deaf to
	 * the time exceeded of its own SYN (IP_MINTTL 2), congestion control
	 * cubic
	 */
	int (*tcp_open)(struct host *h, uint16_t port);
	/*
	 * tcp_talks - of a connection on which each side answers the other:
	 * what comes is acknowledged with the answer, if that is not long in
	 * coming, and not by a segment of its own
	 */
	void (*tcp_talks)(struct host *h, int s);
	/* tcp_local - the socket's own address and port */
	int (*tcp_local)(struct host *h, int s, struct endpoint *out);
	/* tcp_connect - send the SYN; 0 also when it is only under way */
	int (*tcp_connect)(struct host *h, int s, const struct endpoint *to);
	/* tcp_ttl - of what the socket sends from now on; 0: the default */
	int (*tcp_ttl)(struct host *h, int s, int ttl);
	int (*tcp_listen)(struct host *h, int s);
	/* tcp_accept - the next connection's socket, or -EAGAIN */
	int (*tcp_accept)(struct host *h, int s, struct endpoint *from);
	/*
	 * tcp_state - where the socket stands, by TCP_INFO
	 * @why: the socket's pending error as a positive errno, 0 if none;
	 *       read and cleared
	 */
	enum tcp_state (*tcp_state)(struct host *h, int s, int *why);
	/* tcp_rtt - smoothed round trip in ns, 0 when not known */
	int64_t (*tcp_rtt)(struct host *h, int s);
	/* send, receive - as send(2) and recv(2); -EAGAIN when it must wait */
	ssize_t (*send)(struct host *h, int s, const void *bytes, size_t n);
	ssize_t (*receive)(struct host *h, int s, void *bytes, size_t n);
	/*
	 * ask_acknowledgement - before send(): wait() shall return when the
	 * peer's kernel has acknowledged what is sent from now on
	 */
	void (*ask_acknowledgement)(struct host *h, int s);
	/* acknowledged - has all that was sent been? Asking ends when so */
	bool (*acknowledged)(struct host *h, int s);
	/* finish - no more will be sent: FIN */
	void (*finish)(struct host *h, int s);
	void (*close)(struct host *h, int s);

	/*
	 * watch - which local TCP port captured() is to tell of; 0: none.
	 * Packets from before the call are forgotten.
	 */
	void (*watch)(struct host *h, uint16_t port);
	/*
	 * captured - the next captured packet of the watched port: its TCP
	 * segments of up to 128 bytes, and ICMP errors that quote them
	 * Return: false when there is none at the moment
	 */
	bool (*captured)(struct host *h, struct captured *out);

	/*
	 * forge - send @s, without data, from this host
	 * Return: 0, or -errno
	 */
	int (*forge)(struct host *h, const struct segment *s);

	/*
	 * hop_probe - send one UDP datagram with that TTL, to @to's address
	 * and a port that tells the TTL
	 * @from: the local port, if the search's first probe can have it; 0,
	 *        or taken by another program: the system chooses one
	 */
	int (*hop_probe)(struct host *h, uint16_t from, uint32_t to, int ttl);
	/* hop_answer - the next answer to a probe; false when there is none */
	bool (*hop_answer)(struct host *h, struct hop *out);
	/* hop_end - the search is over: what still comes for its probes is no
	   answer to those of the next one */
	void (*hop_end)(struct host *h);

	/*
	 * wait - until a handle is ready, a captured packet or a hop answer
	 * may be there, or @deadline (monotonic ns) has come. Packets and
	 * answers that nobody takes end one wait, and no more until all are
	 * taken.
	 * @count: up to HOST_WAITS
	 * Return: 1 when there may be a packet or an answer, else 0; or
	 *         -errno (-EINTR: a signal)
	 */
	int (*wait)(struct host *h, struct host_wait *items, size_t count,
		    int64_t deadline);
};

struct host {
	const struct host_operations *do_;
	unsigned can;			/* enum host_can, or-ed */
	void *owner;			/* of who put operations of its own
					   into do_'s place */
};

struct host_config {
	const char *interface;	/* to capture on; NULL: that of the route to
				   @towards */
	uint32_t towards;
	unsigned want;		/* enum host_can: what to set up */
	int room;		/* bytes, for captured packets that were not
				   read yet; 0: enough for any use */
	uint16_t port;		/* capture this port only; 0: every port (a lab
				   host, which lives for many attempts) */
	uint32_t without;	/* capture no TCP with that address; 0: with
				   any. It spares waking for it. */
};

/*
 * host_open - this Linux machine
 * Return: it, for host_close(); NULL with ERROR_MISSING and a sentence that
 *         names what is missing (privilege, library) and what allows it.
 *         With @want 0 it asks for no privilege.
 */
struct host *host_open(const struct host_config *config, struct error *e);
void host_close(struct host *h);

#endif
