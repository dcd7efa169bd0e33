/* The windows of skew that follow from the rules of predict are those that were
   derived from the ladders by hand: experiments/published/skew-windows.csv. */
#include "predict/skew_windows.h"

#include "base/clock.h"
#include "net/nat_spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIELD 32
#define PUBLISHED "experiments/published/skew-windows.csv"
#define PUBLISHED_ROWS 30

#define RTT 40
#define D (RTT / 2 * NS_PER_MS)

static const struct skew_range range = {
	.from = -3 * D, .to = 3 * D, .step = D / 8, .resolution = NS_PER_US,
};

/* approach_named - "natblaster none", "stunt2 low keep-syn" */
static struct approach approach_named(const char *text)
{
	char method[FIELD], ttl[FIELD], variant[FIELD] = "";
	struct approach a = { .method = NULL };

	assert_true(sscanf(text, "%31s %31s %31s", method, ttl, variant) >= 2);
	a.method = method_find(method);
	assert_non_null(a.method);
	a.low_ttl = !strcmp(ttl, "low");
	a.variant = *variant != '\0';
	return a;
}

static struct trial trial_of(const char *nat_a, const char *nat_b,
			     const char *approach)
{
	struct trial t = {
		.approach = approach_named(approach),
		.nat_a = nat_a, .nat_b = nat_b, .topology = "two-nats",
		.rtt_ms = RTT,
	};

	trial_complete(&t);
	return t;
}

static void derive(const struct trial *t, struct derived_windows *out)
{
	struct error e;

	if (!derive_windows(t, &range, out, &e))
		fail_msg("%s", e.text);
}

/* window_word - "always", "within d", "never", or "another" */
static const char *window_word(const struct bisection *b)
{
	struct skew_interval w, next;

	if (!bisection_window(b, 0, &w))
		return "never";
	if (bisection_window(b, w.last + 1, &next))
		return "another";
	if (w.from == range.from && w.to == range.to)
		return "always";
	return llabs(w.from + D) <= range.resolution &&
	       llabs(w.to - D) <= range.resolution ? "within d" : "another";
}

static void they_are_the_published_ones(void **state)
{
	FILE *csv = fopen(PUBLISHED, "r");
	char line[256], nat[FIELD], approach[FIELD], window[FIELD];
	unsigned rows = 0;

	(void)state;
	assert_non_null(csv);
	while (fgets(line, sizeof(line), csv)) {
		struct derived_windows derived;
		struct trial t;

		if (*line == '#' || !strncmp(line, "nat,", 4))
			continue;
		assert_int_equal(sscanf(line, "%31[^,],%31[^,],%31[^,]", nat,
					approach, window), 3);
		if (!strcmp(nat, "drop"))
			strcpy(nat, "port-restricted-cone");
		t = trial_of(nat, nat, approach);
		derive(&t, &derived);
		if (strcmp(window_word(&derived.skews), window) != 0)
			fail_msg("%s", line);
		assert_false(derived.chance);
		bisection_free(&derived.skews);
		rows++;
	}
	fclose(csv);
	assert_int_equal(rows, PUBLISHED_ROWS);
}

/* NAT A drops what is unsolicited, NAT B answers it with RST. Above d, A's SYN
   is unsolicited, and the RST ends A's socket; natblaster has no other. Below
   -d, NAT A drops B's SYN, and A's enters through the hole. */
static void two_different_nats_have_a_one_sided_window(void **state)
{
	struct trial t = trial_of("port-restricted-cone", "rst",
				  "natblaster none");
	struct derived_windows derived;
	struct skew_interval w;

	(void)state;
	derive(&t, &derived);
	assert_true(bisection_window(&derived.skews, 0, &w));
	assert_int_equal(w.from, range.from);
	assert_true(llabs(w.to - D) <= range.resolution);
	assert_false(bisection_window(&derived.skews, w.last + 1, &w));
	bisection_free(&derived.skews);
}

/* 20 ms: two packets race, and there is no prediction for the skew itself. */
static void the_one_way_delay_is_a_boundary(void **state)
{
	struct trial t = trial_of("rst", "rst", "natblaster none");
	struct derived_windows derived;
	struct skew_interval first, second;
	int64_t gap;

	(void)state;
	derive(&t, &derived);
	assert_true(bisection_interval(&derived.skews, 0, &first));
	assert_true(bisection_interval(&derived.skews, first.last + 1,
				       &second));
	gap = derived.skews.samples[second.first].skew -
	      derived.skews.samples[first.last].skew;
	assert_true(gap <= range.resolution);
	assert_true(llabs(second.from + D) <= range.resolution);
	bisection_free(&derived.skews);
}

static void a_program_has_no_derived_windows(void **state)
{
	struct trial t = trial_of("exec:/bin/true", "rst", "p2pnat none");
	struct derived_windows derived;
	struct error e;

	(void)state;
	assert_false(derive_windows(&t, &range, &derived, &e));
	assert_int_equal(e.kind, ERROR_USE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_the_published_ones),
		cmocka_unit_test(two_different_nats_have_a_one_sided_window),
		cmocka_unit_test(the_one_way_delay_is_a_boundary),
		cmocka_unit_test(a_program_has_no_derived_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
