/* The link model, by its definition in link.h: what each knob does, that it
   does nothing else, and that seed and packet alone decide. */
#include "base/clock.h"
#include "base/rng.h"
#include "nat/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PACKETS 10000

/* A packet's identity is a hash: so are these, of the numbers from 0. */
static uint64_t named(uint64_t number)
{
	struct rng r;

	rng_seed(&r, number);
	return rng_next(&r);
}

/* @count packets, each of its own, @gap ns apart, of 100 bytes each */
static void run(const struct link_config *config, int64_t gap,
		struct link_fate *out, unsigned count)
{
	struct link_model l;

	link_init(&l, config);
	for (unsigned i = 0; i < count; i++)
		out[i] = link_input(&l, i * gap, 100, named(i));
}

static void packets_arrive_after_the_delay(void **state)
{
	struct link_config config = { .delay = 10 * NS_PER_MS };
	struct link_model l;

	(void)state;
	link_init(&l, &config);
	for (int64_t now = 0; now < 1000; now++) {
		struct link_fate fate = link_input(&l, now, 1000, 0);

		assert_int_equal(fate.copies, 1);
		assert_false(fate.late);
		assert_int_equal(fate.due, now + 10 * NS_PER_MS);
	}
}

static void perfect_link_delivers_at_once(void **state)
{
	static const struct link_config perfect[] = {
		{ .seed = 7, .queue = 5 }, { .reorder = 1 },
		{ .reorder_by = 1 },
	};
	static const struct link_config not[] = {
		{ .delay = 1 }, { .jitter = 1 }, { .loss = 0.1 },
		{ .duplicate = 0.1 }, { .reorder = 0.1, .reorder_by = 1 },
		{ .rate = 1 },
	};
	struct link_fate fates[100];

	(void)state;
	for (size_t i = 0; i < sizeof(perfect) / sizeof(perfect[0]); i++) {
		assert_true(link_is_perfect(&perfect[i]));
		run(&perfect[i], 10, fates, 100);
		for (unsigned n = 0; n < 100; n++) {
			assert_int_equal(fates[n].copies, 1);
			assert_int_equal(fates[n].due, 10 * n);
		}
	}
	for (size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++)
		assert_false(link_is_perfect(&not[i]));
}

static unsigned lost(double loss, uint64_t seed, unsigned packets)
{
	struct link_config config = { .loss = loss, .seed = seed };
	struct link_model l;
	unsigned count = 0;

	link_init(&l, &config);
	for (unsigned i = 0; i < packets; i++)
		count += !link_input(&l, i, 100, named(i)).copies;
	return count;
}

static void share_of_lost_packets_is_loss(void **state)
{
	(void)state;
	assert_int_equal(lost(0.0, 1, 10000), 0);
	assert_int_equal(lost(1.0, 1, 10000), 10000);
	/* 10,000 tosses with 0.1: 1000, with a standard deviation of 30 */
	for (uint64_t seed = 0; seed < 20; seed++)
		assert_in_range(lost(0.1, seed, 10000), 850, 1150);
}

/* Equal seeds give equal fates, others give others. */
static void equal_seeds_give_equal_fates(void **state)
{
	struct link_config config = { .loss = 0.5, .seed = 7 };
	static struct link_fate a[PACKETS], b[PACKETS], c[PACKETS];
	unsigned same = 0;

	(void)state;
	run(&config, 1, a, PACKETS);
	run(&config, 1, b, PACKETS);
	config.seed = 8;
	run(&config, 1, c, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		assert_int_equal(b[i].copies, a[i].copies);
		same += c[i].copies == a[i].copies;
	}
	assert_in_range(same, 4700, 5300);
}

/* The fates of the packets that are all the same, one after the other, and of
   others that come between: in any order each one's n-th has its own fate. */
static void fates_do_not_depend_on_order(void **state)
{
	struct link_config config = { .loss = 0.4, .duplicate = 0.3,
				      .seed = 21 };
	static unsigned apart[100][20];
	unsigned passed[100] = { 0 };
	struct link_model l;
	struct rng order;

	(void)state;
	link_init(&l, &config);
	for (unsigned i = 0; i < 100; i++)
		for (unsigned n = 0; n < 20; n++)
			apart[i][n] = link_input(&l, 0, 60, named(i)).copies;
	rng_seed(&order, 5);
	link_init(&l, &config);
	for (unsigned left = 100 * 20; left;) {
		unsigned i = (unsigned)rng_below(&order, 100);

		if (passed[i] == 20)
			continue;
		assert_int_equal(link_input(&l, 0, 60, named(i)).copies,
				 apart[i][passed[i]]);
		passed[i]++;
		left--;
	}
}

/* Packets that are all the same are drawn for each: no fate is repeated. Of
   10,000 pairs of neighbours 0.3 * 0.3 are both lost, as of strangers. */
static void equal_packets_have_independent_fates(void **state)
{
	struct link_config config = { .loss = 0.3 };
	unsigned both = 0, all = 0;
	struct link_model l;

	(void)state;
	for (config.seed = 1; config.seed <= 10; config.seed++) {
		bool before = false;

		link_init(&l, &config);
		for (unsigned i = 0; i < 1000; i++) {
			bool lost = !link_input(&l, i, 100, 77).copies;

			all += lost;
			both += lost && before;
			before = lost;
		}
	}
	assert_in_range(all, 2770, 3230);	/* 5 deviations of 46 */
	assert_in_range(both, 750, 1050);
}

/* More kinds of packets than there are counts: they share some, and still no
   fate is drawn twice; each kind loses its part, the second time as the first,
   whatever it lost then. */
static void packets_that_share_counts_have_own_fates(void **state)
{
	struct link_config config = { .loss = 0.2, .seed = 8 };
	enum { KINDS = 20 * LINK_COUNTS };
	static bool lost_first[KINDS];
	unsigned first = 0, second = 0, both = 0;
	struct link_model l;

	(void)state;
	link_init(&l, &config);
	for (unsigned i = 0; i < KINDS; i++) {
		lost_first[i] = !link_input(&l, i, 60, named(i)).copies;
		first += lost_first[i];
	}
	for (unsigned i = 0; i < KINDS; i++) {
		bool lost = !link_input(&l, KINDS + i, 60, named(i)).copies;

		second += lost;
		both += lost && lost_first[i];
	}
	/* 8192 of 40,960, with a deviation of 81; 1638 with one of 40 */
	assert_in_range(first, 7787, 8597);
	assert_in_range(second, 7787, 8597);
	assert_in_range(both, 1438, 1838);
}

static const struct link_config all = {
	.delay = 5 * NS_PER_MS, .jitter = 2 * NS_PER_MS, .loss = 0.1,
	.duplicate = 0.2, .reorder = 0.3, .reorder_by = 7 * NS_PER_MS,
	.seed = 3,
};

static int64_t in_order_due(const struct link_config *c, struct link_fate f)
{
	return f.late ? f.due - c->reorder_by : f.due;
}

/* Each knob, turned off, leaves what the others do as it was. */
static void settings_do_not_change_each_others_draws(void **state)
{
	struct link_config without[5] = { all, all, all, all, all };
	static struct link_fate full[PACKETS], less[PACKETS];

	(void)state;
	without[0].loss = 0;
	without[1].duplicate = 0;
	without[2].reorder = 0;
	without[3].jitter = 0;
	without[4].delay = 0;
	run(&all, 100, full, PACKETS);
	for (int k = 0; k < 5; k++) {
		run(&without[k], 100, less, PACKETS);
		for (int i = 0; i < PACKETS; i++) {
			struct link_fate f = full[i], l = less[i];

			if (k != 0)
				assert_int_equal(!l.copies, !f.copies);
			if (!f.copies)
				continue;
			if (k != 1)
				assert_int_equal(l.copies, f.copies);
			if (k != 2)
				assert_int_equal(l.late, f.late);
			if (k < 3)
				assert_int_equal(in_order_due(&all, l),
						 in_order_due(&all, f));
		}
	}
}

/* Raising a knob adds to whom it hits, and spares nobody. */
static void more_loss_hits_a_superset(void **state)
{
	static struct link_fate few[PACKETS], many[PACKETS];
	struct link_config more = all;
	unsigned added[3] = { 0 };

	(void)state;
	run(&all, 100, few, PACKETS);
	more.loss = 0.15;
	run(&more, 100, many, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		assert_true(few[i].copies || !many[i].copies);
		added[0] += few[i].copies && !many[i].copies;
	}
	more.loss = all.loss;
	more.duplicate = 0.3;
	more.reorder = 0.4;
	run(&more, 100, many, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		assert_true(many[i].copies >= few[i].copies);
		assert_true(many[i].late || !few[i].late || !few[i].copies);
		added[1] += many[i].copies > few[i].copies;
		added[2] += many[i].late && !few[i].late;
	}
	/* 0.05, 0.1 * 0.9 and 0.1 of 10,000 */
	assert_in_range(added[0], 400, 600);
	assert_in_range(added[1], 780, 1020);
	assert_in_range(added[2], 880, 1120);
}

/* When they enter, and how long they are, does not decide who is hit. */
static void fates_do_not_depend_on_time_or_length(void **state)
{
	static struct link_fate even[PACKETS];
	struct link_model l;
	struct rng rng;
	int64_t now = 0;

	(void)state;
	run(&all, 100, even, PACKETS);
	rng_seed(&rng, 99);
	link_init(&l, &all);
	for (int i = 0; i < PACKETS; i++) {
		struct link_fate f;

		now += (int64_t)rng_below(&rng, NS_PER_MS);
		f = link_input(&l, now, rng_below(&rng, 65536),
			       named((uint64_t)i));
		assert_int_equal(f.copies, even[i].copies);
		if (f.copies)
			assert_int_equal(f.late, even[i].late);
	}
}

/* Far apart: uniform in [0, jitter). Close together: never out of order. */
static void jitter_is_uniform_and_keeps_order(void **state)
{
	struct link_config config = { .delay = 3 * NS_PER_MS,
				      .jitter = 10 * NS_PER_MS, .seed = 5 };
	static struct link_fate fates[PACKETS];
	unsigned tenths[10] = { 0 };

	(void)state;
	run(&config, 20 * NS_PER_MS, fates, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		int64_t extra = fates[i].due - i * 20 * NS_PER_MS -
				config.delay;

		assert_in_range(extra, 0, config.jitter - 1);
		tenths[extra / NS_PER_MS]++;
	}
	/* 1000 each, with a standard deviation of 30 */
	for (int i = 0; i < 10; i++)
		assert_in_range(tenths[i], 850, 1150);
	run(&config, NS_PER_MS, fates, PACKETS);
	for (int i = 1; i < PACKETS; i++)
		assert_true(fates[i].due >= fates[i - 1].due);
	for (int i = 0; i < PACKETS; i++)
		assert_in_range(fates[i].due - i * NS_PER_MS, config.delay,
				config.delay + config.jitter - 1);
}

/* The late ones come reorder_by after their place; each kind in order. */
static void late_packets_come_reorder_by_later(void **state)
{
	struct link_config plain = all;
	static struct link_fate fates[PACKETS], straight[PACKETS];
	int64_t last[2] = { 0 };
	unsigned late = 0;

	(void)state;
	plain.reorder = 0;
	run(&all, NS_PER_MS, fates, PACKETS);
	run(&plain, NS_PER_MS, straight, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		struct link_fate f = fates[i];

		if (!f.copies)
			continue;
		assert_int_equal(f.due, straight[i].due +
				 (f.late ? all.reorder_by : 0));
		assert_true(f.due >= last[f.late]);
		last[f.late] = f.due;
		late += f.late;
	}
	/* 0.3 of the 0.9 that are not lost */
	assert_in_range(late, 2550, 2850);
}

static void duplicates_follow_at_once(void **state)
{
	struct link_config config = { .duplicate = 0.1, .seed = 11 };
	static struct link_fate fates[PACKETS];
	unsigned twice = 0;

	(void)state;
	run(&config, 10, fates, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		assert_in_range(fates[i].copies, 1, 2);
		assert_int_equal(fates[i].due, 10 * i);
		twice += fates[i].copies == 2;
	}
	assert_in_range(twice, 850, 1150);
	config.duplicate = 1;
	config.loss = 0.5;
	run(&config, 10, fates, PACKETS);
	for (int i = 0; i < PACKETS; i++)
		assert_int_not_equal(fates[i].copies, 1);
}

/* 1250 bytes at 1 Mbit/s: 10 ms each. Waits of 0, 10 and 20 ms fit. */
static void rate_and_queue_delay_or_drop(void **state)
{
	struct link_config config = { .delay = NS_PER_MS, .rate = 1000000,
				      .queue = 20 * NS_PER_MS };
	struct link_model l;

	(void)state;
	link_init(&l, &config);
	for (int i = 1; i <= 3; i++)
		assert_int_equal(link_input(&l, 0, 1250, 0).due,
				 (10 * i + 1) * NS_PER_MS);
	assert_int_equal(link_input(&l, 0, 1250, 0).copies, 0);
	assert_int_equal(link_input(&l, 10 * NS_PER_MS - 1, 1, 0).copies, 0);
	/* those dropped took no time of the sender */
	assert_int_equal(link_input(&l, 10 * NS_PER_MS, 125, 0).due,
			 32 * NS_PER_MS);
	assert_int_equal(link_input(&l, 32 * NS_PER_MS, 1250, 0).due,
			 43 * NS_PER_MS);
	/* a segment of 64 KiB that is not cut up yet, as a whole */
	assert_int_equal(link_input(&l, NS_PER_S, 65549, 0).due,
			 NS_PER_S + 524392 * NS_PER_US + NS_PER_MS);
}

/* Overloaded ten times it carries its rate, no more and no less. */
static void overloaded_link_carries_its_rate(void **state)
{
	struct link_config config = { .rate = 8000000, .queue = NS_PER_MS };
	struct link_model l;
	unsigned count = 0;

	(void)state;
	link_init(&l, &config);
	for (int i = 0; i < 100000; i++)	/* 10 s; 1 ms to send each */
		count += link_input(&l, i * 100 * NS_PER_US, 1000, 0).copies;
	assert_in_range(count, 10000, 10002);
}

static void link_without_rate_has_no_queue(void **state)
{
	struct link_config config = { .rate = 8000, .queue = 0 };
	struct link_model l;

	(void)state;
	link_init(&l, &config);
	assert_int_equal(link_input(&l, 0, 1, 0).copies, 1);
	assert_int_equal(link_input(&l, NS_PER_MS - 1, 1, 0).copies, 0);
	assert_int_equal(link_input(&l, NS_PER_MS, 1, 0).copies, 1);
}

/* The wire loses what was sent: the queue drops the same packets. */
static void lost_packets_take_sender_time(void **state)
{
	struct link_config config = { .rate = 8000000, .seed = 4,
				      .queue = 3 * NS_PER_MS };
	static struct link_fate clean[PACKETS], lossy[PACKETS];

	(void)state;
	run(&config, 50 * NS_PER_US, clean, PACKETS);
	config.loss = 0.3;
	run(&config, 50 * NS_PER_US, lossy, PACKETS);
	for (int i = 0; i < PACKETS; i++)
		if (lossy[i].copies) {
			assert_int_equal(clean[i].copies, 1);
			assert_int_equal(lossy[i].due, clean[i].due);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_arrive_after_the_delay),
		cmocka_unit_test(perfect_link_delivers_at_once),
		cmocka_unit_test(share_of_lost_packets_is_loss),
		cmocka_unit_test(equal_seeds_give_equal_fates),
		cmocka_unit_test(fates_do_not_depend_on_order),
		cmocka_unit_test(equal_packets_have_independent_fates),
		cmocka_unit_test(packets_that_share_counts_have_own_fates),
		cmocka_unit_test(settings_do_not_change_each_others_draws),
		cmocka_unit_test(more_loss_hits_a_superset),
		cmocka_unit_test(fates_do_not_depend_on_time_or_length),
		cmocka_unit_test(jitter_is_uniform_and_keeps_order),
		cmocka_unit_test(late_packets_come_reorder_by_later),
		cmocka_unit_test(duplicates_follow_at_once),
		cmocka_unit_test(rate_and_queue_delay_or_drop),
		cmocka_unit_test(overloaded_link_carries_its_rate),
		cmocka_unit_test(link_without_rate_has_no_queue),
		cmocka_unit_test(lost_packets_take_sender_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
