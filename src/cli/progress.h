/* Shows the progress of many trials in one line of a terminal. */
#ifndef TCPTRAV_CLI_PROGRESS_H
#define TCPTRAV_CLI_PROGRESS_H

#include "base/result_codes.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown;			/* on a terminal */
	unsigned total, finished;
	unsigned outcomes[OUTCOME_ERROR + 1];
	int64_t begun, written;		/* monotonic ns */
};

/* progress_begin - start to show the progress of @total trials on standard
   error, if @wanted and that is a terminal */
void progress_begin(struct progress *p, unsigned total, bool wanted);

/* progress_step - a trial has ended */
void progress_step(struct progress *p, enum outcome outcome);

/* progress_end - erase the line */
void progress_end(struct progress *p);

#endif
