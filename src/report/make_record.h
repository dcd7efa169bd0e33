/*
 * The record of a trial from its observations: outcome, mechanisms, cause, and
 * the trace of S and the NATs. Pure.
 */
#ifndef TCPTRAV_REPORT_MAKE_RECORD_H
#define TCPTRAV_REPORT_MAKE_RECORD_H

#include "report/observations.h"
#include "plan/trial.h"
#include "report/record.h"
#include "report/timeline.h"

struct trial_report {
	struct trial_record record;
	struct trace middle;	/* of S and the NATs */
	struct ladder ladder;	/* points at @middle and at the observations */
};

/*
 * trial_outcome - the trial's outcome from both hosts' results; it is connected
 * only if both hosts are
 * @a, @b: NULL: there is no result of that host
 */
enum outcome trial_outcome(const struct attempt_result *a,
			   const struct attempt_result *b);

/*
 * make_host_record - fill in @r for an attempt on a real network, of which only
 * one host's result @x is known
 * @timeout_ms: the timeout of one order
 */
void make_host_record(const struct approach *approach, double timeout_ms,
		      uint64_t seed, const struct attempt_result *x,
		      struct trial_record *r);

/*
 * make_record - fill in record, trace and ladder of a trial from @o
 * @out: will have pointers to @o and to the strings of @trial, which must stay
 *       valid
 */
void make_record(const struct trial *trial, const struct observations *o,
		 struct trial_report *out);

#endif
