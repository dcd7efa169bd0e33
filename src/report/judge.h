/*
 * From what was found out in a trial to its record: outcome, cause, and what
 * S and the NATs did in the story's middle. Pure.
 */
#ifndef TCPTRAV_REPORT_JUDGE_H
#define TCPTRAV_REPORT_JUDGE_H

#include "report/findings.h"
#include "plan/trial.h"
#include "report/record.h"

struct verdict {
	struct trial_record record;
	struct story middle;	/* of S and the NATs */
	struct ladder ladder;	/* points at @middle and at the findings */
};

/*
 * judge_outcome - of both hosts' results; connected only when both are
 * @a, @b: NULL: that host gave none
 */
enum outcome judge_outcome(const struct attempt_result *a,
			   const struct attempt_result *b);

/* judge_setting - the record's part that is known before the trial; the rest
   is empty */
void judge_setting(const struct trial *t, uint64_t seed,
		   struct trial_record *r);

/* judge - @f's reports are sorted by time on the way */
void judge(const struct trial *trial, const struct findings *f,
	   struct verdict *out);

#endif
