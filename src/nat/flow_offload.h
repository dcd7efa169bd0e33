/*
 * Offload: sessions whose packets need only new addresses, ports and checksums
 * and a decremented TTL, so that something faster than the engine may forward
 * them (gateway/offload_map.h). Packets that change a session's state still
 * come to the engine: SYN, FIN and RST, fragments, ICMP, and packets with IP
 * options.
 *
 * A session can be offloaded when it is of IPv4 and
 *
 *	TCP	established, so that the order of packets no longer matters,
 *		and its sequence numbers are not rewritten
 *	UDP	had datagrams in both directions; a stream, if the profile has
 *		a timeout of its own for streams
 *
 * when its timeout is at least 3 s, since the engine learns of its packets
 * once a second, and when no axis has a value that needs the engine:
 *
 *	translation = none
 *	ports = preserve-overload, udp-ports	of several sessions, the newest
 *				gets what comes in
 *	tcp-state = conntrack	verifies every checksum, and decides on a RST
 *				by earlier acknowledgements
 *	window = tracked
 *	sequence-numbers = rewrite
 *	payload = rewrite-addresses, udp-payload
 *	ttl = keep
 *	filtering = open, udp-filtering		the host that sent last gets
 *				unsolicited packets
 *	unsolicited-syn = ban	drops all packets of a peer at once
 *
 * ip-id = rewrite does not prevent it: it does not change packets with DF, and
 * packets without DF are not offloaded.
 */
#ifndef TCPTRAV_NAT_FLOW_OFFLOAD_H
#define TCPTRAV_NAT_FLOW_OFFLOAD_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stdint.h>

/* The packets of a session that come from one side. */
struct nat_offload_direction {
	struct endpoint source, destination;	/* as they arrive */
	struct endpoint changed;		/* the new source of those from
						   inside, the new destination
						   of those from outside */
};

struct nat_offload {
	uint32_t session;		/* its number; 1 to the table's size */
	uint8_t protocol;		/* of IP: 6 or 17 */
	struct nat_offload_direction directions[2];	/* by enum nat_side
							   they come from */
};

/* nat_offload_refusal - the axis and value of a profile that prevent offload:
   "ttl = keep"; NULL: sessions can be offloaded */
const char *nat_offload_refusal(const struct profile *profile);

/*
 * nat_offload_candidate - can the session of the packet that nat_input() has
 * just forwarded be offloaded, and is it not yet?
 * @out: what is needed to forward its packets
 */
bool nat_offload_candidate(struct nat *n, struct nat_offload *out);

/* nat_offload_begin - a session is offloaded from now on, until the callback
   of nat_offload_watch() or nat_offload_end() ends it */
void nat_offload_begin(struct nat *n, uint32_t session);

/* nat_offload_end - a session is no longer offloaded; the callback is called
   for it, too */
void nat_offload_end(struct nat *n, uint32_t session);

/*
 * nat_offload_watch - set the callback for sessions that must not be offloaded
 * any more: removed, in another state, or forbidden by a new profile
 * @ended: must not call the engine; returns how many of the session's packets
 *         nat_touch() has not reported yet
 */
void nat_offload_watch(struct nat *n,
		       uint64_t (*ended)(void *argument, uint32_t session),
		       void *argument);

/* ---- for the engine's own files ---- */

struct nat_session;

/* offload_revoke - end a session's offload, if it is offloaded */
void offload_revoke(struct nat *n, struct nat_session *s);
void offload_revoke_all(struct nat *n);

/* offload_recheck - end it if the session's new state does not allow it */
void offload_recheck(struct nat *n, struct nat_session *s);

#endif
