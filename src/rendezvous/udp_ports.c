#include "rendezvous/udp_ports.h"

#include "base/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUESTION_ROOM 64	/* bytes: longer datagrams are no questions */
#define QUESTIONS 64		/* received at once */

struct question {
	struct endpoint from;
	struct in_addr to;		/* of this machine */
	size_t length;
	uint8_t bytes[QUESTION_ROOM];
};

/* open_port - Return: a non-blocking socket, or -errno */
static int open_port(uint32_t address, uint16_t port)
{
	struct endpoint at = { address, port };
	struct sockaddr_in name = endpoint_sockaddr(&at);
	const int on = 1;
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int status;

	if (s < 0)
		return -errno;
	if (bind(s, (struct sockaddr *)&name, sizeof(name)) == 0 &&
	    setsockopt(s, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) == 0)
		return s;
	status = -errno;
	close(s);
	return status;
}

/* receive_question - Return: false if nothing has come */
static bool receive_question(int port, struct question *out)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
	struct sockaddr_in from = { 0 };
	struct iovec data = { out->bytes, sizeof(out->bytes) };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(port, &message, MSG_DONTWAIT);

	if (n < 0)
		return false;
	out->from = endpoint_from(&from);
	out->length = message.msg_flags & MSG_TRUNC ? 0 : (size_t)n;
	out->to.s_addr = INADDR_ANY;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c;
	     c = CMSG_NXTHDR(&message, c)) {
		struct in_pktinfo info;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		out->to = info.ipi_spec_dst;
	}
	return true;
}

/* send_answer - an answer that cannot be sent is lost, as on its way */
static void send_answer(int port, const struct question *to, uint8_t *bytes,
			size_t length)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = { .room = { 0 } };
	struct in_pktinfo info = { .ipi_spec_dst = to->to };
	struct sockaddr_in name = endpoint_sockaddr(&to->from);
	struct iovec data = { bytes, length };
	struct msghdr message = {
		.msg_name = &name, .msg_namelen = sizeof(name),
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	(void)!sendmsg(port, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_datagram(evutil_socket_t port, short what, void *argument)
{
	struct udp_ports *all = argument;
	struct question in;

	(void)what;
	for (int i = 0; i < QUESTIONS && receive_question(port, &in); i++) {
		uint8_t answer[UDP_OBSERVATION_BYTES];
		size_t length = sessions_datagram(all->sessions, &in.from,
						  in.bytes, in.length,
						  clock_now(), answer);

		if (length)
			send_answer(port, &in, answer, length);
	}
}

bool udp_ports_open(struct udp_ports *all, struct event_base *base,
		    struct sessions *sessions, uint32_t address,
		    const uint16_t ports[SERVER_PORTS], struct error *e)
{
	all->sessions = sessions;
	for (size_t i = 0; i < SERVER_PORTS && ports[i]; i++) {
		int s = open_port(address, ports[i]);

		if (s < 0) {
			udp_ports_close(all);
			return error_set(e, ERROR_FAILED, "UDP port %u: %s",
					 ports[i], strerror(-s));
		}
		all->sockets[i] = s;
		event_assign(&all->readable[i], base, s, EV_READ | EV_PERSIST,
			     on_datagram, all);
		event_add(&all->readable[i], NULL);
		all->count = i + 1;
	}
	sessions_observe_udp(sessions, true);
	return true;
}

void udp_ports_close(struct udp_ports *all)
{
	while (all->count > 0) {
		all->count--;
		event_del(&all->readable[all->count]);
		close(all->sockets[all->count]);
	}
}
