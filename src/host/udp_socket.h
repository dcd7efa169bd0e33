/*
 * Linux's implementation of the UDP operations of host.h, which documents them.
 * No function uses @h. The sockets send no fragments: DF is set, and a datagram
 * that does not fit the path is refused (IP_PMTUDISC_DO).
 */
#ifndef TCPTRAV_HOST_UDP_SOCKET_H
#define TCPTRAV_HOST_UDP_SOCKET_H

#include "host/host.h"

int udp_socket_open(struct host *h, uint16_t port);
int udp_socket_send(struct host *h, int s, const struct endpoint *to,
		    const void *bytes, size_t n);
ssize_t udp_socket_receive(struct host *h, int s, struct endpoint *from,
			   void *bytes, size_t n);

#endif
