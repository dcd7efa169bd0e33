/*
 * Which sessions' packets need nothing but other addresses, ports, checksums
 * and a smaller TTL, so that somebody faster may rewrite them
 * (gateway/offload_map.h).
 * The packets that mean anything to the engine still come to it: SYN, FIN and
 * RST, fragments, ICMP, whatever is not plain.
 *
 * A session may take a offloaded when it is one of IPv4 and
 *
 *	TCP	established: the order of packets means nothing any more; its
 *		sequence numbers are not rewritten
 *	UDP	datagrams in both directions; a stream, if the profile has
 *		a timeout of its own for streams
 *
 * when its timeout is 3 s at least, for its packets are learned of once a
 * second, and when no axis has a value that asks for more than translation:
 *
 *	translation = none
 *	ports = preserve-overload, udp-ports	the newest of several sessions
 *				gets what comes
 *	tcp-state = conntrack	sums each checksum, and judges a RST by what
 *				was acknowledged before
 *	window = tracked
 *	sequence-numbers = rewrite
 *	payload = rewrite-addresses, udp-payload
 *	ttl = keep
 *	filtering = open, udp-filtering		whoever sent last gets what
 *				comes unasked
 *	unsolicited-syn = ban	all that a peer sends is dropped at once
 *
 * ip-id = rewrite is no obstacle: it leaves packets with DF alone, and
 * others take no offloaded.
 */
#ifndef TCPTRAV_NAT_FLOW_OFFLOAD_H
#define TCPTRAV_NAT_FLOW_OFFLOAD_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stdint.h>

/* Packets of a session that come from one side. */
struct nat_offload_direction {
	struct endpoint source, destination;	/* as they come */
	struct endpoint changed;		/* from inside: the source
						   becomes that; from outside:
						   the destination */
};

struct nat_offload {
	uint32_t session;		/* its number; 1 to the table's size */
	uint8_t protocol;		/* of IP: 6 or 17 */
	struct nat_offload_direction
		directions[2]; /* by enum nat_side they come from */
};

/* nat_offload_refusal - NULL, or the axis and value of a profile because of
   which no session takes a offloaded: "ttl = keep" */
const char *nat_offload_refusal(const struct profile *profile);

/*
 * nat_offload_candidate - may the session of the packet that nat_input() has
 * just forwarded take a offloaded, and doesn't yet?
 */
bool nat_offload_candidate(struct nat *n, struct nat_offload *out);

/*
 * nat_offload_begin - it does now
 * Until what nat_offload_watch() was given is called.
 */
void nat_offload_begin(struct nat *n, uint32_t session);

/* nat_offload_end - it doesn't any more; what watches is told, too */
void nat_offload_end(struct nat *n, uint32_t session);

/*
 * nat_offload_watch - whom to tell when a session must not take its offloaded
 * any more: it is gone, its state has changed, the profile has
 * @ended: must not call the engine; returns how many packets took it that
 *         nat_touch() has not been told of
 */
void nat_offload_watch(struct nat *n,
		       uint64_t (*ended)(void *argument, uint32_t session),
		       void *argument);

/*
 * nat_touch - packets of a session went by on its offloaded
 * Its timeout starts anew at @now if the axis refresh says so for @side.
 */
void nat_touch(struct nat *n, uint32_t session, enum nat_side side,
	       uint64_t packets, int64_t now);

/* nat_expire - forget whose time has come, and end its offloaded: when all
   that is due has been told, for no packet may come that would do it */
void nat_expire(struct nat *n, int64_t now);

#endif
