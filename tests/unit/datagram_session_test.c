/* The channel after the knocks: data, keep-alives, the end, a lost peer. */
#include "datagram_fixture.h"
#include "method/datagram_session.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define S NS_PER_S

struct session_pair {
	struct datagram_session a, b;
	int64_t next;
	size_t length;
	uint8_t datagram[SEALED_DATAGRAM_MAX], data[SEALED_DATAGRAM_MAX];
};

static void begin(struct session_pair *p)
{
	struct knocking a = { .remote = public_b, .keepalive = 15 };
	struct knocking b = { .remote = public_a, .keepalive = 15 };

	begin_channels(&a.channel, &b.channel);
	memset(p, 0, sizeof(*p));
	datagram_session_begin(&p->a, &a, 0);
	datagram_session_begin(&p->b, &b, 0);
}

/* tick_a - let A make the datagram that is due; Return: is there one? */
static bool tick_a(struct session_pair *p, int64_t now)
{
	p->length = datagram_session_tick(&p->a, now, p->datagram, &p->next);
	return p->length;
}

static bool tick_b(struct session_pair *p, int64_t now)
{
	p->length = datagram_session_tick(&p->b, now, p->datagram, &p->next);
	return p->length;
}

static long to_a(struct session_pair *p, int64_t now)
{
	return datagram_session_receive(&p->a, &public_b, p->datagram,
					p->length, now, p->data);
}

static long to_b(struct session_pair *p, int64_t now)
{
	return datagram_session_receive(&p->b, &public_a, p->datagram,
					p->length, now, p->data);
}

static void data_arrives_once(void **state)
{
	struct session_pair p;

	(void)state;
	begin(&p);
	p.length = datagram_session_send(&p.a, "hello", 5, 0, p.datagram);
	assert_int_equal(to_b(&p, 0), 5);
	assert_memory_equal(p.data, "hello", 5);
	assert_int_equal(to_b(&p, 0), -1);
	p.length = datagram_session_send(&p.a, "", 0, 0, p.datagram);
	assert_int_equal(to_b(&p, 0), 0);
}

static void data_has_a_greatest_size(void **state)
{
	static uint8_t much[DATAGRAM_PAYLOAD + 1];
	struct session_pair p;

	(void)state;
	begin(&p);
	p.length = datagram_session_send(&p.a, much, DATAGRAM_PAYLOAD, 0,
					 p.datagram);
	assert_int_equal(p.length, SEALED_DATAGRAM_MAX);
	assert_int_equal(to_b(&p, 0), DATAGRAM_PAYLOAD);
	assert_int_equal(datagram_session_send(&p.a, much, DATAGRAM_PAYLOAD + 1,
					       0, p.datagram), 0);
}

static void silence_is_filled_with_empty_datagrams(void **state)
{
	struct session_pair p;

	(void)state;
	begin(&p);
	assert_true(tick_a(&p, 0));		/* at once: it is connected */
	assert_int_equal(p.length, SEALED_DATAGRAM_OVERHEAD);
	assert_int_equal(to_b(&p, 0), -1);
	assert_false(tick_a(&p, 0));
	assert_int_equal(p.next, 15 * S);
	assert_int_not_equal(datagram_session_send(&p.a, "x", 1, 7 * S,
						   p.datagram), 0);
	assert_false(tick_a(&p, 15 * S));	/* data keeps it alive, too */
	assert_int_equal(p.next, 22 * S);
	assert_true(tick_a(&p, 22 * S));
}

static void a_silent_peer_is_lost_after_four_intervals(void **state)
{
	struct session_pair p;

	(void)state;
	begin(&p);
	assert_true(tick_a(&p, 0));
	to_b(&p, 10 * S);
	assert_false(datagram_session_is_lost(&p.b, 70 * S - 1));
	assert_true(datagram_session_is_lost(&p.b, 70 * S));
}

static void the_end_is_repeated_until_it_was_seen(void **state)
{
	struct session_pair p;

	(void)state;
	begin(&p);
	assert_true(tick_a(&p, 0));
	datagram_session_end(&p.a, S);
	assert_true(tick_a(&p, S));		/* lost on its way */
	assert_false(tick_a(&p, S));
	assert_int_equal(p.next, S + KNOCK_INTERVAL);
	assert_true(tick_a(&p, S + KNOCK_INTERVAL));
	to_b(&p, 2 * S);
	assert_true(p.b.peer_ended);
	assert_true(tick_b(&p, 2 * S));		/* seen */
	to_a(&p, 2 * S);
	assert_true(p.a.end_seen);
	assert_false(tick_a(&p, 3 * S));
	assert_false(datagram_session_is_over(&p.a));
	tick_b(&p, 3 * S);
	datagram_session_end(&p.b, 3 * S);
	assert_true(tick_b(&p, 3 * S));
	to_a(&p, 3 * S);
	assert_false(datagram_session_is_over(&p.a));	/* it owes an answer */
	assert_true(tick_a(&p, 3 * S));
	assert_true(datagram_session_is_over(&p.a));
	to_b(&p, 3 * S);
	assert_true(datagram_session_is_over(&p.b));
}

static void the_end_is_not_repeated_for_ever(void **state)
{
	struct session_pair p;
	unsigned sent = 0;

	(void)state;
	begin(&p);
	datagram_session_end(&p.a, 0);
	for (int64_t now = 0; now < 14 * S; now += S / 100)
		while (tick_a(&p, now))
			sent++;
	assert_int_equal(sent, ENDS_MAX);
	assert_true(p.a.end_seen);
}

static void a_peer_that_still_knocks_is_answered_at_once(void **state)
{
	const uint8_t knock[KNOCK_BYTES] = { DATAGRAM_KNOCK, KNOCK_HEARD };
	struct session_pair p;

	(void)state;
	begin(&p);
	assert_true(tick_a(&p, 0));
	p.length = sealed_channel_seal(&p.b.channel, knock, sizeof(knock),
				       p.datagram);
	assert_int_equal(to_a(&p, S), -1);
	assert_true(tick_a(&p, S));
	assert_false(tick_a(&p, S));
}

/* A stranger's copies and forgeries: a knock of the peer's is answered once. */
static void a_flood_of_copies_gets_one_answer(void **state)
{
	const uint8_t knock[KNOCK_BYTES] = { DATAGRAM_KNOCK, KNOCK_HEARD };
	const struct endpoint stranger = { 0x01020304, 5 };
	uint8_t copy[SEALED_DATAGRAM_MAX], out[SEALED_DATAGRAM_MAX];
	struct session_pair p;
	unsigned sent = 0;
	size_t n;

	(void)state;
	begin(&p);
	assert_true(tick_a(&p, 0));
	n = sealed_channel_seal(&p.b.channel, knock, sizeof(knock), copy);
	for (int i = 0; i < 1000; i++) {
		datagram_session_receive(&p.a, i ? &stranger : &public_b, copy,
					 n, S, p.data);
		copy[n - 1] ^= (uint8_t)(i & 1);
		while (datagram_session_tick(&p.a, S, out, &p.next))
			sent++;
	}
	assert_int_equal(sent, 1);
	assert_true(endpoint_equal(&p.a.remote, &public_b));
}

/* The session goes on with the counters of the knocks: no nonce comes twice. */
static void no_counter_of_a_knock_is_used_again(void **state)
{
	struct knocking k = { .remote = public_b, .keepalive = 15,
			      .deadline = 10 * S };
	struct knocking peer = { .keepalive = 15 };
	uint8_t knock[SEALED_DATAGRAM_MAX], data[SEALED_DATAGRAM_MAX];
	struct datagram_session s;

	(void)state;
	begin_channels(&k.channel, &peer.channel);
	knocking_begin(&k, 10 * S);
	assert_int_not_equal(knocking_next(&k, 0, knock), 0);
	assert_int_not_equal(knocking_next(&k, S, knock), 0);
	datagram_session_begin(&s, &k, S);
	assert_int_not_equal(datagram_session_send(&s, "x", 1, S, data), 0);
	assert_int_equal(knock[7], 2);
	assert_int_equal(data[7], 3);
}

static void an_endpoint_changes_only_after_a_newer_datagram(void **state)
{
	const struct endpoint moved = { public_a.address, 1024 };
	uint8_t first[SEALED_DATAGRAM_MAX];
	struct session_pair p;
	size_t n;

	(void)state;
	begin(&p);
	n = datagram_session_send(&p.a, "1", 1, 0, first);
	p.length = datagram_session_send(&p.a, "2", 1, 0, p.datagram);
	datagram_session_receive(&p.b, &moved, p.datagram, p.length, 0, p.data);
	assert_true(endpoint_equal(&p.b.remote, &moved));
	assert_int_equal(datagram_session_receive(&p.b, &public_a, first, n, 0,
						  p.data), 1);
	assert_true(endpoint_equal(&p.b.remote, &moved));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_arrives_once),
		cmocka_unit_test(data_has_a_greatest_size),
		cmocka_unit_test(silence_is_filled_with_empty_datagrams),
		cmocka_unit_test(a_silent_peer_is_lost_after_four_intervals),
		cmocka_unit_test(the_end_is_repeated_until_it_was_seen),
		cmocka_unit_test(the_end_is_not_repeated_for_ever),
		cmocka_unit_test(a_peer_that_still_knocks_is_answered_at_once),
		cmocka_unit_test(a_flood_of_copies_gets_one_answer),
		cmocka_unit_test(no_counter_of_a_knock_is_used_again),
		cmocka_unit_test(
			an_endpoint_changes_only_after_a_newer_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
