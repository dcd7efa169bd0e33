/*
 * Profiles: what their text may say, and what is said when it is wrong. The
 * defaults are the bold values of the NAT model.
 */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct profile good(const char *text)
{
	struct error e = { 0 };
	struct profile p;

	if (!profile_parse("x.nat", text, strlen(text), &p, &e))
		fail_msg("%s", e.text);
	return p;
}

/* complaint - of a wrong text; it must leave the defaults */
static const char *complaint(const char *text, size_t length)
{
	static struct error e;
	struct profile p, standard;

	memset(&e, 0, sizeof(e));
	memset(&p, 0xa5, sizeof(p));
	profile_defaults(&standard);
	assert_false(profile_parse("x.nat", text, length, &p, &e));
	assert_int_equal(e.kind, ERROR_USE);
	assert_memory_equal(&p, &standard, sizeof(p));
	assert_null(strpbrk(e.text, "\n\r"));
	return e.text;
}

static void assert_complaint(const char *text, const char *expected)
{
	assert_string_equal(complaint(text, strlen(text)), expected);
}

/* ---- the table ---- */

static void table_rows_are_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < axis_count; i++) {
		const struct axis *a = &axes[i];

		assert_non_null(a->name);
		assert_non_null(a->term);
		assert_non_null(a->requirement);
		assert_true(strlen(a->help) > 20);
		assert_int_equal(a->help[strlen(a->help) - 1], '.');
		assert_true(a->offset >= offsetof(struct profile, translation));
		assert_true(a->offset < sizeof(struct profile));
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(a->name, axes[j].name);
			assert_int_not_equal(a->offset, axes[j].offset);
		}
		if (a->values) {
			assert_true(a->value_count >= 2);
			assert_in_range(a->standard, 0, a->value_count - 1);
		} else {
			assert_true(a->minimum < a->maximum);
			assert_in_range(a->standard, a->minimum, a->maximum);
			assert_non_null(a->unit);
		}
	}
}

/* Every int of struct profile has its axis. */
static void each_profile_field_has_an_axis(void **state)
{
	size_t ints = (sizeof(struct profile) -
		       offsetof(struct profile, translation)) / sizeof(int);

	(void)state;
	assert_int_equal(axis_count, ints);
}

static void defaults_are_the_table_defaults(void **state)
{
	struct profile p;

	(void)state;
	profile_defaults(&p);
	assert_string_equal(p.name, "default");
	assert_int_equal(p.mapping, MAPPING_ENDPOINT_INDEPENDENT);
	assert_int_equal(p.ports, PORTS_PRESERVE);
	assert_int_equal(p.filtering, FILTERING_ADDRESS_PORT);
	assert_int_equal(p.unsolicited_syn, UNSOLICITED_DROP);
	assert_int_equal(p.syn_in_after_syn_out, PASSING_PASS);
	assert_int_equal(p.syn_ack_out_after_syn_out, PASSING_PASS);
	assert_int_equal(p.after_rst_in, AFTER_BOTH);
	assert_int_equal(p.after_time_exceeded_in, AFTER_BOTH);
	assert_int_equal(p.after_unreachable_in, AFTER_BOTH);
	assert_int_equal(p.sequence_numbers, SEQUENCE_KEEP);
	assert_int_equal(p.ttl, TTL_DECREMENT);
	assert_int_equal(p.hairpin, HAIRPIN_EXTERNAL_SOURCE);
	assert_int_equal(p.exhausted, EXHAUSTED_ICMP_ADMIN);
	assert_int_equal(p.pooling, POOLING_PAIRED);
	assert_int_equal(p.collision, COLLISION_NEXT);
	assert_int_equal(p.window, WINDOW_UNCHECKED);
	assert_int_equal(p.refresh, REFRESH_OUTBOUND);
}

/* ---- reading ---- */

static void empty_text_gives_the_defaults(void **state)
{
	struct profile p = good(""), standard;

	(void)state;
	profile_defaults(&standard);
	for (size_t i = 0; i < axis_count; i++)
		assert_int_equal(axis_value(&axes[i], &p),
				 axis_value(&axes[i], &standard));
	assert_string_equal(p.name, "x.nat");
	assert_string_equal(p.summary, "");
}

static void spaces_and_comments_are_ignored(void **state)
{
	struct profile p = good("#   A summary \r\n"
				"\n"
				"  mapping=address\t# why\n"
				"\tports =  random\r\n"
				"#filtering = open\n"
				"timeout-syn = 240");

	(void)state;
	assert_string_equal(p.summary, "A summary");
	assert_int_equal(p.mapping, MAPPING_ADDRESS);
	assert_int_equal(p.ports, PORTS_RANDOM);
	assert_int_equal(p.filtering, FILTERING_ADDRESS_PORT);
	assert_int_equal(p.timeout_syn, 240);
}

/* room_for - what else must be said so that a value contradicts nothing */
static const char *room_for(const char *axis, const char *value)
{
	if (!strcmp(axis, "window") || !strcmp(axis, "timeout-unacknowledged"))
		return "tcp-state = conntrack\n";
	if (!strcmp(axis, "invalid") && !strcmp(value, "leak"))
		return "tcp-state = conntrack\n";
	if (!strcmp(axis, "port-block"))
		return "ports = random\n";
	return "";
}

static struct profile good_value(const struct axis *a, const char *value)
{
	char text[240];

	snprintf(text, sizeof(text), "%s%s = %s\n", room_for(a->name, value),
		 a->name, value);
	return good(text);
}

/* Every value of every axis is understood as itself. */
static void each_value_of_each_axis_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < axis_count; i++) {
		const struct axis *a = &axes[i];
		struct profile p;

		for (size_t j = 0; j < a->value_count; j++) {
			p = good_value(a, a->values[j]);
			assert_int_equal(axis_value(a, &p), j);
		}
	}
}

static void numbers_outside_of_their_range_are_refused(void **state)
{
	char text[120];

	(void)state;
	for (size_t i = 0; i < axis_count; i++) {
		const struct axis *a = &axes[i];
		struct profile p;

		for (int high = 0; high < 2 && !a->values; high++) {
			long edge = high ? a->maximum : a->minimum;

			snprintf(text, sizeof(text), "%ld", edge);
			p = good_value(a, text);
			assert_int_equal(axis_value(a, &p), edge);
			snprintf(text, sizeof(text), "%s = %ld", a->name,
				 edge + (high ? 1 : -1));
			complaint(text, strlen(text));
		}
	}
}

/* Values that make no sense together are refused, whichever profile they come
   from; each alone with what it needs is not. */
static void contradicting_values_are_refused(void **state)
{
	static const char *const wrong[][2] = {
		{ "translation = none", "ports = random" },
		{ "translation = none", "addresses = 2" },
		{ "translation = none", "ports = random\nport-block = 64" },
		{ "tcp-state = rfc7857", "window = tracked" },
		{ "tcp-state = rfc7857", "invalid = leak" },
		{ "tcp-state = rfc7857", "timeout-unacknowledged = 9" },
		{ "port-block = 64", "ports = preserve" },
		{ "port-block = 64", "ports = preserve-overlap" },
		{ "port-block = 64", "ports = preserve-overload" },
		{ "port-block = 64", "ports = random\nrange = keep" },
		{ "port-block = 64", "ports = random\npooling = arbitrary" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char text[120];
		const char *said;

		snprintf(text, sizeof(text), "%s\n%s\n", wrong[i][0],
			 wrong[i][1]);
		said = complaint(text, strlen(text));
		assert_non_null(strstr(said, wrong[i][0]));
		assert_non_null(strstr(said, "contradicts"));
	}
	/* It is the whole profile that must make sense. */
	assert_complaint("base = symmetric-random\ntranslation = none\n",
			 "profile \"x.nat\": \"translation = none\" "
			 "contradicts \"ports = random\": no port is chosen "
			 "where nothing is translated");
}

static void error_names_line_and_nearest_word(void **state)
{
	(void)state;
	assert_complaint("# summary\n\nmaping = address\n",
			 "profile \"x.nat\", line 3: unknown axis \"maping\"; "
			 "the nearest is \"mapping\"");
	assert_complaint("mapping = adress\n",
			 "profile \"x.nat\", line 1: mapping cannot be "
			 "\"adress\"; the nearest value is \"address\"");
	assert_complaint("mapping = \n",
			 "profile \"x.nat\", line 1: mapping cannot be \"\"; "
			 "the nearest value is \"address\"");
	assert_complaint("mapping address",
			 "profile \"x.nat\", line 1: \"mapping address\" is "
			 "not of the form \"key = value\"");
	assert_complaint("timeout-syn = 0",
			 "profile \"x.nat\", line 1: timeout-syn is \"0\", "
			 "but must be a number from 1 to 604800 s");
	assert_complaint("delta = 1.5",
			 "profile \"x.nat\", line 1: delta is \"1.5\", but "
			 "must be a number from 1 to 4096");
	assert_complaint("timeout-syn = 99999999999999999999",
			 "profile \"x.nat\", line 1: timeout-syn is "
			 "\"99999999999999999999\", but must be a number "
			 "from 1 to 604800 s");
	assert_complaint("ttl = keep\nports = random\nttl = keep\n",
			 "profile \"x.nat\", line 3: \"ttl\" was set in line "
			 "1 already");
	assert_complaint("base = symetric",
			 "profile \"x.nat\", line 1: unknown NAT profile "
			 "\"symetric\"; the nearest is \"symmetric\"");
	assert_complaint("base = rst\nbase = rst",
			 "profile \"x.nat\", line 2: \"base\" was set in line "
			 "1 already");
	assert_complaint("bass = rst",
			 "profile \"x.nat\", line 1: unknown axis \"bass\"; "
			 "the nearest is \"base\"");
	assert_complaint("= 1",
			 "profile \"x.nat\", line 1: unknown axis \"\"; the "
			 "nearest is \"ttl\"");
}

/* Whatever bytes come, the complaint is one line of text. */
static void error_about_garbage_is_one_line_of_text(void **state)
{
	char text[5000];

	(void)state;
	memset(text, 'x', sizeof(text));
	complaint(text, sizeof(text));
	memset(text, '\0', sizeof(text));
	complaint(text, sizeof(text));
	memcpy(text, "mapping = a\0ddress\nttl", 22);
	assert_string_equal(complaint(text, 18),
			    "profile \"x.nat\", line 1: mapping cannot be "
			    "\"a?ddress\"; the nearest value is \"address\"");
	for (unsigned seed = 0; seed < 2000; seed++) {
		size_t n = seed % 64;

		for (size_t i = 0; i < n; i++)
			text[i] = (char)(rand() % 256);
		text[0] = '\001';
		complaint(text, n + 1);
	}
}

/* ---- bases ---- */

static void base_is_read_first_and_overridden(void **state)
{
	struct profile p = good("base = rst\nports = random\n");

	(void)state;
	assert_int_equal(p.unsolicited_syn, UNSOLICITED_RST);
	assert_int_equal(p.after_rst_in, AFTER_END);
	assert_int_equal(p.ports, PORTS_RANDOM);
	assert_string_equal(p.name, "x.nat");
	/* What the heir sets counts, wherever it names its base. */
	p = good("unsolicited-syn = icmp-host\nbase = rst\n"
		 "after-rst-in = both\n");
	assert_int_equal(p.unsolicited_syn, UNSOLICITED_ICMP_HOST);
	assert_int_equal(p.after_rst_in, AFTER_BOTH);
	/* Text alone reads no files. */
	assert_non_null(strstr(complaint("base = /etc/passwd", 18),
			       "unknown NAT profile \"/etc/passwd\""));
}

/* A directory of profile files, gone afterwards. */
struct files {
	char directory[32];
	char path[3][64];
	char text[320];		/* the last complaint */
};

static void write_file(struct files *f, int i, const char *text)
{
	FILE *out = fopen(f->path[i], "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int files_begin(void **state)
{
	struct files *f = calloc(1, sizeof(*f));
	char directory[32] = "/tmp/profile_XXXXXX";

	assert_non_null(f);
	assert_non_null(mkdtemp(directory));
	for (int i = 0; i < 3; i++)
		snprintf(f->path[i], sizeof(f->path[i]), "%s/%c.nat",
			 directory, 'a' + i);
	memcpy(f->directory, directory, sizeof(directory));
	*state = f;
	return 0;
}

static int files_end(void **state)
{
	struct files *f = *state;

	for (int i = 0; i < 3; i++)
		unlink(f->path[i]);
	rmdir(f->directory);
	free(f);
	return 0;
}

static bool find(struct files *f, const char *name, struct profile *p)
{
	struct error e = { 0 };
	bool ok = profile_find(name, p, &e);

	memcpy(f->text, e.text, sizeof(f->text));
	if (!ok)
		assert_int_equal(e.kind, ERROR_USE);
	return ok;
}

static void profile_file_is_found_by_path(void **state)
{
	struct files *f = *state;
	struct profile p;

	write_file(f, 0, "# Mine\nbase = b.nat\nttl = keep\n");
	write_file(f, 1, "base = icmp\nports = random\nttl = decrement\n");
	assert_true(find(f, f->path[0], &p));
	assert_int_equal(p.ports, PORTS_RANDOM);
	assert_int_equal(p.unsolicited_syn, UNSOLICITED_ICMP_PORT);
	assert_int_equal(p.ttl, TTL_KEEP);
	assert_string_equal(p.summary, "Mine");
	/* The complaint is about the file that is wrong. */
	write_file(f, 1, "base = icmp\nportz = random\n");
	assert_false(find(f, f->path[0], &p));
	assert_non_null(strstr(f->text, "b.nat\", line 2: unknown axis"));
}

static void loop_of_bases_is_refused(void **state)
{
	struct files *f = *state;
	struct profile p;

	write_file(f, 0, "base = b.nat\n");
	write_file(f, 1, "base = ./a.nat\n");
	assert_false(find(f, f->path[0], &p));
	assert_non_null(strstr(f->text, "leads back to itself"));
	write_file(f, 1, "base = b.nat\n");
	assert_false(find(f, f->path[1], &p));
	assert_non_null(strstr(f->text, "leads back to itself"));
	/* however it is written, it is seen at the first time around */
	write_file(f, 1, "base = ./b.nat\n");
	assert_false(find(f, f->path[1], &p));
	assert_non_null(strstr(f->text, "leads back to itself"));
	assert_null(strstr(f->text, "./"));
}

/* a chain that has no end, but no path twice, is told as what it is */
static void too_long_chain_of_bases_is_refused(void **state)
{
	struct files *f = *state;
	struct profile p;

	write_file(f, 0, "base = .//a.nat\n");	/* each time another path */
	assert_false(find(f, f->path[0], &p));
	assert_non_null(strstr(f->text, "may follow one another"));
}

static void unknown_name_and_unreadable_file_are_refused(void **state)
{
	struct files *f = *state;
	struct profile p;

	assert_false(find(f, "symetric", &p));
	assert_string_equal(f->text, "unknown NAT profile \"symetric\"; the "
			    "nearest is \"symmetric\"");
	assert_false(find(f, "none-such.nat", &p));
	assert_string_equal(f->text, "cannot read the profile "
			    "\"none-such.nat\": No such file or directory");
	assert_false(find(f, "/tmp", &p));
	assert_string_equal(f->text,
			    "cannot read the profile \"/tmp\": Is a directory");
	assert_false(find(f, "/dev/zero", &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_rows_are_valid),
		cmocka_unit_test(each_profile_field_has_an_axis),
		cmocka_unit_test(defaults_are_the_table_defaults),
		cmocka_unit_test(empty_text_gives_the_defaults),
		cmocka_unit_test(spaces_and_comments_are_ignored),
		cmocka_unit_test(each_value_of_each_axis_is_read),
		cmocka_unit_test(numbers_outside_of_their_range_are_refused),
		cmocka_unit_test(contradicting_values_are_refused),
		cmocka_unit_test(error_names_line_and_nearest_word),
		cmocka_unit_test(error_about_garbage_is_one_line_of_text),
		cmocka_unit_test(base_is_read_first_and_overridden),
		cmocka_unit_test_setup_teardown(profile_file_is_found_by_path,
						files_begin, files_end),
		cmocka_unit_test_setup_teardown(loop_of_bases_is_refused,
						files_begin, files_end),
		cmocka_unit_test_setup_teardown(
			too_long_chain_of_bases_is_refused, files_begin,
			files_end),
		cmocka_unit_test_setup_teardown(
			unknown_name_and_unreadable_file_are_refused,
			files_begin, files_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
