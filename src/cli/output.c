#include "cli/output.h"

#include "cli/cli.h"
#include "report/ladder.h"
#include "report/summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_error(const struct error *e)
{
	fprintf(stderr, "tcptrav: %s\n", e->text);
	return error_status(e);
}

int outcome_status(enum outcome outcome, enum cause cause)
{
	if (outcome == OUTCOME_CONNECTED)
		return STATUS_OK;
	return cause == CAUSE_NO_PRIVILEGE ? STATUS_MISSING : STATUS_FAILED;
}

bool colour_wanted(FILE *to)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(to)) && (!no || !*no) && term &&
	       strcmp(term, "dumb") != 0;
}

void report_trial(const struct trial_record *r, const struct ladder *ladder,
		  bool json, FILE *to)
{
	struct ladder drawn;

	if (json) {
		record_print(r, to);
		return;
	}
	summary_setting(r, to);
	fputs("\n\n", to);
	if (ladder) {
		drawn = *ladder;
		drawn.colour = colour_wanted(to);
		ladder_print(&drawn, to);
		fputc('\n', to);
	}
	summary_result(r, colour_wanted(to), to);
}
