/* Trials of all requirements on a profile, and what was to be expected of them.
   */
#ifndef TCPTRAV_TESTS_CONFORMANCE_REPORT_H
#define TCPTRAV_TESTS_CONFORMANCE_REPORT_H

#include "requirements.h"

#include <stdbool.h>

#define DIRECTORY "tests/conformance/"

enum { REQUIREMENTS_MAX = 128 };

/* What came of every row. */
struct conformance_report {
	bool held[REQUIREMENTS_MAX];		/* is the profile held to it? */
	enum conformance_outcome outcomes[REQUIREMENTS_MAX];
	char whys[REQUIREMENTS_MAX][200];
};

/* report_make - try all requirements on a profile */
void report_make(struct conformance_report *r, const struct profile *p);

/* report_print - TAP, a line for each row
   Return: how many failed */
int report_print(const struct conformance_report *r);

/* A line of expected.tsv. */
struct expectation {
	char profile[64], kind[16], ids[128];
};

/* What expected.tsv says. */
struct expectations {
	size_t count;
	struct expectation lines[128];
};

/* expectations_read - false: it cannot be read, or says what cannot be */
bool expectations_read(struct expectations *e);

/*
 * expectations_meet - is the report just what is expected of the profile?
 * Differences are printed as TAP comments.
 */
bool expectations_meet(const struct expectations *e, const char *profile,
		       const struct conformance_report *r);

/* expectations_names - does a line of kind own or apart speak of it? */
bool expectations_names(const struct expectations *e, const char *profile);

/* requirements_agree - are the requirements those of requirements.tsv? */
bool requirements_agree(void);

/* requirements_print - as a table in Markdown */
void requirements_print(FILE *out);

/* requirements_documented - has docs/conformance.md just that table? */
bool requirements_documented(void);

#endif
