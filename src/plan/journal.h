/*
 * The file of a sweep's records: JSON lines, in the order in which the trials
 * ended, each appended by one write. Whatever ends the program, no record is
 * lost but the one that was being written, which is then cut off, and its
 * trial run again.
 */
#ifndef TCPTRAV_PLAN_JOURNAL_H
#define TCPTRAV_PLAN_JOURNAL_H

#include "base/error.h"
#include "base/result_codes.h"
#include "plan/sweep.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JOURNAL_OUTCOMES (OUTCOME_ERROR + 1)

struct journal {
	const char *path;
	FILE *file;
	const struct sweep *sweep;
	uint64_t seed;			/* the plan's */
	uint8_t *done;			/* bits of the trials with a record */
	unsigned outcomes[JOURNAL_OUTCOMES];	/* how many records */
	char *line;			/* for reading */
	size_t room;
};

/*
 * journal_open - make the file, or go on with it; nobody else may meanwhile
 * @resume: it may have records: each must be of one of the plan's trials, as
 *          that is now, and of each trial there may be one. They are done.
 * Return:  false with ERROR_USE (it has records and @resume is not set; the
 *          line that is not of this plan; it ends with a line that is not
 *          whole and was to be no record; another sweep has it open) or
 *          ERROR_FAILED (it cannot be had)
 */
bool journal_open(struct journal *j, const char *path, bool resume,
		  const struct sweep *sweep, uint64_t seed, struct error *e);

/*
 * journal_append - add a record, by one write
 * @outcome: the record's
 * @line:    its text, which ends with a newline
 * Return:   false with a sentence when it cannot be written
 */
bool journal_append(struct journal *j, enum outcome outcome, const char *line,
		    struct error *e);

/* journal_records - how many it has */
unsigned journal_records(const struct journal *j);

/* journal_close - also one that could not be opened */
void journal_close(struct journal *j);

#endif
