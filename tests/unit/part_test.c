/* Parts of a plan: what the guest reads is what the host wrote. */
#include "virtual/part.h"

#include "method/approach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SEED 18446744073709551615u	/* the greatest */

static struct trial some_trial(void)
{
	struct trial t = {
		.nat_a = "linux", .nat_b = "exec:/a path/with \"quotes\"",
		.topology = "two-nats", .rtt_ms = 40, .skew_ms = -19.999001,
		.loss = 1.0 / 3, .background = 0, .ttl = 7,
		.spoofing_dropped = true, .timeout_ms = 12000,
	};

	t.approach.method = method_find("stunt2");
	t.approach.low_ttl = true;
	t.approach.variant = true;
	return t;
}

/* through_file - write the plan's trials @from to @to, and read them */
static void through_file(const struct lab_plan *plan, unsigned from,
			 unsigned to, struct part *out)
{
	FILE *file = tmpfile();
	struct error e;

	assert_non_null(file);
	assert_true(part_write(plan, from, to, file, &e));
	rewind(file);
	assert_true(part_read(out, file, &e));
	fclose(file);
}

static void every_field_of_a_trial_is_read_as_it_was_written(void **state)
{
	struct link_options links = { .text = "" };
	struct lab_plan plan = { .seed = SEED };
	struct sweep *sweep = sweep_new();
	struct trial t = some_trial(), read;
	struct part part;
	struct error e;

	(void)state;
	assert_true(link_options_apply(&links, "jitter", "5", &e));
	assert_true(link_options_apply(&links, "link-a",
				       "up.rate=0.1,down.loss=0.2", &e));
	t.links = &links;
	assert_true(sweep_add_trial(sweep, &t, &e));
	plan.sweep = sweep;
	plan.count = 1;
	through_file(&plan, 0, 1, &part);
	assert_int_equal(part.count, 1);
	assert_int_equal(part.numbers[0], 0);
	assert_true(part.seeds[0] == SEED);
	assert_null(part.command);
	read = sweep_trial(part.sweep, 0);
	assert_memory_equal(&read.approach, &t.approach, sizeof(t.approach));
	assert_string_equal(read.nat_a, t.nat_a);
	assert_string_equal(read.nat_b, t.nat_b);
	assert_string_equal(read.topology, t.topology);
	assert_true(read.rtt_ms == t.rtt_ms && read.skew_ms == t.skew_ms);
	assert_true(read.loss == t.loss && read.timeout_ms == t.timeout_ms);
	assert_true(read.background == 0 && read.spoofing_dropped);
	assert_int_equal(read.ttl, 7);
	assert_memory_equal(read.links, &links, sizeof(links));
	part_free(&part);
	sweep_free(sweep);
}

static void a_part_has_its_trials_that_are_not_skipped(void **state)
{
	static const uint8_t skip[] = { 1 << 3 };
	struct lab_plan plan = { .seed = 100, .count = 6, .skip = skip };
	struct sweep *sweep = sweep_new();
	const struct trial t = some_trial();
	struct part part;
	struct error e;

	(void)state;
	for (unsigned i = 0; i < plan.count; i++)
		assert_true(sweep_add_trial(sweep, &t, &e));
	plan.sweep = sweep;
	plan.command = "echo \"$HOST_A\"";
	through_file(&plan, 2, 5, &part);
	assert_int_equal(part.count, 2);
	assert_int_equal(part.numbers[0], 2);
	assert_int_equal(part.numbers[1], 4);
	assert_true(part.seeds[1] == 104);
	assert_string_equal(part.command, plan.command);
	part_free(&part);
	sweep_free(sweep);
}

static void a_file_that_is_no_part_is_quoted(void **state)
{
	static const char *const wrong[] = {
		"", "[]\n", "{}\n", "{\"directory\":\"/\"}\nx\n",
		"{\"directory\":\"/\"}\n{\"number\":1}\n",
	};
	struct part part;
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		FILE *file = tmpfile();

		fputs(wrong[i], file);
		rewind(file);
		assert_false(part_read(&part, file, &e));
		assert_int_equal(e.kind, ERROR_FAILED);
		fclose(file);
		part_free(&part);
	}
}

static void a_text_that_is_not_utf8_cannot_be_written(void **state)
{
	struct lab_plan plan = { .count = 1 };
	struct sweep *sweep = sweep_new();
	struct trial t = some_trial();
	FILE *file = tmpfile();
	struct error e;

	(void)state;
	t.nat_a = "exec:/\xff";
	assert_true(sweep_add_trial(sweep, &t, &e));
	plan.sweep = sweep;
	assert_false(part_write(&plan, 0, 1, file, &e));
	assert_int_equal(e.kind, ERROR_USE);
	fclose(file);
	sweep_free(sweep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_field_of_a_trial_is_read_as_it_was_written),
		cmocka_unit_test(a_part_has_its_trials_that_are_not_skipped),
		cmocka_unit_test(a_file_that_is_no_part_is_quoted),
		cmocka_unit_test(a_text_that_is_not_utf8_cannot_be_written),
	};

	return cmocka_run_group_tests_name("part", tests, NULL, NULL);
}
