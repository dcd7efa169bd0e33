#include "lab/timing_check.h"

#include "base/clock.h"
#include "report/nat_log.h"
#include "report/timeline.h"
#include "wire/tcp.h"

#include <math.h>
#include <stdlib.h>

/* The delay between a host and S, and from host to host by way of S, in d. */
#define TO_S 0.75
#define THROUGH_S 1.5
/* ms: a machine with time to spare is never later than this. */
#define LEAST_LIMIT 4

static double in_ms(int64_t ns)
{
	return (double)ns / (double)NS_PER_MS;
}

/*
 * way_lateness - by how many ms a SYN or SYN-ACK from host to host, or a
 * message that the peer waits for, took longer than the delay of its way. Later
 * segments of a connection, and messages about a failure, may be late without
 * harm.
 */
static double way_lateness(const struct timeline_event *p, double d)
{
	double way;

	if (p->seen[0] == TIME_NEVER || p->seen[1] == TIME_NEVER ||
	    p->from == LIFELINE_MIDDLE || p->to == LIFELINE_MIDDLE)
		return 0;
	if (p->kind == TIMELINE_PACKET && (p->tcp_flags & TCP_SYN))
		way = d;
	else if (p->kind == TIMELINE_MESSAGE &&
		 (p->subject == SUBJECT_SYN || p->subject == SUBJECT_READY))
		way = THROUGH_S * d;
	else
		return 0;
	return in_ms(llabs(p->seen[0] - p->seen[1])) - way;
}

static double ways_lateness(const struct observations *f, double d)
{
	const struct ladder ladder = {
		.a = &f->result[0], .b = &f->result[1],
	};
	struct timeline_event *p = malloc(TIMELINE_MAX * sizeof(*p));
	size_t count = p ? timeline_make(&ladder, p) : 0;
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, way_lateness(&p[i], d));
	free(p);
	return most;
}

/* introduction_lateness - the lateness on its way from S to the host */
static double introduction_lateness(const struct observations *f,
				    const struct attempt_result *r, double d)
{
	int64_t at = nat_log_introduced(f, r->session[r->order & 1]);

	if (!at || !r->introduced_at)
		return 0;
	return in_ms(r->introduced_at - at) - TO_S * d;
}

/* is_first_syn - is the event a SYN of the host? A SYN that the kernel refused
   to send counts: when connect() was late, the peer's SYN had already arrived,
   and the host's own listener had answered it. */
static bool is_first_syn(const struct trace_event *e)
{
	struct segment s;

	return e->subject == SUBJECT_NO_SYN ||
	       (e->kind == TRACE_PACKET_OUT &&
		segment_parse(e->bytes, e->length, &s) &&
		(s.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN);
}

/* first_syn_lateness - how long after the introduction, and after @held ms of
   --skew, the host sent its first SYN */
static double first_syn_lateness(const struct attempt_result *r, double held)
{
	for (uint32_t i = 0; i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];

		if (e->at >= r->introduced_at && is_first_syn(e))
			return in_ms(e->at - r->introduced_at) - held;
	}
	return 0;
}

/* since_request - ms from the arrival of the host's last request at S until S
   spoofed, @at */
static double since_request(const struct attempt_result *r, int64_t at,
			    double d)
{
	int64_t way = (int64_t)(TO_S * d * (double)NS_PER_MS);
	double since = INFINITY;

	for (uint32_t i = 0; i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];

		if (e->subject == SUBJECT_SPOOF_REQUEST && e->at + way <= at)
			since = in_ms(at - e->at - way);
	}
	return since;
}

/* spoofing_lateness - how long after the second host's request S spoofed; it
   waits for nothing else */
static double spoofing_lateness(const struct observations *f, double d)
{
	double late = 0;

	for (unsigned i = 0; i < f->server_count; i++) {
		const struct server_report *r = &f->server[i];
		double after;

		if (r->introduced)
			continue;
		after = fmin(since_request(&f->result[0], r->at, d),
			     since_request(&f->result[1], r->at, d));
		if (!isinf(after))
			late = fmax(late, after);
	}
	return late;
}

double timing_check(const struct trial *t, const struct observations *f)
{
	bool ordered = approach_has_roles(&t->approach);
	double d = t->rtt_ms / 2, late;

	if (!(d > 0) || !f->has[0] || !f->has[1])
		return 0;
	if (trial_has_faults(t))
		return f->links_late_ms;
	late = fmax(ways_lateness(f, d), spoofing_lateness(f, d));
	late = fmax(late, f->links_late_ms);
	for (int i = 0; i < 2; i++) {
		const struct attempt_result *r = &f->result[i];
		double held = fmax(i ? t->skew_ms : -t->skew_ms, 0);

		late = fmax(late, introduction_lateness(f, r, d));
		/* the other host of an ordered method waits for the hole */
		if (!ordered || r->opener)
			late = fmax(late, first_syn_lateness(r, held));
	}
	return late;
}

double timing_check_limit(const struct trial *t)
{
	double d = t->rtt_ms / 2, skew = fabs(t->skew_ms);
	double apart = fmin(d, fabs(skew - d));

	if (t->approach.method->needs & NEED_SPOOFING)
		apart = fmin(apart, fabs(skew - d / 2));
	return fmax(apart / 2, fmin(d / 8, LEAST_LIMIT));
}
