/*
 * What a method can do on a machine: TCP and UDP sockets, packet capture,
 * forging, hop probes. It is a table of operations, so that another machine, a
 * simulated one, can stand behind it. No operation blocks, except wait().
 *
 * Handles are small non-negative numbers (file descriptors on Linux).
 * Functions that return int return -errno on failure.
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
	HOST_CAPTURE = 1,	/* capture its own packets: libpcap */
	HOST_FORGE = 2,		/* send segments that it builds: libnet */
	HOST_CHOOSE_ISN = 4,	/* choose the ISN of its SYNs: TCP_REPAIR */
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
struct captured_packet {
	int64_t at;			/* monotonic ns */
	bool outgoing;
	size_t length;			/* bytes captured */
	size_t full_length;		/* bytes of the whole IP packet */
	uint8_t bytes[CAPTURE_BYTES];	/* from the IP header on */
};

/* An answer to a hop probe. */
struct hop {
	int ttl;			/* the probe's */
	uint32_t from;			/* address that answered */
	bool reached;			/* the probe's destination answered
					   (port unreachable), not a router */
};

#define HOST_WAITS 40

/* A handle to wait for. */
struct host_wait {
	int handle;
	bool read, write;		/* what to wait for */
	bool ready;			/* set by wait() */
};

struct host;

struct host_ops {
	/* now - monotonic ns */
	int64_t (*now)(struct host *h);

	/*
	 * tcp_open - a TCP socket bound to @port on every local address, with
	 * SO_REUSEADDR, SO_REUSEPORT, IP_MINTTL 2 and congestion control cubic
	 * @port: 0: the system chooses one
	 */
	int (*tcp_open)(struct host *h, uint16_t port);
	/*
	 * tcp_use_delayed_ack - let the kernel delay acknowledgements, so that
	 * an answer carries them; for a connection on which each side answers
	 * the other
	 */
	void (*tcp_use_delayed_ack)(struct host *h, int s);
	/*
	 * own_addresses - list the machine's own IPv4 addresses
	 * @out: host byte order
	 * Return: how many were written, at most @room
	 */
	size_t (*own_addresses)(struct host *h, uint32_t *out, size_t room);
	/* tcp_local_endpoint - get the socket's own address and port */
	int (*tcp_local_endpoint)(struct host *h, int s, struct endpoint *out);
	/*
	 * tcp_choose_isn - the SYN of a socket from tcp_open(), not connected
	 * yet, will have the initial sequence number @isn
	 * @isn: 1 to 2^32 - 1: the kernel replaces 0
	 * Return: 0; -EPERM without HOST_CHOOSE_ISN
	 */
	int (*tcp_choose_isn)(struct host *h, int s, uint32_t isn);
	/*
	 * tcp_accept_only_ack - from now on the socket discards segments that
	 * acknowledge another number than @ack; segments without ACK pass. A
	 * socket in SYN_SENT, which would answer them with RST, stays silent.
	 */
	int (*tcp_accept_only_ack)(struct host *h, int s, uint32_t ack);
	/* tcp_discard_syns_from - from now on a listener discards SYNs from
	   @address (host byte order), without an answer */
	int (*tcp_discard_syns_from)(struct host *h, int s, uint32_t address);
	/* tcp_accept_all - end tcp_accept_only_ack or tcp_discard_syns_from */
	void (*tcp_accept_all)(struct host *h, int s);
	/* tcp_connect - send the SYN. Return: 0 also while in progress */
	int (*tcp_connect)(struct host *h, int s, const struct endpoint *to);
	/* tcp_set_ttl - set the TTL of the packets that the socket sends; 0:
	   the default */
	int (*tcp_set_ttl)(struct host *h, int s, int ttl);
	/* tcp_limit_syns - the socket sends @count SYNs at most, 2 or more */
	int (*tcp_limit_syns)(struct host *h, int s, int count);
	int (*tcp_listen)(struct host *h, int s);
	/* tcp_accept - Return: the next connection's socket, or -EAGAIN */
	int (*tcp_accept)(struct host *h, int s, struct endpoint *from);
	/*
	 * tcp_state - the state in TCP_INFO
	 * @why: the socket's pending error as a positive errno, 0 if none;
	 *       reading clears it
	 */
	enum tcp_state (*tcp_state)(struct host *h, int s, int *why);
	/* tcp_rtt - smoothed RTT in ns, 0 if not known */
	int64_t (*tcp_rtt)(struct host *h, int s);
	/* send, receive - as send(2) and recv(2); -EAGAIN if it would block */
	ssize_t (*send)(struct host *h, int s, const void *bytes, size_t n);
	ssize_t (*receive)(struct host *h, int s, void *bytes, size_t n);
	/*
	 * wake_on_ack - from now on wait() also returns when the peer's kernel
	 * has acknowledged data. Call it before send().
	 */
	void (*wake_on_ack)(struct host *h, int s);
	/* all_acked - has the peer acknowledged all data? If so, wake_on_ack
	   ends. */
	bool (*all_acked)(struct host *h, int s);
	/* shutdown_send - send a FIN */
	void (*shutdown_send)(struct host *h, int s);
	void (*close)(struct host *h, int s);

	/* udp_open - a UDP socket bound to @port on every local address, which
	   sends no fragments */
	int (*udp_open)(struct host *h, uint16_t port);
	/* udp_send - send a datagram. Return: 0, or -errno */
	int (*udp_send)(struct host *h, int s, const struct endpoint *to,
			const void *bytes, size_t n);
	/* udp_receive - Return: the next datagram's length, of which @n bytes
	   at most are in @bytes; -EAGAIN if there is none */
	ssize_t (*udp_receive)(struct host *h, int s, struct endpoint *from,
			       void *bytes, size_t n);

	/*
	 * capture_port - choose the local TCP and UDP port whose packets
	 * capture_next() returns; 0: none. Earlier packets are dropped.
	 */
	void (*capture_port)(struct host *h, uint16_t port);
	/*
	 * capture_next - the next captured packet of that port: a TCP segment
	 * or datagram of at most 128 bytes, or an ICMP error that quotes one
	 * Return: false if there is none now
	 */
	bool (*capture_next)(struct host *h, struct captured_packet *out);

	/*
	 * forge - send @s from this host
	 * @data: s->payload bytes; NULL if that is 0
	 * Return: 0, or -errno
	 */
	int (*forge)(struct host *h, const struct segment *s,
		     const void *data);

	/*
	 * hop_probe - send a UDP datagram with TTL @ttl to the address @to.
	 * Its destination port encodes the TTL.
	 * @from: the local port for the search's first probe; 0, or a port in
	 *        use: the system chooses one
	 */
	int (*hop_probe)(struct host *h, uint16_t from, uint32_t to, int ttl);
	/* hop_answer - the next answer to a probe; false if there is none */
	bool (*hop_answer)(struct host *h, struct hop *out);
	/* hop_end - end the search: answers that arrive later are ignored */
	void (*hop_end)(struct host *h);

	/*
	 * wait - block until a handle is ready, a captured packet or a hop
	 * answer may have arrived, or @deadline (monotonic ns) has passed. A
	 * packet or answer that the caller leaves unread ends one wait() only.
	 * @count: up to HOST_WAITS
	 * Return: 1 if there may be a packet or an answer, else 0; or -errno
	 *         (-EINTR: a signal)
	 */
	int (*wait)(struct host *h, struct host_wait *items, size_t count,
		    int64_t deadline);
};

struct host {
	const struct host_ops *ops;
	unsigned can;			/* enum host_can, or-ed */
	void *owner;			/* for a caller that replaces ops */
};

struct host_config {
	const char *interface;	/* to capture on; NULL: that of the route to
				   @route_to */
	uint32_t route_to;	/* host byte order */
	unsigned want;		/* enum host_can: what to set up */
	int capture_buffer;	/* bytes for packets not read yet; 0: 2 MiB */
	uint16_t port;		/* capture this TCP and UDP port only; 0: all
				   ports (a lab host, which runs many
				   attempts) */
	uint32_t exclude;	/* don't capture TCP and UDP with this address,
				   which saves wake-ups; 0: none */
};

/*
 * host_open - open this Linux machine as a host
 * With @want 0 it needs no privilege.
 * Return: the host, for host_close(); NULL with ERROR_MISSING and a message
 *         that names the missing privilege or library and how to get it
 */
struct host *host_open(const struct host_config *config, struct error *e);
void host_close(struct host *h);

#endif
