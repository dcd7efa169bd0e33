/* How far many trials are, on a terminal: one line that is written again. */
#ifndef TCPTRAV_CLI_PROGRESS_H
#define TCPTRAV_CLI_PROGRESS_H

#include "base/result_codes.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown;			/* is there a terminal to show it? */
	unsigned total, finished;
	unsigned outcomes[OUTCOME_ERROR + 1];
	int64_t begun, written;		/* when; monotonic ns */
};

/* progress_begin - @total trials are to come; shown on standard error, if
   @wanted and that is a terminal */
void progress_begin(struct progress *p, unsigned total, bool wanted);

/* progress_step - one has ended */
void progress_step(struct progress *p, enum outcome outcome);

/* progress_end - leave nothing of it on the terminal */
void progress_end(struct progress *p);

#endif
