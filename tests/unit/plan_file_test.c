/* A plan's text: what its lines say, and what is said when one is wrong. */
#include "plan/plan_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { FILES = 3, PATH = 128 };

/* A directory with a plan and two more files. */
struct plan_fixture {
	char directory[64];
	char path[FILES][PATH];
	struct sweep *sweep;
	struct grid base;
	struct error e;
};

static int begin(void **state)
{
	static const char *const names[FILES] = { "plan", "names", "more" };
	struct plan_fixture *f = calloc(1, sizeof(*f));

	snprintf(f->directory, sizeof(f->directory),
		 "/tmp/tcptrav-test-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	for (int i = 0; i < FILES; i++)
		snprintf(f->path[i], PATH, "%s/%s", f->directory, names[i]);
	f->sweep = sweep_new();
	assert_non_null(f->sweep);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct plan_fixture *f = *state;

	for (int i = 0; i < FILES; i++)
		unlink(f->path[i]);
	rmdir(f->directory);
	grid_free(&f->base);
	sweep_free(f->sweep);
	free(f);
	return 0;
}

static void write_bytes(struct plan_fixture *f, int file, const char *text,
			size_t length)
{
	FILE *to = fopen(f->path[file], "w");

	assert_non_null(to);
	assert_int_equal(fwrite(text, 1, length, to), length);
	fclose(to);
}

static void write_text(struct plan_fixture *f, int file, const char *text)
{
	write_bytes(f, file, text, strlen(text));
}

static void assert_read(struct plan_fixture *f, const char *plan)
{
	write_text(f, 0, plan);
	if (!plan_file_read(f->sweep, f->path[0], &f->base, &f->e))
		fail_msg("%s", f->e.text);
}

/* complaint - about a plan, without the plan's path */
static const char *complaint(struct plan_fixture *f, const char *plan,
			     size_t length)
{
	size_t known;

	write_bytes(f, 0, plan, length);
	assert_false(plan_file_read(f->sweep, f->path[0], &f->base, &f->e));
	assert_int_equal(f->e.kind, ERROR_USE);
	known = strspn(f->e.text, "the ");
	assert_memory_equal(f->e.text + known, "plan \"", 6);
	known += 6;
	assert_memory_equal(f->e.text + known, f->path[0],
			    strlen(f->path[0]));
	return f->e.text + known + strlen(f->path[0]);
}

static void a_plan_line_is_a_grid(void **state)
{
	struct plan_fixture *f = *state;
	struct trial t;

	assert_read(f, "# comment\n\n"
		    "method=p2pnat nat-a=a nat-a=b\trtt=10 # more\n"
		    "   \n"
		    "method=stunt2 keep-syn ttl=none nat-b=x+ttl=keep,y "
		    "trials=2");
	assert_int_equal(sweep_count(f->sweep), 4);
	t = sweep_trial(f->sweep, 1);
	assert_string_equal(t.nat_a, "b");
	assert_int_equal(sweep_line(f->sweep, 1), 3);
	t = sweep_trial(f->sweep, 3);
	assert_string_equal(t.nat_b, "x+ttl=keep,y");
	assert_true(t.approach.variant && !t.approach.low_ttl);
	assert_int_equal(sweep_line(f->sweep, 3), 5);
}

static void a_plan_line_inherits_from_the_command_line(void **state)
{
	struct plan_fixture *f = *state;
	struct string_set *texts = sweep_texts(f->sweep);

	assert_true(grid_set(&f->base, "method", "p2pnat", texts, &f->e));
	assert_true(grid_set(&f->base, "rtt", "7", texts, &f->e));
	assert_true(grid_set(&f->base, "rtt", "8", texts, &f->e));
	assert_read(f, "nat-a=a\nnat-a=b rtt=9\nmethod=stunt2\n");
	assert_int_equal(sweep_count(f->sweep), 5);
	assert_true(sweep_trial(f->sweep, 1).rtt_ms == 8);
	assert_true(sweep_trial(f->sweep, 2).rtt_ms == 9);
	assert_true(sweep_trial(f->sweep, 4).rtt_ms == 8);
	assert_string_equal(sweep_trial(f->sweep, 4).approach.method->name,
			    "stunt2");
}

static void an_at_file_gives_one_alternative_per_line(void **state)
{
	struct plan_fixture *f = *state;

	write_text(f, 1, "# NATs\n a \n\nb+ttl=keep\r\n");
	write_text(f, 2, "1\n2\n");
	assert_read(f, "method=p2pnat nat-a=@names nat-a=c skew=@more\n");
	assert_int_equal(sweep_count(f->sweep), 6);
	assert_string_equal(sweep_trial(f->sweep, 0).nat_a, "a");
	assert_string_equal(sweep_trial(f->sweep, 2).nat_a, "b+ttl=keep");
	assert_string_equal(sweep_trial(f->sweep, 4).nat_a, "c");
	assert_true(sweep_trial(f->sweep, 5).skew_ms == 2);
}

static void a_commands_at_file_is_in_the_current_directory(void **state)
{
	struct plan_fixture *f = *state;
	struct string_set *texts = sweep_texts(f->sweep);
	char path[PATH + 1];

	write_text(f, 1, "5\n");
	snprintf(path, sizeof(path), "@%s", f->path[1]);
	assert_true(plan_file_set(&f->base, "rtt", path, NULL, texts, &f->e));
	assert_true(plan_file_set(&f->base, "rtt", path, "-", texts, &f->e));
	assert_int_equal(f->base.of[GRID_RTT].count, 2);
	assert_false(
		plan_file_set(&f->base, "rtt", "@names", NULL, texts, &f->e));
	assert_string_equal(f->e.text, "cannot read the alternatives in"
			    " \"names\": No such file or directory");
}

static void mistakes_are_reported_with_their_line(void **state)
{
	static const struct {
		const char *plan, *sentence;
	} cases[] = {
		{ "", "\" has no trials" },
		{ "# nothing\n\n", "\" has no trials" },
		{ "method=p2pnat\n\nrtt=x method=p2pnat\n", "\", line 3: --rtt"
		  " \"x\": not a number from 0 to 60000" },
		{ "methd=p2pnat\n", "\", line 1: unknown word \"methd\"; the"
		  " nearest is \"method\"" },
		{ "seed=3\n", "\", line 1: unknown word \"seed\"; the nearest"
		  " is \"skew\"" },
		{ "method=p2p\n", "\", line 1: unknown method \"p2p\"; did you"
		  " mean \"p2pnat\"? (tcptrav list methods)" },
		{ "method\n", "\", line 1: \"method\" needs a value:"
		  " method=VALUE" },
		{ "keep-syn=yes\n", "\", line 1: \"keep-syn=yes\": keep-syn"
		  " has no value" },
		{ "keep-syn sequential\n", "\", line 1: --keep-syn and"
		  " --sequential exclude each other" },
		{ "trials=2 trials=2\n", "\", line 1: --trials \"2\": it was"
		  " given before, and has no alternatives" },
		{ "trials=0\n", "\", line 1: --trials \"0\": not a whole"
		  " number from 1 to 1000000" },
		{ "spoofing=drop\n", "\", line 1: --spoofing \"drop\": neither"
		  " allowed nor dropped; did you mean \"dropped\"?" },
		{ "ttl=0\n", "\", line 1: --ttl \"0\": neither auto, none nor"
		  " a number from 1 to 255" },
		{ "jitter=-1\n", "\", line 1: --jitter \"-1\": not a number"
		  " from 0 to 60000" },
		{ "link-a=jiter=1\n", "\", line 1: --link-a: unknown key"
		  " \"jiter\"; the nearest is \"jitter\"" },
		{ "nat-a=rst\n", "\", line 1: which --method? (tcptrav list"
		  " methods)" },
	};
	struct plan_fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(complaint(f, cases[i].plan,
					      strlen(cases[i].plan)),
				    cases[i].sentence);
}

static void mistakes_in_at_files_are_reported_with_their_line(void **state)
{
	struct plan_fixture *f = *state;
	const char *said;

	write_text(f, 1, "# one\n1\ntwo\n");
	said = complaint(f, "\nmethod=p2pnat rtt=@names\n", 27);
	assert_non_null(strstr(said, "\", line 2: \""));
	assert_non_null(strstr(said, "/names\", line 3: --rtt \"two\": not a"
			       " number from 0 to 60000"));
	write_text(f, 1, "# none\n");
	said = complaint(f, "method=p2pnat rtt=@names\n", 26);
	assert_non_null(strstr(said, "there is no alternative in it"));
	said = complaint(f, "rtt=@nowhere\n", 13);
	assert_non_null(strstr(said, "/nowhere\": No such file"));
}

static void plans_that_are_not_text_are_refused(void **state)
{
	struct plan_fixture *f = *state;

	assert_string_equal(complaint(f, "method=p2pnat\nme\0thod", 21),
			    "\": line 2 has a NUL byte: no text");
	assert_false(
		plan_file_read(f->sweep, "/nowhere/plan", &f->base, &f->e));
	assert_string_equal(f->e.text, "cannot read the plan \"/nowhere/plan"
			    "\": No such file or directory");
	assert_false(plan_file_read(f->sweep, f->directory, &f->base, &f->e));
	assert_int_equal(f->e.kind, ERROR_USE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_plan_line_is_a_grid),
		TEST(a_plan_line_inherits_from_the_command_line),
		TEST(an_at_file_gives_one_alternative_per_line),
		TEST(a_commands_at_file_is_in_the_current_directory),
		TEST(mistakes_are_reported_with_their_line),
		TEST(mistakes_in_at_files_are_reported_with_their_line),
		TEST(plans_that_are_not_text_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
