/* The moments at which links hand packets over, alone and in the link model. */
#include "nat/raster.h"

#include "base/clock.h"
#include "base/rng.h"
#include "nat/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define PACKETS 10000

/* named - a packet like no other */
static uint64_t named(uint64_t number)
{
	struct rng rng;

	rng_seed(&rng, number);
	return rng_next(&rng);
}

static int64_t through(const struct raster *r, int64_t now, int64_t delay)
{
	return raster_hand_over(r, now, raster_enters(r, now) + delay);
}

/*
 * A raster of 8 ms from 3 ms on: what enters in the same 8 ms is handed over at
 * once, 20 ms after their middle, which is in the third 8 ms from there, at
 * their beginning; so 24 ms and the 2 of the place after that of the first.
 */
static void at_once(void **state)
{
	const struct raster r = { 8 * MS, 3 * MS, 2 * MS };

	(void)state;
	for (int64_t now = 3 * MS; now < 80 * MS; now += MS / 4) {
		int64_t begun = (now - 3 * MS) / (8 * MS) * 8 * MS + 3 * MS;

		assert_int_equal(through(&r, now, 20 * MS), begun + 26 * MS);
		assert_int_equal(through(&r, now, 27 * MS), begun + 26 * MS +
				 7 * MS / 8);
		assert_int_equal(through(&r, now, 28 * MS), begun + 34 * MS);
	}
	/* a clock may begin after a beginning */
	assert_int_equal(through(&r, MS, 20 * MS), 21 * MS);
}

/* Without a place of its own a packet is as long after a beginning as it came
   in: 20 ms from a middle there are two or three whole widths. */
static void without_a_place(void **state)
{
	const struct raster r = { 8 * MS, 0, -1 };

	(void)state;
	assert_int_equal(through(&r, MS, 20 * MS), 25 * MS);
	assert_int_equal(through(&r, 7 * MS, 20 * MS), 31 * MS);
	assert_int_equal(through(&r, 7 * MS, 19 * MS), 23 * MS);
	assert_int_equal(through(&r, 5, 0), 5);
}

static void none(void **state)
{
	const struct raster r = { .width = 0, .place = 7 };

	(void)state;
	assert_int_equal(through(&r, 12345, 678), 13023);
}

/* Packets keep their order, in each lane, also where they are let through as
   they came in, and their fates but for when they come out. */
static void keeps_the_order(void **state)
{
	struct link_config config = {
		.delay = 5 * MS, .jitter = 2 * MS, .loss = 0.1,
		.duplicate = 0.2, .reorder = 0.3, .reorder_by = 40 * MS,
		.seed = 3,
	};
	struct link_config with[2] = { config, config };

	(void)state;
	with[0].raster = (struct raster){ 4 * MS, 123, 7 * MS / 4 };
	with[1].raster = (struct raster){ 4 * MS, 123, -1 };
	for (int k = 0; k < 2; k++) {
		int64_t last[2] = { 0, 0 };
		struct link_model without, l;

		link_init(&without, &config);
		link_init(&l, &with[k]);
		for (unsigned i = 0; i < PACKETS; i++) {
			int64_t now = i * 777777L;
			struct link_fate f, r;

			f = link_input(&without, now, 100, named(i));
			r = link_input(&l, now, 100, named(i));
			assert_int_equal(r.copies, f.copies);
			assert_int_equal(r.late, f.late);
			assert_true(r.due >= last[r.late]);
			last[r.late] = r.due;
		}
	}
}

/* With 5 to 7 ms, alike on both sides of 1.5 widths of 4, and a place such that
   packets come out in the middle on average, no way is longer or shorter by a
   width, and all together are as long: a way's deviation is 1.6 ms and that of
   10,000 ways' mean 16 us. */
static void keeps_the_delay(void **state)
{
	struct link_config config = {
		.delay = 5 * MS, .jitter = 2 * MS,
		.raster = { 4 * MS, 123, 7 * MS / 4 },
	};
	struct link_config plain = { .delay = 5 * MS, .jitter = 2 * MS };
	struct link_model without, l;
	int64_t sum = 0;

	(void)state;
	link_init(&without, &plain);
	link_init(&l, &config);
	for (unsigned i = 0; i < PACKETS; i++) {
		int64_t now = i * 77123457L;
		int64_t longer = link_input(&l, now, 100, named(i)).due -
				 link_input(&without, now, 100, named(i)).due;

		assert_in_range(longer + 4 * MS, 0, 8 * MS);
		sum += longer;
	}
	assert_in_range(sum / PACKETS + MS / 10, 0, MS / 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_once),
		cmocka_unit_test(without_a_place),
		cmocka_unit_test(none),
		cmocka_unit_test(keeps_the_order),
		cmocka_unit_test(keeps_the_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
