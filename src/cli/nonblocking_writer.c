/*
 * O_NONBLOCK is a flag of the open file description, which other processes may
 * share (a terminal with the shell, a pipe with another writer), so it is not
 * set on the descriptor that is given: a pipe or terminal is opened again. A
 * socket takes a flag with each message, and a file never blocks. Where
 * opening again is not permitted, a pipe is written after poll(), at most
 * PIPE_BUF bytes at a time.
 */
#include "cli/nonblocking_writer.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KIND_FILE, KIND_SOCKET, KIND_REOPENED, KIND_POLLED };

static void reopen(struct nonblocking_writer *w)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", w->fd);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	w->kind = fd >= 0 ? KIND_REOPENED : KIND_POLLED;
	if (fd >= 0)
		w->fd = fd;
}

bool writer_open(struct nonblocking_writer *w, int fd)
{
	struct stat about;

	*w = (struct nonblocking_writer){ .fd = fd,
					  .bytes = malloc(WRITER_ROOM) };
	if (fstat(fd, &about))
		w->dead = true;
	else if (S_ISSOCK(about.st_mode))
		w->kind = KIND_SOCKET;
	else if (S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode))
		reopen(w);
	return w->bytes;
}

static ssize_t write_some(struct nonblocking_writer *w, const char *bytes,
			  size_t length)
{
	struct pollfd room = { .fd = w->fd, .events = POLLOUT };

	if (w->kind == KIND_SOCKET)
		return send(w->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (w->kind != KIND_POLLED)
		return write(w->fd, bytes, length);
	if (poll(&room, 1, 0) > 0)
		return write(w->fd, bytes, length < PIPE_BUF ? length :
			     PIPE_BUF);
	errno = EAGAIN;
	return -1;
}

bool writer_drain(struct nonblocking_writer *w)
{
	while (w->length && !w->dead) {
		ssize_t n = write_some(w, w->bytes + w->start, w->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0) {
			w->dead = true;
			break;
		}
		w->start += (size_t)n;
		w->length -= (size_t)n;
	}
	w->start = w->length = 0;
	return true;
}

bool writer_put(struct nonblocking_writer *w, const char *text, size_t length)
{
	if (w->dead || w->length + length > WRITER_ROOM) {
		w->lost++;
		return false;
	}
	if (w->start + w->length + length > WRITER_ROOM) {
		memmove(w->bytes, w->bytes + w->start, w->length);
		w->start = 0;
	}
	memcpy(w->bytes + w->start + w->length, text, length);
	w->length += length;
	return true;
}

bool writer_wait(struct nonblocking_writer *w, int64_t time)
{
	int64_t until = clock_now() + time;
	struct pollfd room = { .fd = w->fd, .events = POLLOUT };

	while (!writer_drain(w)) {
		int64_t left = until - clock_now();

		if (left <= 0)
			return false;
		poll(&room, 1, (int)(left / NS_PER_MS) + 1);
	}
	return true;
}

void writer_close(struct nonblocking_writer *w)
{
	if (!w->bytes)
		return;
	writer_wait(w, NS_PER_S);
	if (w->kind == KIND_REOPENED)
		close(w->fd);
	free(w->bytes);
	w->bytes = NULL;
}
