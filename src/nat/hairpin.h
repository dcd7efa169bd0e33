/*
 * Hairpinning (RFC 4787 6): a packet from inside for an external address goes
 * out, turns around and comes in again.
 */
#ifndef TCPTRAV_NAT_HAIRPIN_H
#define TCPTRAV_NAT_HAIRPIN_H

#include "nat/nat_internal.h"

/* handle_hairpin - the axis hairpin: drop the packet, or translate it both
   ways; its verdict becomes NAT_RETURN */
void handle_hairpin(struct packet_context *ctx);

#endif
