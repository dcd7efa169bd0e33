/* Trials of all requirements on a profile, and what was to be expected of them.
   */
#ifndef TCPTRAV_TESTS_CONFORMANCE_REPORT_H
#define TCPTRAV_TESTS_CONFORMANCE_REPORT_H

#include "requirements.h"

#include <stdbool.h>

#define DIRECTORY "tests/conformance/"

enum { REQUIREMENTS_MAX = 128 };

/* The outcome of every requirement. */
struct conformance_report {
	bool held[REQUIREMENTS_MAX]; /* is it required of the profile? */
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

/* expectations_read - false: it cannot be read, or has an unknown profile or
   requirement */
bool expectations_read(struct expectations *e);

/*
 * expectations_meet - is the report exactly as expected of the profile?
 * Differences are printed as TAP comments.
 */
bool expectations_meet(const struct expectations *e, const char *profile,
		       const struct conformance_report *r);

/* expectations_names - has the profile a line of kind own or apart? */
bool expectations_names(const struct expectations *e, const char *profile);

/* requirements_agree - are the requirements those of requirements.tsv? */
bool requirements_agree(void);

/* requirements_print - as a table in Markdown */
void requirements_print(FILE *out);

/* requirements_documented - is that table in docs/conformance.md? */
bool requirements_documented(void);

#endif
