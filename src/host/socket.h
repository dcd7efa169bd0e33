/*
 * TCP sockets as the methods need them: the TCP operations of host.h, whose
 * contracts they fulfil. @h is not used.
 *
 * IP_MINTTL 2 makes the kernel pass over an ICMP error that quotes a TTL of
 * 1 or 0, which a time exceeded does: without it a SYN with a low TTL aborts
 * its own connect() for good, with EHOSTUNREACH. It needs no privilege and
 * goes with the socket. Accepted sockets have it from their listener, like
 * the congestion control, TCP_NODELAY and the TTL.
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
 * A pending error does not mean that the socket is closed: an ICMP error that
 * found it locked is only a soft error, which is reported here too, and the
 * handshake may still complete. The state decides.
 */
enum tcp_state socket_state(struct host *h, int s, int *why);
int64_t socket_rtt(struct host *h, int s);
ssize_t socket_send(struct host *h, int s, const void *bytes, size_t n);
ssize_t socket_receive(struct host *h, int s, void *bytes, size_t n);
void socket_ask_acknowledgement(struct host *h, int s);
bool socket_acknowledged(struct host *h, int s);
void socket_talks(struct host *h, int s);
void socket_finish(struct host *h, int s);
void socket_close(struct host *h, int s);

#endif
