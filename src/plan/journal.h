/*
 * The file of a sweep's records: JSON lines, in the order in which the trials
 * ended, each appended by one write. If the program is killed, only the record
 * being written is lost: --resume cuts the torn line off and runs its trial
 * again.
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
 * journal_open - create the file, or resume it; it is locked until
 * journal_close()
 * @resume: the file may have records, at most one per trial, each with the
 *          setting that the plan gives its trial; these are marked done
 * Return:  false with ERROR_USE (records without @resume; a line that is no
 *          record of this plan; a torn last line that is not the beginning of
 *          a record; another sweep has the file open) or ERROR_FAILED (it
 *          cannot be opened, read or locked)
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

/* journal_records - the number of records */
unsigned journal_records(const struct journal *j);

/* journal_close - also after a journal_open() that failed */
void journal_close(struct journal *j);

#endif
