/*
 * The states of a member, and the messages allowed in each:
 *
 *	NEW --hello--> GREETED --join--> JOINED --(the other joins)-->
 *	INTRODUCED --relay, spoof--> INTRODUCED
 *
 * A session exists while it has a member. Before the introduction it has
 * exactly one member; when that member leaves, the session ends and its name
 * can be used again. After the introduction no third host can take the place of
 * a member that left: the messages of the other member belong to the attempt of
 * the first two.
 */
#include "rendezvous/session.h"

#include "base/clock.h"
#include "rendezvous/members.h"
#include "rendezvous/udp_observer.h"
#include "wire/syn_ack_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORGED_TTL 64

struct sessions {
	struct sessions_config config;
	struct members members;
	bool observes_udp;
	struct udp_observer observer;
};

struct sessions *sessions_new(const struct sessions_config *config)
{
	struct sessions *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->config = *config;
	if (!members_begin(&s->members, config->limit)) {
		free(s);
		return NULL;
	}
	udp_observer_begin(&s->observer);
	return s;
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	members_end(&s->members);
	free(s);
}

/* act - carry out an action on a member
   @m: NULL: a connection that is refused */
static bool act(struct sessions *s, const struct member *m,
		struct session_action *action)
{
	if (m) {
		action->member = m->number;
		if (m->session)
			memcpy(action->session, m->session->name,
			       SESSION_NAME_TEXT);
	}
	return s->config.act(s->config.argument, action);
}

static void log_text(struct sessions *s, const struct member *m,
		     const char *text)
{
	struct session_action action = { .kind = ACTION_LOG };

	snprintf(action.message.text, REASON_TEXT, "%s", text);
	act(s, m, &action);
}

static void send_error(struct sessions *s, const struct member *m,
		       const char *reason, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* send_error - send an error to a member, and log it */
static void send_error(struct sessions *s, const struct member *m,
		       const char *reason, const char *format, ...)
{
	struct session_action action = { .kind = ACTION_SEND };
	va_list arguments;

	action.message.kind = MESSAGE_ERROR;
	snprintf(action.message.reason, sizeof(action.message.reason), "%s",
		 reason);
	va_start(arguments, format);
	vsnprintf(action.message.text, REASON_TEXT, format, arguments);
	va_end(arguments);
	act(s, m, &action);
	action.kind = ACTION_LOG;
	act(s, m, &action);
}

/* send_message - send a message
   @action: the caller has set the message's fields */
static void send_message(struct sessions *s, const struct member *m,
			 struct session_action *action, enum message_kind kind)
{
	action->kind = ACTION_SEND;
	action->message.kind = kind;
	act(s, m, action);
}

/* remove_member - remove a member, and send its peer an error */
static void remove_member(struct sessions *s, struct member *m)
{
	const struct member *peer = member_peer(m);

	if (peer)
		send_error(s, peer, "peer-left",
			   "the peer's connection to the rendezvous has ended");
	members_remove(&s->members, m);
}

/* close_member - close a member's connection
   @bye: because the member sent bye */
static void close_member(struct sessions *s, struct member *m, bool bye)
{
	struct session_action action = { .kind = ACTION_CLOSE, .bye = bye };

	act(s, m, &action);
	remove_member(s, m);
}

uint32_t sessions_accept(struct sessions *s, const struct endpoint *seen,
			 int64_t now)
{
	const struct member *m = members_add(&s->members, seen, now);

	if (!m) {
		send_error(s, NULL, "busy",
			   "the rendezvous has %u members "
			   "and room for no more; try again later",
			   (unsigned)s->members.limit);
		return 0;
	}
	return m->number;
}

static void on_hello(struct sessions *s, struct member *m,
		     const struct message *in)
{
	struct session_action action = { .message.endpoint = m->seen };

	if (in->version != MESSAGE_VERSION) {
		send_error(s, m, "version",
			   "this rendezvous speaks version "
			   "%d, not %u",
			   MESSAGE_VERSION, in->version);
		close_member(s, m, false);
		return;
	}
	m->state = MEMBER_GREETED;
	action.message.has_token = in->wants_udp && s->observes_udp;
	if (action.message.has_token)
		udp_observer_token(&s->observer, m->number,
				   action.message.token);
	send_message(s, m, &action, MESSAGE_OBSERVED);
}

/* introduce - introduce a session's two members to each other */
static void introduce(struct sessions *s, struct rendezvous_session *session)
{
	struct session_action action = {
		.message.spoofing = s->config.can_spoof,
	};

	session->introduced = true;
	for (int i = 0; i < 2; i++) {
		const struct member *peer = session->member[!i];

		session->member[i]->state = MEMBER_INTRODUCED;
		action.message.endpoint = peer->seen;
		action.message.udp = peer->udp;
		memcpy(action.message.nonce, peer->nonce, NONCE_BYTES);
		send_message(s, session->member[i], &action,
			     MESSAGE_INTRODUCTION);
	}
	action.kind = ACTION_INTRODUCED;
	act(s, session->member[1], &action);
}

static void on_join(struct sessions *s, struct member *m,
		    const struct message *in)
{
	struct rendezvous_session *session =
		session_find(&s->members, in->session);

	if (session && session->introduced) {
		send_error(s, m, "session-full",
			   "session %.8s has its two members already",
			   in->session);
		close_member(s, m, false);
		return;
	}
	session_join(&s->members, m, in->session);
	m->state = MEMBER_JOINED;
	memcpy(m->nonce, in->nonce, NONCE_BYTES);
	if (session)
		introduce(s, session);
	else
		log_text(s, m, "a member waits for its peer");
}

static void on_relay(struct sessions *s, struct member *m,
		     const struct message *in)
{
	struct session_action action = {
		.message.sealed_length = in->sealed_length,
	};
	struct member *peer = member_peer(m);

	if (++m->relays > SESSION_RELAYS) {
		send_error(s, m, "too-much",
			   "no more than %d messages are "
			   "relayed for a member",
			   SESSION_RELAYS);
		close_member(s, m, false);
		return;
	}
	if (!peer)
		return;
	memcpy(action.message.sealed, in->sealed, in->sealed_length);
	send_message(s, peer, &action, MESSAGE_RELAY);
}

/*
 * forge - forge the SYN-ACK with which the kernel of the other member would
 * answer the SYN of member @to. Its window is that of the other's SYN minus 1,
 * so that a trace can tell it from a kernel's SYN-ACK.
 * Return: false if it was not sent
 */
static bool forge(struct sessions *s, const struct rendezvous_session *session,
		  int to)
{
	const struct syn_facts *theirs = &session->syn[!to];
	const struct syn_facts *own = &session->syn[to];
	struct session_action action = { .kind = ACTION_SPOOF };

	action.segment = (struct segment){
		.source = session->member[!to]->seen,
		.destination = session->member[to]->seen,
		.sequence = theirs->isn,
		.acknowledgement = own->isn + 1,
		.window = (uint16_t)(theirs->window - 1),
		.flags = TCP_SYN | TCP_ACK,
		.ttl = FORGED_TTL,
	};
	return syn_ack_options(theirs->options, theirs->options_length,
			       own->options, own->options_length,
			       action.segment.options,
			       &action.segment.options_length) &&
	       act(s, session->member[to], &action);
}

/*
 * spoof_pair - forge both SYN-ACKs, and send both members the result
 * Refuses two members with the same endpoint: a client that joined its own
 * session.
 */
static void spoof_pair(struct sessions *s, struct rendezvous_session *session)
{
	bool sent = !endpoint_equal(&session->member[0]->seen,
				    &session->member[1]->seen);

	session->spoofs++;
	session->has_syn[0] = session->has_syn[1] = false;
	sent = sent && forge(s, session, 0) && forge(s, session, 1);
	for (int i = 0; i < 2; i++) {
		struct session_action action = { 0 };

		if (sent)
			send_message(s, session->member[i], &action,
				     MESSAGE_SPOOFED);
		else
			send_error(s, session->member[i], "no-spoofing",
				   "the rendezvous could not send the "
				   "SYN-ACKs");
	}
}

static void on_spoof(struct sessions *s, struct member *m,
		     const struct message *in)
{
	struct rendezvous_session *session = m->session;
	struct member *peer = member_peer(m);

	if (!s->config.can_spoof) {
		send_error(s, m, "no-spoofing",
			   "this rendezvous does not forge SYN-ACKs");
		return;
	}
	if (session->spoofs == SESSION_SPOOFS) {
		send_error(s, m, "no-spoofing",
			   "this session has had its %d "
			   "pairs of SYN-ACKs",
			   SESSION_SPOOFS);
		return;
	}
	session->syn[m->side] = in->syn;
	session->has_syn[m->side] = true;
	if (peer && session->has_syn[!m->side])
		spoof_pair(s, session);
}

static void on_bye(struct sessions *s, struct member *m,
		   const struct message *in)
{
	(void)in;
	log_text(s, m, "a member says bye");
	close_member(s, m, true);
}

/* The messages that a member may send, and in which state; MEMBER_FREE: in
   any. */
static const struct member_message {
	enum member_state state;
	void (*handle)(struct sessions *s, struct member *m,
		       const struct message *in);
} member_messages[MESSAGE_KINDS] = {
	[MESSAGE_HELLO] = { MEMBER_NEW, on_hello },
	[MESSAGE_JOIN] = { MEMBER_GREETED, on_join },
	[MESSAGE_RELAY] = { MEMBER_INTRODUCED, on_relay },
	[MESSAGE_SPOOF] = { MEMBER_INTRODUCED, on_spoof },
	[MESSAGE_BYE] = { MEMBER_FREE, on_bye },
};

void sessions_receive(struct sessions *s, uint32_t member, const char *line,
		      size_t length, int64_t now)
{
	struct member *m = members_find(&s->members, member);
	const struct member_message *row;
	struct message in;
	struct error e;

	if (!m)
		return;
	members_set_active(&s->members, m, now);
	if (++m->lines > SESSION_LINES) {
		send_error(s, m, "too-much",
			   "a member may send at most %d lines",
			   SESSION_LINES);
		close_member(s, m, false);
		return;
	}
	if (!message_parse(line, length, &in, &e)) {
		send_error(s, m, "nonsense", "%s", e.text);
		close_member(s, m, false);
		return;
	}
	row = &member_messages[in.kind];
	if (!row->handle || (row->state && row->state != m->state)) {
		send_error(s, m, "out-of-order",
			   "'%s' is out of order: a "
			   "host says hello, join, and after its introduction "
			   "relay and spoof",
			   message_name(in.kind));
		close_member(s, m, false);
		return;
	}
	row->handle(s, m, &in);
}

void sessions_observe_udp(struct sessions *s, bool observes)
{
	s->observes_udp = observes;
}

size_t sessions_datagram(struct sessions *s, const struct endpoint *from,
			 const uint8_t *datagram, size_t length, int64_t now,
			 uint8_t answer[UDP_OBSERVATION_BYTES])
{
	uint32_t number;
	size_t n = udp_observer_answer(&s->observer, from, datagram, length,
				       now, answer, &number);
	struct member *m = members_find(&s->members, number);

	if (!number)
		return n;
	if (!m)
		return 0;	/* the member has left */
	if (!m->udp.port)
		m->udp = *from;
	return n;
}

void sessions_line_too_long(struct sessions *s, uint32_t member)
{
	struct member *m = members_find(&s->members, member);

	if (!m)
		return;
	send_error(s, m, "line-too-long", "a line has at most %d bytes",
		   MESSAGE_LINE);
	close_member(s, m, false);
}

void sessions_disconnected(struct sessions *s, uint32_t member)
{
	struct member *m = members_find(&s->members, member);

	if (!m)
		return;
	log_text(s, m, "a member has left");
	remove_member(s, m);
}

int64_t sessions_tick(struct sessions *s, int64_t now)
{
	struct member *m;

	while ((m = members_longest_idle(&s->members)) != NULL) {
		if (m->last + s->config.idle > now)
			return m->last + s->config.idle;
		send_error(s, m, "idle",
			   "nothing was received from you for %lld s",
			   (long long)(s->config.idle / NS_PER_S));
		close_member(s, m, false);
	}
	return TIME_NEVER;
}
