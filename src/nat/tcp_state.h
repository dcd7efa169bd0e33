/*
 * tcp-state = conntrack: the engine's packets and sessions, as conntrack
 * (nat/tcp_conntrack.h) takes them. With tcp-state = rfc7857 the states of
 * nat/tcp_rfc7857.h decide instead, and only they.
 */
#ifndef TCPTRAV_NAT_TCP_STATE_H
#define TCPTRAV_NAT_TCP_STATE_H

#include "nat/nat_internal.h"

/* tcp_state_set_timeouts - give conntrack the timeouts of the profile */
void tcp_state_set_timeouts(struct nat *n);

/*
 * tcp_state_check - a packet of a session
 * Sets the session's timeout, which some invalid packets change too, and
 * @ctx->ends_session.
 * Return: CONNTRACK_ACCEPT, CONNTRACK_INVALID or CONNTRACK_RENEW
 */
enum conntrack_verdict tcp_state_check(struct packet_context *ctx,
				       struct nat_session *s);

/*
 * tcp_state_opens - may a packet of no session open one?
 * @timer: the first timeout of that session; @ctx->memory is its memory
 */
bool tcp_state_opens(struct packet_context *ctx, enum nat_timer *timer);

/*
 * handle_invalid - a packet that conntrack calls invalid: from inside it
 * leaves untranslated if the axis invalid says so; otherwise it is dropped,
 * as the NAT's own stack would drop it
 */
void handle_invalid(struct packet_context *ctx);

#endif
