/* S's state machine: lines of members in, what S does out. */
#include "session_fixture.h"

/* closes - and the member's number is invalid afterwards */
static void closes(struct sessions *s, uint32_t member, const char *reason)
{
	assert_error_sent_to(member, reason);
	expect_action(ACTION_CLOSE, member);
	assert_no_more_actions();
	send_line(s, member, "{\"type\":\"hello\",\"version\":1}");
	assert_no_more_actions();
}

/* No message lets a client claim an address: S uses what it sees. */
static void members_are_introduced_with_the_endpoints_seen(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a = connect_and_greet(s, &seen_a),
		 b = connect_and_greet(s, &seen_b);
	const struct session_action *action;

	(void)state;
	assert_int_not_equal(MEMBER_SLOT(a), MEMBER_SLOT(b));
	join(s, a, NAME_1, 1);
	join(s, b, NAME_1, 2);
	action = expect_action(ACTION_SEND, a);
	assert_int_equal(action->message.kind, MESSAGE_INTRODUCTION);
	assert_true(endpoint_equal(&action->message.endpoint, &seen_b));
	assert_int_equal(action->message.nonce[NONCE_BYTES - 1], 2);
	assert_true(action->message.spoofing);
	action = expect_action(ACTION_SEND, b);
	assert_int_equal(action->message.kind, MESSAGE_INTRODUCTION);
	assert_true(endpoint_equal(&action->message.endpoint, &seen_a));
	assert_int_equal(action->message.nonce[NONCE_BYTES - 1], 1);
	action = expect_action(ACTION_INTRODUCED, b);
	assert_string_equal(action->session, NAME_1);
	assert_no_more_actions();
	sessions_free(s);
}

static void relay_goes_to_the_peer_alone(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b, c, d;
	const struct session_action *action;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	introduce_pair(s, NAME_2, &c, &d);
	send_line(s, a, "{\"type\":\"relay\",\"sealed\":\"AAEC\"}");
	action = expect_action(ACTION_SEND, b);
	assert_int_equal(action->message.kind, MESSAGE_RELAY);
	assert_int_equal(action->message.sealed_length, 3);
	assert_memory_equal(action->message.sealed, "\0\1\2", 3);
	send_line(s, d, "{\"type\":\"relay\",\"sealed\":\"\"}");
	assert_sent_to(c, MESSAGE_RELAY);
	assert_no_more_actions();
	sessions_free(s);
}

static void third_member_is_told_session_full_and_the_two_go_on(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b, c;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	c = connect_and_greet(s, &seen_a);
	join(s, c, NAME_1, 3);
	closes(s, c, "session-full");
	send_line(s, a, "{\"type\":\"relay\",\"sealed\":\"\"}");
	assert_sent_to(b, MESSAGE_RELAY);
	assert_no_more_actions();
	sessions_free(s);
}

static void members_with_one_address_are_introduced(void **state)
{
	struct sessions *s = new_sessions(8, true);
	const struct endpoint beside = { seen_a.address, 7 };
	uint32_t a = connect_and_greet(s, &seen_a),
		 b = connect_and_greet(s, &beside);

	(void)state;
	join(s, a, NAME_1, 1);
	join(s, b, NAME_1, 2);
	assert_sent_to(a, MESSAGE_INTRODUCTION);
	assert_sent_to(b, MESSAGE_INTRODUCTION);
	sessions_free(s);
}

/* out_of_order - @text closes a member in state @at: 0 new, 1 greeted, 2
   joined, 3 introduced */
static void out_of_order(size_t at, const char *text)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b = 0;

	if (at == 3)
		introduce_pair(s, NAME_2, &a, &b);
	else if (at > 0)
		a = connect_and_greet(s, &seen_a);
	else
		a = sessions_accept(s, &seen_a, 0);
	if (at == 2)
		join(s, a, NAME_1, 1);
	send_line(s, a, text);
	assert_error_sent_to(a, "out-of-order");
	expect_action(ACTION_CLOSE, a);
	if (b)
		assert_error_sent_to(b, "peer-left");
	assert_no_more_actions();
	sessions_free(s);
}

/* Each message in each state that is not its own. */
static void message_out_of_order_closes_the_member(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"hello\",\"version\":1}",
		"{\"type\":\"join\",\"session\":\"" NAME_1 "\",\"nonce\":\""
			NAME_2 "\"}",
		"{\"type\":\"relay\",\"sealed\":\"\"}",
		"{\"type\":\"spoof\",\"isn\":1,\"window\":9,\"options\":\"\"}",
		"{\"type\":\"spoofed\"}",
		"{\"type\":\"observed\",\"endpoint\":\"1.2.3.4:5\"}",
		"{\"type\":\"error\",\"reason\":\"idle\",\"text\":\"\"}",
	};
	static const char *const good[4] = { "0", "1", "", "23" };

	(void)state;
	for (size_t at = 0; at < 4; at++)
		for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
			if (!strchr(good[at], (char)('0' + i)))
				out_of_order(at, lines[i]);
}

static void nonsense_closes_its_sender_alone(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b, c;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	c = sessions_accept(s, &seen_a, 0);
	send_line(s, c, "GET / HTTP/1.0");
	closes(s, c, "nonsense");
	c = connect_and_greet(s, &seen_a);
	sessions_line_too_long(s, c);
	closes(s, c, "line-too-long");
	c = sessions_accept(s, &seen_a, 0);
	send_line(s, c, "{\"type\":\"hello\",\"version\":2}");
	closes(s, c, "version");
	send_line(s, b, "{\"type\":\"relay\",\"sealed\":\"\"}");
	assert_sent_to(a, MESSAGE_RELAY);
	assert_no_more_actions();
	sessions_free(s);
}

static const char hello_udp[] =
	"{\"type\":\"hello\",\"version\":1,\"udp\":true}";

/* greet_udp - connect a host that asks for a token; Return: its number */
static uint32_t greet_udp(struct sessions *s, const struct endpoint *seen,
			  uint8_t token[TOKEN_BYTES])
{
	uint32_t member = sessions_accept(s, seen, 0);
	const struct session_action *action;

	send_line(s, member, hello_udp);
	action = expect_action(ACTION_SEND, member);
	assert_true(action->message.has_token);
	memcpy(token, action->message.token, TOKEN_BYTES);
	return member;
}

/* observe - bring a token from @from, with the cookie that belongs there */
static enum udp_observation_kind observe(struct sessions *s,
					 const struct endpoint *from,
					 const uint8_t token[TOKEN_BYTES])
{
	struct udp_observation o = { .kind = UDP_QUESTION };
	uint8_t question[UDP_OBSERVATION_BYTES], answer[UDP_OBSERVATION_BYTES];
	struct udp_observation got = { .kind = UDP_COOKIE };

	memcpy(o.token, token, TOKEN_BYTES);
	for (int i = 0; i < 2 && got.kind == UDP_COOKIE; i++) {
		size_t n = udp_observation_write(&o, question);

		n = sessions_datagram(s, from, question, n, 1, answer);
		if (n == 0)
			return 0;
		assert_true(udp_observation_parse(answer, n, &got));
		memcpy(o.cookie, got.cookie, COOKIE_BYTES);
	}
	return got.kind;
}

static void introduced_members_learn_each_others_udp_endpoint(void **state)
{
	const struct endpoint udp_a = { 0xc0000201, 7001 };
	const struct endpoint udp_b = { 0xc6336401, 7002 };
	const struct endpoint elsewhere = { 0xc6336402, 7003 };
	struct sessions *s = new_sessions(8, true);
	uint8_t token_a[TOKEN_BYTES], token_b[TOKEN_BYTES];
	const struct session_action *action;
	uint32_t a, b;

	(void)state;
	sessions_observe_udp(s, true);
	a = greet_udp(s, &seen_a, token_a);
	b = greet_udp(s, &seen_b, token_b);
	assert_memory_not_equal(token_a, token_b, TOKEN_BYTES);
	assert_int_equal(observe(s, &udp_a, token_a), UDP_OBSERVED);
	assert_int_equal(observe(s, &udp_b, token_b), UDP_OBSERVED);
	/* a later one is answered, and changes nothing */
	assert_int_equal(observe(s, &elsewhere, token_a), UDP_OBSERVED);
	join(s, a, NAME_1, 1);
	join(s, b, NAME_1, 2);
	action = expect_action(ACTION_SEND, a);
	assert_true(endpoint_equal(&action->message.udp, &udp_b));
	action = expect_action(ACTION_SEND, b);
	assert_true(endpoint_equal(&action->message.udp, &udp_a));
	expect_action(ACTION_INTRODUCED, b);
	sessions_disconnected(s, a);
	assert_error_sent_to(b, "peer-left");
	assert_int_equal(observe(s, &udp_a, token_a), 0);
	assert_no_more_actions();
	sessions_free(s);
}

/* Whoever shows it, from wherever: a token is its member's alone. */
static void a_token_binds_no_other_member(void **state)
{
	const struct endpoint udp_b = { 0xc6336401, 7002 };
	const struct endpoint none = { 0 };
	struct sessions *s = new_sessions(8, true);
	uint8_t token_a[TOKEN_BYTES], token_b[TOKEN_BYTES];
	uint8_t mixed[TOKEN_BYTES];
	const struct session_action *action;
	uint32_t a, b;

	(void)state;
	sessions_observe_udp(s, true);
	a = greet_udp(s, &seen_a, token_a);
	b = greet_udp(s, &seen_b, token_b);
	/* B's number with A's proof, and the other way round */
	memcpy(mixed, token_a, TOKEN_BYTES);
	memcpy(mixed, token_b, 4);
	assert_int_equal(observe(s, &udp_b, mixed), 0);
	memcpy(mixed, token_b, TOKEN_BYTES);
	memcpy(mixed, token_a, 4);
	assert_int_equal(observe(s, &udp_b, mixed), 0);
	assert_int_equal(observe(s, &udp_b, token_a), UDP_OBSERVED);
	join(s, a, NAME_1, 1);
	join(s, b, NAME_1, 2);
	action = expect_action(ACTION_SEND, a);
	assert_true(endpoint_equal(&action->message.udp, &none));
	action = expect_action(ACTION_SEND, b);
	assert_true(endpoint_equal(&action->message.udp, &udp_b));
	sessions_free(s);
}

static void a_token_is_given_if_asked_for_and_if_udp_is_observed(
	void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a = sessions_accept(s, &seen_a, 0), b;

	(void)state;
	send_line(s, a, hello_udp);
	assert_false(expect_action(ACTION_SEND, a)->message.has_token);
	sessions_observe_udp(s, true);
	b = sessions_accept(s, &seen_b, 0);
	send_line(s, b, "{\"type\":\"hello\",\"version\":1}");
	assert_false(expect_action(ACTION_SEND, b)->message.has_token);
	sessions_free(s);
}

static void silent_members_are_closed(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a = sessions_accept(s, &seen_a, 0);
	uint32_t b = sessions_accept(s, &seen_b, 1 * NS_PER_S);

	(void)state;
	assert_int_equal(sessions_tick(s, 2 * NS_PER_S), 10 * NS_PER_S);
	sessions_receive(s, a, "{\"type\":\"hello\",\"version\":1}", 28,
			 5 * NS_PER_S);
	assert_sent_to(a, MESSAGE_OBSERVED);
	assert_int_equal(sessions_tick(s, 10 * NS_PER_S), 11 * NS_PER_S);
	assert_no_more_actions();
	assert_int_equal(sessions_tick(s, 11 * NS_PER_S), 15 * NS_PER_S);
	closes(s, b, "idle");
	assert_int_equal(sessions_tick(s, 15 * NS_PER_S), TIME_NEVER);
	closes(s, a, "idle");
	sessions_free(s);
}

static void full_server_says_busy(void **state)
{
	struct sessions *s = new_sessions(2, true);
	uint32_t a = sessions_accept(s, &seen_a, 0), b, c;

	(void)state;
	b = sessions_accept(s, &seen_b, 0);
	assert_int_not_equal(b, 0);
	assert_int_equal(sessions_accept(s, &seen_b, 0), 0);
	assert_error_sent_to(0, "busy");
	assert_no_more_actions();
	sessions_disconnected(s, a);
	c = sessions_accept(s, &seen_a, 1);
	assert_int_not_equal(c, 0);
	assert_int_not_equal(c, a);
	sessions_disconnected(s, a);	/* an old number is ignored */
	send_line(s, c, "{\"type\":\"hello\",\"version\":1}");
	assert_sent_to(c, MESSAGE_OBSERVED);
	sessions_free(s);
}

static void leaving_before_introduction_frees_the_session(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a = connect_and_greet(s, &seen_a), b, c;

	(void)state;
	join(s, a, NAME_1, 1);
	sessions_disconnected(s, a);
	assert_no_more_actions();
	introduce_pair(s, NAME_1, &b, &c);
	sessions_free(s);
}

static void leaving_after_introduction_tells_the_peer(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b, c;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	send_line(s, a, "{\"type\":\"bye\"}");
	expect_action(ACTION_CLOSE, a);
	assert_error_sent_to(b, "peer-left");
	assert_no_more_actions();
	send_line(s, b, "{\"type\":\"relay\",\"sealed\":\"\"}");
	send_line(s, b,
		  "{\"type\":\"spoof\",\"isn\":1,\"window\":9,"
		  "\"options\":\"\"}");
	assert_no_more_actions();
	c = connect_and_greet(s, &seen_a);
	join(s, c, NAME_1, 3);
	closes(s, c, "session-full");
	sessions_disconnected(s, b);
	assert_no_more_actions();
	introduce_pair(s, NAME_1, &a, &b);
	sessions_free(s);
}

static void relays_of_a_member_are_bounded(void **state)
{
	struct sessions *s = new_sessions(8, true);
	uint32_t a, b;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	for (int i = 0; i < SESSION_RELAYS; i++) {
		send_line(s, a, "{\"type\":\"relay\",\"sealed\":\"\"}");
		assert_sent_to(b, MESSAGE_RELAY);
	}
	send_line(s, a, "{\"type\":\"relay\",\"sealed\":\"\"}");
	assert_error_sent_to(a, "too-much");
	expect_action(ACTION_CLOSE, a);
	assert_error_sent_to(b, "peer-left");
	assert_no_more_actions();
	sessions_free(s);
}

static void lines_of_a_member_are_bounded(void **state)
{
	struct sessions *s = new_sessions(8, false);
	uint32_t a, b;

	(void)state;
	introduce_pair(s, NAME_1, &a, &b);
	for (int i = 2; i < SESSION_LINES; i++) {
		send_line(s, a,
			  "{\"type\":\"spoof\",\"isn\":1,\"window\":9,"
			  "\"options\":\"\"}");
		assert_error_sent_to(a, "no-spoofing");
	}
	send_line(s, a,
		  "{\"type\":\"spoof\",\"isn\":1,\"window\":9,"
		  "\"options\":\"\"}");
	assert_error_sent_to(a, "too-much");
	expect_action(ACTION_CLOSE, a);
	assert_error_sent_to(b, "peer-left");
	assert_no_more_actions();
	sessions_free(s);
}

static void numbers_stay_distinct_over_10000_sessions(void **state)
{
	struct sessions *s = new_sessions(64, true);
	uint32_t a, b;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		char name[SESSION_NAME_TEXT];

		snprintf(name, sizeof(name), "%032x", i % 7);
		introduce_pair(s, name, &a, &b);
		sessions_disconnected(s, a);
		assert_error_sent_to(b, "peer-left");
		sessions_disconnected(s, b);
		assert_no_more_actions();
	}
	sessions_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			members_are_introduced_with_the_endpoints_seen),
		cmocka_unit_test(relay_goes_to_the_peer_alone),
		cmocka_unit_test(
			third_member_is_told_session_full_and_the_two_go_on),
		cmocka_unit_test(members_with_one_address_are_introduced),
		cmocka_unit_test(message_out_of_order_closes_the_member),
		cmocka_unit_test(nonsense_closes_its_sender_alone),
		cmocka_unit_test(
			introduced_members_learn_each_others_udp_endpoint),
		cmocka_unit_test(a_token_binds_no_other_member),
		cmocka_unit_test(
			a_token_is_given_if_asked_for_and_if_udp_is_observed),
		cmocka_unit_test(silent_members_are_closed),
		cmocka_unit_test(full_server_says_busy),
		cmocka_unit_test(leaving_before_introduction_frees_the_session),
		cmocka_unit_test(leaving_after_introduction_tells_the_peer),
		cmocka_unit_test(relays_of_a_member_are_bounded),
		cmocka_unit_test(lines_of_a_member_are_bounded),
		cmocka_unit_test(numbers_stay_distinct_over_10000_sessions),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
