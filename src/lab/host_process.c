/*
 * When the next trial starts, no packet of this one may be under way. So before
 * a host sends its result, it ends each of its connections in such a way that
 * no packet can follow.
 *
 * A FIN does not do: it is acknowledged, and that ACK may still be under way
 * when both hosts have finished. A RST is not answered. But it discards data
 * that the peer has not read (docs/linux.md, "Sockets, TTL and ICMP"), so a
 * host sends it only when the peer has shown that it has read everything:
 *
 *	S	resets a connection after our bye
 *	stream	B sends FIN when it has its result; A then sends RST, and B has
 *		finished when it receives that
 *
 * A connection that the attempt closes earlier is shut down in both directions,
 * as by close(), but the socket is kept and reset at the end. A closed socket
 * would retransmit its FIN, through NATs that have been reset since.
 */
#include "lab/host_process.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define DRAINING_MAX 32

/* A connection that the attempt has closed and the peer has not yet. */
struct draining_socket {
	int socket;
	int64_t deadline;
};

struct host_process {
	struct host *host;
	struct host_ops operations;	/* with our close */
	const struct host_ops *own;	/* the host's original ones */
	int control;
	struct host_order order;
	bool in_order;
	unsigned count;
	struct draining_socket draining[DRAINING_MAX];
};

static void reset(struct host_process *p, int socket)
{
	const struct linger at_once = { .l_onoff = 1 };

	setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	p->own->close(p->host, socket);
}

/* drain_later - let drain_connections() wait until the peer closes it */
static void drain_later(struct host_process *p, int socket)
{
	if (p->count == DRAINING_MAX) {
		p->in_order = false;
		reset(p, socket);
		return;
	}
	p->draining[p->count++] = (struct draining_socket){
		.socket = socket,
		.deadline = clock_now() + p->order.linger,
	};
}

/* close_and_drain - replaces the host's close() during an attempt */
static void close_and_drain(struct host *h, int s)
{
	struct host_process *p = h->owner;
	struct sockaddr_in peer;
	socklen_t length = sizeof(peer);
	bool connected;
	int unread = 0;

	connected = !getpeername(s, (struct sockaddr *)&peer, &length);
	if (connected &&
	    endpoint_from(&peer).address == p->order.config.server.address) {
		drain_later(p, s);	/* bye was sent to S */
	} else if (!connected || ioctl(s, FIONREAD, &unread) < 0 || unread) {
		p->own->close(h, s);	/* resets a connection */
	} else {
		shutdown(s, SHUT_RDWR);
		drain_later(p, s);
	}
}

/* has_ended - has the peer closed its side, or has the connection failed? */
static bool has_ended(struct host_process *p, int socket)
{
	char scrap[2048];
	ssize_t n;

	do
		n = p->host->ops->receive(p->host, socket, scrap,
					  sizeof(scrap));
	while (n > 0);
	return n != -EAGAIN;
}

/* reset_drained - reset each connection that has ended, or whose time is up */
static void reset_drained(struct host_process *p,
			  const struct host_wait waits[])
{
	int64_t now = clock_now();

	for (unsigned i = p->count; i-- > 0;) {
		struct draining_socket d = p->draining[i];
		bool ended = waits[i].ready && has_ended(p, d.socket);

		if (!ended && now < d.deadline)
			continue;
		p->in_order &= ended;
		reset(p, d.socket);
		p->count--;
		memmove(&p->draining[i], &p->draining[i + 1],
			(p->count - i) * sizeof(p->draining[0]));
	}
}

/* drain_connections - wait until all have ended; Return: false if the init has
   ended */
static bool drain_connections(struct host_process *p)
{
	while (p->count) {
		struct host_wait waits[DRAINING_MAX + 1];
		int64_t deadline = TIME_NEVER;
		int r;

		for (unsigned i = 0; i < p->count; i++) {
			const struct draining_socket *d = &p->draining[i];

			waits[i] = (struct host_wait){
				.handle = d->socket, .read = true,
			};
			if (d->deadline < deadline)
				deadline = d->deadline;
		}
		waits[p->count] = (struct host_wait){
			.handle = p->control, .read = true,
		};
		r = p->host->ops->wait(p->host, waits, p->count + 1, deadline);
		if (r < 0 && r != -EINTR)
			return false;
		if (waits[p->count].ready)
			return false;	/* the init sends nothing now */
		reset_drained(p, waits);
	}
	return true;
}

/* send_result - Return: false if the init has ended */
static bool send_result(const struct host_process *p, struct attempt_result *r)
{
	struct host_end end = { .in_order = p->in_order };
	struct iovec parts[2] = {
		{ &end, sizeof(end) },
		{ r, offsetof(struct attempt_result, trace) +
		     trace_size(&r->trace) },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	struct pollfd fd = { .fd = p->control, .events = POLLOUT };

	while (sendmsg(p->control, &message, MSG_NOSIGNAL) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return false;
		poll(&fd, 1, -1);
	}
	return true;
}

/* execute_order - run the attempt or search; Return: false if the init has
   ended */
static bool execute_order(struct host_process *p)
{
	const struct attempt_config *config = &p->order.config;
	struct attempt_result result;

	memset(&result, 0, offsetof(struct attempt_result, trace));
	p->in_order = true;
	if (p->order.search)
		attempt_search(p->host, config, p->control, &result);
	else
		attempt_run(p->host, config, NULL, p->control, &result);
	if (result.stream >= 0 && result.datagrams) {
		p->own->close(p->host, result.stream);
	} else if (result.stream >= 0) {
		if (!result.is_a)
			p->host->ops->shutdown_send(p->host, result.stream);
		drain_later(p, result.stream);
	}
	return drain_connections(p) && send_result(p, &result);
}

/* next_order - wait for an order; Return: false if the init has closed its end,
   or the order is malformed */
static bool next_order(struct host_process *p)
{
	struct host_wait order = { .handle = p->control, .read = true };
	ssize_t n;

	do {
		int r = p->host->ops->wait(p->host, &order, 1, TIME_NEVER);

		if (r < 0 && r != -EINTR)
			return false;
		n = recv(p->control, &p->order, sizeof(p->order), MSG_DONTWAIT);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	return n == sizeof(p->order);
}

void host_process_main(struct host *h, int control)
{
	struct host_process p = {
		.host = h,
		.operations = *h->ops,
		.own = h->ops,
		.control = control,
	};

	p.operations.close = close_and_drain;
	h->ops = &p.operations;
	h->owner = &p;
	while (next_order(&p) && execute_order(&p))
		;
	while (p.count)
		reset(&p, p.draining[--p.count].socket);
	h->ops = p.own;
	h->owner = NULL;
}
