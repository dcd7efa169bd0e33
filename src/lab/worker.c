/*
 * A connected stream is closed in an orderly way (linux.md 1: closing by RST
 * takes back what the peer has not read): FIN, read until the peer's FIN,
 * close. That takes a round trip, which the next attempt need not wait for:
 * the stream lingers beside it, and is looked at between attempts.
 */
#include "lab/worker.h"

#include "base/clock.h"
#include "method/attempt.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define LINGER_MAX 32
#define LINGER_TIME (500 * NS_PER_MS)

struct leaving {
	int stream;
	int64_t deadline;
};

struct worker {
	struct host *host;
	int control;
	unsigned count;
	struct leaving lingers[LINGER_MAX];	/* oldest first */
};

static void linger_end(struct worker *w, unsigned i)
{
	w->host->do_->close(w->host, w->lingers[i].stream);
	w->count--;
	memmove(&w->lingers[i], &w->lingers[i + 1],
		(w->count - i) * sizeof(w->lingers[0]));
}

static void linger_begin(struct worker *w, int stream)
{
	if (w->count == LINGER_MAX)
		linger_end(w, 0);
	w->host->do_->finish(w->host, stream);
	w->lingers[w->count++] = (struct leaving){
		.stream = stream,
		.deadline = clock_now() + LINGER_TIME,
	};
}

/* Has the peer closed its side too, or the stream broken? */
static bool linger_done(struct worker *w, int stream)
{
	char scrap[2048];
	ssize_t n;

	do
		n = w->host->do_->receive(w->host, stream, scrap,
					  sizeof(scrap));
	while (n > 0);
	return n != -EAGAIN;
}

static void linger_step(struct worker *w)
{
	int64_t now = clock_now();

	for (unsigned i = w->count; i-- > 0;)
		if (linger_done(w, w->lingers[i].stream) ||
		    now >= w->lingers[i].deadline)
			linger_end(w, i);
}

/* Wait for init, and meanwhile see the lingering streams to their end. */
static void wait_for_control(struct worker *w)
{
	struct pollfd fds[1 + LINGER_MAX] = {
		{ .fd = w->control, .events = POLLIN },
	};
	struct timespec left;

	for (;;) {
		int64_t deadline = w->count ? w->lingers[0].deadline
					    : TIME_NEVER;

		for (unsigned i = 0; i < w->count; i++)
			fds[1 + i] = (struct pollfd){
				.fd = w->lingers[i].stream,
				.events = POLLIN,
			};
		if (ppoll(fds, 1 + w->count,
			  clock_remaining(clock_now(), deadline, &left),
			  NULL) < 0 && errno != EINTR)
			return;
		linger_step(w);
		if (fds[0].revents)
			return;
	}
}

/* Return: false when init has closed its end, or speaks nonsense */
static bool next_config(struct worker *w, struct attempt_config *out)
{
	for (;;) {
		ssize_t n;

		wait_for_control(w);
		n = recv(w->control, out, sizeof(*out), MSG_DONTWAIT);
		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n == sizeof(*out);
	}
}

static bool send_result(struct worker *w, const struct attempt_result *r)
{
	size_t length = offsetof(struct attempt_result, story) +
			story_size(&r->story);
	struct pollfd fd = { .fd = w->control, .events = POLLOUT };

	while (send(w->control, r, length, MSG_NOSIGNAL) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return false;
		poll(&fd, 1, -1);
	}
	return true;
}

int worker_main(struct host *h, int control)
{
	struct worker w = { .host = h, .control = control };
	struct attempt_config config;
	struct attempt_result result;
	bool sent = true;

	while (sent && next_config(&w, &config)) {
		memset(&result, 0, offsetof(struct attempt_result, story));
		result.stream = -1;
		story_begin(&result.story);
		attempt_run(h, &config, NULL, control, &result);
		sent = send_result(&w, &result);
		if (result.stream >= 0)
			linger_begin(&w, result.stream);
	}
	while (w.count)
		linger_end(&w, 0);
	return !sent;
}
