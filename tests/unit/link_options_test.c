/* The options of a cell's links: what is refused, and what the link model is
   told (docs/lab.md, "Links"). */
#include "base/clock.h"
#include "net/link_options.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* In two-nats: the link of that side, by what it joins. */
static size_t link_of(const struct topology *t, enum link_side side)
{
	static const char *const froms[LINK_SIDES] = { "nat-a", "nat-b", "s" };

	for (size_t i = 0; i < t->link_count; i++)
		if (!strcmp(t->nodes[t->links[i].from].name, froms[side]))
			return i;
	fail();
	return 0;
}

static void config_of(const struct link_options *l, enum link_side side,
		      struct link_config out[LINK_DIRECTIONS])
{
	struct topology t;

	topology_build(topology_find("two-nats"), &t);
	link_options_config(l, 40, 0.19, &t, link_of(&t, side), out);
}

static void close_to(double value, double expected)
{
	assert_true(fabs(value - expected) < 1e-9);
}

/* A quarter of the round trip each way, S's an eighth; of two links with
   loss p a share (1 - p)^2 arrives: 0.9 * 0.9 = 1 - 0.19 */
static void rtt_and_loss_are_shared_between_links(void **state)
{
	static const struct link_options nothing;
	const struct link_options *said[] = { NULL, &nothing };
	struct link_config c[LINK_DIRECTIONS];

	(void)state;
	for (int i = 0; i < 2; i++)
		for (int side = 0; side < LINK_SIDES; side++) {
			config_of(said[i], (enum link_side)side, c);
			for (int way = 0; way < LINK_DIRECTIONS; way++) {
				assert_int_equal(c[way].delay, NS_PER_MS *
						 (side == LINK_S ? 5 : 10));
				close_to(c[way].loss, side == LINK_S ? 0 :
					 0.1);
				assert_int_equal(c[way].jitter, 0);
				assert_int_equal(c[way].rate, 0);
				close_to(c[way].duplicate, 0);
				close_to(c[way].reorder, 0);
			}
		}
}

/* Other links are perfect, whatever is asked for. */
static void only_three_links_can_be_imperfect(void **state)
{
	struct link_options l = { .text = "" };
	struct link_config c[LINK_DIRECTIONS];
	struct topology t;
	unsigned imperfect = 0;

	(void)state;
	assert_true(link_options_set(&l, LINK_RATE, "1", NULL));
	assert_true(link_options_parse(&l, LINK_S, "rate=1", NULL));
	topology_build(topology_find("two-nats"), &t);
	for (size_t i = 0; i < t.link_count; i++) {
		link_options_config(&l, 0, 0, &t, i, c);
		imperfect += !link_is_perfect(&c[0]);
	}
	assert_int_equal(imperfect, 3);
}

static void plain_options_are_divided_between_both_links(void **state)
{
	struct link_options l = { .text = "" };
	struct link_config c[LINK_DIRECTIONS];

	(void)state;
	assert_true(link_options_set(&l, LINK_JITTER, "8", NULL));
	assert_true(link_options_set(&l, LINK_DUPLICATE, "0.19", NULL));
	assert_true(link_options_set(&l, LINK_REORDER, "0.36", NULL));
	assert_true(link_options_set(&l, LINK_RATE, "2.5", NULL));
	for (int side = LINK_A; side <= LINK_B; side++) {
		config_of(&l, (enum link_side)side, c);
		for (int way = 0; way < LINK_DIRECTIONS; way++) {
			assert_int_equal(c[way].jitter, 4 * NS_PER_MS);
			close_to(c[way].duplicate, 0.1);
			close_to(c[way].reorder, 0.2);
			assert_int_equal(c[way].reorder_by, 10 * NS_PER_MS);
			assert_int_equal(c[way].rate, 2500000);
			assert_int_equal(c[way].queue, 100 * NS_PER_MS);
		}
	}
	config_of(&l, LINK_S, c);
	assert_int_equal(c[0].delay, 5 * NS_PER_MS);
	c[0].delay = 0;
	assert_true(link_is_perfect(&c[0]));
}

/* A link's own values are its own: not shared, and above the plain ones. */
static void options_for_one_link_override_plain_options(void **state)
{
	struct link_options l = { .text = "" };
	struct link_config a[LINK_DIRECTIONS], b[LINK_DIRECTIONS];

	(void)state;
	assert_true(link_options_parse(&l, LINK_A,
				       "delay=3,up.rate=1,down.rate=20,"
				       "jitter=5,loss=0.5,down.loss=0",
				       NULL));
	assert_true(link_options_set(&l, LINK_JITTER, "8", NULL));
	assert_true(link_options_set(&l, LINK_RATE, "7", NULL));
	config_of(&l, LINK_A, a);
	config_of(&l, LINK_B, b);
	assert_int_equal(a[LINK_UP].delay, 3 * NS_PER_MS);
	assert_int_equal(a[LINK_DOWN].delay, 3 * NS_PER_MS);
	assert_int_equal(a[LINK_UP].rate, 1000000);
	assert_int_equal(a[LINK_DOWN].rate, 20000000);
	assert_int_equal(a[LINK_UP].jitter, 5 * NS_PER_MS);
	close_to(a[LINK_UP].loss, 0.5);
	close_to(a[LINK_DOWN].loss, 0);
	assert_int_equal(b[LINK_UP].delay, 10 * NS_PER_MS);
	assert_int_equal(b[LINK_UP].rate, 7000000);
	assert_int_equal(b[LINK_UP].jitter, 4 * NS_PER_MS);
	close_to(b[LINK_UP].loss, 0.1);
	assert_string_equal(link_options_text(&l),
			    "link-a=delay=3,up.rate=1,"
			    "down.rate=20,jitter=5,loss=0.5,down.loss=0 "
			    "jitter=8 rate=7");
	assert_string_equal(link_options_text(NULL), "");
}

static void refused(bool ok, const struct error *e, const char *text)
{
	assert_false(ok);
	assert_int_equal(e->kind, ERROR_USE);
	assert_string_equal(e->text, text);
}

static void wrong_options_for_one_link_are_quoted(void **state)
{
	static const struct { const char *text, *says;
	} cases[] = {
		{ "rate", "--link-b: \"rate\" is not KEY=VALUE" },
		{ "", "--link-b: \"\" is not KEY=VALUE" },
		{ "rate=1,", "--link-b: \"\" is not KEY=VALUE" },
		{ "rat=1", "--link-b: unknown key \"rat\"; the nearest is"
			   " \"rate\"" },
		{ "up.down.jitter=1",
		  "--link-b: unknown key \"down.jitter\"; the"
		  " nearest is \"jitter\"" },
		{ "up.loss=2", "--link-b: loss \"2\": not a number from 0"
			       " to 1" },
		{ "loss=nan", "--link-b: loss \"nan\": not a number from 0"
			      " to 1" },
		{ "jitter=", "--link-b: jitter \"\": not a number from 0 to"
			     " 60000" },
		{ "rate=1e-9", "--link-b: rate \"1e-9\": not 0 or a number"
			       " from 0.001 to 1000000" },
	};
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct link_options l = { .text = "" };

		refused(link_options_parse(&l, LINK_B, cases[i].text, &e), &e,
			cases[i].says);
	}
}

static void wrong_plain_options_are_quoted(void **state)
{
	struct link_options l = { .text = "" };
	char longest[LINK_OPTIONS_TEXT + 1];
	struct error e;

	(void)state;
	refused(link_options_set(&l, LINK_REORDER, "-1", &e), &e,
		"--reorder \"-1\": not a number from 0 to 1");
	memset(longest, '0', LINK_OPTIONS_TEXT);
	longest[LINK_OPTIONS_TEXT] = '\0';
	assert_false(link_options_set(&l, LINK_JITTER, longest, &e));
	assert_int_equal(e.kind, ERROR_USE);
	assert_string_equal(link_options_text(&l), "");
	assert_true(link_options_set(&l, LINK_QUEUE, "5", NULL));
	refused(link_options_check(&l, &e), &e,
		"\"queue=5\": queue has no effect without rate");
	assert_true(link_options_parse(&l, LINK_A, "up.rate=1", NULL));
	assert_true(link_options_check(&l, NULL));
	assert_true(link_options_set(&l, LINK_REORDER_BY, "5", NULL));
	assert_false(link_options_check(&l, NULL));
	assert_true(link_options_parse(&l, LINK_S, "reorder=0.1", NULL));
	assert_true(link_options_check(&l, NULL));
}

/* Every topology has the three links; one that has not is refused. */
static void each_topology_has_all_three_links(void **state)
{
	struct link_options l = { .text = "" };
	struct topology t;
	struct error e;

	(void)state;
	assert_true(link_options_parse(&l, LINK_A, "rate=1", NULL));
	assert_true(link_options_parse(&l, LINK_B, "rate=1", NULL));
	assert_true(link_options_parse(&l, LINK_S, "rate=1", NULL));
	for (size_t i = 0; i < topology_count; i++) {
		topology_build(&topologies[i], &t);
		assert_true(link_options_fit(&l, &t, NULL));
		assert_true(link_options_fit(NULL, &t, NULL));
	}
	topology_build(topology_find("nested-4"), &t);
	assert_true(link_options_fit(&l, &t, NULL));
	for (size_t i = 0; i < t.link_count; i++)
		if (!strcmp(t.nodes[t.links[i].from].name, "nat-b4"))
			t.links[i].share = SHARE_NONE;
	refused(link_options_fit(&l, &t, &e), &e,
		"--link-b: topology \"nested-4\" has no such link");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rtt_and_loss_are_shared_between_links),
		cmocka_unit_test(only_three_links_can_be_imperfect),
		cmocka_unit_test(plain_options_are_divided_between_both_links),
		cmocka_unit_test(options_for_one_link_override_plain_options),
		cmocka_unit_test(wrong_options_for_one_link_are_quoted),
		cmocka_unit_test(wrong_plain_options_are_quoted),
		cmocka_unit_test(each_topology_has_all_three_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
