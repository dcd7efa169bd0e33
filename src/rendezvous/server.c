/*
 * S as a process: one libevent loop, one connection for each member of
 * `struct sessions`, and a forger if it may spoof.
 */
#include "rendezvous/server.h"

#include "base/clock.h"
#include "host/forge.h"
#include "rendezvous/connection.h"
#include "rendezvous/members.h"
#include "rendezvous/session.h"
#include "rendezvous/udp_ports.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 4096
#define ACCEPTS 64		/* connections accepted at once */
#define ACCEPT_PAUSE 100000	/* us, after running out of descriptors or
				   memory */
#define IDLE_DEFAULT (600 * NS_PER_S)
#define LIMIT_DEFAULT 4096

struct listener {
	struct server *server;
	int socket;
	struct event readable;
};

struct server {
	const struct server_config *config;
	int64_t idle;
	uint32_t limit;
	struct event_base *base;
	struct sessions *sessions;
	struct forger *forger;		/* NULL: no spoofing */
	struct connection **by_slot;	/* MEMBER_SLOT() of its member */
	struct connection *accepting;	/* during sessions_accept() */
	struct connections connections;
	struct listener listeners[SERVER_PORTS];
	size_t listener_count;
	struct udp_ports udp;		/* with the numbers of the listeners */
	struct event timer, resume, stop;
	int64_t timer_at;		/* TIME_NEVER: not set */
};

static void log_line(const struct server *s, const char *session,
		     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* log_line - write a line to the log
   @session: its name, or "" */
static void log_line(const struct server *s, const char *session,
		     const char *format, ...)
{
	FILE *log = s->config->log;
	time_t now = (time_t)(clock_wall() / NS_PER_S);
	struct tm date;
	char stamp[32], text[400];
	va_list arguments;

	if (!log)
		return;
	gmtime_r(&now, &date);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &date);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(log, "%s %.8s %s\n", stamp, *session ? session : "-", text);
	fflush(log);
}

/* set_timer - let on_timer() run at @when or earlier */
static void set_timer(struct server *s, int64_t when)
{
	int64_t wait = when - clock_now();
	struct timeval tv;

	if (when >= s->timer_at)
		return;
	wait = wait < 0 ? 0 : wait + NS_PER_US - 1;	/* round up to 1 us */
	s->timer_at = when;
	tv.tv_sec = wait / NS_PER_S;
	tv.tv_usec = wait % NS_PER_S / NS_PER_US;
	event_add(&s->timer, &tv);
}

/* close_connection - end a connection by S; the slot of its member is free from
   now on */
static void close_connection(struct server *s, struct connection *c,
			     bool by_reset)
{
	if (c->member)
		s->by_slot[MEMBER_SLOT(c->member)] = NULL;
	c->member = 0;
	if (by_reset)
		connection_reset(c);
	else
		connection_linger(c);
	set_timer(s, c->linger_until);
}

static void on_line(void *argument, struct connection *c, const char *line,
		    size_t length)
{
	struct server *s = argument;

	sessions_receive(s->sessions, c->member, line, length, clock_now());
}

static void on_line_too_long(void *argument, struct connection *c)
{
	struct server *s = argument;

	sessions_line_too_long(s->sessions, c->member);
}

static void on_disconnected(void *argument, struct connection *c)
{
	struct server *s = argument;

	s->by_slot[MEMBER_SLOT(c->member)] = NULL;
	sessions_disconnected(s->sessions, c->member);
}

/* add_member - add a member for a new connection, or close the connection if S
   has too many members */
static void add_member(struct server *s, int socket,
		       const struct sockaddr_in *from)
{
	struct endpoint seen = endpoint_from(from);
	struct connection *c = connection_new(&s->connections, socket);
	int64_t now = clock_now();

	if (!c)
		return;
	s->accepting = c;
	c->member = sessions_accept(s->sessions, &seen, now);
	s->accepting = NULL;
	if (c->member) {
		s->by_slot[MEMBER_SLOT(c->member)] = c;
		set_timer(s, now + s->idle);
	} else {
		close_connection(s, c, false);
	}
}

/* pause_accepting - stop until on_resume(): descriptors or memory are used
   up */
static void pause_accepting(struct server *s)
{
	struct timeval tv = { .tv_usec = ACCEPT_PAUSE };

	for (size_t i = 0; i < s->listener_count; i++)
		event_del(&s->listeners[i].readable);
	event_add(&s->resume, &tv);
}

static void on_resume(evutil_socket_t socket, short what, void *argument)
{
	struct server *s = argument;

	(void)socket;
	(void)what;
	for (size_t i = 0; i < s->listener_count; i++)
		event_add(&s->listeners[i].readable, NULL);
}

static void on_accept(evutil_socket_t listening, short what, void *argument)
{
	struct listener *l = argument;

	(void)what;
	for (int i = 0; i < ACCEPTS; i++) {
		struct sockaddr_in from = { 0 };
		socklen_t size = sizeof(from);
		int socket = accept4(listening, (struct sockaddr *)&from,
				     &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (socket >= 0) {
			add_member(l->server, socket, &from);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			pause_accepting(l->server);
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static void on_timer(evutil_socket_t socket, short what, void *argument)
{
	struct server *s = argument;
	int64_t now = clock_now();

	(void)socket;
	(void)what;
	s->timer_at = TIME_NEVER;
	set_timer(s, connections_tick(&s->connections, now));
	set_timer(s, sessions_tick(s->sessions, now));
}

static void on_stop(evutil_socket_t socket, short what, void *argument)
{
	struct server *s = argument;

	(void)socket;
	(void)what;
	event_base_loopbreak(s->base);
}

/* report - report an action to the lab, if S runs there */
static void report(const struct server *s, const struct session_action *action)
{
	struct server_report r = {
		.at = clock_now(),
		.introduced = action->kind == ACTION_INTRODUCED,
		.spoofed = action->segment,
	};

	if (!s->config->report)
		return;
	memcpy(r.session, action->session, SESSION_NAME_TEXT);
	s->config->report(s->config->argument, &r);
}

static bool spoof(struct server *s, const struct session_action *action)
{
	const struct segment *forged = &action->segment;
	char from[ENDPOINT_TEXT], to[ENDPOINT_TEXT];
	int status = s->forger ? forger_send(s->forger, forged, NULL) : -EPERM;

	if (status == 0)
		report(s, action);
	endpoint_text(&forged->source, from);
	endpoint_text(&forged->destination, to);
	if (status == 0)
		log_line(s, action->session, "spoofed a SYN-ACK from %s to %s",
			 from, to);
	else
		log_line(s, action->session,
			 "could not spoof a SYN-ACK from %s to %s: %s", from,
			 to, strerror(-status));
	return status == 0;
}

static void send_to_member(struct server *s,
			   const struct session_action *action)
{
	struct connection *c = action->member ?
		s->by_slot[MEMBER_SLOT(action->member)] : s->accepting;
	char line[MESSAGE_LINE];

	if (c)
		connection_send(c, line,
				message_print(&action->message, line));
}

static bool on_action(void *argument, const struct session_action *action)
{
	struct server *s = argument;

	switch (action->kind) {
	case ACTION_SEND:
		send_to_member(s, action);
		break;
	case ACTION_SPOOF:
		return spoof(s, action);
	case ACTION_CLOSE:
		close_connection(s, s->by_slot[MEMBER_SLOT(action->member)],
				 action->bye && s->config->abrupt);
		break;
	case ACTION_INTRODUCED:
		report(s, action);
		log_line(s, action->session, "introduced its two members");
		break;
	case ACTION_LOG:
		log_line(s, action->session, "%s%s%s", action->message.reason,
			 *action->message.reason ? ": " : "",
			 action->message.text);
		break;
	}
	return true;
}

/*
 * set_socket_options - set options that accepted sockets inherit: no delay by
 * Nagle, no pacing timers (BBR has one per socket), and keepalive, which finds
 * within a minute that a member has vanished without FIN or RST
 */
static void set_socket_options(int socket)
{
	const int on = 1, idle = 30, interval = 10, count = 3;

	setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
	setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval,
		   sizeof(interval));
	setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

/* listen_on - add a listener
   @port: set to the port that it got */
static bool listen_on(struct server *s, uint16_t *port, struct error *e)
{
	struct listener *l = &s->listeners[s->listener_count];
	struct endpoint at = {
		.address = s->config->address,
		.port = *port == SERVER_ANY_PORT ? 0 : *port,
	};
	struct sockaddr_in name = endpoint_sockaddr(&at);
	socklen_t size = sizeof(name);
	const int off = 0;
	char text[ENDPOINT_TEXT];

	endpoint_text(&at, text);
	l->server = s;
	l->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			   0);
	if (l->socket < 0)
		return error_set(e, ERROR_FAILED, "no socket to listen on "
				 "%s: %s", text, strerror(errno));
	s->listener_count++;
	set_socket_options(l->socket);
	if (bind(l->socket, (struct sockaddr *)&name, sizeof(name)) < 0 ||
	    listen(l->socket, BACKLOG) < 0)
		return error_set(e, errno == EACCES ? ERROR_MISSING :
				 ERROR_FAILED, "cannot listen on %s: %s", text,
				 strerror(errno));
	/* Each line is answered, and the answer acknowledges it. Accepted
	   sockets inherit this too, but listen() resets it. */
	setsockopt(l->socket, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off));
	getsockname(l->socket, (struct sockaddr *)&name, &size);
	at = endpoint_from(&name);
	*port = at.port;
	event_assign(&l->readable, s->base, l->socket, EV_READ | EV_PERSIST,
		     on_accept, l);
	event_add(&l->readable, NULL);
	log_line(s, "", "listening on %s", endpoint_text(&at, text));
	return true;
}

static bool listen_all(struct server *s, struct error *e)
{
	struct error why = { 0 };
	uint16_t ports[SERVER_PORTS];

	memcpy(ports, s->config->ports, sizeof(ports));
	if (ports[0] == 0) {
		memset(ports, 0, sizeof(ports));
		ports[0] = SERVER_PORT;
		ports[1] = SERVER_CHECK_PORT;
	}
	for (size_t i = 0; i < SERVER_PORTS && ports[i]; i++)
		if (!listen_on(s, &ports[i], e))
			return false;
	if (!udp_ports_open(&s->udp, s->base, s->sessions, s->config->address,
			    ports, &why))
		log_line(s, "", "UDP endpoints are not observed, so method udp "
			 "is not served: %s", why.text);
	if (s->config->ready)
		s->config->ready(s->config->argument, ports);
	return true;
}

/* raise_descriptor_limit - allow a descriptor for each member, and those of the
   process itself */
static void raise_descriptor_limit(const struct server *s)
{
	rlim_t needed = s->limit + LINGERING_MAX + 2 * SERVER_PORTS + 64;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= needed)
		return;
	limit.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool server_begin(struct server *s, struct error *e)
{
	struct sessions_config sessions = {
		.limit = s->limit,
		.idle = s->idle,
		.act = on_action,
		.argument = s,
	};
	struct error why = { 0 };

	raise_descriptor_limit(s);
	if (s->config->want_spoofing)
		s->forger = forger_open(&why);
	log_line(s, "", "spoofing for stunt1 is %s%s%s",
		 s->forger ? "on" : "off", why.text[0] ? ": " : "", why.text);
	sessions.can_spoof = s->forger != NULL;
	s->sessions = sessions_new(&sessions);
	s->by_slot = calloc(s->limit + 1, sizeof(struct connection *));
	s->base = event_base_new();
	if (!s->sessions || !s->by_slot || !s->base)
		return error_set(e, ERROR_FAILED,
				 "out of memory for %u members",
				 (unsigned)s->limit);
	s->connections.base = s->base;
	event_assign(&s->timer, s->base, -1, 0, on_timer, s);
	event_assign(&s->resume, s->base, -1, 0, on_resume, s);
	event_assign(&s->stop, s->base, s->config->stop, EV_READ, on_stop, s);
	if (s->config->stop >= 0)
		event_add(&s->stop, NULL);
	return listen_all(s, e);
}

static void server_end(struct server *s)
{
	connections_end(&s->connections);
	for (size_t i = 0; i < s->listener_count; i++)
		close(s->listeners[i].socket);
	udp_ports_close(&s->udp);
	if (s->base)
		event_base_free(s->base);
	sessions_free(s->sessions);
	free(s->by_slot);
	if (s->forger)
		forger_close(s->forger);
}

bool server_run(const struct server_config *config, struct error *e)
{
	struct server s = {
		.config = config,
		.idle = config->idle ? config->idle : IDLE_DEFAULT,
		.limit = config->limit ? config->limit : LIMIT_DEFAULT,
		.timer_at = TIME_NEVER,
		.connections = {
			.line = on_line,
			.line_too_long = on_line_too_long,
			.disconnected = on_disconnected,
			.argument = &s,
		},
	};
	bool served;

	connections_begin(&s.connections);
	served = server_begin(&s, e);
	if (served) {
		event_base_dispatch(s.base);
		log_line(&s, "", "stopped");
	}
	server_end(&s);
	return served;
}
