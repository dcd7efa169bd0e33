/*
 * Two one-way pipes, each with a buffer that is filled when it is empty and
 * then written as fast as its reader takes it. A slow reader never stops the
 * other direction: only poll() blocks.
 *
 * Standard input and output may be shared with other processes, so they are
 * not made non-blocking. They are read and written only when poll() reports
 * them, and a pipe or terminal is given no more at a time than is sure to fit.
 */
#include "cli/stream_relay.h"

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

struct relay_direction {
	int from, to;
	const char *reading, *writing;	/* for error messages */
	size_t write_size;	/* what @to takes without blocking */
	bool to_socket;
	bool ended;		/* end of file at @from */
	bool done;		/* and @to is closed */
	size_t begin, end;	/* of the data in @buffer */
	char buffer[BUFFER];
};

static void direction_open(struct relay_direction *d, int from, int to)
{
	struct stat st;

	memset(d, 0, offsetof(struct relay_direction, buffer));
	d->from = from;
	d->to = to;
	d->write_size = PIPE_BUF;
	if (fstat(to, &st))
		return;
	d->to_socket = S_ISSOCK(st.st_mode);
	if (d->to_socket || S_ISREG(st.st_mode) ||
	    (S_ISCHR(st.st_mode) && !isatty(to)))
		d->write_size = BUFFER;
}

static bool is_empty(const struct relay_direction *d)
{
	return d->begin == d->end;
}

static bool would_wait(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* direction_read - Return: false at an error; end of file is none */
static bool direction_read(struct relay_direction *d)
{
	ssize_t n = read(d->from, d->buffer, BUFFER);

	if (n < 0)
		return would_wait();
	d->begin = 0;
	d->end = (size_t)n;
	d->ended = n == 0;
	return true;
}

static bool direction_write(struct relay_direction *d)
{
	size_t length = d->end - d->begin;
	ssize_t n;

	if (length > d->write_size)
		length = d->write_size;
	if (d->to_socket)
		n = send(d->to, d->buffer + d->begin, length,
			 MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		n = write(d->to, d->buffer + d->begin, length);
	if (n < 0)
		return would_wait();
	d->begin += (size_t)n;
	return true;
}

/* direction_poll - what a direction waits for; fd -1: it is done */
static struct pollfd direction_poll(const struct relay_direction *d)
{
	if (d->done)
		return (struct pollfd){ .fd = -1 };
	if (is_empty(d))
		return (struct pollfd){ .fd = d->from, .events = POLLIN };
	return (struct pollfd){ .fd = d->to, .events = POLLOUT };
}

/* direction_step - what poll() permits; then close @to if that was all */
static bool direction_step(struct relay_direction *d, const struct pollfd *p,
			   struct error *e)
{
	bool reads = p->events == POLLIN;

	if (!p->revents)
		return true;
	if (reads && p->revents & POLLNVAL)
		d->ended = true;	/* started without standard input */
	else if (reads && !direction_read(d))
		return error_set(e, ERROR_FAILED, "%s: %s", d->reading,
				 strerror(errno));
	/* a file or a socket is written at once, without poll() */
	if (!is_empty(d) && (!reads || d->write_size == BUFFER) &&
	    !direction_write(d))
		return error_set(e, ERROR_FAILED, "%s: %s", d->writing,
				 strerror(errno));
	if (d->ended && is_empty(d) && !d->done) {
		d->done = true;
		if (!d->to_socket || shutdown(d->to, SHUT_WR))
			close(d->to);
	}
	return true;
}

bool stream_relay(int stream, int in, int out, int stop, struct error *e)
{
	static struct relay_direction up, down;

	direction_open(&up, in, stream);
	up.reading = "reading standard input";
	up.writing = "sending to the peer";
	direction_open(&down, stream, out);
	down.reading = "receiving from the peer";
	down.writing = "writing standard output";
	while (!up.done || !down.done) {
		struct pollfd p[3] = {
			direction_poll(&up), direction_poll(&down),
			{ .fd = stop, .events = POLLIN },
		};

		if (poll(p, 3, -1) < 0 && errno != EINTR)
			return error_set(e, ERROR_FAILED, "poll: %s",
					 strerror(errno));
		if (p[2].revents)
			return error_set(e, ERROR_FAILED, "interrupted");
		if (!direction_step(&up, &p[0], e) ||
		    !direction_step(&down, &p[1], e))
			return false;
	}
	return true;
}
