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
 * trial_outcome - of both hosts' results; connected only when both are
 * @a, @b: NULL: that host gave none
 */
enum outcome trial_outcome(const struct attempt_result *a,
			   const struct attempt_result *b);

/*
 * make_host_record - the record of an attempt on a real network, of which one
 * host's result is known
 * @timeout_ms: of one order
 */
void make_host_record(const struct approach *approach, double timeout_ms,
		      uint64_t seed, const struct attempt_result *x,
		      struct trial_record *r);

/*
 * make_record - fill in record, trace and ladder of a trial from @f
 * @out: points at @f and, its setting, at what @trial points at
 */
void make_record(const struct trial *trial, const struct observations *f,
		 struct trial_report *out);

#endif
