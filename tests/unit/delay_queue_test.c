/* The queue of a link's direction: first in, first out, whole, bounded. */
#include "lab/delay_queue.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define ROOM 4096

/* put - a record whose bytes and length follow from its number */
static bool put(struct delay_queue *f, unsigned number, size_t length)
{
	uint8_t bytes[ROOM];

	memset(bytes, (int)(number & 0xff), length);
	return delay_queue_put(f, number, bytes, length);
}

static void check(const struct delay_queue_record *r, unsigned number)
{
	assert_int_equal(r->due, number);
	for (size_t i = 0; i < r->length; i++)
		assert_int_equal(r->bytes[i], number & 0xff);
}

static void records_leave_in_the_order_they_came(void **state)
{
	struct delay_queue f;
	struct delay_queue_record r;
	size_t at;

	(void)state;
	assert_true(delay_queue_open(&f, ROOM));
	for (unsigned i = 0; i < 10; i++)
		assert_true(put(&f, i, 10 + i));
	assert_int_equal(f.count, 10);
	at = f.first;
	for (unsigned i = 0; i < 10; i++) {
		delay_queue_next(&f, &at, &r);
		check(&r, i);
		assert_int_equal(r.length, 10 + i);
	}
	delay_queue_drop(&f, 10);
	assert_int_equal(f.count, 0);
	delay_queue_close(&f);
}

static void a_full_queue_refuses_a_record(void **state)
{
	struct delay_queue f;
	struct delay_queue_record r;
	unsigned count = 0;
	size_t at;

	(void)state;
	assert_true(delay_queue_open(&f, ROOM));
	assert_false(put(&f, 0, ROOM));
	while (put(&f, count, 100))
		count++;
	assert_true(count > 20);
	assert_int_equal(f.count, count);
	at = f.first;
	for (unsigned i = 0; i < count; i++) {
		delay_queue_next(&f, &at, &r);
		check(&r, i);
	}
	delay_queue_drop(&f, 1);
	assert_true(put(&f, count, 50));
	delay_queue_close(&f);
}

/* Random lengths, round and round: nothing is lost, mixed up or torn. */
static void records_wrap_around_the_end_of_the_memory(void **state)
{
	struct delay_queue f;
	struct delay_queue_record r;
	struct rng rng;
	unsigned in = 0, out = 0;
	size_t lengths[ROOM];

	(void)state;
	rng_seed(&rng, 7);
	assert_true(delay_queue_open(&f, ROOM));
	for (int step = 0; step < 100000; step++) {
		size_t length = rng_below(&rng, 900), at = f.first;

		if (rng_below(&rng, 2) && put(&f, in, length)) {
			lengths[in++ % ROOM] = length;
		} else if (f.count) {
			delay_queue_next(&f, &at, &r);
			check(&r, out);
			assert_int_equal(r.length, lengths[out++ % ROOM]);
			delay_queue_drop(&f, 1);
		}
		assert_int_equal(f.count, in - out);
	}
	assert_true(out > 10000);
	delay_queue_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_leave_in_the_order_they_came),
		cmocka_unit_test(a_full_queue_refuses_a_record),
		cmocka_unit_test(records_wrap_around_the_end_of_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
