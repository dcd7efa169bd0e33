/*
 * Received bytes are in c->in, queued ones in c->out: messages that are queued
 * together leave in one segment. client_step() handles lines until one is an
 * event for the caller. After a failed send the client still reads: S may have
 * sent the reason before it closed.
 */
#include "rendezvous/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void lose(struct client *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* lose - give up the connection; client_step() closes it */
static void lose(struct client *c, const char *format, ...)
{
	va_list arguments;

	if (c->state == CLIENT_LOST)
		return;
	va_start(arguments, format);
	vsnprintf(c->text, sizeof(c->text), format, arguments);
	va_end(arguments);
	c->state = CLIENT_LOST;
}

static void disconnect(struct client *c)
{
	if (c->socket >= 0)
		c->host->ops->close(c->host, c->socket);
	c->socket = -1;
}

/* enqueue - queue a message; Return: false if it does not fit */
static bool enqueue(struct client *c, const struct message *m)
{
	char line[MESSAGE_LINE];
	size_t length = message_print(m, line);

	if (length > sizeof(c->out) - c->out_length)
		return false;
	memcpy(c->out + c->out_length, line, length);
	c->out_length += length;
	return true;
}

void client_flush(struct client *c)
{
	ssize_t n;

	if (c->socket < 0 || c->out_length == 0 ||
	    c->state == CLIENT_CONNECTING)
		return;
	n = c->host->ops->send(c->host, c->socket, c->out, c->out_length);
	if (n == -EAGAIN)
		return;
	if (n < 0) {
		c->out_length = 0;
		c->send_failed = (int)-n;
		return;
	}
	c->out_length -= (size_t)n;
	memmove(c->out, c->out + n, c->out_length);
}

static void enqueue_join(struct client *c)
{
	struct message m = { .kind = MESSAGE_JOIN };

	code_session_name(c->code, c->order, m.session);
	memcpy(m.nonce, c->nonce, NONCE_BYTES);
	enqueue(c, &m);
}

bool client_open(struct client *c, struct host *h,
		 const struct client_config *config, struct error *e)
{
	char at[ENDPOINT_TEXT];
	int status;

	memset(c, 0, sizeof(*c));
	c->host = h;
	c->state = CLIENT_CONNECTING;
	c->server = config->server;
	c->order = config->order;
	c->join_early = config->join_early;
	c->wants_udp = config->wants_udp;
	snprintf(c->code, sizeof(c->code), "%s", config->code);
	memcpy(c->nonce, config->nonce, NONCE_BYTES);

	c->socket = h->ops->tcp_open(h, config->port);
	if (c->socket < 0)
		return error_set(e, ERROR_FAILED,
				 "no socket on local port %u: %s",
				 config->port, strerror(-c->socket));
	h->ops->tcp_use_delayed_ack(h, c->socket);
	status = h->ops->tcp_connect(h, c->socket, &c->server);
	if (status == 0)
		status = h->ops->tcp_local_endpoint(h, c->socket, &c->local);
	if (status < 0) {
		disconnect(c);
		return error_set(e, ERROR_FAILED,
				 "the rendezvous at %s cannot be reached: %s",
				 endpoint_text(&c->server, at),
				 strerror(-status));
	}
	c->port = c->local.port;
	return true;
}

struct host_wait client_wants(const struct client *c)
{
	bool connecting = c->state == CLIENT_CONNECTING;

	return (struct host_wait){
		.handle = c->socket,
		.read = !connecting,
		.write = connecting || c->out_length > 0,
	};
}

/* greet_when_connected - send hello once connected; Return: has it been
   sent? */
static bool greet_when_connected(struct client *c)
{
	const struct message hello = {
		.kind = MESSAGE_HELLO,
		.version = MESSAGE_VERSION,
		.wants_udp = c->wants_udp,
	};
	char at[ENDPOINT_TEXT];
	int why = 0;
	enum tcp_state state =
		c->host->ops->tcp_state(c->host, c->socket, &why);

	endpoint_text(&c->server, at);
	if (why == ECONNREFUSED)
		lose(c, "the rendezvous at %s refused the connection: is "
		     "`tcptrav serve` running there?", at);
	else if (why)
		lose(c, "the rendezvous at %s cannot be reached: %s", at,
		     strerror(why));
	else if (state == TCP_IS_CLOSED)
		lose(c, "the connection to the rendezvous at %s failed", at);
	if (state != TCP_IS_ESTABLISHED && state != TCP_IS_CLOSING)
		return false;
	if (c->state == CLIENT_LOST)
		return false;

	c->host->ops->tcp_local_endpoint(c->host, c->socket, &c->local);
	enqueue(c, &hello);
	if (c->join_early)
		enqueue_join(c);
	c->state = CLIENT_GREETED;
	c->greeted_at = c->host->ops->now(c->host);
	client_flush(c);
	return true;
}

static enum client_event on_observed(struct client *c, const struct message *m)
{
	if (c->state != CLIENT_GREETED)
		return CLIENT_EVENT_LOST;
	c->round_trip = c->host->ops->now(c->host) - c->greeted_at;
	c->seen = m->endpoint;
	c->observes_udp = m->has_token;
	memcpy(c->token, m->token, TOKEN_BYTES);
	c->state = c->join_early ? CLIENT_JOINED : CLIENT_OBSERVED;
	return CLIENT_EVENT_OBSERVED;
}

static enum client_event on_introduction(struct client *c,
					const struct message *m)
{
	if (c->state != CLIENT_JOINED ||
	    !keys_derive(c->code, c->nonce, m->nonce, &c->keys))
		return CLIENT_EVENT_LOST;
	c->isn = code_isn(c->code, c->nonce);
	c->peer_isn = code_isn(c->code, m->nonce);
	c->introduced_at = c->host->ops->now(c->host);
	c->peer = m->endpoint;
	c->udp_peer = m->udp;
	c->spoofing = m->spoofing;
	c->state = CLIENT_INTRODUCED;
	return CLIENT_EVENT_INTRODUCED;
}

static enum client_event on_relay(struct client *c, const struct message *m)
{
	long length;

	if (c->state != CLIENT_INTRODUCED)
		return CLIENT_EVENT_LOST;
	length = unseal(&c->keys, m->sealed, m->sealed_length, c->peer_message);
	c->peer_message_length = length < 0 ? 0 : (size_t)length;
	return length < 0 ? CLIENT_EVENT_BAD_PEER_MESSAGE
			  : CLIENT_EVENT_PEER_MESSAGE;
}

static enum client_event on_spoofed(struct client *c, const struct message *m)
{
	(void)m;
	return c->state == CLIENT_INTRODUCED ? CLIENT_EVENT_SPOOFED :
					       CLIENT_EVENT_LOST;
}

static enum client_event on_error(struct client *c, const struct message *m)
{
	memcpy(c->reason, m->reason, sizeof(c->reason));
	memcpy(c->text, m->text, sizeof(c->text));
	if (strcmp(m->reason, "peer-left") == 0)
		return CLIENT_EVENT_PEER_LEFT;
	return CLIENT_EVENT_REFUSED;
}

/* The messages that S may send. A handler returns CLIENT_EVENT_LOST for a
   message that is not allowed in the state. */
static enum client_event (*const handlers[MESSAGE_KINDS])(
	struct client *c, const struct message *m) = {
	[MESSAGE_OBSERVED] = on_observed,
	[MESSAGE_INTRODUCTION] = on_introduction,
	[MESSAGE_RELAY] = on_relay,
	[MESSAGE_SPOOFED] = on_spoofed,
	[MESSAGE_ERROR] = on_error,
};

/* handle_line - handle a line from S, without its newline */
static enum client_event handle_line(struct client *c, const char *line,
				     size_t length)
{
	enum client_event event = CLIENT_EVENT_LOST;
	struct message m;
	struct error e;

	if (!message_parse(line, length, &m, &e)) {
		lose(c, "invalid message from the rendezvous: %s", e.text);
		return CLIENT_NO_EVENT;
	}
	if (handlers[m.kind])
		event = handlers[m.kind](c, &m);
	if (event != CLIENT_EVENT_LOST)
		return event;
	lose(c, "invalid message from the rendezvous: '%s' out of order",
	     message_name(m.kind));
	return CLIENT_NO_EVENT;
}

/* handle_next_line - Return: false if no complete line has been received */
static bool handle_next_line(struct client *c, enum client_event *event)
{
	char *end = memchr(c->in, '\n', c->in_length);
	size_t length;

	if (!end) {
		if (c->in_length == sizeof(c->in))
			lose(c, "invalid message from the rendezvous: a line "
			     "of more than %d bytes", MESSAGE_LINE);
		return false;
	}
	length = (size_t)(end - c->in);
	*event = handle_line(c, c->in, length);
	c->in_length -= length + 1;
	memmove(c->in, end + 1, c->in_length);
	return true;
}

/* receive - receive bytes; Return: false if none have arrived */
static bool receive(struct client *c)
{
	ssize_t n =
		c->host->ops->receive(c->host, c->socket, c->in + c->in_length,
				      sizeof(c->in) - c->in_length);

	if (n > 0) {
		c->in_length += (size_t)n;
		return true;
	}
	if (n == -EAGAIN && c->send_failed)
		n = -c->send_failed;
	if (n == 0)
		lose(c, "the rendezvous ended the connection");
	else if (n != -EAGAIN)
		lose(c, "the connection to the rendezvous broke: %s",
		     strerror((int)-n));
	return false;
}

enum client_event client_step(struct client *c)
{
	enum client_event event = CLIENT_NO_EVENT;

	if (c->state == CLIENT_CONNECTING && !greet_when_connected(c) &&
	    c->state == CLIENT_CONNECTING)
		return CLIENT_NO_EVENT;
	while (c->state != CLIENT_LOST && event == CLIENT_NO_EVENT)
		if (!handle_next_line(c, &event) &&
		    (c->state == CLIENT_LOST || !receive(c)))
			break;
	if (c->state != CLIENT_LOST || c->socket < 0)
		return event;
	disconnect(c);
	return CLIENT_EVENT_LOST;
}

void client_join(struct client *c)
{
	if (c->state != CLIENT_OBSERVED)
		return;
	enqueue_join(c);
	c->state = CLIENT_JOINED;
}

bool client_send_to_peer(struct client *c, const void *plain, size_t length)
{
	struct message m = { .kind = MESSAGE_RELAY };

	if (c->state != CLIENT_INTRODUCED ||
	    length > SEALED_MAX - SEAL_OVERHEAD)
		return false;
	m.sealed_length = seal(&c->keys, plain, length, m.sealed);
	return enqueue(c, &m) && !c->send_failed;
}

bool client_request_spoofing(struct client *c, const struct syn_facts *syn)
{
	struct message m = { .kind = MESSAGE_SPOOF, .syn = *syn };

	return c->state == CLIENT_INTRODUCED && enqueue(c, &m) &&
	       !c->send_failed;
}

void client_close(struct client *c)
{
	struct message bye = { .kind = MESSAGE_BYE };

	if (!c->host || c->socket < 0)
		return;
	if (c->state != CLIENT_CONNECTING && c->state != CLIENT_LOST &&
	    enqueue(c, &bye))
		client_flush(c);
	disconnect(c);
	c->state = CLIENT_LOST;
}
