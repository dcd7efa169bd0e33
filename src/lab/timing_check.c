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

/* first_syn_lateness - how long after S's introduction the host sent its first
   SYN, beyond the way from S and @held ms of --skew; 0: S reported none */
static double first_syn_lateness(const struct observations *f,
				 const struct attempt_result *r, double held,
				 double d)
{
	int64_t introduced = nat_log_introduced(f, r->session[r->order & 1]);

	for (uint32_t i = 0; introduced && i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];

		if (e->at >= r->introduced_at && is_first_syn(e))
			return in_ms(e->at - introduced) - TO_S * d - held;
	}
	return 0;
}

double timing_check(const struct trial *t, const struct observations *f)
{
	bool ordered = approach_has_roles(&t->approach);
	double d = t->rtt_ms / 2, late;

	if (!(d > 0) || !f->has[0] || !f->has[1])
		return 0;
	if (trial_has_faults(t))
		return f->links_late_ms;
	late = fmax(ways_lateness(f, d), f->links_late_ms);
	for (int i = 0; i < 2; i++) {
		const struct attempt_result *r = &f->result[i];
		double held = fmax(i ? t->skew_ms : -t->skew_ms, 0);

		/* the other host of an ordered method waits for the hole */
		if (!ordered || r->opener)
			late = fmax(late, first_syn_lateness(f, r, held, d));
	}
	return late;
}

double timing_check_limit(const struct trial *t)
{
	return t->rtt_ms / 4;
}
