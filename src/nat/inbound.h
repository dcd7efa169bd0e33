/* Packets from outside. */
#ifndef TCPTRAV_NAT_INBOUND_H
#define TCPTRAV_NAT_INBOUND_H

#include "nat/nat_internal.h"

/* handle_inbound - forward the packet in its session or in one that it may
   open; otherwise drop or answer it */
void handle_inbound(struct packet_context *ctx);

#endif
