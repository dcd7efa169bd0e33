/*
 * Linux's connection tracking (netfilter, as of Linux 6.18) of one connection:
 * whether a packet belongs to it, and which timeout it starts. A NAT built on
 * it translates accepted packets; invalid ones pass untranslated or reach the
 * NAT's own stack, which drops them.
 *
 * TCP: a table of states says what a packet of each kind does in each
 * direction. Most packets that it accepts must also be in the window that both
 * ends have agreed on (tcp_window.h).
 *
 * `make fidelity` compares it with the kernel, packet by packet. The names of
 * states and timeouts are the kernel's.
 * Pure: no clock, no allocation.
 */
#ifndef TCPTRAV_NAT_TCP_CONNTRACK_H
#define TCPTRAV_NAT_TCP_CONNTRACK_H

#include <stdbool.h>
#include <stdint.h>

enum conntrack_state {
	CONNTRACK_NONE,
	CONNTRACK_SYN_SENT,
	CONNTRACK_SYN_RECV,
	CONNTRACK_ESTABLISHED,
	CONNTRACK_FIN_WAIT,	/* one FIN seen */
	CONNTRACK_CLOSE_WAIT,	/* it was acknowledged */
	CONNTRACK_LAST_ACK,	/* both FINs seen */
	CONNTRACK_TIME_WAIT,
	CONNTRACK_CLOSE,	/* by RST */
	CONNTRACK_SYN_SENT2,	/* SYNs in both directions */
	CONNTRACK_STATES,
};

/* The timeouts: one for each TCP state, with its number, and these. */
enum conntrack_timer {
	CONNTRACK_TIMER_KEEP = 0,	/* does not change */
	CONNTRACK_TIMER_MAX_RETRANS = CONNTRACK_STATES,
	CONNTRACK_TIMER_UNACKNOWLEDGED,
	CONNTRACK_TIMER_UDP,
	CONNTRACK_TIMER_UDP_STREAM,
	CONNTRACK_TIMER_ICMP,
	CONNTRACK_TIMERS,
};

struct conntrack_options {		/* net.netfilter.nf_conntrack_... */
	bool be_liberal;		/* tcp_be_liberal */
	bool loose;			/* tcp_loose */
	bool ignore_invalid_rst;	/* tcp_ignore_invalid_rst */
	uint8_t max_retrans;		/* tcp_max_retrans */
	uint32_t seconds[CONNTRACK_TIMERS];	/* by enum conntrack_state and
						   enum conntrack_timer */
};

/* The kernel's defaults. */
extern const struct conntrack_options conntrack_defaults;

/* Original: the direction of the packet that opened the connection. */
enum conntrack_direction { CONNTRACK_ORIGINAL, CONNTRACK_REPLY };

enum conntrack_verdict {
	CONNTRACK_ACCEPT,
	CONNTRACK_IGNORE,	/* belongs to it, but is not believed: neither
				   state nor timeout changes */
	CONNTRACK_INVALID,	/* does not belong to it: not translated */
	CONNTRACK_RENEW,	/* the connection is over: forget it, and look
				   at the packet as one of no connection */
	CONNTRACK_DESTROY,	/* belongs to it, and ends it */
};

/* One end of a connection; sequence numbers are as seen on the wire. */
struct conntrack_peer {
	uint32_t end;		/* after the last byte it has sent */
	uint32_t limit;		/* after the last byte it may send */
	uint32_t window;	/* the largest it has offered; 0: it has not
				   sent anything yet */
	uint32_t acknowledged;	/* the highest it has acknowledged */
};

/* The state of a TCP connection: 52 bytes; may be copied. */
struct conntrack_tcp {
	struct conntrack_peer peers[2];	/* by the direction they send in */
	uint32_t last_acknowledgement;	/* these of the last ACK, or of the
					   last packet ignored */
	uint32_t last_end;
	uint16_t last_length;
	uint16_t last_window;
	uint8_t state;			/* enum conntrack_state */
	uint8_t marks;			/* of the connection */
	uint8_t flags[2];		/* of the peers */
	uint8_t scale[2];		/* their window scales */
	uint8_t repeated;		/* how often the last ACK was */
	uint8_t last_kind : 4;
	uint8_t last_scale : 4;
};

/* A complete TCP segment with a right checksum. */
struct conntrack_segment {
	uint32_t sequence, acknowledgement;
	uint16_t window;		/* as in the header, not scaled */
	uint16_t length;		/* bytes of data */
	uint8_t flags;			/* of wire/tcp.h */
	uint8_t options_length;
	const uint8_t *options;
};

/*
 * conntrack_open - handle the first packet of an unknown connection
 * @c:     the new connection, when the packet is accepted
 * @timer: the timeout that runs from now on
 * Return: CONNTRACK_ACCEPT or CONNTRACK_INVALID
 * The kernel confirms a connection when its first packet leaves. If that packet
 * is dropped later, the caller must forget the connection.
 */
enum conntrack_verdict conntrack_open(struct conntrack_tcp *c,
				      const struct conntrack_options *o,
				      const struct conntrack_segment *s,
				      enum conntrack_timer *timer);

/*
 * conntrack_packet - handle a packet with the addresses and ports of a
 * connection
 * @left:  ns until the connection expires
 * @timer: the timeout that runs from now on; a RST or FIN can shorten it
 *         even when it is invalid
 */
enum conntrack_verdict conntrack_packet(struct conntrack_tcp *c,
					const struct conntrack_options *o,
					enum conntrack_direction direction,
					const struct conntrack_segment *s,
					int64_t left,
					enum conntrack_timer *timer);

/* conntrack_state_name - Return: the name of the state, as conntrack writes it:
   "syn-sent", "established" ... */
const char *conntrack_state_name(const struct conntrack_tcp *c);

/* conntrack_replied - has a packet in reply direction been accepted? */
bool conntrack_replied(const struct conntrack_tcp *c);

/* conntrack_assured - does the connection stay when the table is full? */
bool conntrack_assured(const struct conntrack_tcp *c);

/* A UDP flow; packed so that a union with conntrack_tcp is no larger. */
struct conntrack_udp {
	int64_t opened;			/* ns */
	bool replied;
	bool assured;
} __attribute__((packed, aligned(4)));

/*
 * conntrack_udp_open, conntrack_udp_packet - a datagram at @now (ns)
 * Return: the timeout that runs from now on
 * A flow is a stream when it was answered and still lives 2 s after its
 * first packet.
 */
enum conntrack_timer conntrack_udp_open(struct conntrack_udp *c, int64_t now);
enum conntrack_timer conntrack_udp_packet(struct conntrack_udp *c,
					  enum conntrack_direction direction,
					  int64_t now);

/*
 * conntrack_icmp_opens - may a query of this ICMP type begin a flow?
 * Any other packet without a flow is invalid. Each packet of a flow, in
 * either direction, starts CONNTRACK_TIMER_ICMP again.
 */
bool conntrack_icmp_opens(uint8_t type);

#endif
