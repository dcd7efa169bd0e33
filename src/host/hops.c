#include "host/hops.h"

#include "wire/icmp.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TTL_MAX 255
#define SEND_TRIES 4

/* open_handle - on that port, or, if it cannot be had, on one that the system
   chooses: that does as well */
static int open_handle(uint16_t port)
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

/*
 * send_one - send the datagram
 * sendto() reports the error of an earlier datagram in place of sending, once
 * for each; the queue still tells of it.
 */
static int send_one(int fd, const struct endpoint *to)
{
	struct sockaddr_in in = endpoint_sockaddr(to);
	int i;

	for (i = 0; i < SEND_TRIES; i++)
		if (sendto(fd, "", 1, 0, (struct sockaddr *)&in,
			   sizeof(in)) >= 0)
			return 0;
	return -errno;
}

int hops_probe(struct hops *hops, uint16_t from, uint32_t to, int ttl)
{
	struct endpoint target = { .address = to };

	if (ttl < 1 || ttl > TTL_MAX)
		return -EINVAL;
	if (hops->handle < 0)
		hops->handle = open_handle(from);
	if (hops->handle < 0)
		return hops->handle;
	if (setsockopt(hops->handle, IPPROTO_IP, IP_TTL, &ttl,
		       sizeof(ttl)) < 0)
		return -errno;
	hops->to = to;
	target.port = (uint16_t)(HOPS_PORT + ttl);
	return send_one(hops->handle, &target);
}

/* error_in - the ICMP error that a queue entry holds, or NULL */
static const struct sock_extended_err *error_in(struct msghdr *m)
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

/* read_answer - does a queue entry answer a probe to hops->to? */
static bool read_answer(const struct hops *hops, struct msghdr *m,
			struct hop *out)
{
	struct endpoint probed = endpoint_from(m->msg_name);
	const struct sock_extended_err *e = error_in(m);
	int ttl = probed.port - HOPS_PORT;

	if (!e || probed.address != hops->to || ttl < 1 || ttl > TTL_MAX)
		return false;
	out->ttl = ttl;
	out->from = endpoint_from((const void *)SO_EE_OFFENDER(e)).address;
	out->reached = e->ee_type == ICMP_TYPE_UNREACHABLE &&
		out->from == hops->to;
	return out->reached || e->ee_type == ICMP_TYPE_TIME_EXCEEDED;
}

bool hops_answer(struct hops *hops, struct hop *out)
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
	while (hops->handle >= 0) {
		struct msghdr m = {
			.msg_name = &to, .msg_namelen = sizeof(to),
			.msg_iov = &v, .msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control),
		};

		if (recvmsg(hops->handle, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			break;
		if (read_answer(hops, &m, out))
			return true;
	}
	/* An error left on the socket would keep poll() from waiting. */
	if (hops->handle >= 0)
		getsockopt(hops->handle, SOL_SOCKET, SO_ERROR, &error, &length);
	memset(out, 0, sizeof(*out));
	return false;
}

void hops_close(struct hops *hops)
{
	if (hops->handle >= 0)
		close(hops->handle);
	hops->handle = -1;
}
