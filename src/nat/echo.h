/* Echo requests to the NAT itself: the axis echo-to-nat. */
#ifndef TCPTRAV_NAT_ECHO_H
#define TCPTRAV_NAT_ECHO_H

#include "nat/nat_internal.h"

/* handle_echo - answer an ICMP request to an address of the NAT, or drop it */
void handle_echo(struct packet_context *ctx);

#endif
