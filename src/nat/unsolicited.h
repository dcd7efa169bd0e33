/*
 * Packets from outside that may not enter: dropped or answered, as the axes
 * unsolicited-..., ban-time and non-syn say.
 */
#ifndef TCPTRAV_NAT_UNSOLICITED_H
#define TCPTRAV_NAT_UNSOLICITED_H

#include "nat/nat_internal.h"

/* sender_is_blocked - is the packet's source on the blocklist
   (unsolicited-syn = ban)? */
bool sender_is_blocked(const struct packet_context *ctx);

/*
 * refuse - drop or answer a packet that belongs to no session
 * @mapped: a mapping has the port that it is addressed to
 */
void refuse(struct packet_context *ctx, bool mapped);

#endif
