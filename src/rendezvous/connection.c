/*
 * What is sent goes straight to the socket; only what it does not take waits
 * in a buffer, and the bounds on a member's messages bound that too. The
 * memory of a connection that has ended serves the next.
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
	TAILQ_INIT(&all->speaking);
	all->taking = false;
	all->lingering_count = 0;
}

/* transmit - what the socket does not take waits */
static void transmit(struct connection *c, const char *bytes, size_t length)
{
	ssize_t n = 0;

	if (!c->pending)
		n = send(c->socket, bytes, length, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN)
		return;
	if (n < 0)
		n = 0;
	if ((size_t)n == length)
		return;
	if (!c->pending)
		c->pending = evbuffer_new();
	if (!c->pending)
		return;
	evbuffer_add(c->pending, bytes + n, length - (size_t)n);
	event_add(&c->writable, NULL);
}

/* utter - what was said meanwhile */
static void utter(struct connection *c)
{
	if (!c->speaks)
		return;
	TAILQ_REMOVE(&c->all->speaking, c, speaking);
	c->speaks = false;
	transmit(c, c->out, c->out_length);
	c->out_length = 0;
}

static void connection_free(struct connection *c)
{
	struct connections *all = c->all;

	utter(c);
	event_del(&c->readable);
	event_del(&c->writable);
	if (c->pending)
		evbuffer_free(c->pending);
	close(c->socket);
	if (c->until) {
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

	utter(c);
	c->until = clock_now() + LINGER;
	TAILQ_REMOVE(&all->open, c, entry);
	TAILQ_INSERT_TAIL(&all->lingering, c, entry);
	if (!c->pending)
		shutdown(c->socket, SHUT_WR);
	if (++all->lingering_count > LINGERING_MAX)
		connection_free(TAILQ_FIRST(&all->lingering));
}

void connection_reset(struct connection *c)
{
	const struct linger at_once = { .l_onoff = 1 };
	struct connections *all = c->all;

	utter(c);
	setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &at_once,
		   sizeof(at_once));
	c->until = clock_now();
	all->lingering_count++;
	TAILQ_REMOVE(&all->open, c, entry);
	TAILQ_INSERT_HEAD(&all->lingering, c, entry);
}

void connection_send(struct connection *c, const char *bytes, size_t length)
{
	if (length > sizeof(c->out) - c->out_length)
		utter(c);
	if (!c->all->taking || length > sizeof(c->out)) {
		transmit(c, bytes, length);
		return;
	}
	memcpy(c->out + c->out_length, bytes, length);
	c->out_length += length;
	if (!c->speaks)
		TAILQ_INSERT_TAIL(&c->all->speaking, c, speaking);
	c->speaks = true;
}

static void on_writable(evutil_socket_t socket, short what, void *argument)
{
	struct connection *c = argument;
	int n = evbuffer_write(c->pending, socket);

	(void)what;
	if (n < 0 && errno == EAGAIN)
		n = 0;
	if (n >= 0 && evbuffer_get_length(c->pending) > 0)
		return;
	evbuffer_free(c->pending);
	c->pending = NULL;
	event_del(&c->writable);
	if (c->until)
		shutdown(socket, SHUT_WR);
}

/* take_lines - hand over every whole line; keep what follows the last */
static void take_lines(struct connection *c)
{
	struct connections *all = c->all;
	char *line = c->in, *limit = c->in + c->in_length, *end;

	all->taking = true;
	while (!c->until &&
	       (end = memchr(line, '\n', (size_t)(limit - line)))) {
		all->line(all->argument, c, line, (size_t)(end - line));
		line = end + 1;
	}
	c->in_length = (size_t)(limit - line);
	memmove(c->in, line, c->in_length);
	if (!c->until && c->in_length == sizeof(c->in))
		all->overflow(all->argument, c);
	all->taking = false;
	while (!TAILQ_EMPTY(&all->speaking))
		utter(TAILQ_FIRST(&all->speaking));
}

static void on_readable(evutil_socket_t socket, short what, void *argument)
{
	struct connection *c = argument;
	struct connections *all = c->all;
	ssize_t n;

	(void)what;
	if (c->until)
		c->in_length = 0;
	n = recv(socket, c->in + c->in_length, sizeof(c->in) - c->in_length,
		 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		c->in_length += (size_t)n;
		if (!c->until)
			take_lines(c);
		return;
	}
	if (!c->until)
		all->ended(all->argument, c);
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
	c->until = 0;
	c->pending = NULL;
	c->in_length = c->out_length = 0;
	c->speaks = false;
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

	while ((c = TAILQ_FIRST(&all->lingering)) && c->until <= now)
		connection_free(c);
	return c ? c->until : TIME_NEVER;
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
