/* How S observes a UDP endpoint: datagrams, cookies, tokens. */
#include "rendezvous/udp_observer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW (1000 * NS_PER_S)
#define MEMBER 0x00300007

static const struct endpoint host = { 0x0a000001, 4321 };
static const struct endpoint other_port = { 0x0a000001, 4322 };
static const struct endpoint other_address = { 0x0a000002, 4321 };

struct exchange {
	struct udp_observer s;
	struct udp_observation question, answer;
	uint32_t member;
	size_t asked, answered;		/* bytes */
};

static void begin(struct exchange *x)
{
	memset(x, 0, sizeof(*x));
	udp_observer_begin(&x->s);
	x->question.kind = UDP_QUESTION;
	memcpy(x->question.transaction, "12345678", TRANSACTION_BYTES);
	udp_observer_token(&x->s, MEMBER, x->question.token);
}

/* ask - send the question from @from; Return: the answer's kind, or 0 */
static int ask(struct exchange *x, const struct endpoint *from, int64_t now)
{
	uint8_t bytes[UDP_OBSERVATION_BYTES], answer[UDP_OBSERVATION_BYTES];

	x->asked = udp_observation_write(&x->question, bytes);
	x->answered = udp_observer_answer(&x->s, from, bytes, x->asked, now,
					  answer, &x->member);
	assert_true(x->answered <= x->asked);
	if (!x->answered)
		return 0;
	assert_true(udp_observation_parse(answer, x->answered, &x->answer));
	assert_memory_equal(x->answer.transaction, x->question.transaction,
			    TRANSACTION_BYTES);
	return (int)x->answer.kind;
}

static void take_cookie(struct exchange *x, const struct endpoint *from,
			int64_t now)
{
	assert_int_equal(ask(x, from, now), UDP_COOKIE);
	assert_int_equal(x->member, 0);
	memcpy(x->question.cookie, x->answer.cookie, COOKIE_BYTES);
}

static void a_host_that_brings_cookie_and_token_back_is_observed(
	void **state)
{
	struct exchange x;

	(void)state;
	begin(&x);
	take_cookie(&x, &host, NOW);
	assert_int_equal(ask(&x, &host, NOW), UDP_OBSERVED);
	assert_true(endpoint_equal(&x.answer.endpoint, &host));
	assert_int_equal(x.member, MEMBER);
}

static void a_replay_from_another_endpoint_changes_nothing(void **state)
{
	struct exchange x;

	(void)state;
	begin(&x);
	take_cookie(&x, &host, NOW);
	assert_int_equal(ask(&x, &other_port, NOW), UDP_COOKIE);
	assert_int_equal(x.member, 0);
	assert_int_equal(ask(&x, &other_address, NOW), UDP_COOKIE);
	assert_int_equal(x.member, 0);
}

/* A cookie is of a step of 30 s and is valid in this one and the next. */
static void a_cookie_is_valid_for_two_steps(void **state)
{
	const int64_t first = NOW / COOKIE_STEP * COOKIE_STEP;
	struct exchange x;

	(void)state;
	begin(&x);
	take_cookie(&x, &host, first);
	assert_int_equal(ask(&x, &host, first + COOKIE_STEP - 1),
			 UDP_OBSERVED);
	assert_int_equal(ask(&x, &host, first + 2 * COOKIE_STEP - 1),
			 UDP_OBSERVED);
	assert_int_equal(ask(&x, &host, first + 2 * COOKIE_STEP), UDP_COOKIE);
	assert_int_equal(x.member, 0);
}

static void a_pause_makes_both_keys_new(void **state)
{
	struct exchange x;

	(void)state;
	begin(&x);
	take_cookie(&x, &host, NOW);
	assert_int_equal(ask(&x, &host, NOW + 10 * COOKIE_STEP), UDP_COOKIE);
	assert_int_equal(ask(&x, &host, NOW), UDP_COOKIE);
}

static void a_token_that_s_did_not_make_gets_no_answer(void **state)
{
	struct exchange x;

	(void)state;
	begin(&x);
	take_cookie(&x, &host, NOW);
	for (size_t i = 0; i < TOKEN_BYTES; i++) {
		x.question.token[i] ^= 1;
		assert_int_equal(ask(&x, &host, NOW), 0);
		assert_int_equal(x.member, 0);
		x.question.token[i] ^= 1;
	}
}

static void another_s_makes_other_cookies_and_tokens(void **state)
{
	struct exchange x;

	(void)state;
	begin(&x);
	take_cookie(&x, &host, NOW);
	udp_observer_begin(&x.s);
	assert_int_equal(ask(&x, &host, NOW), UDP_COOKIE);
	memcpy(x.question.cookie, x.answer.cookie, COOKIE_BYTES);
	assert_int_equal(ask(&x, &host, NOW), 0);
}

static void endpoints_do_not_stand_in_the_datagram(void **state)
{
	const struct udp_observation o = {
		.kind = UDP_OBSERVED, .transaction = "abcdefgh",
		.endpoint = { 0xc0a80102, 0x1234 },
	};
	const uint8_t address[] = { 0xc0, 0xa8, 1, 2 };
	uint8_t bytes[UDP_OBSERVATION_BYTES];
	size_t n = udp_observation_write(&o, bytes);
	struct udp_observation read;

	(void)state;
	for (size_t i = 0; i + 4 <= n; i++)
		assert_memory_not_equal(bytes + i, address, 4);
	/* 0xc0a80102 ^ "abcd", 0x1234 ^ "ab" */
	assert_memory_equal(bytes + 16, "\xa1\xca\x62\x66\x73\x56", 6);
	assert_true(udp_observation_parse(bytes, n, &read));
	assert_true(endpoint_equal(&read.endpoint, &o.endpoint));
}

static void nothing_but_a_question_is_answered(void **state)
{
	uint8_t bytes[UDP_OBSERVATION_BYTES + 1] = { 0 };
	uint8_t answer[UDP_OBSERVATION_BYTES];
	struct exchange x;
	size_t n;

	(void)state;
	begin(&x);
	n = udp_observation_write(&x.question, bytes);
	for (size_t cut = 0; cut <= n + 1; cut++)
		if (cut != n)
			assert_int_equal(udp_observer_answer(
				&x.s, &host, bytes, cut, NOW, answer,
				&x.member), 0);
	for (unsigned kind = 0; kind < 256; kind++) {
		bytes[4] = (uint8_t)kind;
		if (kind != UDP_QUESTION)
			assert_int_equal(udp_observer_answer(
				&x.s, &host, bytes, n, NOW, answer,
				&x.member), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_host_that_brings_cookie_and_token_back_is_observed),
		cmocka_unit_test(
			a_replay_from_another_endpoint_changes_nothing),
		cmocka_unit_test(a_cookie_is_valid_for_two_steps),
		cmocka_unit_test(a_pause_makes_both_keys_new),
		cmocka_unit_test(a_token_that_s_did_not_make_gets_no_answer),
		cmocka_unit_test(another_s_makes_other_cookies_and_tokens),
		cmocka_unit_test(endpoints_do_not_stand_in_the_datagram),
		cmocka_unit_test(nothing_but_a_question_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
