/* The trials of a plan: which there are, in which order, and what they are. */
#include "plan/sweep.h"

#include "net/nat_list.h"
#include "lab/configure_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT 512

/* fill - say the words of a line: "rtt=40 keep-syn" */
static void fill(struct grid *p, struct string_set *texts, const char *line)
{
	char copy[TEXT], *rest, *word;
	struct error e;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (!grid_set(p, word, value, texts, &e))
			fail_msg("%s: %s", word, e.text);
	}
}

/* add - a product, over one that says @base */
static bool add(struct sweep *s, const char *base, const char *line,
		struct error *e)
{
	struct grid below = { .variant = NULL }, p = { .variant = NULL };
	bool ok;

	fill(&below, sweep_texts(s), base);
	grid_reset(&p, &below);
	fill(&p, sweep_texts(s), line);
	ok = sweep_add(s, &p, &below, 7, e);
	grid_free(&p);
	grid_free(&below);
	return ok;
}

static struct sweep *sweep_of(const char *line)
{
	struct sweep *s = sweep_new();
	struct error e;

	assert_non_null(s);
	if (!add(s, "", line, &e))
		fail_msg("%s", e.text);
	return s;
}

/* describe - "stunt1 low a b 40 0" */
static const char *describe(const struct sweep *s, unsigned number,
			    char out[TEXT])
{
	struct trial t = sweep_trial(s, number);

	snprintf(out, TEXT, "%s %s%s%s %s %s %g %g", t.approach.method->name,
		 t.approach.low_ttl ? "low" : "none",
		 t.approach.variant ? " " : "",
		 t.approach.variant ? t.approach.method->variant : "",
		 t.nat_a, t.nat_b, t.rtt_ms, t.skew_ms);
	return out;
}

static void assert_trials(const char *line, const char *const *expected,
			  unsigned count)
{
	struct sweep *s = sweep_of(line);
	char text[TEXT];

	assert_int_equal(sweep_count(s), count);
	for (unsigned i = 0; i < count; i++)
		assert_string_equal(describe(s, i, text), expected[i]);
	sweep_free(s);
}

/* ---- numbers ---- */

static void one_setting_repeats_every_approach(void **state)
{
	struct approach all[APPROACHES_MAX];
	size_t count = approaches_every(all);
	struct sweep *s = sweep_of("method=every trials=3");

	(void)state;
	assert_int_equal(sweep_count(s), 3 * count);
	assert_int_equal(sweep_settings(s), 1);
	assert_int_equal(sweep_approaches(s), count);
	for (unsigned i = 0; i < 3 * count; i++) {
		struct trial t = sweep_trial(s, i);
		const struct approach *a = &all[i % count];

		assert_ptr_equal(t.approach.method, a->method);
		assert_int_equal(t.approach.low_ttl, a->low_ttl);
		assert_int_equal(t.approach.variant, a->variant);
	}
	sweep_free(s);
}

static void trials_are_in_the_documented_order(void **state)
{
	static const char *const expected[] = {
		"p2pnat none a b 10 1", "stunt2 low a b 10 1",
		"p2pnat none a b 10 1", "stunt2 low a b 10 1",
		"p2pnat none a b 10 2", "stunt2 low a b 10 2",
		"p2pnat none a b 10 2", "stunt2 low a b 10 2",
		"p2pnat none a b 20 1", "stunt2 low a b 20 1",
		"p2pnat none a b 20 1", "stunt2 low a b 20 1",
		"p2pnat none a b 20 2", "stunt2 low a b 20 2",
		"p2pnat none a b 20 2", "stunt2 low a b 20 2",
		"p2pnat none a c 10 1", "stunt2 low a c 10 1",
	};
	struct sweep *s = sweep_of("skew=1 nat-a=a trials=2 method=p2pnat "
				   "rtt=10 nat-b=b method=stunt2 rtt=20 "
				   "skew=2 nat-b=c nat-a=d");
	char text[TEXT];

	(void)state;
	assert_int_equal(sweep_count(s), 64);
	assert_int_equal(sweep_settings(s), 16);
	for (unsigned i = 0; i < 18; i++)
		assert_string_equal(describe(s, i, text), expected[i]);
	assert_string_equal(describe(s, 32, text), "p2pnat none d b 10 1");
	assert_string_equal(describe(s, 63, text), "stunt2 low d c 20 2");
	sweep_free(s);
}

static void trials_of_a_cell_are_consecutive(void **state)
{
	struct sweep *s = sweep_of("method=all nat-a=a nat-a=b nat-b=c nat-b=d "
				   "topology=two-nats topology=nested-2 "
				   "rtt=1 rtt=2 loss=0 loss=0.1 background=0 "
				   "spoofing=allowed spoofing=dropped skew=1 "
				   "skew=2 timeout=5 timeout=6 trials=2");
	unsigned changes = 0;

	(void)state;
	assert_int_equal(sweep_count(s), 64 * 4 * 2 * 10);
	for (unsigned i = 1; i < sweep_count(s); i++) {
		struct trial before = sweep_trial(s, i - 1);
		struct trial now = sweep_trial(s, i);

		changes += !trial_same_cell(&before, &now);
	}
	assert_int_equal(changes, 63);	/* of 64 cells */
	sweep_free(s);
}

static void trial_numbers_continue_from_line_to_line(void **state)
{
	struct sweep *s = sweep_new();
	struct error e;
	char text[TEXT];

	(void)state;
	assert_true(add(s, "rtt=5", "method=p2pnat nat-a=a trials=3", &e));
	assert_true(add(s, "rtt=5", "method=stunt2 nat-b=b rtt=6", &e));
	assert_true(add(s, "rtt=5", "method=stunt2 nat-b=b rtt=6", &e));
	assert_int_equal(sweep_count(s), 5);
	assert_int_equal(sweep_settings(s), 3);
	assert_string_equal(describe(s, 2, text), "p2pnat none a "
			    NAT_LIST_DEFAULT " 5 0");
	assert_string_equal(describe(s, 3, text),
			    "stunt2 low " NAT_LIST_DEFAULT " b 6 0");
	assert_string_equal(describe(s, 4, text),
			    "stunt2 low " NAT_LIST_DEFAULT " b 6 0");
	assert_int_equal(sweep_line(s, 4), 7);
	sweep_free(s);
}

static void a_million_trials_are_one_grid(void **state)
{
	struct sweep *s = sweep_of("method=all trials=100000 skew=0 rtt=10");
	char text[TEXT];

	(void)state;
	assert_int_equal(sweep_count(s), 1000000);
	assert_string_equal(describe(s, 999998, text), "p2pnat none "
			    NAT_LIST_DEFAULT " " NAT_LIST_DEFAULT " 10 0");
	sweep_free(s);
}

static void too_many_trials_are_refused(void **state)
{
	struct sweep *s = sweep_new();
	struct error e;

	(void)state;
	assert_true(add(s, "", "method=all trials=1000000", &e));
	assert_true(add(s, "", "method=all trials=1000000 skew=0 skew=1 skew=2"
			" skew=3 skew=4 skew=5 skew=6 skew=7 skew=8", &e));
	assert_int_equal(sweep_count(s), SWEEP_TRIALS_MAX);
	assert_false(add(s, "", "method=p2pnat", &e));
	assert_int_equal(e.kind, ERROR_USE);
	assert_string_equal(e.text,
			    "the plan has more than 100000000 trials");
	assert_int_equal(sweep_count(s), SWEEP_TRIALS_MAX);
	sweep_free(s);
}

/* ---- approaches ---- */

static void methods_keep_their_given_order(void **state)
{
	static const char *const expected[] = {
		"p2pnat none a b 0 0", "stunt1 low a b 0 0",
		"p2pnat none a b 0 0",
	};

	(void)state;
	assert_trials("nat-a=a nat-b=b rtt=0 method=p2p-nat method=stunt1 "
		      "method=p2pnat", expected, 3);
}

static void a_method_uses_only_the_ttls_that_it_supports(void **state)
{
	static const char *const expected[] = {
		"stunt1 none a b 0 0", "stunt1 low a b 0 0",
		"p2pnat none a b 0 0",
	};
	static const char *const variant[] = {
		"stunt2 none keep-syn a b 0 0", "stunt2 low keep-syn a b 0 0",
	};

	(void)state;
	assert_trials("nat-a=a nat-b=b rtt=0 method=stunt1 method=p2pnat "
		      "ttl=none ttl=auto", expected, 3);
	assert_trials("nat-a=a nat-b=b rtt=0 method=stunt2 keep-syn "
		      "ttl=none ttl=auto", variant, 2);
}

static void a_ttl_may_be_a_number(void **state)
{
	struct sweep *s = sweep_of("method=all ttl=3 ttl=none ttl=2 trials=2");
	unsigned low = 0;

	(void)state;
	assert_int_equal(sweep_approaches(s), 4 + 6 + 4);
	for (unsigned i = 0; i < 14; i++) {
		struct trial t = sweep_trial(s, i);

		assert_int_equal(t.ttl, i < 4 ? 3 : i < 10 ? 0 : 2);
		low += t.approach.low_ttl;
	}
	assert_int_equal(low, 8);
	sweep_free(s);
}

static void impossible_approaches_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "", "which --method? (tcptrav list methods)" },
		{ "ttl=none", "which --method? (tcptrav list methods)" },
		{ "method=p2pnat ttl=auto", "p2pnat has no low-TTL form: leave"
		  " --ttl out, or say --ttl none" },
		{ "method=stunt1 method=p2pnat ttl=auto", "p2pnat has no"
		  " low-TTL form: leave --ttl out, or say --ttl none" },
		{ "method=stunt1 keep-syn", "stunt1 has no variant"
		  " --keep-syn" },
	};
	struct sweep *s = sweep_new();
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(add(s, "", cases[i][0], &e));
		assert_int_equal(e.kind, ERROR_USE);
		assert_string_equal(e.text, cases[i][1]);
	}
	assert_int_equal(sweep_count(s), 0);
	sweep_free(s);
}

/* ---- what holds where nothing is said ---- */

static void defaults_come_from_command_then_topology(void **state)
{
	struct sweep *s = sweep_new();
	struct trial t;
	struct error e;

	(void)state;
	assert_true(add(s, "", "method=p2pnat", &e));
	assert_true(add(s, "topology=busy loss=0.5", "method=p2pnat", &e));
	assert_true(add(s, "topology=busy loss=0.5",
			"method=p2pnat topology=public-a", &e));
	assert_true(add(s, "", "method=p2pnat nat-a=a topology=one-nat", &e));
	t = sweep_trial(s, 0);
	assert_string_equal(t.topology, "two-nats");
	assert_true(t.rtt_ms == 40 && t.skew_ms == 0 && t.loss == 0 &&
		    t.background == 0 && t.timeout_ms == 0 &&
		    !t.spoofing_dropped && !t.links);
	t = sweep_trial(s, 1);
	assert_true(t.background == 10 && t.loss == 0.5);
	t = sweep_trial(s, 2);
	assert_string_equal(t.nat_a, "none");
	assert_string_equal(t.nat_b, NAT_LIST_DEFAULT);
	assert_true(t.background == 0 && t.loss == 0.5);
	t = sweep_trial(s, 3);
	assert_string_equal(t.nat_b, "a");
	sweep_free(s);
}

static void a_line_adds_to_the_commands_link_options(void **state)
{
	struct sweep *s = sweep_new();
	struct error e;

	(void)state;
	assert_true(add(s, "jitter=5", "method=p2pnat", &e));
	assert_true(add(s, "jitter=5", "method=p2pnat link-a=rate=1", &e));
	assert_true(add(s, "jitter=5", "method=p2pnat link-a=rate=1", &e));
	assert_false(add(s, "queue=5", "method=p2pnat", &e));
	assert_string_equal(e.text,
			    "\"queue=5\": queue has no effect without rate");
	assert_true(add(s, "queue=5", "method=p2pnat rate=1", &e));
	assert_string_equal(link_options_text(sweep_trial(s, 0).links),
			    "jitter=5");
	assert_string_equal(link_options_text(sweep_trial(s, 1).links),
			    "jitter=5 link-a=rate=1");
	assert_ptr_equal(sweep_trial(s, 2).links, sweep_trial(s, 1).links);
	assert_string_equal(link_options_text(sweep_trial(s, 3).links),
			    "queue=5 rate=1");
	sweep_free(s);
}

static void equal_texts_are_stored_once(void **state)
{
	struct sweep *s = sweep_of("method=p2pnat nat-a=x nat-a=x nat-b=x");
	struct trial t = sweep_trial(s, 1);

	(void)state;
	assert_int_equal(sweep_count(s), 2);
	assert_ptr_equal(t.nat_a, t.nat_b);
	sweep_free(s);
}

static void a_single_trial_keeps_its_given_setting(void **state)
{
	const struct trial given = {
		.approach = { .method = method_find("stunt1"),
			      .low_ttl = true },
		.nat_b = "rst", .topology = "two-nats", .rtt_ms = 7,
		.skew_ms = -3, .loss = 0.25, .background = -1, .ttl = 9,
		.timeout_ms = 11, .spoofing_dropped = true,
	};
	struct sweep *s = sweep_new();
	struct trial t;

	(void)state;
	assert_true(sweep_add_trial(s, &given, NULL));
	t = sweep_trial(s, 0);
	assert_int_equal(sweep_count(s), 1);
	assert_ptr_equal(t.approach.method, given.approach.method);
	assert_true(t.approach.low_ttl && t.ttl == 9 && t.spoofing_dropped);
	assert_string_equal(t.nat_a, NAT_LIST_DEFAULT);
	assert_string_equal(t.nat_b, "rst");
	assert_true(t.rtt_ms == 7 && t.skew_ms == -3 && t.loss == 0.25 &&
		    t.background == 0 && t.timeout_ms == 11);
	sweep_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_setting_repeats_every_approach),
		cmocka_unit_test(trials_are_in_the_documented_order),
		cmocka_unit_test(trials_of_a_cell_are_consecutive),
		cmocka_unit_test(trial_numbers_continue_from_line_to_line),
		cmocka_unit_test(a_million_trials_are_one_grid),
		cmocka_unit_test(too_many_trials_are_refused),
		cmocka_unit_test(methods_keep_their_given_order),
		cmocka_unit_test(a_method_uses_only_the_ttls_that_it_supports),
		cmocka_unit_test(a_ttl_may_be_a_number),
		cmocka_unit_test(impossible_approaches_are_refused),
		cmocka_unit_test(defaults_come_from_command_then_topology),
		cmocka_unit_test(a_line_adds_to_the_commands_link_options),
		cmocka_unit_test(equal_texts_are_stored_once),
		cmocka_unit_test(a_single_trial_keeps_its_given_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
