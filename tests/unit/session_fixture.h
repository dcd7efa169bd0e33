/*
 * S's state machine with its actions recorded: a test sends lines and checks
 * the actions in order.
 */
#ifndef TCPTRAV_TESTS_SESSION_FIXTURE_H
#define TCPTRAV_TESTS_SESSION_FIXTURE_H

#include "rendezvous/members.h"
#include "rendezvous/session.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DONE_MAX 512
#define NAME_1 "00112233445566778899aabbccddeeff"
#define NAME_2 "ffeeddccbbaa99887766554433221100"

/* What S did; log lines are left out. */
static struct recorded_actions {
	size_t count;
	struct session_action actions[DONE_MAX];
} done;

static bool spoof_fails;

static bool record(void *argument, const struct session_action *action)
{
	(void)argument;
	if (action->kind == ACTION_LOG)
		return true;
	assert_true(done.count < DONE_MAX);
	done.actions[done.count++] = *action;
	return !(action->kind == ACTION_SPOOF && spoof_fails);
}

static struct sessions *begin(uint32_t limit, bool can_spoof)
{
	const struct sessions_config config = {
		.can_spoof = can_spoof,
		.limit = limit,
		.idle = 10 * NS_PER_S,
		.act = record,
	};

	done.count = 0;
	spoof_fails = false;
	return sessions_new(&config);
}

static const struct endpoint seen_a = { 0xc0000201, 40001 };
static const struct endpoint seen_b = { 0xc6336401, 50002 };

static void line(struct sessions *s, uint32_t member, const char *text)
{
	sessions_receive(s, member, text, strlen(text), 1);
}

/* next - take the earliest recorded action, and check its kind and member */
static const struct session_action *next(enum session_action_kind kind,
					 uint32_t member)
{
	static struct session_action action;

	assert_true(done.count > 0);
	action = done.actions[0];
	memmove(done.actions, done.actions + 1,
		--done.count * sizeof(*done.actions));
	assert_int_equal(action.kind, kind);
	assert_int_equal(action.member, member);
	return &action;
}

static void nothing_more(void)
{
	assert_int_equal(done.count, 0);
}

static void says(uint32_t member, enum message_kind kind)
{
	assert_int_equal(next(ACTION_SEND, member)->message.kind, kind);
}

static void complains(uint32_t member, const char *reason)
{
	const struct session_action *action = next(ACTION_SEND, member);

	assert_int_equal(action->message.kind, MESSAGE_ERROR);
	assert_string_equal(action->message.reason, reason);
	assert_true(strlen(action->message.text) > 0);
}

static uint32_t greeted(struct sessions *s, const struct endpoint *seen)
{
	uint32_t m = sessions_accept(s, seen, 0);

	assert_int_not_equal(m, 0);
	line(s, m, "{\"type\":\"hello\",\"version\":1}");
	assert_true(endpoint_equal(&next(ACTION_SEND, m)->message.endpoint,
				   seen));
	nothing_more();
	return m;
}

static void join(struct sessions *s, uint32_t member, const char *name,
		 int nonce)
{
	char text[200];

	snprintf(text, sizeof(text), "{\"type\":\"join\",\"session\":\"%s\","
		 "\"nonce\":\"%032d\"}", name, nonce);
	line(s, member, text);
}

/* pair - two introduced members */
static void pair(struct sessions *s, const char *name, uint32_t *a,
		 uint32_t *b)
{
	*a = greeted(s, &seen_a);
	*b = greeted(s, &seen_b);
	join(s, *a, name, 1);
	nothing_more();
	join(s, *b, name, 2);
	says(*a, MESSAGE_INTRODUCTION);
	says(*b, MESSAGE_INTRODUCTION);
	next(ACTION_INTRODUCED, *b);
	nothing_more();
}

#endif
