/* When hosts knock, what a knock means, and that the budget holds. Times are
   those of the ladder in docs/methods/udp.md. */
#include "datagram_fixture.h"
#include "method/knocking.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define D (20 * MS)
#define FLYING 256

struct datagram {
	int64_t at;			/* of arrival */
	int to;				/* 0: A, 1: B */
	struct endpoint from;
	size_t length;
	uint8_t bytes[SEALED_DATAGRAM_MAX];
};

/* Two hosts, and NATs whose filters open when their own host knocks. */
struct network {
	struct knocking host[2];
	struct endpoint source[2];	/* as the peer sees it */
	bool filters[2];		/* drop what comes before the own */
	bool opened[2];
	unsigned lose;			/* of the datagrams that arrive, so many
					   first ones are lost */
	unsigned sent[2];
	int64_t connected_at[2], done_at[2];
	unsigned count;
	struct datagram flying[FLYING];
};

static void begin(struct network *n, int64_t skew, int64_t time)
{
	memset(n, 0, sizeof(*n));
	begin_channels(&n->host[0].channel, &n->host[1].channel);
	n->source[0] = public_a;
	n->source[1] = public_b;
	n->host[0].remote = public_b;
	n->host[1].remote = public_a;
	n->host[0].start = skew < 0 ? -skew : 0;
	n->host[1].start = skew > 0 ? skew : 0;
	for (int i = 0; i < 2; i++) {
		n->host[i].deadline = time;
		n->host[i].keepalive = 15;
		n->connected_at[i] = n->done_at[i] = -1;
		n->filters[i] = true;
		knocking_begin(&n->host[i], time);
	}
}

static void send_due(struct network *n, int who, int64_t now)
{
	for (;;) {
		struct datagram *d = &n->flying[n->count];

		assert_true(n->count < FLYING);
		d->length = knocking_next(&n->host[who], now, d->bytes);
		if (!d->length)
			return;
		d->at = now + D;
		d->to = !who;
		d->from = n->source[who];
		n->opened[who] = true;
		n->sent[who]++;
		n->count++;
	}
}

static void deliver(struct network *n, int64_t now)
{
	for (unsigned i = 0; i < n->count; i++) {
		struct datagram d = n->flying[i];
		struct knocking *k = &n->host[d.to];

		if (d.at != now)
			continue;
		n->flying[i--] = n->flying[--n->count];
		if ((n->filters[d.to] && !n->opened[d.to]) ||
		    (n->lose && n->lose--))
			continue;
		knocking_receive(k, &d.from, d.bytes, d.length, now);
	}
}

/* run - a step of 1 ms at a time, which all times are multiples of */
static void run(struct network *n, int64_t until)
{
	for (int64_t now = 0; now <= until; now += MS) {
		deliver(n, now);
		for (int i = 0; i < 2; i++) {
			const struct knocking *k = &n->host[i];

			send_due(n, i, now);
			if (k->connected && n->connected_at[i] < 0)
				n->connected_at[i] = now;
			if (k->done && n->done_at[i] < 0)
				n->done_at[i] = now;
		}
	}
}

/* Both knock, both hear at d and answer, both are connected at 2 d. */
static void crossing_knocks_connect_both_after_two_one_way_delays(void **state)
{
	struct network n;

	(void)state;
	begin(&n, 0, 1300 * MS);
	run(&n, 1300 * MS);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(n.connected_at[i], 2 * D);
		assert_int_equal(n.host[i].first, KNOCK_SEARCHING);
		assert_int_equal(n.done_at[i], 3 * D);
		assert_int_equal(n.sent[i], 3);
	}
	assert_int_equal(n.count, 0);
}

/* A's first knock is dropped at B's NAT. B's enters: A answers, which connects
   B; B's answer connects A. */
static void an_early_knock_opens_the_hole_for_the_later_one(void **state)
{
	struct network n;

	(void)state;
	begin(&n, 60 * MS, 1300 * MS);
	run(&n, 1300 * MS);
	assert_int_equal(n.host[0].first, KNOCK_SEARCHING);
	assert_int_equal(n.host[1].first, KNOCK_HEARD);
	assert_int_equal(n.connected_at[1], 60 * MS + 2 * D);
	assert_int_equal(n.connected_at[0], 60 * MS + 3 * D);
	assert_true(n.done_at[0] >= 0 && n.done_at[1] >= 0);
}

/* What a host hears before its own start does not make it send earlier. */
static void nothing_leaves_before_the_start(void **state)
{
	struct network n;

	(void)state;
	begin(&n, 60 * MS, 1300 * MS);
	n.filters[1] = false;
	run(&n, 59 * MS);
	assert_true(n.host[1].heard);
	assert_int_equal(n.sent[1], 0);
	begin(&n, 60 * MS, 1300 * MS);
	n.filters[1] = false;
	run(&n, 1300 * MS);
	assert_int_equal(n.connected_at[0], 60 * MS + D);
	assert_int_equal(n.host[0].first, KNOCK_HEARD);
}

/* A symmetric NAT sends from another port than S saw. */
static void a_newer_authenticated_datagram_changes_the_endpoint(void **state)
{
	struct network n;

	(void)state;
	begin(&n, 0, 1300 * MS);
	n.source[0].port = 62001;
	run(&n, 1300 * MS);
	assert_int_equal(n.host[1].remote.port, 62001);
	assert_int_equal(n.host[0].remote.port, public_b.port);
	assert_true(n.host[0].connected && n.host[1].connected);
}

static void an_older_or_foreign_datagram_changes_no_endpoint(
	void **state)
{
	const struct endpoint stranger = { 0x01020304, 5 };
	uint8_t first[SEALED_DATAGRAM_MAX], second[SEALED_DATAGRAM_MAX];
	struct network n;
	size_t one, two;

	(void)state;
	begin(&n, 0, 1300 * MS);
	one = sealed_channel_seal(&n.host[0].channel, "", 0, first);
	two = sealed_channel_seal(&n.host[0].channel, "", 0, second);
	assert_true(knocking_receive(&n.host[1], &public_a, second, two, 0));
	/* late, but authentic; then a replay; then nonsense */
	assert_true(knocking_receive(&n.host[1], &stranger, first, one, 0));
	assert_false(knocking_receive(&n.host[1], &stranger, second, two, 0));
	second[0] ^= 1;
	assert_false(knocking_receive(&n.host[1], &stranger, second, two, 0));
	assert_true(endpoint_equal(&n.host[1].remote, &public_a));
}

static void lost_knocks_are_repeated(void **state)
{
	struct network n;

	(void)state;
	for (unsigned lose = 1; lose <= 6; lose++) {
		begin(&n, 0, 2000 * MS);
		n.lose = lose;
		run(&n, 2000 * MS);
		assert_true(n.host[0].done && n.host[1].done);
	}
}

/* The peer is lost in the middle: the other goes on until its deadline only. */
static void a_host_stops_when_no_answer_can_come_in_time(void **state)
{
	struct network n;

	(void)state;
	begin(&n, 0, 1300 * MS);
	n.lose = 1000;
	run(&n, 3000 * MS);
	/* at 0, 200, ... 1000: after 1100 less than an interval is left */
	assert_int_equal(n.sent[0], 6);
	assert_false(n.host[0].heard);
	assert_int_equal(n.host[0].next, TIME_NEVER);
}

/* 64 datagrams, whatever comes, and however long the attempt lasts. */
static void a_host_never_sends_more_than_its_budget(void **state)
{
	struct network n;
	uint8_t out[SEALED_DATAGRAM_MAX], in[SEALED_DATAGRAM_MAX];
	unsigned sent = 0;

	(void)state;
	begin(&n, 0, 10000 * MS);
	for (int64_t now = 0; now < 20000 * MS; now += MS) {
		const uint8_t knock[KNOCK_BYTES] = { DATAGRAM_KNOCK };
		size_t length = sealed_channel_seal(&n.host[0].channel, knock,
						    sizeof(knock), in);

		assert_true(knocking_receive(&n.host[1], &public_a, in, length,
					     now));
		knocking_receive(&n.host[1], &public_a, in, length, now);
		while (knocking_next(&n.host[1], now, out))
			sent++;
	}
	assert_in_range(sent, 1, KNOCK_BUDGET);
	begin(&n, 0, 3600000 * MS);
	n.lose = 1000000;
	run(&n, 3600 * MS);
	assert_in_range(n.sent[0], 1, KNOCK_BUDGET);
}

/* A late copy of a knock, or one that was forged, sends nothing. */
static void a_replayed_knock_is_not_answered(void **state)
{
	struct network n;
	uint8_t in[SEALED_DATAGRAM_MAX], out[SEALED_DATAGRAM_MAX];
	const uint8_t knock[KNOCK_BYTES] = { DATAGRAM_KNOCK };
	size_t length;

	(void)state;
	begin(&n, 0, 1300 * MS);
	length = sealed_channel_seal(&n.host[0].channel, knock, sizeof(knock),
				     in);
	run(&n, 1300 * MS);
	assert_true(n.host[1].done);
	/* sealed before all others, and not yet used: late, not replayed. The
	   peer did not know then; it gets one more answer. */
	assert_true(knocking_receive(&n.host[1], &public_a, in, length,
				     1300 * MS));
	assert_int_not_equal(knocking_next(&n.host[1], 1300 * MS, out), 0);
	assert_int_equal(knocking_next(&n.host[1], 1300 * MS, out), 0);
	assert_false(knocking_receive(&n.host[1], &public_a, in, length,
				      1300 * MS));
	assert_int_equal(knocking_next(&n.host[1], 1300 * MS, out), 0);
}

static void the_smaller_keepalive_interval_holds(void **state)
{
	struct network n;

	(void)state;
	begin(&n, 0, 1300 * MS);
	n.host[0].keepalive = 5;
	run(&n, 1300 * MS);
	assert_int_equal(n.host[0].keepalive, 5);
	assert_int_equal(n.host[1].keepalive, 5);
}

/* The peer's knocks that connected it are late: any other authenticated
   datagram shows that it is connected. */
static void data_shows_that_the_peer_is_connected(void **state)
{
	struct network n;
	uint8_t in[SEALED_DATAGRAM_MAX];
	size_t length;

	(void)state;
	begin(&n, 0, 1300 * MS);
	length = sealed_channel_seal(&n.host[0].channel, "", 0, in);
	assert_true(knocking_receive(&n.host[1], &public_a, in, length, 0));
	assert_true(n.host[1].connected && n.host[1].peer_connected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			crossing_knocks_connect_both_after_two_one_way_delays),
		cmocka_unit_test(
			an_early_knock_opens_the_hole_for_the_later_one),
		cmocka_unit_test(nothing_leaves_before_the_start),
		cmocka_unit_test(
			a_newer_authenticated_datagram_changes_the_endpoint),
		cmocka_unit_test(
			an_older_or_foreign_datagram_changes_no_endpoint),
		cmocka_unit_test(lost_knocks_are_repeated),
		cmocka_unit_test(a_host_stops_when_no_answer_can_come_in_time),
		cmocka_unit_test(a_host_never_sends_more_than_its_budget),
		cmocka_unit_test(a_replayed_knock_is_not_answered),
		cmocka_unit_test(the_smaller_keepalive_interval_holds),
		cmocka_unit_test(data_shows_that_the_peer_is_connected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
