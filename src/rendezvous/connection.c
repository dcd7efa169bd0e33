/*
 * Bytes are sent at once. Only those that the socket does not take are
 * buffered; the limits on a member's messages limit the buffer too. The memory
 * of a closed connection is kept for the next one.
 */
#include "rendezvous/connection.h"

#include "base/clock.h"

#include <errno.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINGER (2 * NS_PER_S)

void connections_begin(struct connections *all)
{
	TAILQ_INIT(&all->open);
	TAILQ_INIT(&all->lingering);
	TAILQ_INIT(&all->spare);
	TAILQ_INIT(&all->batched);
	all->batching = false;
	all->lingering_count = 0;
}

/* send_or_buffer - send bytes; on_writable() sends those that the socket does
   not take now */
static void send_or_buffer(struct connection *c, const char *bytes,
			   size_t length)
{
	ssize_t n = 0;

	if (!c->unsent)
		n = send(c->socket, bytes, length, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN)
		return;
	if (n < 0)
		n = 0;
	if ((size_t)n == length)
		return;
	if (!c->unsent)
		c->unsent = evbuffer_new();
	if (!c->unsent)
		return;
	evbuffer_add(c->unsent, bytes + n, length - (size_t)n);
	event_add(&c->writable, NULL);
}

static void send_batch(struct connection *c)
{
	if (!c->is_batched)
		return;
	TAILQ_REMOVE(&c->all->batched, c, batch_entry);
	c->is_batched = false;
	send_or_buffer(c, c->batch, c->batch_length);
	c->batch_length = 0;
}

void connection_send(struct connection *c, const char *bytes, size_t length)
{
	if (length > sizeof(c->batch) - c->batch_length)
		send_batch(c);
	if (!c->all->batching || length > sizeof(c->batch)) {
		send_or_buffer(c, bytes, length);
		return;
	}
	memcpy(c->batch + c->batch_length, bytes, length);
	c->batch_length += length;
	if (!c->is_batched)
		TAILQ_INSERT_TAIL(&c->all->batched, c, batch_entry);
	c->is_batched = true;
}

static void connection_free(struct connection *c)
{
	struct connections *all = c->all;

	send_batch(c);
	event_del(&c->readable);
	event_del(&c->writable);
	if (c->unsent)
		evbuffer_free(c->unsent);
	close(c->socket);
	if (c->linger_until) {
		all->lingering_count--;
		TAILQ_REMOVE(&all->lingering, c, entry);
	} else {
		TAILQ_REMOVE(&all->open, c, entry);
	}
	TAILQ_INSERT_HEAD(&all->spare, c, entry);
}

void connection_linger(struct connection *c)
{
	struct connections *all = c->all;

	send_batch(c);
	c->linger_until = clock_now() + LINGER;
	TAILQ_REMOVE(&all->open, c, entry);
	TAILQ_INSERT_TAIL(&all->lingering, c, entry);
	if (!c->unsent)
		shutdown(c->socket, SHUT_WR);
	if (++all->lingering_count > LINGERING_MAX)
		connection_free(TAILQ_FIRST(&all->lingering));
}

void connection_reset(struct connection *c)
{
	const struct linger at_once = { .l_onoff = 1 };
	struct connections *all = c->all;

	send_batch(c);
	setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &at_once,
		   sizeof(at_once));
	c->linger_until = clock_now();
	all->lingering_count++;
	TAILQ_REMOVE(&all->open, c, entry);
	TAILQ_INSERT_HEAD(&all->lingering, c, entry);
}

static void on_writable(evutil_socket_t socket, short what, void *argument)
{
	struct connection *c = argument;
	int n = evbuffer_write(c->unsent, socket);

	(void)what;
	if (n < 0 && errno == EAGAIN)
		n = 0;
	if (n >= 0 && evbuffer_get_length(c->unsent) > 0)
		return;
	evbuffer_free(c->unsent);
	c->unsent = NULL;
	event_del(&c->writable);
	if (c->linger_until)
		shutdown(socket, SHUT_WR);
}

/* handle_lines - handle each complete line in c->in; an incomplete one stays
   there */
static void handle_lines(struct connection *c)
{
	struct connections *all = c->all;
	char *line = c->in, *limit = c->in + c->in_length, *end;

	all->batching = true;
	while (!c->linger_until &&
	       (end = memchr(line, '\n', (size_t)(limit - line)))) {
		all->line(all->argument, c, line, (size_t)(end - line));
		line = end + 1;
	}
	c->in_length = (size_t)(limit - line);
	memmove(c->in, line, c->in_length);
	if (!c->linger_until && c->in_length == sizeof(c->in))
		all->line_too_long(all->argument, c);
	all->batching = false;
	while (!TAILQ_EMPTY(&all->batched))
		send_batch(TAILQ_FIRST(&all->batched));
}

static void on_readable(evutil_socket_t socket, short what, void *argument)
{
	struct connection *c = argument;
	struct connections *all = c->all;
	ssize_t n;

	(void)what;
	if (c->linger_until)
		c->in_length = 0;
	n = recv(socket, c->in + c->in_length, sizeof(c->in) - c->in_length,
		 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		c->in_length += (size_t)n;
		if (!c->linger_until)
			handle_lines(c);
		return;
	}
	if (!c->linger_until)
		all->disconnected(all->argument, c);
	connection_free(c);
}

struct connection *connection_new(struct connections *all, int socket)
{
	struct connection *c = TAILQ_FIRST(&all->spare);

	if (c)
		TAILQ_REMOVE(&all->spare, c, entry);
	else
		c = malloc(sizeof(*c));
	if (!c) {
		close(socket);
		return NULL;
	}
	c->all = all;
	c->socket = socket;
	c->member = 0;
	c->linger_until = 0;
	c->unsent = NULL;
	c->in_length = c->batch_length = 0;
	c->is_batched = false;
	event_assign(&c->readable, all->base, socket, EV_READ | EV_PERSIST,
		     on_readable, c);
	event_assign(&c->writable, all->base, socket, EV_WRITE | EV_PERSIST,
		     on_writable, c);
	event_add(&c->readable, NULL);
	TAILQ_INSERT_TAIL(&all->open, c, entry);
	return c;
}

int64_t connections_tick(struct connections *all, int64_t now)
{
	struct connection *c;

	while ((c = TAILQ_FIRST(&all->lingering)) && c->linger_until <= now)
		connection_free(c);
	return c ? c->linger_until : TIME_NEVER;
}

void connections_end(struct connections *all)
{
	struct connection *c;

	while ((c = TAILQ_FIRST(&all->open)) ||
	       (c = TAILQ_FIRST(&all->lingering)))
		connection_free(c);
	while ((c = TAILQ_FIRST(&all->spare))) {
		TAILQ_REMOVE(&all->spare, c, entry);
		free(c);
	}
}
