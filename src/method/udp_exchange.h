/*
 * The UDP socket of an attempt: S observes its endpoint, and then hosts knock
 * on it. What to send and when is decided in knocking.c; this file sends,
 * receives, and notes in the trace and in a->seen what happened.
 */
#ifndef TCPTRAV_METHOD_UDP_EXCHANGE_H
#define TCPTRAV_METHOD_UDP_EXCHANGE_H

#include "method/attempt_internal.h"

#define UDP_QUESTIONS_MAX 16	/* to S in an attempt */

/*
 * udp_exchange_open - open the UDP socket with the number of the TCP port that
 * is connected to S
 * Return: 0, or -errno
 */
int udp_exchange_open(struct attempt *a);

/* udp_exchange_close - does nothing if it is not open */
void udp_exchange_close(struct attempt *a);

/* udp_exchange_ask - ask S's UDP port @port at which endpoint it sees this
   host, until it answers: SEEN_UDP, a->udp.seen */
void udp_exchange_ask(struct attempt *a, uint16_t port);

/* udp_exchange_knock - begin to knock at the peer: SEEN_PROVED when connected,
   SEEN_CONFIRMED when the peer is, too */
void udp_exchange_knock(struct attempt *a);

/* udp_exchange_step - send and receive. Return: when to call it again */
int64_t udp_exchange_step(struct attempt *a);

#endif
