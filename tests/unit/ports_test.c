#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "lab/ports.h"

#include <stdlib.h>
#include <string.h>

#define SEEDS 50000

static const uint16_t server_ports[SERVER_PORTS] = {
	8123, 8124, 8125, 8126, 8127, 8128, 8129, 8130,
	8131, 8132, 8133, 8134, 8135, 8136, 8137, 8138,
};

/* A set of pairs of ports; one bit each. */
static uint8_t *set_new(void)
{
	uint8_t *bits = calloc(1, (size_t)1 << 29);

	assert_non_null(bits);
	return bits;
}

/* Return: was it new? */
static int set_add(uint8_t *bits, uint16_t a, uint16_t b)
{
	size_t i = (size_t)a << 16 | b;
	uint8_t bit = (uint8_t)(1 << (i & 7));
	int fresh = !(bits[i >> 3] & bit);

	bits[i >> 3] |= bit;
	return fresh;
}

static void no_pair_of_ports_returns_soon(void **state)
{
	uint8_t *hosts = set_new(), *a_s = set_new(), *b_s = set_new();

	(void)state;
	for (uint64_t seed = 7; seed < 7 + SEEDS; seed++)
		for (unsigned order = 0; order < 2; order++) {
			struct port_draw p = ports_draw(seed, order,
							server_ports);

			assert_true(set_add(hosts, p.host[0], p.host[1]));
			assert_true(set_add(a_s, p.host[0], p.server));
			assert_true(set_add(b_s, p.host[1], p.server));
			assert_true(set_add(a_s, p.host[0], p.check));
			assert_true(set_add(b_s, p.host[1], p.check));
		}
	free(hosts);
	free(a_s);
	free(b_s);
}

static void a_port_is_not_used_again_soon(void **state)
{
	uint64_t last[2][65536];

	(void)state;
	memset(last, 0, sizeof(last));
	for (uint64_t draw = 1; draw < 2 * SEEDS; draw++) {
		struct port_draw p = ports_draw(draw / 2, draw % 2,
						server_ports);

		for (unsigned host = 0; host < 2; host++) {
			uint64_t before = last[host][p.host[host]];

			assert_true(!before || draw - before > 55000);
			last[host][p.host[host]] = draw;
		}
	}
}

static void ports_are_in_their_ranges(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 10000; seed++) {
		struct port_draw p = ports_draw(seed * 12345679, seed % 2,
						server_ports);

		assert_true(p.host[0] >= PORTS_FROM);
		assert_true(p.host[1] >= PORTS_FROM);
		assert_in_range(p.server, 8123, 8138);
	}
}

static void the_servers_ports_take_turns(void **state)
{
	uint16_t three[SERVER_PORTS] = { 5001, 5002, 5003 };

	(void)state;
	for (uint64_t i = 0; i < 9; i++)
		assert_int_equal(ports_draw(i, 0, three).server,
				 5001 + i % 3);
	assert_int_not_equal(ports_draw(4, 0, three).server,
			     ports_draw(4, 1, three).server);
	three[0] = 0;
	assert_int_equal(ports_draw(5, 0, three).server, 0);
	assert_int_equal(ports_draw(5, 0, three).check, 0);
}

static void equal_seeds_give_equal_ports(void **state)
{
	struct port_draw p = ports_draw(77, 0, server_ports);
	struct port_draw q = ports_draw(77, 0, server_ports);
	struct port_draw r = ports_draw(78, 0, server_ports);

	(void)state;
	assert_memory_equal(&p, &q, sizeof(p));
	assert_int_not_equal(p.host[0], r.host[0]);
	assert_int_not_equal(p.host[1], r.host[1]);
}

/* the last seed that there is, and the first after it */
static void seeds_near_the_largest_give_ports_too(void **state)
{
	struct port_draw p = ports_draw(UINT64_MAX, 1, server_ports);

	(void)state;
	assert_true(p.host[0] >= PORTS_FROM && p.host[1] >= PORTS_FROM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_pair_of_ports_returns_soon),
		cmocka_unit_test(a_port_is_not_used_again_soon),
		cmocka_unit_test(ports_are_in_their_ranges),
		cmocka_unit_test(the_servers_ports_take_turns),
		cmocka_unit_test(equal_seeds_give_equal_ports),
		cmocka_unit_test(seeds_near_the_largest_give_ports_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
