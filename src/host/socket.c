#include "host/socket.h"

#include "base/clock.h"
#include "host/privilege.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define IP_SOURCE_AT 12		/* of the IP header */
#define LISTEN_BACKLOG 16

static int set_int(int s, int level, int option, int value)
{
	return setsockopt(s, level, option, &value, sizeof(value)) < 0 ?
		-errno : 0;
}

/* Retransmissions of a SYN. In an attempt at most five sockets connect to the
   peer (CONNECTS_MAX of method/stream.c), so it receives at most 30 SYNs. */
#define SYN_RETRIES 5

static int set_options(int s)
{
	int r = set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);

	if (r == 0)
		r = set_int(s, SOL_SOCKET, SO_REUSEPORT, 1);
	if (r == 0)
		r = set_int(s, IPPROTO_IP, IP_MINTTL, 2);
	if (r == 0)
		r = set_int(s, IPPROTO_TCP, TCP_NODELAY, 1);
	if (r == 0)
		r = set_int(s, IPPROTO_TCP, TCP_SYNCNT, SYN_RETRIES);
	/* Not BBR: with STUNT-1 it would take the RTT to a nearby S for the
	   minimum RTT of the path to the peer, and send slowly for 10 s. An
	   administrator can forbid cubic to ordinary users; reno is always
	   allowed. */
	if (setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5) < 0)
		setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
	return r;
}

int socket_open(struct host *h, uint16_t port)
{
	struct endpoint any = { .port = port };
	struct sockaddr_in in = endpoint_sockaddr(&any);
	int r, s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			  IPPROTO_TCP);

	(void)h;
	if (s < 0)
		return -errno;
	r = set_options(s);
	if (r == 0 && bind(s, (struct sockaddr *)&in, sizeof(in)) < 0)
		r = -errno;
	if (r == 0)
		return s;
	close(s);
	return r;
}

void socket_use_delayed_ack(struct host *h, int s)
{
	(void)h;
	set_int(s, IPPROTO_TCP, TCP_QUICKACK, 0);
}

int socket_local_endpoint(struct host *h, int s, struct endpoint *out)
{
	struct sockaddr_in in = { 0 };
	socklen_t length = sizeof(in);

	(void)h;
	if (getsockname(s, (struct sockaddr *)&in, &length) < 0)
		return -errno;
	*out = endpoint_from(&in);
	return 0;
}

/*
 * While TCP_REPAIR is on, TCP_QUEUE_SEQ sets the next sequence number of the
 * chosen queue. connect() keeps a number that is not 0, and sends an ordinary
 * SYN if the repair mode was left before. Leaving it with
 * TCP_REPAIR_OFF_NO_WP sends nothing, and clears SO_REUSEADDR.
 */
int socket_choose_isn(struct host *h, int s, uint32_t isn)
{
	int r = set_int(s, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);

	(void)h;
	if (r)
		return r;
	r = set_int(s, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	if (r == 0)
		r = set_int(s, IPPROTO_TCP, TCP_QUEUE_SEQ, (int)isn);
	if (r == 0)
		r = set_int(s, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
	if (r == 0)
		r = set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
	return r;
}

bool socket_may_choose_isn(struct error *e)
{
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	int r = s < 0 ? -errno : set_int(s, IPPROTO_TCP, TCP_REPAIR,
					 TCP_REPAIR_ON);

	if (s >= 0)
		close(s);
	if (r == 0)
		return true;
	if (r == -EPERM)
		return privilege_error(e, "choosing the initial sequence number"
				       " of a SYN", &privilege_net_admin);
	return error_set(e, ERROR_MISSING, "the initial sequence number of a"
			 " SYN cannot be chosen: %s", strerror(-r));
}

/* The filter's packet begins with the TCP header; the IP header is at
   SKF_NET_OFF. */
static int attach_filter(int s, struct sock_filter *code, unsigned short length)
{
	struct sock_fprog program = { .len = length, .filter = code };

	return setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) < 0 ? -errno : 0;
}

int socket_accept_only_ack(struct host *h, int s, uint32_t ack)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, TCP_FLAGS_AT),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_ACK, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, TCP_ACKNOWLEDGEMENT_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ack, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	(void)h;
	return attach_filter(s, code, sizeof(code) / sizeof(code[0]));
}

int socket_discard_syns_from(struct host *h, int s, uint32_t address)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, TCP_FLAGS_AT),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, TCP_SYN | TCP_ACK),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCP_SYN, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)SKF_NET_OFF + IP_SOURCE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	(void)h;
	return attach_filter(s, code, sizeof(code) / sizeof(code[0]));
}

void socket_accept_all(struct host *h, int s)
{
	(void)h;
	set_int(s, SOL_SOCKET, SO_DETACH_FILTER, 0);
}

int socket_connect(struct host *h, int s, const struct endpoint *to)
{
	struct sockaddr_in in = endpoint_sockaddr(to);

	(void)h;
	if (connect(s, (struct sockaddr *)&in, sizeof(in)) < 0 &&
	    errno != EINPROGRESS)
		return -errno;
	return 0;
}

int socket_set_ttl(struct host *h, int s, int ttl)
{
	(void)h;
	return set_int(s, IPPROTO_IP, IP_TTL, ttl ? ttl : -1);
}

int socket_limit_syns(struct host *h, int s, int count)
{
	(void)h;
	return set_int(s, IPPROTO_TCP, TCP_SYNCNT, count - 1);
}

int socket_listen(struct host *h, int s)
{
	(void)h;
	return listen(s, LISTEN_BACKLOG) < 0 ? -errno : 0;
}

int socket_accept(struct host *h, int s, struct endpoint *from)
{
	struct sockaddr_in in = { 0 };
	socklen_t length = sizeof(in);
	int accepted;

	(void)h;
	do {
		accepted = accept4(s, (struct sockaddr *)&in, &length,
				   SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (accepted < 0 && (errno == ECONNABORTED || errno == EINTR));
	if (accepted < 0)
		return -errno;
	if (from)
		*from = endpoint_from(&in);
	return accepted;
}

static enum tcp_state state_of(int s)
{
	struct tcp_info info = { .tcpi_state = TCP_CLOSE };
	socklen_t length = sizeof(info);

	if (getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return TCP_IS_CLOSED;
	switch (info.tcpi_state) {
	case TCP_ESTABLISHED:
		return TCP_IS_ESTABLISHED;
	case TCP_SYN_SENT:
		return TCP_IS_SYN_SENT;
	case TCP_SYN_RECV:
		return TCP_IS_SYN_RECEIVED;
	case TCP_LISTEN:
		return TCP_IS_LISTENING;
	case TCP_CLOSE:
		return TCP_IS_CLOSED;
	default:
		return TCP_IS_CLOSING;
	}
}

enum tcp_state socket_state(struct host *h, int s, int *why)
{
	enum tcp_state state = state_of(s);
	socklen_t length = sizeof(int);
	int error = 0;

	(void)h;
	/* The error may be newer than the state: read the state again. */
	if (getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error)
		state = state_of(s);
	if (why)
		*why = error;
	return state;
}

int64_t socket_rtt(struct host *h, int s)
{
	struct tcp_info info = { 0 };
	socklen_t length = sizeof(info);

	(void)h;
	if (getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return 0;
	return info.tcpi_rtt * NS_PER_US;
}

ssize_t socket_send(struct host *h, int s, const void *bytes, size_t n)
{
	ssize_t sent = send(s, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)h;
	return sent < 0 ? -errno : sent;
}

ssize_t socket_receive(struct host *h, int s, void *bytes, size_t n)
{
	ssize_t got = recv(s, bytes, n, MSG_DONTWAIT);

	(void)h;
	return got < 0 ? -errno : got;
}

/*
 * With SOF_TIMESTAMPING_TX_ACK the kernel puts a timestamp on the socket's
 * error queue when data is acknowledged, which wakes poll(). Only the wake-up
 * matters, not the time. It needs no privilege.
 */
void socket_wake_on_ack(struct host *h, int s)
{
	(void)h;
	set_int(s, SOL_SOCKET, SO_TIMESTAMPING,
		SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE |
		SOF_TIMESTAMPING_OPT_TSONLY);
}

bool socket_all_acked(struct host *h, int s)
{
	struct msghdr nothing = { .msg_iov = NULL };
	int waiting = 1;

	(void)h;
	while (recvmsg(s, &nothing, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
		;
	if (ioctl(s, SIOCOUTQ, &waiting) < 0 || waiting)
		return false;
	set_int(s, SOL_SOCKET, SO_TIMESTAMPING, 0);
	return true;
}

void socket_shutdown_send(struct host *h, int s)
{
	(void)h;
	shutdown(s, SHUT_WR);
}

void socket_close(struct host *h, int s)
{
	(void)h;
	close(s);
}
