/*
 * The UDP socket of an attempt on a simulated host: whatever S, a stranger or
 * the peer sends, the host keeps to its budgets.
 */
#include "method/udp_exchange.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SOCKET 3
#define STEP (10 * NS_PER_MS)
#define TIMEOUT (10 * NS_PER_S)

static const struct endpoint server = { 0xc0000201, 8123 };
static const struct endpoint public = { 0xc0000202, 40001 };
static const struct endpoint peer = { 0xc6336401, 50001 };
static const struct endpoint stranger = { 0xcb007101, 9 };

static struct machine {
	struct host host;
	int64_t now;
	unsigned sent[2];		/* datagrams to S, to others */
	size_t length;			/* of the last one */
	uint8_t bytes[SEALED_DATAGRAM_MAX];
	struct endpoint from;		/* what comes next */
	size_t in_length;		/* 0: nothing */
	uint8_t in[SEALED_DATAGRAM_MAX + 1];
} machine;

static int64_t fake_now(struct host *h)
{
	(void)h;
	return machine.now;
}

static int fake_send(struct host *h, int s, const struct endpoint *to,
		     const void *bytes, size_t n)
{
	(void)h;
	assert_int_equal(s, SOCKET);
	assert_in_range(n, 1, SEALED_DATAGRAM_MAX);
	machine.sent[endpoint_equal(to, &server) ? 0 : 1]++;
	memcpy(machine.bytes, bytes, n);
	machine.length = n;
	return 0;
}

static ssize_t fake_receive(struct host *h, int s, struct endpoint *from,
			    void *bytes, size_t n)
{
	size_t length = machine.in_length;

	(void)h;
	assert_int_equal(s, SOCKET);
	if (!length)
		return -EAGAIN;
	memcpy(bytes, machine.in, length < n ? length : n);
	*from = machine.from;
	machine.in_length = 0;
	return (ssize_t)length;
}

static const struct host_ops fake = {
	.now = fake_now, .udp_send = fake_send, .udp_receive = fake_receive,
};

/* An attempt, and the peer's end of the channel. */
static struct scene {
	struct attempt a;
	struct attempt_config config;
	struct attempt_result result;
	struct sealed_channel peer;
} scene;

static struct attempt *begin(void)
{
	static const uint8_t nonces[2][NONCE_BYTES] = { { 1 }, { 2 } };
	struct attempt *a = &scene.a;
	char code[CODE_TEXT];
	struct keys theirs;

	memset(&machine, 0, sizeof(machine));
	memset(&scene, 0, sizeof(scene));
	machine.host.ops = &fake;
	code_make((const uint8_t *)"datagrams", code);
	assert_true(keys_derive(code, nonces[0], nonces[1], &a->client.keys));
	assert_true(keys_derive(code, nonces[1], nonces[0], &theirs));
	sealed_channel_begin(&scene.peer, &theirs, &public, &peer);
	scene.config.timeout = TIMEOUT;
	a->host = &machine.host;
	a->config = &scene.config;
	a->out = &scene.result;
	a->client.server = server;
	a->client.udp_peer = peer;
	memset(a->client.token, 7, TOKEN_BYTES);
	a->deadline = TIMEOUT;
	a->udp.socket = SOCKET;
	a->udp.ask_at = TIME_NEVER;
	a->udp.seen = public;
	return a;
}

static void comes(struct attempt *a, const struct endpoint *from,
		  const void *bytes, size_t length)
{
	machine.from = *from;
	machine.in_length = length;
	memcpy(machine.in, bytes, length);
	udp_exchange_step(a);
	machine.now += STEP;
}

/* answers - @from sends an answer of S's form */
static void answers(struct attempt *a, const struct endpoint *from,
		    enum udp_observation_kind kind, bool right_transaction)
{
	struct udp_observation o = { .kind = kind, .cookie = "cookie",
				     .endpoint = peer };
	uint8_t bytes[UDP_OBSERVATION_BYTES];

	if (right_transaction)
		memcpy(o.transaction, a->udp.question.transaction,
		       TRANSACTION_BYTES);
	comes(a, from, bytes, udp_observation_write(&o, bytes));
}

static struct udp_observation last_question(void)
{
	struct udp_observation o;

	assert_true(udp_observation_parse(machine.bytes, machine.length, &o));
	return o;
}

static void the_token_leaves_only_with_a_cookie_of_s(void **state)
{
	const uint8_t none[TOKEN_BYTES] = { 0 };
	struct attempt *a = begin();

	(void)state;
	udp_exchange_ask(a, server.port);
	assert_memory_equal(last_question().token, none, TOKEN_BYTES);
	answers(a, &stranger, UDP_COOKIE, true);
	answers(a, &server, UDP_COOKIE, false);
	assert_int_equal(machine.sent[0], 1);
	answers(a, &server, UDP_COOKIE, true);
	assert_int_equal(machine.sent[0], 2);
	assert_memory_equal(last_question().token, a->client.token,
			    TOKEN_BYTES);
	assert_false(a->seen & SEEN_UDP);
	answers(a, &server, UDP_OBSERVED, true);
	assert_true(a->seen & SEEN_UDP);
	assert_true(endpoint_equal(&a->udp.seen, &peer));
}

static void an_endpoint_is_believed_of_s_alone(void **state)
{
	struct attempt *a = begin();

	(void)state;
	udp_exchange_ask(a, server.port);
	answers(a, &stranger, UDP_OBSERVED, true);
	answers(a, &server, UDP_OBSERVED, false);
	assert_false(a->seen & SEEN_UDP);
	answers(a, &server, UDP_OBSERVED, true);
	a->seen = 0;
	/* asked no more: a late answer changes nothing */
	a->udp.seen = public;
	answers(a, &server, UDP_OBSERVED, true);
	assert_true(endpoint_equal(&a->udp.seen, &public));
}

/* Each cookie asks for another question. */
static void a_flood_of_cookies_gets_sixteen_questions(void **state)
{
	struct attempt *a = begin();

	(void)state;
	udp_exchange_ask(a, server.port);
	for (int i = 0; i < 1000; i++)
		answers(a, &server, UDP_COOKIE, true);
	assert_int_equal(machine.sent[0], UDP_QUESTIONS_MAX);
	udp_exchange_ask(a, (uint16_t)(server.port + 1));
	for (int i = 0; i < 1000; i++)
		answers(a, &server, UDP_COOKIE, true);
	assert_int_equal(machine.sent[0] + machine.sent[1], UDP_QUESTIONS_MAX);
}

static void silence_gets_sixteen_questions(void **state)
{
	struct attempt *a = begin();

	(void)state;
	udp_exchange_ask(a, server.port);
	for (; machine.now < TIMEOUT; machine.now += STEP)
		udp_exchange_step(a);
	assert_int_equal(machine.sent[0], UDP_QUESTIONS_MAX);
}

/* Knocks of the peer's own making, each new, each asking for an answer. */
static void a_flood_of_knocks_gets_its_budget(void **state)
{
	static const uint8_t searching[KNOCK_BYTES] = { DATAGRAM_KNOCK };
	struct attempt *a = begin();

	(void)state;
	udp_exchange_knock(a);
	for (int i = 0; i < 1000; i++) {
		uint8_t bytes[SEALED_DATAGRAM_MAX];
		size_t n = sealed_channel_seal(&scene.peer, searching,
					       sizeof(searching), bytes);

		comes(a, &peer, bytes, n);
		comes(a, &stranger, bytes, n);	/* replayed from elsewhere */
	}
	assert_true(endpoint_equal(&a->udp.knocking.remote, &peer));
	assert_in_range(machine.sent[1], 1, KNOCK_BUDGET);
	assert_int_equal(machine.sent[0], 0);
}

static void nonsense_is_not_answered(void **state)
{
	uint8_t nonsense[SEALED_DATAGRAM_MAX + 1] = { 0 };
	struct attempt *a = begin();
	unsigned sent;

	(void)state;
	udp_exchange_knock(a);
	udp_exchange_step(a);
	sent = machine.sent[1];
	assert_int_equal(sent, 1);
	for (size_t length = 1; length <= sizeof(nonsense); length++) {
		machine.now = 0;
		comes(a, length & 1 ? &stranger : &server, nonsense, length);
	}
	assert_int_equal(machine.sent[1], sent);
	assert_int_equal(machine.sent[0], 0);
	assert_false(a->udp.knocking.heard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_token_leaves_only_with_a_cookie_of_s),
		cmocka_unit_test(an_endpoint_is_believed_of_s_alone),
		cmocka_unit_test(a_flood_of_cookies_gets_sixteen_questions),
		cmocka_unit_test(silence_gets_sixteen_questions),
		cmocka_unit_test(a_flood_of_knocks_gets_its_budget),
		cmocka_unit_test(nonsense_is_not_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
