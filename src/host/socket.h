/*
 * Linux's implementation of the TCP operations of host.h, which documents them.
 * No function uses @h.
 *
 * IP_MINTTL 2 makes the kernel ignore ICMP errors that quote a packet with TTL
 * 0 or 1. Every time exceeded is such an error. Without the option, the time
 * exceeded for a low-TTL SYN ends its connect() with EHOSTUNREACH, and the
 * kernel does not try again. The option needs no privilege and lasts as long
 * as the socket. An accepted socket inherits IP_MINTTL, the congestion control,
 * TCP_NODELAY and the TTL from its listener.
 * See docs/linux.md, "Sockets, TTL and ICMP".
 */
#ifndef TCPTRAV_HOST_SOCKET_H
#define TCPTRAV_HOST_SOCKET_H

#include "host/host.h"

int socket_open(struct host *h, uint16_t port);
int socket_local_endpoint(struct host *h, int s, struct endpoint *out);
int socket_choose_isn(struct host *h, int s, uint32_t isn);
int socket_accept_only_ack(struct host *h, int s, uint32_t ack);
int socket_discard_syns_from(struct host *h, int s, uint32_t address);
void socket_accept_all(struct host *h, int s);

/*
 * socket_may_choose_isn - may this process choose the ISN of its sockets?
 * Return: false with ERROR_MISSING and the command that allows it
 */
bool socket_may_choose_isn(struct error *e);
int socket_connect(struct host *h, int s, const struct endpoint *to);
int socket_set_ttl(struct host *h, int s, int ttl);
int socket_limit_syns(struct host *h, int s, int count);
int socket_listen(struct host *h, int s);
int socket_accept(struct host *h, int s, struct endpoint *from);

/*
 * socket_state - tcp_state of host.h
 * A pending error does not mean that the socket is closed. If an ICMP error
 * arrives while the kernel is using the socket (it is locked), the kernel only
 * records it: a soft error. @why reports that error, and the handshake may
 * still complete. Judge by the returned state, not by @why.
 */
enum tcp_state socket_state(struct host *h, int s, int *why);
int64_t socket_rtt(struct host *h, int s);
ssize_t socket_send(struct host *h, int s, const void *bytes, size_t n);
ssize_t socket_receive(struct host *h, int s, void *bytes, size_t n);
void socket_wake_on_ack(struct host *h, int s);
bool socket_all_acked(struct host *h, int s);
void socket_use_delayed_ack(struct host *h, int s);
void socket_shutdown_send(struct host *h, int s);
void socket_close(struct host *h, int s);

#endif
