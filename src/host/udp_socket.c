#include "host/udp_socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int udp_socket_open(struct host *h, uint16_t port)
{
	struct endpoint any = { .port = port };
	struct sockaddr_in in = endpoint_sockaddr(&any);
	const int no_fragments = IP_PMTUDISC_DO;
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int status;

	(void)h;
	if (s < 0)
		return -errno;
	if (setsockopt(s, IPPROTO_IP, IP_MTU_DISCOVER, &no_fragments,
		       sizeof(no_fragments)) == 0 &&
	    bind(s, (struct sockaddr *)&in, sizeof(in)) == 0)
		return s;
	status = -errno;
	close(s);
	return status;
}

int udp_socket_send(struct host *h, int s, const struct endpoint *to,
		    const void *bytes, size_t n)
{
	struct sockaddr_in in = endpoint_sockaddr(to);

	(void)h;
	return sendto(s, bytes, n, MSG_NOSIGNAL, (struct sockaddr *)&in,
		      sizeof(in)) < 0 ? -errno : 0;
}

ssize_t udp_socket_receive(struct host *h, int s, struct endpoint *from,
			   void *bytes, size_t n)
{
	struct sockaddr_in in = { 0 };
	socklen_t length = sizeof(in);
	ssize_t got = recvfrom(s, bytes, n, MSG_TRUNC, (struct sockaddr *)&in,
			       &length);

	(void)h;
	*from = endpoint_from(&in);
	return got < 0 ? -errno : got;
}
