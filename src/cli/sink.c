/*
 * O_NONBLOCK belongs to the open file, which other processes may share (a
 * terminal with the shell, a pipe with another writer), so it is not set on
 * what we were given: a pipe or terminal is opened anew. A socket is told
 * with each message, and a file never blocks. Where opening anew is refused,
 * poll() and pieces of PIPE_BUF bytes do the same for a pipe.
 */
#include "cli/sink.h"

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

enum { KIND_FILE, KIND_SOCKET, KIND_OPENED, KIND_POLLED };

static void open_anew(struct sink *s)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", s->fd);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	s->kind = fd >= 0 ? KIND_OPENED : KIND_POLLED;
	if (fd >= 0)
		s->fd = fd;
}

bool sink_open(struct sink *s, int fd)
{
	struct stat about;

	*s = (struct sink){ .fd = fd, .bytes = malloc(SINK_ROOM) };
	if (fstat(fd, &about))
		s->dead = true;
	else if (S_ISSOCK(about.st_mode))
		s->kind = KIND_SOCKET;
	else if (S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode))
		open_anew(s);
	return s->bytes;
}

static ssize_t write_some(struct sink *s, const char *bytes, size_t length)
{
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };

	if (s->kind == KIND_SOCKET)
		return send(s->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (s->kind != KIND_POLLED)
		return write(s->fd, bytes, length);
	if (poll(&room, 1, 0) > 0)
		return write(s->fd, bytes, length < PIPE_BUF ? length :
			     PIPE_BUF);
	errno = EAGAIN;
	return -1;
}

bool sink_drain(struct sink *s)
{
	while (s->length && !s->dead) {
		ssize_t n = write_some(s, s->bytes + s->start, s->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0) {
			s->dead = true;
			break;
		}
		s->start += (size_t)n;
		s->length -= (size_t)n;
	}
	s->start = s->length = 0;
	return true;
}

bool sink_put(struct sink *s, const char *text, size_t length)
{
	if (s->dead || s->length + length > SINK_ROOM) {
		s->lost++;
		return false;
	}
	if (s->start + s->length + length > SINK_ROOM) {
		memmove(s->bytes, s->bytes + s->start, s->length);
		s->start = 0;
	}
	memcpy(s->bytes + s->start + s->length, text, length);
	s->length += length;
	return true;
}

bool sink_wait(struct sink *s, int64_t time)
{
	int64_t until = clock_now() + time;
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };

	while (!sink_drain(s)) {
		int64_t left = until - clock_now();

		if (left <= 0)
			return false;
		poll(&room, 1, (int)(left / NS_PER_MS) + 1);
	}
	return true;
}

void sink_close(struct sink *s)
{
	if (!s->bytes)
		return;
	sink_wait(s, NS_PER_S);
	if (s->kind == KIND_OPENED)
		close(s->fd);
	free(s->bytes);
	s->bytes = NULL;
}
