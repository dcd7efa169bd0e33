/*
 * The input is a script with a step in each line. The first character chooses
 * one of eight connections. The second chooses the step: e accepts it, l ends
 * it, o sends a line that is too long, t lets a second pass; any other sends
 * the rest of the line. S must do only what docs/rendezvous.md allows.
 */
#include "fuzz.h"

#include "base/clock.h"
#include "rendezvous/session.h"

#include <string.h>

#define CONNECTIONS 8
#define LIMIT 6
#define SECOND NS_PER_S

struct fuzz_member {
	uint32_t member;		/* 0: none */
	char session[SESSION_NAME_TEXT];
	unsigned sent, spoofs;
};

struct fuzz_sessions {
	struct fuzz_member members[CONNECTIONS];
	unsigned current;
};

static struct endpoint seen(unsigned i)
{
	return (struct endpoint){ 0xc0000200 + i / 2, (uint16_t)(1000 + i) };
}

static struct fuzz_member *by_member(struct fuzz_sessions *w, uint32_t member)
{
	for (unsigned i = 0; i < CONNECTIONS; i++)
		if (member && w->members[i].member == member)
			return &w->members[i];
	return NULL;
}

/* S spoofs only to a member, from its peer's endpoint, and a bounded number of
   times. */
static void check_spoof(struct fuzz_sessions *w, const struct session_action *a)
{
	struct fuzz_member *to = by_member(w, a->member), *as;
	struct endpoint at = seen((unsigned)(to - w->members));
	unsigned i = a->segment.source.port - 1000U;

	assert(endpoint_equal(&at, &a->segment.destination));
	assert(i < CONNECTIONS);
	as = &w->members[i];
	at = seen(i);
	assert(endpoint_equal(&at, &a->segment.source));
	assert(as != to && as->member);
	assert(!strcmp(as->session, to->session) && to->session[0]);
	assert(++to->spoofs <= SESSION_SPOOFS);
	assert(a->segment.flags == (TCP_SYN | TCP_ACK));
	assert(a->segment.options_length <= TCP_OPTIONS_MAX);
	assert(a->segment.options_length % 4 == 0);
}

static void check_send(struct fuzz_sessions *w, const struct session_action *a)
{
	struct fuzz_member *to = by_member(w, a->member);
	char line[MESSAGE_LINE];
	struct message m;

	assert(to || !a->member);
	assert(message_parse(line, message_print(&a->message, line) - 1, &m,
			     NULL));
	if (!to)
		return;
	assert(++to->sent <= 2 * SESSION_LINES + 4);
	if (m.kind == MESSAGE_INTRODUCTION)
		memcpy(to->session, a->session, SESSION_NAME_TEXT);
}

static bool check(void *argument, const struct session_action *a)
{
	struct fuzz_sessions *w = argument;

	switch (a->kind) {
	case ACTION_SEND:
		check_send(w, a);
		break;
	case ACTION_SPOOF:
		assert(by_member(w, a->member));
		check_spoof(w, a);
		return w->current % 2;
	case ACTION_CLOSE:
		assert(by_member(w, a->member));
		memset(by_member(w, a->member), 0, sizeof(struct fuzz_member));
		break;
	case ACTION_INTRODUCED:
		assert(by_member(w, a->member));
		break;
	case ACTION_LOG:
		assert(a->message.text[0]);
		break;
	}
	return true;
}

static void step(struct sessions *s, struct fuzz_sessions *w, const char *text,
		 size_t length, int64_t *now)
{
	unsigned i = (unsigned char)text[0] % CONNECTIONS;
	struct fuzz_member *c = &w->members[i];
	struct endpoint from = seen(i);

	w->current = i;
	if (text[1] == 'e') {
		if (!c->member)
			c->member = sessions_accept(s, &from, *now);
	} else if (text[1] == 'l') {
		uint32_t member = c->member;

		memset(c, 0, sizeof(*c));
		sessions_disconnected(s, member);
	} else if (text[1] == 'o') {
		sessions_line_too_long(s, c->member);
	} else if (text[1] == 't') {
		*now += SECOND;
		assert(sessions_tick(s, *now) > *now);
	} else {
		sessions_receive(s, c->member, text + 1, length - 1, *now);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_sessions w = { 0 };
	const struct sessions_config config = {
		.can_spoof = true,
		.limit = LIMIT,
		.idle = 4 * SECOND,
		.act = check,
		.argument = &w,
	};
	struct sessions *s = sessions_new(&config);
	const char *text = (const char *)data, *end = text + size;
	int64_t now = 0;

	assert(s);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((newline ? newline : end) - text);

		if (length > 1)
			step(s, &w, text, length, &now);
		text += length + 1;
	}
	sessions_free(s);
	return 0;
}
