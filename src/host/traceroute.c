#include "host/traceroute.h"

#include "wire/icmp.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TTL_MAX 255
#define SEND_TRIES 4

/* open_probe_socket - open a UDP socket on @port, or on any other port if @port
   is in use */
static int open_probe_socket(uint16_t port)
{
	struct endpoint any = { .port = port };
	struct sockaddr_in in = endpoint_sockaddr(&any);
	int on = 1, r;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)) == 0) {
		(void)!bind(fd, (struct sockaddr *)&in, sizeof(in));
		return fd;
	}
	r = -errno;
	close(fd);
	return r;
}

int traceroute_probe(struct traceroute *t, uint16_t from, uint32_t to, int ttl)
{
	struct endpoint target = { .address = to };
	struct sockaddr_in in;

	if (ttl < 1 || ttl > TTL_MAX)
		return -EINVAL;
	if (t->handle < 0)
		t->handle = open_probe_socket(from);
	if (t->handle < 0)
		return t->handle;
	if (setsockopt(t->handle, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)) < 0)
		return -errno;
	t->to = to;
	target.port = (uint16_t)(TRACEROUTE_PORT + ttl);
	in = endpoint_sockaddr(&target);
	/* Each error of an earlier datagram makes one sendto() fail without
	   sending; the error queue keeps that error all the same. */
	for (int i = 0; i < SEND_TRIES; i++)
		if (sendto(t->handle, "", 1, 0, (struct sockaddr *)&in,
			   sizeof(in)) >= 0)
			return 0;
	return -errno;
}

/* icmp_error_in - find the ICMP error in a message of the error queue. Return:
   NULL if there is none */
static const struct sock_extended_err *icmp_error_in(struct msghdr *m)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		const struct sock_extended_err *e = (void *)CMSG_DATA(c);

		if (c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_RECVERR &&
		    e->ee_origin == SO_EE_ORIGIN_ICMP)
			return e;
	}
	return NULL;
}

/* read_answer - is this message of the error queue an answer to a probe to
   t->to? Then it is in @out. */
static bool read_answer(const struct traceroute *t, struct msghdr *m,
			struct hop *out)
{
	struct endpoint probed = endpoint_from(m->msg_name);
	const struct sock_extended_err *e = icmp_error_in(m);
	int ttl = probed.port - TRACEROUTE_PORT;

	if (!e || probed.address != t->to || ttl < 1 || ttl > TTL_MAX)
		return false;
	out->ttl = ttl;
	out->from = endpoint_from((const void *)SO_EE_OFFENDER(e)).address;
	out->reached = e->ee_type == ICMP_TYPE_UNREACHABLE &&
		out->from == t->to;
	return out->reached || e->ee_type == ICMP_TYPE_TIME_EXCEEDED;
}

bool traceroute_answer(struct traceroute *t, struct hop *out)
{
	struct sockaddr_in to = { 0 };
	uint8_t data[1];
	union {
		struct cmsghdr header;
		uint8_t bytes[512];
	} control;
	struct iovec v = { .iov_base = data, .iov_len = sizeof(data) };
	int error;
	socklen_t length = sizeof(error);

	memset(out, 0, sizeof(*out));
	while (t->handle >= 0) {
		struct msghdr m = {
			.msg_name = &to, .msg_namelen = sizeof(to),
			.msg_iov = &v, .msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control),
		};

		if (recvmsg(t->handle, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			break;
		if (read_answer(t, &m, out))
			return true;
	}
	/* While an error is pending on the socket, poll() returns at once. */
	if (t->handle >= 0)
		getsockopt(t->handle, SOL_SOCKET, SO_ERROR, &error, &length);
	memset(out, 0, sizeof(*out));
	return false;
}

void traceroute_close(struct traceroute *t)
{
	if (t->handle >= 0)
		close(t->handle);
	t->handle = -1;
}
