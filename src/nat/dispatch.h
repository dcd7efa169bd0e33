/* Which of the three ways a packet takes through the engine. */
#ifndef TCPTRAV_NAT_DISPATCH_H
#define TCPTRAV_NAT_DISPATCH_H

#include "nat/nat_internal.h"

/* read_packet - parse the packet's bytes into @ctx->packet. Return: NULL, or
   why the packet is dropped (static text) */
const char *read_packet(struct packet_context *ctx, struct nat_packet *raw);

/* dispatch - pass the packet to outbound, inbound or ICMP errors */
void dispatch(struct packet_context *ctx);

#endif
