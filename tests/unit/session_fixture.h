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

#define RECORDED_MAX 512
#define NAME_1 "00112233445566778899aabbccddeeff"
#define NAME_2 "ffeeddccbbaa99887766554433221100"

/* The actions of S, without log lines. */
static struct recorded_actions {
	size_t count;
	struct session_action actions[RECORDED_MAX];
} recorded;

static bool spoof_fails;

static bool record_action(void *argument, const struct session_action *action)
{
	(void)argument;
	if (action->kind == ACTION_LOG)
		return true;
	assert_true(recorded.count < RECORDED_MAX);
	recorded.actions[recorded.count++] = *action;
	return !(action->kind == ACTION_SPOOF && spoof_fails);
}

static struct sessions *new_sessions(uint32_t limit, bool can_spoof)
{
	const struct sessions_config config = {
		.can_spoof = can_spoof,
		.limit = limit,
		.idle = 10 * NS_PER_S,
		.act = record_action,
	};

	recorded.count = 0;
	spoof_fails = false;
	return sessions_new(&config);
}

static const struct endpoint seen_a = { 0xc0000201, 40001 };
static const struct endpoint seen_b = { 0xc6336401, 50002 };

static void send_line(struct sessions *s, uint32_t member, const char *text)
{
	sessions_receive(s, member, text, strlen(text), 1);
}

/* expect_action - take the earliest recorded action and check it */
static const struct session_action *expect_action(enum session_action_kind kind,
						  uint32_t member)
{
	static struct session_action action;

	assert_true(recorded.count > 0);
	action = recorded.actions[0];
	memmove(recorded.actions, recorded.actions + 1,
		--recorded.count * sizeof(*recorded.actions));
	assert_int_equal(action.kind, kind);
	assert_int_equal(action.member, member);
	return &action;
}

static void assert_no_more_actions(void)
{
	assert_int_equal(recorded.count, 0);
}

static void assert_sent_to(uint32_t member, enum message_kind kind)
{
	assert_int_equal(expect_action(ACTION_SEND, member)->message.kind,
			 kind);
}

static void assert_error_sent_to(uint32_t member, const char *reason)
{
	const struct session_action *action =
		expect_action(ACTION_SEND, member);

	assert_int_equal(action->message.kind, MESSAGE_ERROR);
	assert_string_equal(action->message.reason, reason);
	assert_true(strlen(action->message.text) > 0);
}

static uint32_t connect_and_greet(struct sessions *s,
				  const struct endpoint *seen)
{
	uint32_t m = sessions_accept(s, seen, 0);

	assert_int_not_equal(m, 0);
	send_line(s, m, "{\"type\":\"hello\",\"version\":1}");
	assert_true(endpoint_equal(
		&expect_action(ACTION_SEND, m)->message.endpoint, seen));
	assert_no_more_actions();
	return m;
}

static void join(struct sessions *s, uint32_t member, const char *name,
		 int nonce)
{
	char text[200];

	snprintf(text, sizeof(text), "{\"type\":\"join\",\"session\":\"%s\","
		 "\"nonce\":\"%032d\"}", name, nonce);
	send_line(s, member, text);
}

/* introduce_pair - connect two members and let S introduce them */
static void introduce_pair(struct sessions *s, const char *name, uint32_t *a,
			   uint32_t *b)
{
	*a = connect_and_greet(s, &seen_a);
	*b = connect_and_greet(s, &seen_b);
	join(s, *a, name, 1);
	assert_no_more_actions();
	join(s, *b, name, 2);
	assert_sent_to(*a, MESSAGE_INTRODUCTION);
	assert_sent_to(*b, MESSAGE_INTRODUCTION);
	expect_action(ACTION_INTRODUCED, *b);
	assert_no_more_actions();
}

#endif
