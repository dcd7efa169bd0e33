/* Fragmentation of packets that are too big for the next link (RFC 791 3.2). */
#ifndef TCPTRAV_NAT_FRAGMENTATION_H
#define TCPTRAV_NAT_FRAGMENTATION_H

#include "nat/nat_internal.h"

/*
 * fragmentation_begin - keep a translated packet; its verdict becomes NAT_HELD
 * @mtu: of the link that it leaves on
 */
void fragmentation_begin(struct packet_context *ctx, uint32_t mtu);

/* fragmentation_next - the next fragment of the packet that is kept
   Return: false when there is none */
bool fragmentation_next(struct nat *n, struct nat_output *out);

#endif
