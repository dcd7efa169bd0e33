/*
 * docs/nat-model.md against the tables: a section for each axis, in it each
 * of its values, the default in bold, and what the RFCs and the paper call it;
 * each built-in profile. Run where the docs are, as all tests are.
 */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DOCS "docs/nat-model.md"

static int read_docs(void **state)
{
	FILE *f = fopen(DOCS, "r");
	size_t room = 1 << 20, n;
	char *text = malloc(room);

	if (!f || !text)
		fail_msg("cannot read %s", DOCS);
	n = fread(text, 1, room - 1, f);
	fclose(f);
	text[n] = '\0';
	*state = text;
	return 0;
}

static int free_docs(void **state)
{
	free(*state);
	return 0;
}

/* flatten - white space is one space: lines are broken anywhere */
static void flatten(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		char c = *from == '\n' || *from == '\t' ? ' ' : *from;

		if (c != ' ' || to == text || to[-1] != ' ')
			*to++ = c;
	}
	*to = '\0';
}

/* section - a copy of an axis's section; to be freed */
static char *section(const char *docs, const char *axis)
{
	char heading[80], *copy;
	const char *start, *end;

	snprintf(heading, sizeof(heading), "\n### `%s`\n", axis);
	start = strstr(docs, heading);
	if (!start)
		fail_msg("%s has no section on `%s`", DOCS, axis);
	start += strlen(heading);
	end = strstr(start, "\n##");
	copy = strndup(start, end ? (size_t)(end - start) : strlen(start));
	assert_non_null(copy);
	flatten(copy);
	return copy;
}

static void assert_says(const char *text, const char *axis, const char *what)
{
	if (!strstr(text, what))
		fail_msg("%s: the section on `%s` does not say \"%s\"", DOCS,
			 axis, what);
}

static void assert_values(const char *text, const struct axis *a)
{
	char what[80];

	for (size_t i = 0; i < a->value_count; i++) {
		snprintf(what, sizeof(what), "`%s`", a->values[i]);
		assert_says(text, a->name, what);
	}
	if (a->values)
		snprintf(what, sizeof(what), "**`%s`**",
			 a->values[a->standard]);
	else
		snprintf(what, sizeof(what), "**`%d`**", a->standard);
	assert_says(text, a->name, what);
	if (a->values)
		return;
	snprintf(what, sizeof(what), "%ld to %ld", a->minimum, a->maximum);
	assert_says(text, a->name, what);
}

static void each_axis_has_its_section_and_values(void **state)
{
	for (size_t i = 0; i < axis_count; i++) {
		char *text = section(*state, axes[i].name);

		assert_values(text, &axes[i]);
		assert_says(text, axes[i].name, axes[i].requirement);
		assert_says(text, axes[i].name, axes[i].term);
		assert_says(text, axes[i].name, "*Seen*");
		assert_says(text, axes[i].name, "*Methods*");
		free(text);
	}
}

/* No section on what is no axis any more. */
static void no_section_is_about_an_unknown_axis(void **state)
{
	const char *at = *state;
	char name[64];

	while ((at = strstr(at, "\n### `"))) {
		assert_int_equal(sscanf(at, "\n### `%63[^`]`", name), 1);
		if (!axis_find(name))
			fail_msg("%s: `%s` is no axis", DOCS, name);
		at++;
	}
}

static void each_builtin_profile_has_a_row(void **state)
{
	char row[96];

	for (size_t i = 0; i < profile_builtin_count; i++) {
		snprintf(row, sizeof(row), "\n| `%s` | ",
			 profile_builtin[i].name);
		if (!strstr(*state, row))
			fail_msg("%s has no row of `%s`", DOCS,
				 profile_builtin[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_axis_has_its_section_and_values),
		cmocka_unit_test(no_section_is_about_an_unknown_axis),
		cmocka_unit_test(each_builtin_profile_has_a_row),
	};

	return cmocka_run_group_tests(tests, read_docs, free_docs);
}
