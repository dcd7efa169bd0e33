/* ICMP errors through the NAT (RFC 5508). */
#ifndef TCPTRAV_NAT_ICMP_ERRORS_H
#define TCPTRAV_NAT_ICMP_ERRORS_H

#include "nat/nat_internal.h"

/* handle_icmp_error - the session of the packet that the error quotes decides
   whether it passes, and how it is rewritten */
void handle_icmp_error(struct packet_context *ctx);

/* icmp_error_is_known - does an inside host's error of a type that is never
   translated quote a packet of a session? */
bool icmp_error_is_known(struct packet_context *ctx);

#endif
