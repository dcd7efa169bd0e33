/*
 * The next trial finds a new world: NATs that know of nothing, and no packet
 * under way. So before a host tells its result, each of its connections has
 * come to an end of which no packet can be late.
 *
 * A FIN wants an answer, and the answer's answer is under way when the second
 * host is done. A RST wants none. It takes back what the peer has not read
 * (linux.md 1), so it is sent only when the peer has said that it has read all
 * that it wants:
 *
 *	S	resets a connection after our bye
 *	stream	B sends FIN when it has its result; A resets it then, and B is
 *		done when that has come
 *
 * What the attempt gives up in between is shut down in both directions, which
 * is what close() does, but stays ours, and is reset at last: an orphan would
 * send its FIN again and again, through NATs that know nothing of it.
 */
#include "lab/worker.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define LEAVING_MAX 32

struct leaving {
	int socket;
	int64_t deadline;
};

struct worker {
	struct host *host;
	struct host_ops operations;	/* with our close and wait */
	const struct host_ops *own;	/* the host's */
	struct lodgers *lodgers;
	int control;
	struct worker_order order;
	bool in_order;
	unsigned count;
	struct leaving leaving[LEAVING_MAX];
};

static void reset(struct worker *w, int socket)
{
	const struct linger at_once = { .l_onoff = 1 };

	setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	w->own->close(w->host, socket);
}

/* await_end - of a connection, by the peer; then it is reset */
static void await_end(struct worker *w, int socket)
{
	if (w->count == LEAVING_MAX) {
		w->in_order = false;
		reset(w, socket);
		return;
	}
	w->leaving[w->count++] = (struct leaving){
		.socket = socket,
		.deadline = clock_now() + w->order.linger,
	};
}

/* leave - the host's close(), while an attempt runs */
static void leave(struct host *h, int s)
{
	struct worker *w = h->owner;
	struct sockaddr_in peer;
	socklen_t length = sizeof(peer);
	bool connected;
	int unread = 0;

	connected = !getpeername(s, (struct sockaddr *)&peer, &length);
	if (connected && endpoint_from(&peer).address ==
			 w->order.config.server.address) {
		await_end(w, s);	/* it has been told bye */
	} else if (!connected || ioctl(s, FIONREAD, &unread) < 0 || unread) {
		w->own->close(h, s);	/* which resets what was connected */
	} else {
		shutdown(s, SHUT_RDWR);
		await_end(w, s);
	}
}

/* part - with the attempt's connected stream */
static void part(struct worker *w, const struct attempt_result *r)
{
	if (!r->is_a)
		w->host->ops->shutdown_send(w->host, r->stream);
	await_end(w, r->stream);
}

/* Has the peer closed its side, or the connection broken? */
static bool has_ended(struct worker *w, int socket)
{
	char scrap[2048];
	ssize_t n;

	do
		n = w->host->ops->receive(w->host, socket, scrap,
					  sizeof(scrap));
	while (n > 0);
	return n != -EAGAIN;
}

static void take_leave(struct worker *w, const struct host_wait waits[])
{
	int64_t now = clock_now();

	for (unsigned i = w->count; i-- > 0;) {
		struct leaving l = w->leaving[i];
		bool ended = waits[i].ready && has_ended(w, l.socket);

		if (!ended && now < l.deadline)
			continue;
		w->in_order &= ended;
		reset(w, l.socket);
		w->count--;
		memmove(&w->leaving[i], &w->leaving[i + 1],
			(w->count - i) * sizeof(w->leaving[0]));
	}
}

/* see_off - wait until nothing is left; Return: false when init has gone */
static bool see_off(struct worker *w)
{
	while (w->count) {
		struct host_wait waits[LEAVING_MAX + 1];
		int64_t deadline = TIME_NEVER;
		int r;

		for (unsigned i = 0; i < w->count; i++) {
			const struct leaving *l = &w->leaving[i];

			waits[i] = (struct host_wait){
				.handle = l->socket, .read = true,
			};
			if (l->deadline < deadline)
				deadline = l->deadline;
		}
		waits[w->count] = (struct host_wait){
			.handle = w->control, .read = true,
		};
		r = w->host->ops->wait(w->host, waits, w->count + 1, deadline);
		if (r < 0 && r != -EINTR)
			return false;
		if (waits[w->count].ready)
			return false;	/* it has nothing to say now */
		take_leave(w, waits);
	}
	return true;
}

/* tell - Return: false when init has gone */
static bool tell(const struct worker *w, struct attempt_result *r)
{
	struct worker_end end = { .in_order = w->in_order };
	struct iovec parts[2] = {
		{ &end, sizeof(end) },
		{ r, offsetof(struct attempt_result, trace) +
		     trace_size(&r->trace) },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	struct pollfd fd = { .fd = w->control, .events = POLLOUT };

	while (sendmsg(w->control, &message, MSG_NOSIGNAL) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return false;
		poll(&fd, 1, -1);
	}
	return true;
}

/* await_begin - or that init has gone, which the attempt then notices */
static void await_begin(const struct worker *w)
{
	struct host_wait gone = { .handle = w->control, .read = true };

	while (clock_now() < w->order.begin && !gone.ready)
		w->host->ops->wait(w->host, &gone, 1, w->order.begin);
}

static void work(struct worker *w, struct attempt_result *r)
{
	const struct attempt_config *config = &w->order.config;

	w->in_order = true;
	await_begin(w);
	if (w->order.search)
		attempt_search(w->host, config, w->control, r);
	else
		attempt_run(w->host, config, NULL, w->control, r);
}

static bool serve(struct worker *w)
{
	struct attempt_result result;

	memset(&result, 0, offsetof(struct attempt_result, trace));
	work(w, &result);
	if (result.stream >= 0)
		part(w, &result);
	return see_off(w) && tell(w, &result);
}

/* Return: false when init has closed its end, or speaks nonsense */
static bool next_order(struct worker *w)
{
	struct host_wait order = { .handle = w->control, .read = true };
	ssize_t n;

	do {
		int r = w->host->ops->wait(w->host, &order, 1, TIME_NEVER);

		if (r < 0 && r != -EINTR)
			return false;
		n = recv(w->control, &w->order, sizeof(w->order),
			 MSG_DONTWAIT);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	return n == sizeof(w->order);
}

/* wait_beside - the host's wait(), while NATs live with it */
static int wait_beside(struct host *h, struct host_wait *items, size_t count,
		       int64_t deadline)
{
	struct worker *w = h->owner;

	return lodgers_wait(w->lodgers, w->own->wait, h, items, count,
			    deadline);
}

int worker_main(struct host *h, struct lodgers *lodgers, int control)
{
	struct worker w = {
		.host = h,
		.operations = *h->ops,
		.own = h->ops,
		.lodgers = lodgers,
		.control = control,
	};

	w.operations.close = leave;
	if (lodgers->count)
		w.operations.wait = wait_beside;
	h->ops = &w.operations;
	h->owner = &w;
	while (next_order(&w) && serve(&w))
		;
	while (w.count)
		reset(&w, w.leaving[--w.count].socket);
	h->ops = w.own;
	h->owner = NULL;
	return 0;
}
