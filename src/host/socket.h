/*
 * TCP sockets as the methods need them: the TCP operations of host.h, with its
 * contracts. @h is not used.
 *
 * IP_MINTTL 2 makes the kernel ignore an ICMP error that quotes a TTL of 1 or
 * 0, as a time exceeded does. Without it a SYN with a low TTL aborts its own
 * connect() for good, with EHOSTUNREACH. It needs no privilege and lasts as
 * long as the socket. Accepted sockets inherit it from their listener, as they
 * do the congestion control, TCP_NODELAY and the TTL.
 * See docs/linux.md, "Sockets, TTL and ICMP".
 */
#ifndef TCPTRAV_HOST_SOCKET_H
#define TCPTRAV_HOST_SOCKET_H

#include "host/host.h"

int socket_open(struct host *h, uint16_t port);
int socket_local(struct host *h, int s, struct endpoint *out);
int socket_connect(struct host *h, int s, const struct endpoint *to);
int socket_ttl(struct host *h, int s, int ttl);
int socket_listen(struct host *h, int s);
int socket_accept(struct host *h, int s, struct endpoint *from);

/*
 * socket_state - tcp_state of host.h
 * A pending error does not mean that the socket is closed. An ICMP error that
 * finds the socket locked is only a soft error: @why reports it, and the
 * handshake may still complete. The state decides.
 */
enum tcp_state socket_state(struct host *h, int s, int *why);
int64_t socket_rtt(struct host *h, int s);
ssize_t socket_send(struct host *h, int s, const void *bytes, size_t n);
ssize_t socket_receive(struct host *h, int s, void *bytes, size_t n);
void socket_wake_on_ack(struct host *h, int s);
bool socket_all_acked(struct host *h, int s);
void socket_delay_ack(struct host *h, int s);
void socket_shutdown_send(struct host *h, int s);
void socket_close(struct host *h, int s);

#endif
