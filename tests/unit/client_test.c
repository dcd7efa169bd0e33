/* A host's connection to S, on a simulated machine with one socket. */
#include "client_machine.h"

#include "rendezvous/client.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CODE_BITS "\0\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf"

static struct client_config configuration(bool join_early)
{
	static char code[CODE_TEXT];

	code_make((const uint8_t *)CODE_BITS, code);
	return (struct client_config){
		.server = { 0xc0000207, 8123 },
		.code = code,
		.nonce = { 1 },
		.join_early = join_early,
	};
}

/* opened - a client whose SYN is on its way */
static struct client opened(bool join_early)
{
	struct client_config config = configuration(join_early);
	struct client c;

	memset(&machine, 0, sizeof(machine));
	machine.host.ops = &fake;
	machine.state = TCP_IS_SYN_SENT;
	assert_true(client_open(&c, &machine.host, &config, NULL));
	return c;
}

static void s_says(const char *text)
{
	size_t length = strlen(text);

	assert_true(machine.in_length + length < sizeof(machine.in));
	memcpy(machine.in + machine.in_length, text, length);
	machine.in_length += length;
}

static void s_sends(const struct message *m)
{
	char line[MESSAGE_LINE + 1];

	line[message_print(m, line)] = '\0';
	s_says(line);
}

static void s_observes(void)
{
	const struct message m = {
		.kind = MESSAGE_OBSERVED,
		.endpoint = { 0xc6336401, 50001 },
	};

	s_sends(&m);
}

static void s_introduces(uint8_t nonce)
{
	const struct message m = {
		.kind = MESSAGE_INTRODUCTION,
		.endpoint = { 0xcb007101, 50002 },
		.nonce = { nonce },
		.spoofing = true,
	};

	s_sends(&m);
}

/* heard - take the next message that was sent to S */
static struct message heard(void)
{
	char *end = memchr(machine.out, '\n', machine.out_length);
	struct message m;

	assert_non_null(end);
	assert_true(message_parse(machine.out, (size_t)(end - machine.out),
				  &m, NULL));
	machine.out_length -= (size_t)(end + 1 - machine.out);
	memmove(machine.out, end + 1, machine.out_length);
	return m;
}

/* introduced - a client that is introduced to a peer with the keys @peer */
static struct client introduced(struct keys *peer)
{
	const uint8_t mine[NONCE_BYTES] = { 1 }, theirs[NONCE_BYTES] = { 2 };
	struct client c = opened(true);

	machine.state = TCP_IS_ESTABLISHED;
	s_observes();
	s_introduces(2);
	assert_int_equal(client_step(&c), CLIENT_EVENT_OBSERVED);
	assert_int_equal(client_step(&c), CLIENT_EVENT_INTRODUCED);
	assert_int_equal(client_step(&c), CLIENT_NO_EVENT);
	assert_true(keys_derive(c.code, theirs, mine, peer));
	machine.out_length = 0;
	return c;
}

static void lost(struct client *c, const char *why)
{
	assert_int_equal(client_step(c), CLIENT_EVENT_LOST);
	assert_non_null(strstr(c->text, why));
	assert_int_equal(c->state, CLIENT_LOST);
	assert_int_equal(machine.closed, 1);
	assert_int_equal(client_step(c), CLIENT_NO_EVENT);
	assert_int_equal(client_wants(c).handle, -1);
	assert_false(client_send_to_peer(c, "x", 1));
	client_close(c);
	assert_int_equal(machine.closed, 1);
}

static void connecting_client_sends_nothing(void **state)
{
	struct client c = opened(false);
	struct host_wait w = client_wants(&c);

	(void)state;
	assert_int_equal(w.handle, SOCKET);
	assert_true(w.write && !w.read);
	assert_int_equal(client_step(&c), CLIENT_NO_EVENT);
	assert_int_equal(c.state, CLIENT_CONNECTING);
	assert_int_equal(machine.out_length, 0);
	assert_int_equal(c.port, 40001);
	client_close(&c);
	assert_int_equal(machine.closed, 1);
	assert_int_equal(machine.out_length, 0);
}

static void client_greets_joins_and_is_introduced(void **state)
{
	struct client c = opened(false);
	struct message m;

	(void)state;
	machine.state = TCP_IS_ESTABLISHED;
	machine.now = 1000;
	assert_int_equal(client_step(&c), CLIENT_NO_EVENT);
	assert_int_equal(heard().kind, MESSAGE_HELLO);
	assert_int_equal(machine.out_length, 0);
	assert_true(client_wants(&c).read && !client_wants(&c).write);

	machine.now = 4500;
	s_observes();
	assert_int_equal(client_step(&c), CLIENT_EVENT_OBSERVED);
	assert_int_equal(c.seen.address, 0xc6336401);
	assert_int_equal(c.seen.port, 50001);
	assert_int_equal(c.round_trip, 3500);
	assert_int_equal(client_step(&c), CLIENT_NO_EVENT);
	assert_int_equal(machine.out_length, 0);

	client_join(&c);
	client_flush(&c);
	m = heard();
	assert_int_equal(m.kind, MESSAGE_JOIN);
	assert_memory_equal(m.nonce, c.nonce, NONCE_BYTES);
	assert_int_equal(c.state, CLIENT_JOINED);
	client_join(&c);			/* once is enough */
	client_flush(&c);
	assert_int_equal(machine.out_length, 0);

	machine.now = 9000;
	s_introduces(0);
	assert_int_equal(client_step(&c), CLIENT_EVENT_INTRODUCED);
	assert_int_equal(c.peer.port, 50002);
	assert_true(c.spoofing);
	assert_false(c.keys.is_a);
	assert_int_equal(c.introduced_at, 9000);
	client_close(&c);
	assert_int_equal(heard().kind, MESSAGE_BYE);
}

static void join_early_sends_hello_and_join_together(void **state)
{
	struct client c = opened(true);
	struct message m;
	char name[SESSION_NAME_TEXT];

	(void)state;
	machine.state = TCP_IS_ESTABLISHED;
	assert_int_equal(client_step(&c), CLIENT_NO_EVENT);
	assert_int_equal(heard().kind, MESSAGE_HELLO);
	m = heard();
	assert_int_equal(m.kind, MESSAGE_JOIN);
	code_session_name(c.code, 0, name);
	assert_string_equal(m.session, name);
	s_observes();
	s_introduces(2);
	assert_int_equal(client_step(&c), CLIENT_EVENT_OBSERVED);
	assert_int_equal(client_step(&c), CLIENT_EVENT_INTRODUCED);
	assert_true(c.keys.is_a);
	client_close(&c);
}

static void lines_received_byte_by_byte_are_read(void **state)
{
	struct client c = opened(true);

	(void)state;
	machine.step = 1;
	machine.state = TCP_IS_ESTABLISHED;
	s_observes();
	assert_int_equal(client_step(&c), CLIENT_EVENT_OBSERVED);
	assert_true(client_wants(&c).write);
	while (client_wants(&c).write)
		client_flush(&c);
	assert_int_equal(heard().kind, MESSAGE_HELLO);
	assert_int_equal(heard().kind, MESSAGE_JOIN);
	client_close(&c);
}

/* greeted - a client that has asked for a token, and what S has answered */
static struct client greeted(bool has_token)
{
	const struct message observed = {
		.kind = MESSAGE_OBSERVED, .endpoint = { 0xc6336401, 50001 },
		.has_token = has_token, .token = "0123456789abcde",
	};
	struct client_config config = configuration(false);
	struct client c;

	memset(&machine, 0, sizeof(machine));
	machine.host.ops = &fake;
	machine.state = TCP_IS_ESTABLISHED;
	config.wants_udp = true;
	assert_true(client_open(&c, &machine.host, &config, NULL));
	assert_int_equal(client_step(&c), CLIENT_NO_EVENT);
	client_flush(&c);
	assert_true(heard().wants_udp);
	s_sends(&observed);
	assert_int_equal(client_step(&c), CLIENT_EVENT_OBSERVED);
	return c;
}

/* An older S, or one without its UDP ports, ignores the wish. */
static void s_gives_a_token_or_observes_no_udp(void **state)
{
	struct client c = greeted(true);

	(void)state;
	assert_true(c.observes_udp);
	assert_memory_equal(c.token, "0123456789abcde", TOKEN_BYTES);
	client_close(&c);
	c = greeted(false);
	assert_false(c.observes_udp);
	client_close(&c);
}

static void messages_to_the_peer_are_sealed(void **state)
{
	struct message m = { .kind = MESSAGE_RELAY };
	struct keys peer;
	struct client c = introduced(&peer);
	uint8_t plain[SEALED_MAX];

	(void)state;
	assert_true(client_send_to_peer(&c, "my syn", 6));
	assert_int_equal(machine.out_length, 0);	/* only queued */
	client_flush(&c);
	m = heard();
	assert_int_equal(m.kind, MESSAGE_RELAY);
	assert_int_equal(unseal(&peer, m.sealed, m.sealed_length, plain), 6);
	assert_memory_equal(plain, "my syn", 6);

	m.sealed_length = seal(&peer, "yours", 5, m.sealed);
	s_sends(&m);
	s_sends(&m);				/* replayed */
	assert_int_equal(client_step(&c), CLIENT_EVENT_PEER_MESSAGE);
	assert_int_equal(c.peer_message_length, 5);
	assert_memory_equal(c.peer_message, "yours", 5);
	assert_int_equal(client_step(&c), CLIENT_EVENT_BAD_PEER_MESSAGE);
	assert_int_equal(c.peer_message_length, 0);
	m.sealed_length = seal(&peer, "more", 4, m.sealed);
	s_sends(&m);
	assert_int_equal(client_step(&c), CLIENT_EVENT_PEER_MESSAGE);
	client_close(&c);
}

static void message_too_long_to_seal_is_refused(void **state)
{
	static const uint8_t plain[SEALED_MAX];
	struct keys peer;
	struct client c = introduced(&peer);

	(void)state;
	assert_true(client_send_to_peer(&c, plain, SEALED_MAX - SEAL_OVERHEAD));
	client_flush(&c);
	assert_int_equal(heard().sealed_length, SEALED_MAX);
	assert_false(
		client_send_to_peer(&c, plain, SEALED_MAX - SEAL_OVERHEAD + 1));
	assert_int_equal(machine.out_length, 0);

	machine.refuse_send = EAGAIN;		/* until there is no room */
	for (int i = 0; i < 20 && client_send_to_peer(&c, plain, 1400); i++)
		assert_true(i < 16);
	client_flush(&c);
	assert_int_equal(machine.out_length, 0);
	machine.refuse_send = 0;
	client_flush(&c);
	while (machine.out_length > 0)
		assert_int_equal(heard().kind, MESSAGE_RELAY);
	client_close(&c);
}

static void spoof_request_carries_the_own_syn(void **state)
{
	const struct syn_facts syn = { .isn = 7, .window = 64240 };
	const struct message done = { .kind = MESSAGE_SPOOFED };
	struct keys peer;
	struct client c = introduced(&peer);
	struct message m;

	(void)state;
	assert_true(client_request_spoofing(&c, &syn));
	client_flush(&c);
	m = heard();
	assert_int_equal(m.kind, MESSAGE_SPOOF);
	assert_int_equal(m.syn.isn, 7);
	s_sends(&done);
	assert_int_equal(client_step(&c), CLIENT_EVENT_SPOOFED);
	client_close(&c);
}

static void errors_from_s_are_events(void **state)
{
	struct keys peer;
	struct client c = introduced(&peer);

	(void)state;
	s_says("{\"type\":\"error\",\"reason\":\"no-spoofing\","
	       "\"text\":\"not here\"}\n"
	       "{\"type\":\"error\",\"reason\":\"peer-left\","
	       "\"text\":\"gone\"}\n");
	assert_int_equal(client_step(&c), CLIENT_EVENT_REFUSED);
	assert_string_equal(c.reason, "no-spoofing");
	assert_string_equal(c.text, "not here");
	assert_int_equal(client_step(&c), CLIENT_EVENT_PEER_LEFT);
	assert_int_equal(c.state, CLIENT_INTRODUCED);
	machine.ended = true;
	lost(&c, "ended the connection");
}

static void failure_to_connect_is_reported(void **state)
{
	struct client_config config = configuration(true);
	struct client c = opened(true);
	struct error e = { 0 };

	(void)state;
	machine.state = TCP_IS_CLOSED;
	machine.why = ECONNREFUSED;
	lost(&c, "192.0.2.7:8123 refused");
	c = opened(true);
	machine.why = EHOSTUNREACH;
	lost(&c, "192.0.2.7:8123 cannot be reached");
	c = opened(true);
	machine.state = TCP_IS_CLOSED;
	lost(&c, "failed");

	c = opened(true);
	machine.refuse_connect = ENETUNREACH;
	assert_false(client_open(&c, &machine.host, &config, &e));
	assert_int_equal(machine.closed, 1);
	assert_non_null(strstr(e.text, "192.0.2.7:8123"));
	client_close(&c);
	assert_int_equal(machine.closed, 1);
	config.port = 666;
	assert_false(client_open(&c, &machine.host, &config, &e));
	assert_non_null(strstr(e.text, "666"));
	memset(&c, 0, sizeof(c));
	client_close(&c);
}

/* S said why before it closed: that is told although sending failed. */
static void error_is_read_after_a_failed_send(void **state)
{
	struct keys peer;
	struct client c = introduced(&peer);

	(void)state;
	s_says("{\"type\":\"error\",\"reason\":\"idle\",\"text\":\"slow\"}\n");
	machine.refuse_send = EPIPE;
	assert_true(client_send_to_peer(&c, "x", 1));
	client_flush(&c);
	assert_int_equal(client_step(&c), CLIENT_EVENT_REFUSED);
	assert_string_equal(c.reason, "idle");
	lost(&c, "broke");
}

static void s_in_state(const char *text, const char *why, bool early)
{
	struct client c = opened(early);

	machine.state = TCP_IS_ESTABLISHED;
	s_says(text);
	lost(&c, why);
}

static void nonsense_from_s_loses_the_client(void **state)
{
	char text[MESSAGE_LINE + 1];

	(void)state;
	s_in_state("HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400", true);
	memset(text, ' ', MESSAGE_LINE);
	text[MESSAGE_LINE] = '\0';
	s_in_state(text, "more than 4096 bytes", true);
	s_in_state("{\"type\":\"hello\",\"version\":1}\n", "out of order",
		   true);
	s_in_state("{\"type\":\"spoofed\"}\n", "out of order", true);
	s_in_state("{\"type\":\"relay\",\"sealed\":\"\"}\n", "out of order",
		   true);
	s_in_state("{\"type\":\"introduction\",\"endpoint\":\"1.2.3.4:5\","
		   "\"nonce\":\"00112233445566778899aabbccddeeff\","
		   "\"spoofing\":false}\n", "out of order", false);
}

/* One's own nonce as the peer's: S shows us to ourselves. */
static void introduction_with_the_own_nonce_is_refused(void **state)
{
	struct client c = opened(true);

	(void)state;
	machine.state = TCP_IS_ESTABLISHED;
	s_observes();
	s_introduces(1);
	assert_int_equal(client_step(&c), CLIENT_EVENT_OBSERVED);
	lost(&c, "introduction");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connecting_client_sends_nothing),
		cmocka_unit_test(client_greets_joins_and_is_introduced),
		cmocka_unit_test(join_early_sends_hello_and_join_together),
		cmocka_unit_test(lines_received_byte_by_byte_are_read),
		cmocka_unit_test(s_gives_a_token_or_observes_no_udp),
		cmocka_unit_test(messages_to_the_peer_are_sealed),
		cmocka_unit_test(message_too_long_to_seal_is_refused),
		cmocka_unit_test(spoof_request_carries_the_own_syn),
		cmocka_unit_test(errors_from_s_are_events),
		cmocka_unit_test(failure_to_connect_is_reported),
		cmocka_unit_test(error_is_read_after_a_failed_send),
		cmocka_unit_test(nonsense_from_s_loses_the_client),
		cmocka_unit_test(introduction_with_the_own_nonce_is_refused),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
