/* Where a result changes with the skew, for results that are known. */
#include "plan/bisection.h"

#include "base/clock.h"
#include "base/result_codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define US NS_PER_US

static const struct skew_result connected = {
	.outcome = OUTCOME_CONNECTED,
	.mechanism = { MECHANISM_FORGED_SYN_ACK, MECHANISM_FORGED_SYN_ACK },
}, through_hole = {
	.outcome = OUTCOME_CONNECTED,
	.mechanism = { MECHANISM_SYN_THROUGH_HOLE,
		       MECHANISM_SYN_THROUGH_HOLE },
}, refused = {
	.outcome = OUTCOME_FAILED, .cause = CAUSE_RST_FROM_NAT,
};

static const struct skew_range sixty = {
	.from = -60 * MS, .to = 60 * MS, .step = 5 * MS / 2, .resolution = US,
};

struct search {
	struct bisection b;
	unsigned rounds, trials;
};

/* run_parts - search @range for the changes of @result */
static struct search run_parts(const struct skew_range *range,
			       struct skew_result (*result)(int64_t skew),
			       unsigned parts)
{
	struct search s = { .rounds = 0 };

	assert_true(bisection_begin(&s.b, range));
	while (bisection_pending(&s.b)) {
		for (size_t i = 0; i < s.b.count; i++) {
			struct skew_sample *sample = &s.b.samples[i];

			if (sample->known)
				continue;
			sample->known = true;
			sample->result = result(sample->skew);
			s.trials++;
		}
		for (size_t i = 1; i < s.b.count; i++)
			assert_true(s.b.samples[i - 1].skew <
				    s.b.samples[i].skew);
		s.rounds++;
		assert_true(bisection_refine(&s.b, parts));
	}
	return s;
}

static struct search run(const struct skew_range *range,
			 struct skew_result (*result)(int64_t skew))
{
	return run_parts(range, result, 4);
}

/* assert_interval - the next interval; Return: the sample after its last */
static size_t assert_interval(const struct search *s, size_t first,
			      int64_t from, int64_t to,
			      const struct skew_result *result)
{
	struct skew_interval i;

	assert_true(bisection_interval(&s->b, first, &i));
	assert_true(llabs(i.from - from) <= s->b.range.resolution);
	assert_true(llabs(i.to - to) <= s->b.range.resolution);
	assert_true(skew_results_equal(&i.result, result));
	return i.last + 1;
}

static struct skew_result always(int64_t skew)
{
	(void)skew;
	return connected;
}

static void a_constant_result_costs_the_grid_alone(void **state)
{
	struct search s = run(&sixty, always);
	struct skew_interval i;

	(void)state;
	assert_int_equal(s.rounds, 1);
	assert_int_equal(s.trials, 50);	/* 48 steps and both ends */
	assert_int_equal(assert_interval(&s, 0, -60 * MS, 60 * MS, &connected),
			 s.b.count);
	assert_true(bisection_window(&s.b, 0, &i));
	assert_int_equal(i.from, -60 * MS);
	assert_int_equal(i.to, 60 * MS);
	assert_false(bisection_window(&s.b, i.last + 1, &i));
	bisection_free(&s.b);
}

static void the_grid_keeps_away_from_multiples_of_its_step(void **state)
{
	struct bisection b;

	(void)state;
	assert_true(bisection_begin(&b, &sixty));
	for (size_t i = 1; i + 1 < b.count; i++)
		assert_int_equal(llabs(b.samples[i].skew) % (5 * MS / 2),
				 5 * MS / 4);
	bisection_free(&b);
}

/* As of natblaster without TTL between NATs that answer with RST: the SYNs
   cross if |skew| < d = 20 ms. */
static struct skew_result within_d(int64_t skew)
{
	return llabs(skew) < 20 * MS ? connected : refused;
}

static void changes_are_found_to_the_resolution(void **state)
{
	struct search s = run(&sixty, within_d);
	size_t at = assert_interval(&s, 0, -60 * MS, -20 * MS, &refused);
	struct skew_interval i;

	(void)state;
	at = assert_interval(&s, at, -20 * MS, 20 * MS, &connected);
	at = assert_interval(&s, at, 20 * MS, 60 * MS, &refused);
	assert_int_equal(at, s.b.count);
	assert_false(bisection_is_cut(&s.b));
	/* 2.5 ms in 1 us: a quarter in each of 6 rounds after the grid's */
	assert_int_equal(s.rounds, 7);
	assert_true(bisection_interval(&s.b, 0, &i));
	assert_int_equal(s.b.samples[i.last + 1].skew -
			 s.b.samples[i.last].skew, US);
	bisection_free(&s.b);
}

/* 2.5 ms in 1 us is less than 2^12 and 16^3. */
static void more_parts_need_fewer_rounds_and_more_trials(void **state)
{
	struct search two = run_parts(&sixty, within_d, 2);
	struct search sixteen = run_parts(&sixty, within_d, 16);

	(void)state;
	assert_int_equal(two.rounds, 1 + 12);
	assert_int_equal(sixteen.rounds, 1 + 3);
	assert_true(two.trials <= 50 + 2 * 12);
	assert_true(sixteen.trials <= 50 + 2 * 3 * 15);
	assert_interval(&two, 0, -60 * MS, -20 * MS, &refused);
	assert_interval(&sixteen, 0, -60 * MS, -20 * MS, &refused);
	bisection_free(&two.b);
	bisection_free(&sixteen.b);
}

/* Each ns counts. */
static struct skew_result below_12345_ns(int64_t skew)
{
	return skew < 12345 ? connected : refused;
}

static void a_resolution_below_a_microsecond_is_kept(void **state)
{
	struct skew_range range = sixty;
	struct search s;
	struct skew_interval i;

	(void)state;
	range.resolution = 1;
	s = run(&range, below_12345_ns);
	assert_true(bisection_interval(&s.b, 0, &i));
	assert_int_equal(s.b.samples[i.last].skew, 12344);
	assert_int_equal(s.b.samples[i.last + 1].skew, 12345);
	bisection_free(&s.b);
}

/* Two changes between two samples of the grid, which show as one. */
static struct skew_result three_results(int64_t skew)
{
	return skew < 19 * MS ? connected :
	       skew < 19 * MS + 300 * US ? through_hole : refused;
}

static void a_third_result_between_two_samples_is_an_interval(void **state)
{
	struct search s = run(&sixty, three_results);
	size_t at = assert_interval(&s, 0, -60 * MS, 19 * MS, &connected);
	struct skew_interval window;

	(void)state;
	at = assert_interval(&s, at, 19 * MS, 19 * MS + 300 * US,
			     &through_hole);
	at = assert_interval(&s, at, 19 * MS + 300 * US, 60 * MS, &refused);
	assert_int_equal(at, s.b.count);
	/* by two mechanisms, but it connects in one window */
	assert_true(bisection_window(&s.b, 0, &window));
	assert_true(llabs(window.to - (19 * MS + 300 * US)) <= US);
	assert_false(bisection_window(&s.b, window.last + 1, &window));
	bisection_free(&s.b);
}

/* Connects in less than a step, where the grid of 2.5 ms has no sample: at odd
   multiples of 1.25 ms. */
static struct skew_result narrow(int64_t skew)
{
	return skew > 10 * MS && skew < 11 * MS ? connected : refused;
}

static void a_window_within_a_step_needs_a_smaller_step(void **state)
{
	struct skew_range range = sixty;
	struct skew_interval window;
	struct search s = run(&range, narrow);

	(void)state;
	assert_false(bisection_window(&s.b, 0, &window));
	bisection_free(&s.b);
	range.step = MS;
	s = run(&range, narrow);
	assert_true(bisection_window(&s.b, 0, &window));
	assert_true(llabs(window.from - 10 * MS) <= US);
	assert_true(llabs(window.to - 11 * MS) <= US);
	bisection_free(&s.b);
}

/* Chance: another result at each skew. */
static struct skew_result by_chance(int64_t skew)
{
	uint64_t x = (uint64_t)skew * 0x9e3779b97f4a7c15;

	return x >> 63 ? connected : refused;
}

static void a_result_by_chance_ends(void **state)
{
	struct skew_range range = sixty;
	struct search s;

	(void)state;
	range.resolution = 1;
	s = run(&range, by_chance);
	assert_true(s.b.count <= BISECTION_SAMPLES_MAX);
	assert_true(bisection_is_cut(&s.b));
	bisection_free(&s.b);
}

static void a_coarse_resolution_leaves_the_grid(void **state)
{
	struct skew_range range = sixty;
	struct search s;

	(void)state;
	range.resolution = 4 * MS;
	s = run(&range, within_d);
	assert_int_equal(s.rounds, 1);
	assert_false(bisection_is_cut(&s.b));
	assert_interval(&s, 0, -60 * MS, -20 * MS, &refused);
	bisection_free(&s.b);
}

/* A step that does not divide the range: the steps are a little smaller. */
static void any_step_covers_the_range(void **state)
{
	struct skew_range range = sixty;
	struct bisection b;

	(void)state;
	range.step = 7 * MS;
	assert_true(bisection_begin(&b, &range));
	assert_int_equal(b.count, 18 + 2);
	assert_int_equal(b.samples[0].skew, -60 * MS);
	assert_int_equal(b.samples[b.count - 1].skew, 60 * MS);
	bisection_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_result_costs_the_grid_alone),
		cmocka_unit_test(
			the_grid_keeps_away_from_multiples_of_its_step),
		cmocka_unit_test(changes_are_found_to_the_resolution),
		cmocka_unit_test(more_parts_need_fewer_rounds_and_more_trials),
		cmocka_unit_test(a_resolution_below_a_microsecond_is_kept),
		cmocka_unit_test(
			a_third_result_between_two_samples_is_an_interval),
		cmocka_unit_test(a_window_within_a_step_needs_a_smaller_step),
		cmocka_unit_test(a_result_by_chance_ends),
		cmocka_unit_test(a_coarse_resolution_leaves_the_grid),
		cmocka_unit_test(any_step_covers_the_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
