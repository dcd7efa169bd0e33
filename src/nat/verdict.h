/*
 * The end of a packet: dropped, forwarded or answered. Every stage calls
 * these; they call no stage.
 */
#ifndef TCPTRAV_NAT_VERDICT_H
#define TCPTRAV_NAT_VERDICT_H

#include "nat/nat_internal.h"

/* drop - @reason: static text, for nat_result */
void drop(struct packet_context *ctx, const char *reason);

/*
 * check_ttl_mtu - the last check before a stage remembers or rewrites
 * anything: does the packet's TTL end here, or is it too big for its link?
 * Return: false: it does not go on; it was dropped or answered
 */
bool check_ttl_mtu(struct packet_context *ctx);

/* forward - send a translated packet on; one that is too big for its link is
   kept, and leaves in fragments through nat_output() */
void forward(struct packet_context *ctx);

/*
 * reply_icmp_error - drop the packet and answer it with an ICMP error, if the
 * axis icmp-rate allows
 * @type, @code: of ICMP; IPv6 packets get the ICMPv6 error of that meaning
 * @parameter:   the MTU of "too big", else 0
 */
void reply_icmp_error(struct packet_context *ctx, uint8_t type, uint8_t code,
		      uint32_t parameter, const char *reason);

/* reply_unreachable - reply_icmp_error() with destination unreachable */
void reply_unreachable(struct packet_context *ctx, uint8_t code,
		       const char *reason);

/* icmp_rate_allows - may the NAT send one more ICMP error in this second?
   Counts it. The axis icmp-rate. */
bool icmp_rate_allows(struct nat *n, int64_t now);

/* is_to_external, is_to_internal - is the packet's destination an external
   address of the NAT, or its inside address? */
bool is_to_external(const struct nat *n, const struct packet *p);
bool is_to_internal(const struct nat *n, const struct packet *p);

#endif
