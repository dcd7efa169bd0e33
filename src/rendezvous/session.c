/*
 * A member goes through these states, and each message belongs to one:
 *
 *	NEW --hello--> GREETED --join--> JOINED --(the other joins)-->
 *	INTRODUCED --relay, spoof--> INTRODUCED
 *
 * A session exists while it has a member. Before its introduction it has
 * exactly one, so it goes when that one does, and its name is free again.
 * After it, the place of one who left stays taken: what the other still does
 * belongs to an attempt between these two, and a newcomer has no part in it.
 */
#include "rendezvous/session.h"

#include "base/clock.h"
#include "rendezvous/members.h"
#include "wire/syn_ack_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORGED_TTL 64

struct sessions {
	struct sessions_config config;
	struct members members;
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
	return s;
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	members_end(&s->members);
	free(s);
}

/* act - have an action done for a member, NULL for one that finds no room */
static bool act(struct sessions *s, const struct member *m,
		struct action *action)
{
	if (m) {
		action->member = m->number;
		if (m->session)
			memcpy(action->session, m->session->name,
			       SESSION_NAME_TEXT);
	}
	return s->config.act(s->config.argument, action);
}

static void note(struct sessions *s, const struct member *m,
		 const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void complain(struct sessions *s, const struct member *m,
		     const char *reason, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* note - a line for the log */
static void note(struct sessions *s, const struct member *m,
		 const char *format, ...)
{
	struct action action = { .kind = ACTION_LOG };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(action.message.text, REASON_TEXT, format, arguments);
	va_end(arguments);
	act(s, m, &action);
}

/* complain - tell a member what is wrong, and the log too */
static void complain(struct sessions *s, const struct member *m,
		     const char *reason, const char *format, ...)
{
	struct action action = { .kind = ACTION_SEND };
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

/* tell - a message without fields, or one filled in by the caller */
static void tell(struct sessions *s, const struct member *m,
		 struct action *action, enum message_kind kind)
{
	action->kind = ACTION_SEND;
	action->message.kind = kind;
	act(s, m, action);
}

/* member_leave - its peer is told; an empty session ends */
static void member_leave(struct sessions *s, struct member *m)
{
	const struct member *peer = member_peer(m);

	if (peer)
		complain(s, peer, "peer-left",
			 "the peer's connection to the rendezvous has ended");
	members_remove(&s->members, m);
}

/* member_end - the end of a connection, from S's side */
static void member_end(struct sessions *s, struct member *m, bool bye)
{
	struct action action = { .kind = ACTION_CLOSE, .bye = bye };

	act(s, m, &action);
	member_leave(s, m);
}

static void member_close(struct sessions *s, struct member *m)
{
	member_end(s, m, false);
}

uint32_t sessions_enter(struct sessions *s, const struct endpoint *seen,
			int64_t now)
{
	const struct member *m = members_add(&s->members, seen, now);

	if (!m) {
		complain(s, NULL, "busy", "the rendezvous has %u members and "
			 "room for no more; try again later",
			 (unsigned)s->members.limit);
		return 0;
	}
	return m->number;
}

static void on_hello(struct sessions *s, struct member *m,
		     const struct message *in)
{
	struct action action = { .message.endpoint = m->seen };

	if (in->version != MESSAGE_VERSION) {
		complain(s, m, "version", "this rendezvous speaks version %d, "
			 "not %u", MESSAGE_VERSION, in->version);
		member_close(s, m);
		return;
	}
	m->state = MEMBER_GREETED;
	tell(s, m, &action, MESSAGE_OBSERVED);
}

/* introduce - each of a session's two to the other */
static void introduce(struct sessions *s, struct rendezvous_session *session)
{
	struct action action = { .message.spoofing = s->config.can_spoof };

	session->introduced = true;
	for (int i = 0; i < 2; i++) {
		const struct member *peer = session->member[!i];

		session->member[i]->state = MEMBER_INTRODUCED;
		action.message.endpoint = peer->seen;
		memcpy(action.message.nonce, peer->nonce, NONCE_BYTES);
		tell(s, session->member[i], &action, MESSAGE_INTRODUCTION);
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
		complain(s, m, "session-full",
			 "session %.8s has its two members already",
			 in->session);
		member_close(s, m);
		return;
	}
	session_join(&s->members, m, in->session);
	m->state = MEMBER_JOINED;
	memcpy(m->nonce, in->nonce, NONCE_BYTES);
	if (session)
		introduce(s, session);
	else
		note(s, m, "a member waits for its peer");
}

static void on_relay(struct sessions *s, struct member *m,
		     const struct message *in)
{
	struct action action = { .message.sealed_length = in->sealed_length };
	struct member *peer = member_peer(m);

	if (++m->relays > SESSION_RELAYS) {
		complain(s, m, "too-much", "no more than %d messages are "
			 "relayed for a member", SESSION_RELAYS);
		member_close(s, m);
		return;
	}
	if (!peer)
		return;
	memcpy(action.message.sealed, in->sealed, in->sealed_length);
	tell(s, peer, &action, MESSAGE_RELAY);
}

/*
 * forge - a SYN-ACK to one member, as the other's kernel would answer its
 * SYN, but for our mark: the window is that of the other's SYN minus 1
 */
static bool forge(struct sessions *s, const struct rendezvous_session *session,
		  int to)
{
	const struct syn_facts *theirs = &session->syn[!to];
	const struct syn_facts *own = &session->syn[to];
	struct action action = { .kind = ACTION_SPOOF };

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
 * spoof_pair - both SYN-ACKs, and word of them to both
 * A client that joined its own session from one port has nothing to gain.
 */
static void spoof_pair(struct sessions *s, struct rendezvous_session *session)
{
	bool sent = !endpoint_equal(&session->member[0]->seen,
				    &session->member[1]->seen);

	session->spoofs++;
	session->has_syn[0] = session->has_syn[1] = false;
	sent = sent && forge(s, session, 0) && forge(s, session, 1);
	for (int i = 0; i < 2; i++) {
		struct action action = { 0 };

		if (sent)
			tell(s, session->member[i], &action, MESSAGE_SPOOFED);
		else
			complain(s, session->member[i], "no-spoofing",
				 "the rendezvous could not send the SYN-ACKs");
	}
}

static void on_spoof(struct sessions *s, struct member *m,
		     const struct message *in)
{
	struct rendezvous_session *session = m->session;
	struct member *peer = member_peer(m);

	if (!s->config.can_spoof) {
		complain(s, m, "no-spoofing",
			 "this rendezvous does not forge SYN-ACKs");
		return;
	}
	if (session->spoofs == SESSION_SPOOFS) {
		complain(s, m, "no-spoofing", "this session has had its %d "
			 "pairs of SYN-ACKs", SESSION_SPOOFS);
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
	note(s, m, "a member says bye");
	member_end(s, m, true);
}

/* Which messages a host may send, and in which state; bye is for any. */
static const struct rule {
	enum member_state state;
	void (*handle)(struct sessions *s, struct member *m,
		       const struct message *in);
} rules[MESSAGE_KINDS] = {
	[MESSAGE_HELLO] = { MEMBER_NEW, on_hello },
	[MESSAGE_JOIN] = { MEMBER_GREETED, on_join },
	[MESSAGE_RELAY] = { MEMBER_INTRODUCED, on_relay },
	[MESSAGE_SPOOF] = { MEMBER_INTRODUCED, on_spoof },
	[MESSAGE_BYE] = { MEMBER_FREE, on_bye },
};

void sessions_line(struct sessions *s, uint32_t member, const char *line,
		   size_t length, int64_t now)
{
	struct member *m = members_find(&s->members, member);
	const struct rule *rule;
	struct message in;
	struct error e;

	if (!m)
		return;
	members_set_active(&s->members, m, now);
	if (++m->lines > SESSION_LINES) {
		complain(s, m, "too-much", "a member may send %d lines, no "
			 "more", SESSION_LINES);
		member_close(s, m);
		return;
	}
	if (!message_parse(line, length, &in, &e)) {
		complain(s, m, "nonsense", "%s", e.text);
		member_close(s, m);
		return;
	}
	rule = &rules[in.kind];
	if (!rule->handle || (rule->state && rule->state != m->state)) {
		complain(s, m, "out-of-order", "'%s' is out of order: a host "
			 "says hello, join, and after its introduction relay "
			 "and spoof", message_name(in.kind));
		member_close(s, m);
		return;
	}
	rule->handle(s, m, &in);
}

void sessions_overflow(struct sessions *s, uint32_t member, int64_t now)
{
	struct member *m = members_find(&s->members, member);

	(void)now;
	if (!m)
		return;
	complain(s, m, "line-too-long", "a line has at most %d bytes",
		 MESSAGE_LINE);
	member_close(s, m);
}

void sessions_leave(struct sessions *s, uint32_t member, int64_t now)
{
	struct member *m = members_find(&s->members, member);

	(void)now;
	if (!m)
		return;
	note(s, m, "a member has left");
	member_leave(s, m);
}

int64_t sessions_tick(struct sessions *s, int64_t now)
{
	struct member *m;

	while ((m = members_longest_idle(&s->members)) != NULL) {
		if (m->last + s->config.idle > now)
			return m->last + s->config.idle;
		complain(s, m, "idle", "nothing was heard from you for %lld s",
			 (long long)(s->config.idle / NS_PER_S));
		member_close(s, m);
	}
	return TIME_NEVER;
}
