/*
 * The state machine of RFC 7857 2, and the axes about the order of TCP packets:
 * which packets of a session pass, and which timeout runs. Conntrack's state
 * machine is in tcp_conntrack.h.
 *
 * A session is waiting after a SYN out until a SYN or SYN-ACK of the peer comes
 * in (the paper's "SYN-out ..."). It is established when a SYN or SYN-ACK has
 * passed in both directions. FINs of both sides close it. A RST in an
 * established session makes it transitory; data after that establishes it
 * again.
 */
#ifndef TCPTRAV_NAT_TCP_RFC7857_H
#define TCPTRAV_NAT_TCP_RFC7857_H

#include "nat/packet.h"
#include "nat/table.h"
#include "profile/axis.h"

enum tcp_seen {
	SEEN_SYN_OUT = 1,
	SEEN_SYN_IN = 2,
	SEEN_SYN_ACK_OUT = 4,
	SEEN_SYN_ACK_IN = 8,
	SEEN_RST_IN = 64,		/* these three: while waiting */
	SEEN_TIME_EXCEEDED_IN = 128,
	SEEN_UNREACHABLE_IN = 256,
	SEEN_OPENED_IN = 512,		/* the session was opened from outside;
					   of any protocol */
	SEEN_DATAGRAM_OUT = 1024,	/* of UDP */
	SEEN_DATAGRAM_IN = 2048,
};

/* The states of RFC 7857 2 and RFC 6146 3.5.2.2, with their names. */
enum rfc7857_state {
	RFC7857_INIT,		/* a SYN of one side */
	RFC7857_ESTABLISHED,
	RFC7857_C_FIN,		/* the inside host's FIN */
	RFC7857_S_FIN,		/* the remote host's */
	RFC7857_BOTH_FIN,
	RFC7857_TRANS,		/* a RST */
};

/* rfc7857_state_name - Return: the name of the state: "init", "established"
   ... */
const char *rfc7857_state_name(const struct nat_session *s);

/* rfc7857_is_over - has its connection ended, so that a SYN opens a new one? */
bool rfc7857_is_over(const struct nat_session *s);

/*
 * rfc7857_refusal - does an axis forbid this packet in the present state?
 * Return: NULL, or the axis and its value: "after-rst-in = syn"
 */
const char *rfc7857_refusal(const struct profile *profile,
			    const struct nat_session *s, enum nat_side side,
			    enum packet_kind kind);

/*
 * rfc7857_packet - update the state after a segment that passes
 * @timer: the session's timeout from now on
 * Return: does an axis end the session now?
 */
bool rfc7857_packet(const struct profile *profile, struct nat_session *s,
		    enum nat_side side, const struct packet *p,
		    enum nat_timer *timer);

/*
 * rfc7857_error - update the state after an ICMP error from outside
 * Return: does an axis end the session now?
 */
bool rfc7857_error(const struct profile *profile, struct nat_session *s,
		   enum packet_error error);

/*
 * rfc7857_end_reason - why a packet of a session that was ended is refused
 * Return: "after-rst-in = end"; for a SYN with its answer:
 *         "after-rst-in = end, unsolicited-syn = drop"
 */
const char *rfc7857_end_reason(const struct profile *profile,
			       const struct nat_session *s,
			       enum packet_kind kind);

#endif
