/*
 * conformance - test profiles for what RFCs require of a NAT
 *
 * conformance                 every profile that is named after a requirement,
 *                             and those that conform, against expected.tsv
 * conformance --profile NAME  one profile, or a file, requirement by
 *                             requirement
 * conformance --list          the requirements, as a table in Markdown
 *
 * Prints TAP. Run it in the root of the repository.
 */
#include "report.h"

#include <stdio.h>
#include <string.h>

/* Profiles that are not named after a requirement. expected.tsv has what they
   fail, with a reason, or nothing. */
static const char *const conforming[] = { "rfc5382", "cgn" };

static bool is_named(const char *profile)
{
	for (size_t i = 0; i < sizeof(conforming) / sizeof(conforming[0]); i++)
		if (!strcmp(profile, conforming[i]))
			return true;
	return !strncmp(profile, "rfc", 3);
}

static int tap(int *number, bool ok, const char *what)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++*number, what);
	return !ok;
}

/* try_builtin - one profile, all requirements */
static int try_builtin(int *number, const char *name,
		       const struct expectations *e)
{
	static struct conformance_report r;
	struct error error = { 0 };
	struct profile p;
	char what[128];
	bool breaks = expectations_names(e, name);
	bool ok = profile_find(name, &p, &error);

	snprintf(what, sizeof(what), "%s %s", name,
		 breaks ? "breaks just what it is to break" :
		 "passes everything");
	if (!ok)
		printf("# %s\n", error.text);
	else
		report_make(&r, &p);
	if (!breaks && strcmp(name, "rfc5382")) {
		printf("# no requirement is expected to fail on %s\n", name);
		ok = false;
	}
	return tap(number, ok && expectations_meet(e, name, &r), what);
}

static int try_all(void)
{
	static struct expectations e;
	int failed = 0, number = 0;

	failed += tap(&number, requirements_agree(),
		      "the requirements are those of "
		      "requirements.tsv");
	failed += tap(&number, requirements_documented(),
		      "docs/conformance.md has the table of --list");
	failed += tap(&number, expectations_read(&e),
		      "expected.tsv names requirements and their own");
	for (size_t i = 0; i < profile_builtin_count; i++)
		if (is_named(profile_builtin[i].name))
			failed += try_builtin(&number,
					      profile_builtin[i].name, &e);
	printf("1..%d\n", number);
	return failed;
}

static int try_one(const char *name)
{
	static struct conformance_report r;
	struct error error = { 0 };
	struct profile p;

	if (!profile_find(name, &p, &error)) {
		fprintf(stderr, "conformance: %s\n", error.text);
		return 2;
	}
	report_make(&r, &p);
	return report_print(&r) > 0;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return try_all() > 0;
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		requirements_print(stdout);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "--profile"))
		return try_one(argv[2]);
	fputs("usage: conformance [--profile NAME|FILE | --list]\n", stderr);
	return 2;
}
