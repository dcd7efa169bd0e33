/* A packet of a session: checked, remembered, rewritten and forwarded. */
#ifndef TCPTRAV_NAT_SESSION_FORWARD_H
#define TCPTRAV_NAT_SESSION_FORWARD_H

#include "nat/nat_internal.h"

/*
 * session_check - may a packet of a session pass? The state machine, the axes
 * about the order of packets, TTL and MTU decide.
 * @s: becomes NULL when the session is over and the packet is to be treated
 *     as one of no session
 * Return: false: it was dropped or answered
 */
bool session_check(struct packet_context *ctx, struct nat_session **s);

/* session_forward - update the session, translate the packet and forward it;
   the caller has made the checks */
void session_forward(struct packet_context *ctx, struct nat_session *s);

#endif
