/*
 * The relay between standard input, the stream and standard output: two
 * one-way pipes, each with a buffer that is filled when it is empty and
 * emptied as fast as its reader takes it. One end that is slow never stops
 * the other direction: nothing here blocks but poll().
 *
 * Standard input and output may be shared with other processes, so they are
 * not made non-blocking: they are read and written only when poll() says so,
 * and a pipe or terminal is given no more at a time than is sure to fit.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER ((size_t)131072)

struct pipe_way {
	int from, to;
	const char *reading, *writing;	/* for complaints */
	size_t at_once;		/* how much @to takes without blocking */
	bool to_socket;
	bool ended;		/* @from has said all */
	bool done;		/* and @to was told */
	size_t begin, end;	/* of what is in the buffer */
	char buffer[BUFFER];
};

static void way_begin(struct pipe_way *w, int from, int to)
{
	struct stat st;

	memset(w, 0, offsetof(struct pipe_way, buffer));
	w->from = from;
	w->to = to;
	w->at_once = PIPE_BUF;
	if (fstat(to, &st))
		return;
	w->to_socket = S_ISSOCK(st.st_mode);
	if (w->to_socket || S_ISREG(st.st_mode) ||
	    (S_ISCHR(st.st_mode) && !isatty(to)))
		w->at_once = BUFFER;
}

static bool is_empty(const struct pipe_way *w)
{
	return w->begin == w->end;
}

static bool would_wait(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Return: false when @from broke; its end is no break */
static bool way_read(struct pipe_way *w)
{
	ssize_t n = read(w->from, w->buffer, BUFFER);

	if (n < 0)
		return would_wait();
	w->begin = 0;
	w->end = (size_t)n;
	w->ended = n == 0;
	return true;
}

static bool way_write(struct pipe_way *w)
{
	size_t length = w->end - w->begin;
	ssize_t n;

	if (length > w->at_once)
		length = w->at_once;
	if (w->to_socket)
		n = send(w->to, w->buffer + w->begin, length,
			 MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		n = write(w->to, w->buffer + w->begin, length);
	if (n < 0)
		return would_wait();
	w->begin += (size_t)n;
	return true;
}

/* Tell @to that there is no more. */
static void way_finish(struct pipe_way *w)
{
	if (!w->ended || !is_empty(w) || w->done)
		return;
	w->done = true;
	if (!w->to_socket || shutdown(w->to, SHUT_WR))
		close(w->to);
}

/* The one thing that a direction waits for; fd -1 when it is done. */
static struct pollfd way_wants(const struct pipe_way *w)
{
	if (w->done)
		return (struct pollfd){ .fd = -1 };
	if (is_empty(w))
		return (struct pollfd){ .fd = w->from, .events = POLLIN };
	return (struct pollfd){ .fd = w->to, .events = POLLOUT };
}

static bool way_fails(const char *what, struct error *e)
{
	return error_set(e, ERROR_FAILED, "%s: %s", what, strerror(errno));
}

static bool way_step(struct pipe_way *w, const struct pollfd *p,
		     struct error *e)
{
	bool reads = p->events == POLLIN;

	if (!p->revents)
		return true;
	if (reads && p->revents & POLLNVAL)
		w->ended = true;	/* started without standard input */
	else if (reads && !way_read(w))
		return way_fails(w->reading, e);
	/* What never blocks takes it at once. */
	if (!is_empty(w) && (!reads || w->at_once == BUFFER) && !way_write(w))
		return way_fails(w->writing, e);
	way_finish(w);
	return true;
}

bool stream_relay(int stream, int in, int out, int stop, struct error *e)
{
	static struct pipe_way up, down;

	way_begin(&up, in, stream);
	up.reading = "reading standard input";
	up.writing = "sending to the peer";
	way_begin(&down, stream, out);
	down.reading = "receiving from the peer";
	down.writing = "writing standard output";
	while (!up.done || !down.done) {
		struct pollfd p[3] = {
			way_wants(&up), way_wants(&down),
			{ .fd = stop, .events = POLLIN },
		};

		if (poll(p, 3, -1) < 0 && errno != EINTR)
			return error_set(e, ERROR_FAILED, "poll: %s",
					 strerror(errno));
		if (p[2].revents)
			return error_set(e, ERROR_FAILED, "interrupted");
		if (!way_step(&up, &p[0], e) || !way_step(&down, &p[1], e))
			return false;
	}
	return true;
}
