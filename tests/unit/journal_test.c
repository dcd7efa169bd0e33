/* In whatever state a journal was left, resuming gives one record a trial. */
#include "plan/journal.h"

#include "report/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define SEED (UINT64_MAX - 1)	/* so that seeds pass through 0 */
#define FILE_ROOM 65536

enum { TRIALS = 4 };

struct journal_fixture {
	char directory[64], path[80];
	struct sweep *sweep;
	struct journal j;
	struct error e;
	char text[FILE_ROOM];		/* of the file */
	size_t length;
};

static struct sweep *make_sweep(const char *const words[][2], size_t count)
{
	static const struct grid nothing;
	struct grid p = { .variant = NULL };
	struct sweep *s = sweep_new();
	struct error e;

	for (size_t i = 0; i < count; i++)
		if (!grid_set(&p, words[i][0], words[i][1], sweep_texts(s), &e))
			fail_msg("%s", e.text);
	if (!sweep_add(s, &p, &nothing, 0, &e))
		fail_msg("%s", e.text);
	grid_free(&p);
	return s;
}

static int begin(void **state)
{
	static const char *const words[][2] = {
		{ "method", "stunt1" }, { "nat-a", "rst" },
		{ "nat-b", "rfc5382+ttl=keep,\xff" }, { "rtt", "40" },
		{ "rtt", "12.5" }, { "skew", "-3" }, { "skew", "7" },
		{ "jitter", "2" },
	};
	struct journal_fixture *f = calloc(1, sizeof(*f));

	snprintf(f->directory, sizeof(f->directory),
		 "/tmp/tcptrav-test-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/out", f->directory);
	f->sweep = make_sweep(words, 8);
	assert_int_equal(sweep_count(f->sweep), TRIALS);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct journal_fixture *f = *state;

	unlink(f->path);
	rmdir(f->directory);
	sweep_free(f->sweep);
	free(f);
	return 0;
}

static bool open_it(struct journal_fixture *f, bool resume)
{
	memset(&f->e, 0, sizeof(f->e));
	return journal_open(&f->j, f->path, resume, f->sweep, SEED, &f->e);
}

static void assert_open(struct journal_fixture *f, bool resume)
{
	if (!open_it(f, resume))
		fail_msg("%s", f->e.text);
}

static void append(struct journal_fixture *f, unsigned number, enum outcome o)
{
	const struct trial_record r = {
		.setting = sweep_trial(f->sweep, number),
		.seed = SEED + number, .lab = true,
		.outcome = (uint8_t)o, .connect_ms = -1,
		.explain = "It said \"seed\":7,\n\"outcome\":\"error\".",
	};
	char *line = record_text(&r);

	assert_non_null(line);
	if (!journal_append(&f->j, o, line, &f->e))
		fail_msg("%s", f->e.text);
	free(line);
}

static void read_file(struct journal_fixture *f)
{
	FILE *from = fopen(f->path, "r");

	assert_non_null(from);
	f->length = fread(f->text, 1, FILE_ROOM - 1, from);
	f->text[f->length] = '\0';
	fclose(from);
}

static void write_file(struct journal_fixture *f, const char *text, size_t n)
{
	FILE *to = fopen(f->path, "w");

	assert_non_null(to);
	assert_int_equal(fwrite(text, 1, n, to), n);
	fclose(to);
}

/* write_all - a file with all records, the later trials' first */
static void write_all(struct journal_fixture *f)
{
	assert_open(f, false);
	for (unsigned i = TRIALS; i--;)
		append(f, i, i % 2 ? OUTCOME_FAILED : OUTCOME_CONNECTED);
	journal_close(&f->j);
	read_file(f);
}

static unsigned done(const struct journal_fixture *f)
{
	return f->j.done[0];
}

/* ---- whole files ---- */

static void appended_records_count_as_done_on_resume(void **state)
{
	struct journal_fixture *f = *state;

	assert_open(f, false);
	assert_int_equal(done(f), 0);
	append(f, 2, OUTCOME_CONNECTED);
	append(f, 0, OUTCOME_ERROR);
	assert_int_equal(journal_records(&f->j), 2);
	journal_close(&f->j);
	assert_open(f, true);
	assert_int_equal(done(f), 1 << 2 | 1 << 0);
	assert_int_equal(f->j.outcomes[OUTCOME_CONNECTED], 1);
	assert_int_equal(f->j.outcomes[OUTCOME_ERROR], 1);
	append(f, 3, OUTCOME_FAILED);
	journal_close(&f->j);
	assert_open(f, true);
	assert_int_equal(done(f), 1 << 3 | 1 << 2 | 1 << 0);
	assert_int_equal(journal_records(&f->j), 3);
	journal_close(&f->j);
}

static void existing_records_are_never_overwritten(void **state)
{
	struct journal_fixture *f = *state;

	write_all(f);
	assert_false(open_it(f, false));
	assert_int_equal(f->e.kind, ERROR_USE);
	assert_non_null(strstr(f->e.text, "is not empty;"
			       " --resume continues it"));
	journal_close(&f->j);
	write_file(f, "", 0);		/* that is nothing */
	assert_open(f, false);
	journal_close(&f->j);
}

static void resume_accepts_a_new_file(void **state)
{
	struct journal_fixture *f = *state;

	assert_open(f, true);
	assert_int_equal(journal_records(&f->j), 0);
	journal_close(&f->j);
}

/* ---- torn ones ---- */

/* Wherever it is torn, whole lines stay and the rest goes. */
static void an_incomplete_last_line_is_cut_off(void **state)
{
	struct journal_fixture *f = *state;
	size_t whole = 0;
	unsigned lines = 0;
	struct stat st;
	char *text;

	write_all(f);
	text = strdup(f->text);
	for (size_t at = 0; at <= f->length; at++) {
		if (at && text[at - 1] == '\n') {
			whole = at;
			lines++;
		}
		write_file(f, text, at);
		assert_open(f, true);
		assert_int_equal(journal_records(&f->j), lines);
		journal_close(&f->j);
		assert_int_equal(stat(f->path, &st), 0);
		assert_int_equal(st.st_size, whole);
	}
	assert_int_equal(lines, TRIALS);
	free(text);
	write_file(f, "\0\0\0", 3);		/* of a power failure */
	assert_open(f, true);
	journal_close(&f->j);
}

static void resuming_after_an_incomplete_line_completes_the_file(void **state)
{
	struct journal_fixture *f = *state;
	char *text;

	write_all(f);
	text = strdup(f->text);
	write_file(f, text, f->length - 5);	/* trial 0 is the last */
	assert_open(f, true);
	assert_int_equal(done(f), 1 << 3 | 1 << 2 | 1 << 1);
	append(f, 0, OUTCOME_CONNECTED);
	journal_close(&f->j);
	read_file(f);
	assert_string_equal(f->text, text);
	free(text);
}

/* ---- records of something else ---- */

/* refused - what is said of a file of that text */
static const char *refused(struct journal_fixture *f, const char *text)
{
	const char *line;

	write_file(f, text, strlen(text));
	assert_false(open_it(f, true));
	assert_int_equal(f->e.kind, ERROR_USE);
	journal_close(&f->j);
	read_file(f);
	assert_string_equal(f->text, text);	/* it stays as it was */
	line = strstr(f->e.text, "line ");
	assert_non_null(line);
	return line;
}

/* swap - the file's first line, with other letters in the place of some */
static const char *swap(const char *text, const char *from, const char *to,
			char out[FILE_ROOM])
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	snprintf(out, FILE_ROOM, "%.*s%s%.*s\n", (int)(at - text), text, to,
		 (int)strcspn(at + strlen(from), "\n"), at + strlen(from));
	return out;
}

static void each_field_of_a_setting_is_compared(void **state)
{
	static const struct {
		const char *from, *to, *sentence;
	} cases[] = {
		{ "tcptrav.trial/1", "tcptrav.nat/1", "schema is"
		  " \"tcptrav.nat/1\", but the plan's trial has"
		  " \"tcptrav.trial/1\"" },
		{ "stunt1", "stunt2", "method is \"stunt2\", but the plan's"
		  " trial has \"stunt1\"" },
		{ "\"ttl\":\"low\"", "\"ttl\":\"none\"", "ttl is \"none\", but"
		  " the plan's trial has \"low\"" },
		{ "\"variant\":\"\"", "\"variant\":\"x\"", "variant is \"x\","
		  " but the plan's trial has \"\"" },
		{ "two-nats", "adjacent", "topology is \"adjacent\", but the"
		  " plan's trial has \"two-nats\"" },
		{ "\"rst\"", "\"icmp\"", "nat_a is \"icmp\", but the plan's"
		  " trial has \"rst\"" },
		{ "ttl=keep", "ttl=decrement", "nat_b is" },
		{ ":12.5,", ":40.0,", "rtt_ms is 40.0, but the plan's trial"
		  " has 12.5" },
		{ "\"skew_ms\":7.0", "\"skew_ms\":-3.0", "skew_ms is -3.0, but"
		  " the plan's trial has 7.0" },
		{ "\"loss\":0.0", "\"loss\":null", "loss is null, but the"
		  " plan's trial has 0.0" },
		{ "jitter=2", "", "links is \"\", but the plan's trial has"
		  " \"jitter=2\"" },
		{ "\"background\":0.0", "\"background\":10.0", "background is"
		  " 10.0, but the plan's trial has 0.0" },
		{ "allowed", "dropped", "spoofing is \"dropped\", but the"
		  " plan's trial has \"allowed\"" },
		{ "\"timeout_ms\":1025", "\"timeout_ms\":900", "timeout_ms is"
		  " 900.0, but the plan's trial has 1025.0" },
		{ "\"spoofing\":", "\"spoof\":", "spoofing is missing, but the"
		  " plan's trial has \"allowed\"" },
	};
	struct journal_fixture *f = *state;
	char changed[FILE_ROOM];
	char *text;

	write_all(f);
	text = strdup(f->text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *said = refused(f, swap(text, cases[i].from,
						   cases[i].to, changed));

		assert_memory_equal(said, "line 1: ", 8);
		assert_memory_equal(said + 8, cases[i].sentence,
				    strlen(cases[i].sentence));
	}
	free(text);
}

static void equal_settings_in_another_spelling_are_accepted(void **state)
{
	static const char *const cases[][2] = {
		{ "\"rtt_ms\":12.5", "\"rtt_ms\": 12.50" },
		{ "\"skew_ms\":7.0", "\"skew_ms\":7" },
		{ "\"timeout_ms\":1025", "\"timeout_ms\":1025.0" },
		{ "\"seed\":1", "\"seed\": 1" },
		{ "{\"schema\"", "{\"new\":1,\"schema\"" },
		{ "\"version\":\"", "\"version\":\"another" },
	};
	struct journal_fixture *f = *state;
	char changed[FILE_ROOM];
	char *text;

	write_all(f);
	text = strdup(f->text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		swap(text, cases[i][0], cases[i][1], changed);
		write_file(f, changed, strlen(changed));
		assert_open(f, true);
		assert_int_equal(done(f), 1 << 3);
		journal_close(&f->j);
	}
	free(text);
}

static void a_seed_outside_the_plan_or_twice_is_refused(void **state)
{
	struct journal_fixture *f = *state;
	char changed[FILE_ROOM];
	char *text;

	write_all(f);
	text = strdup(f->text);
	assert_string_equal(refused(f, swap(text, "\"seed\":1", "\"seed\":2",
					    changed)),
			    "line 1: seed 2 is not in this plan, which has 4"
			    " seeds from 18446744073709551614 on");
	assert_non_null(strstr(refused(f, swap(text, "\"seed\"", "\"sead\"",
					       changed)), "line 1:"));
	snprintf(changed, sizeof(changed), "%s%.*s\n", text,
		 (int)strcspn(text, "\n"), text);
	assert_string_equal(refused(f, changed), "line 5: it is the second"
			    " record with seed 1");
	free(text);
}

static void lines_that_are_not_records_are_refused(void **state)
{
	static const char not_json[] = "line 1: it is not JSON: ";
	struct journal_fixture *f = *state;
	char changed[FILE_ROOM];
	char *text;

	write_all(f);
	text = strdup(f->text);
	assert_memory_equal(refused(f, "hello\n"), not_json, 24);
	assert_memory_equal(refused(f, "\n"), not_json, 24);
	assert_string_equal(refused(f, "{\"a\":1}\n"),
			    "line 1: it is not a record: it has no seed");
	assert_string_equal(refused(f, "notes"), "line 1: it is incomplete,"
			    " and not the beginning of a record");
	assert_string_equal(refused(f, swap(text, "\"outcome\":\"failed\"",
					    "\"outcome\":\"fine\"", changed)),
			    "line 1: it has no outcome");
	free(text);
}

/* Of the low TTL they say what was used. */
static void a_record_with_another_ttl_than_the_plan_is_refused(void **state)
{
	static const char *const words[][2] = {
		{ "method", "stunt2" }, { "ttl", "3" },
	};
	struct journal_fixture *f = *state;

	sweep_free(f->sweep);
	f->sweep = make_sweep(words, 2);
	assert_open(f, false);
	append(f, 0, OUTCOME_FAILED);
	journal_close(&f->j);
	assert_open(f, true);		/* none was used */
	journal_close(&f->j);
	read_file(f);
	memcpy(strstr(f->text, "\"ttl_b\":"), "\"ttl_b\":4}\n", 12);
	assert_string_equal(refused(f, strdupa(f->text)), "line 1: ttl_b is 4,"
			    " but the plan's trial has --ttl 3");
}

/* ---- who else ---- */

static void a_second_sweep_on_the_same_file_is_refused(void **state)
{
	struct journal_fixture *f = *state;
	int status;
	pid_t pid;

	assert_open(f, false);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		struct error e = { 0 };
		struct journal j;
		bool refused = !journal_open(&j, f->path, true, f->sweep, SEED,
					     &e) &&
			e.kind == ERROR_USE &&
			strstr(e.text, "another sweep is writing");

		_exit(refused ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	append(f, 0, OUTCOME_CONNECTED);	/* the lock is still ours */
	journal_close(&f->j);
}

/* Those that the lab forks may live a moment longer than the sweep. */
static void child_processes_do_not_hold_the_lock(void **state)
{
	struct journal_fixture *f = *state;
	int keep[2], status;
	pid_t owner, child;
	char byte;

	assert_int_equal(pipe(keep), 0);
	owner = fork();
	if (!owner) {
		close(keep[1]);
		if (!open_it(f, false))
			_exit(1);
		child = fork();
		if (!child)
			_exit((int)read(keep[0], &byte, 1));
		_exit(0);
	}
	close(keep[0]);
	assert_int_equal(waitpid(owner, &status, 0), owner);
	assert_int_equal(status, 0);
	assert_open(f, true);
	journal_close(&f->j);
	close(keep[1]);
}

static void only_regular_files_are_written(void **state)
{
	struct journal_fixture *f = *state;

	assert_false(journal_open(&f->j, f->directory, true, f->sweep, SEED,
				  &f->e));
	journal_close(&f->j);
	assert_false(journal_open(&f->j, "/dev/null", true, f->sweep, SEED,
				  &f->e));
	assert_string_equal(f->e.text, "\"/dev/null\" is not a regular file");
	journal_close(&f->j);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	assert_false(open_it(f, true));		/* and does not wait */
	journal_close(&f->j);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(appended_records_count_as_done_on_resume),
		TEST(existing_records_are_never_overwritten),
		TEST(resume_accepts_a_new_file),
		TEST(an_incomplete_last_line_is_cut_off),
		TEST(resuming_after_an_incomplete_line_completes_the_file),
		TEST(each_field_of_a_setting_is_compared),
		TEST(equal_settings_in_another_spelling_are_accepted),
		TEST(a_seed_outside_the_plan_or_twice_is_refused),
		TEST(lines_that_are_not_records_are_refused),
		TEST(a_record_with_another_ttl_than_the_plan_is_refused),
		TEST(a_second_sweep_on_the_same_file_is_refused),
		TEST(child_processes_do_not_hold_the_lock),
		TEST(only_regular_files_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
