/* Packets from inside. */
#ifndef TCPTRAV_NAT_OUTBOUND_H
#define TCPTRAV_NAT_OUTBOUND_H

#include "nat/nat_internal.h"

/* handle_outbound - forward the packet in its session or in one that it may
   open; otherwise drop or answer it */
void handle_outbound(struct packet_context *ctx);

#endif
