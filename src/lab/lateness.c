#include "lab/lateness.h"

#include "base/clock.h"
#include "report/nat_log.h"
#include "lab/trial_setup.h"
#include "report/timeline.h"
#include "wire/tcp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TO_S 0.75		/* of d */
#define THROUGH_S 1.5
#define CHEAP 4			/* is a repeat there, beside fewer at once */
#define AGAIN 4			/* ms: an eighth of a step of the wheel's */
#define FAULTY 1		/* ms: an RTO below 256 ms ends with a tick,
				   and ticks are 4 ms apart */
#define REPEATS 16		/* at most; where a trial may take a minute: */
#define FAULTY_REPEATS 4

static double ms(int64_t ns)
{
	return (double)ns / (double)NS_PER_MS;
}

static double larger(double x, double y)
{
	return x > y ? x : y;
}

/* decides - what the order of things can turn on: SYNs and SYN-ACKs, and the
   messages that a host waits for to send one. What comes once the connection
   is there, or has failed, is late without harm. */
static bool decides(const struct timeline_event *p)
{
	return strstr(p->text, "SYN") || !strncmp(p->text, "ready", 5);
}

/* of_way - of one packet or message that both hosts have seen */
static double of_way(const struct timeline_event *p, double d)
{
	double way = p->kind == TIMELINE_MESSAGE ? THROUGH_S * d : d;

	if ((p->kind != TIMELINE_PACKET && p->kind != TIMELINE_MESSAGE) ||
	    !decides(p) || p->from == PLACE_MIDDLE || p->to == PLACE_MIDDLE ||
	    p->seen[0] == TIME_NEVER || p->seen[1] == TIME_NEVER)
		return 0;
	return ms(llabs(p->seen[0] - p->seen[1])) - way;
}

static double of_ways(const struct observations *f, double d)
{
	const struct ladder ladder = {
		.a = &f->result[0], .b = &f->result[1],
	};
	struct timeline_event *p = malloc(TIMELINE_MAX * sizeof(*p));
	size_t count = p ? timeline_make(&ladder, p) : 0;
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = larger(most, of_way(&p[i], d));
	free(p);
	return most;
}

/* of_introduction - from S's to the host's notice of it */
static double of_introduction(const struct observations *f,
			      const struct attempt_result *r, double d)
{
	int64_t at = nat_log_introduced(f, r->session[r->order & 1]);

	if (!at || !r->introduced_at)
		return 0;
	return ms(r->introduced_at - at) - TO_S * d;
}

/* of_silence - S is there, and answers at once: who had no word of it, where
   no packet is lost, was without a CPU until it gave up */
static double of_silence(const struct trial *t,
			 const struct attempt_result *r)
{
	return r->cause == CAUSE_RENDEZVOUS_LOST ? trial_timeout(t) : 0;
}

static bool is_own_syn(const struct trace_event *e, struct segment *s)
{
	return e->kind == TRACE_PACKET_OUT &&
		segment_parse(e->bytes, e->length, s) &&
		(s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* own_syns - that the host has sent in its last order */
static unsigned own_syns(const struct attempt_result *r)
{
	unsigned count = 0;
	struct segment s;

	for (uint32_t i = 0; i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];

		count += e->at >= r->introduced_at && is_own_syn(e, &s);
	}
	return count;
}

/* is_first - what the host's first SYN should be: one that its kernel refused
   to send counts, for a late connect() finds that the peer's SYN was there
   before, and its own listener has answered it */
static bool is_first(const struct trace_event *e)
{
	struct segment s;

	return is_own_syn(e, &s) ||
	       (e->kind == TRACE_NOTE && !strncmp(e->text, "no SYN sent", 11));
}

/* of_first_syn - beyond what it was to be held; a host that waits for the
   other's hole sends none then, so only those that don't are asked */
static double of_first_syn(const struct attempt_result *r, double held,
			   bool waits)
{
	for (uint32_t i = 0; !waits && i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];

		if (e->at >= r->introduced_at && is_first(e))
			return ms(e->at - r->introduced_at) - held;
	}
	return 0;
}

/* sends_again - has a host whose time is its own sent its SYN again? */
static bool sends_again(const struct trial *t, const struct observations *f)
{
	return !approach_has_roles(&t->approach) && f->due_at &&
		(own_syns(&f->result[0]) > 1 || own_syns(&f->result[1]) > 1);
}

/* of_place - of a first SYN's, in a step of the kernel's timers */
static double of_place(const struct observations *f,
		       const struct attempt_result *r, double held)
{
	return ms(r->introduced_at - f->due_at) +
		of_first_syn(r, held, false);
}

/* asks - for spoofing? */
static bool asks(const struct trace_event *e)
{
	return e->kind == TRACE_MESSAGE_OUT && !strncmp(e->text, "spoof", 5);
}

/* since_asked - how long after a host's last word for it S spoofed @at */
static double since_asked(const struct attempt_result *r, int64_t at, double d)
{
	int64_t way = (int64_t)(TO_S * d * (double)NS_PER_MS);
	int64_t since = TIME_NEVER;

	for (uint32_t i = 0; i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];

		if (asks(e) && e->at + way <= at)
			since = at - e->at - way;
	}
	return since == TIME_NEVER ? INFINITY : ms(since);
}

/* of_spoofing - S waits for the second host's word, and then for nothing */
static double of_spoofing(const struct observations *f, double d)
{
	double late = 0;

	for (unsigned i = 0; i < f->server_count; i++) {
		const struct server_report *r = &f->server[i];
		double after = r->introduced ? 0 :
			fmin(since_asked(&f->result[0], r->at, d),
			     since_asked(&f->result[1], r->at, d));

		late = isinf(after) ? late : larger(late, after);
	}
	return late;
}

/* of_repeats - of what is sent again, or after it has been, in all that it
   takes on its way */
static double of_repeats(const struct observations *f, double d)
{
	double late = larger(f->cable_late_ms, of_spoofing(f, d));

	return larger(late, larger(ms(f->result[0].late),
				   ms(f->result[1].late)));
}

double lateness(const struct trial *t, const struct observations *f)
{
	bool again = sends_again(t, f);
	double d = t->rtt_ms / 2, late;

	if (!(d > 0) || !f->has[0] || !f->has[1])
		return 0;
	if (trial_has_faults(t))
		return f->cable_late_ms;
	late = of_ways(f, d);
	for (int i = 0; i < 2; i++) {
		const struct attempt_result *r = &f->result[i];
		double held = fmax(i ? t->skew_ms : -t->skew_ms, 0);
		bool ordered = approach_has_roles(&t->approach);

		late = larger(late, of_introduction(f, r, d));
		late = larger(late, of_silence(t, r));
		late = larger(late, of_first_syn(r, held,
						 ordered && !r->opener));
		if (again)
			late = larger(late, of_place(f, r, held));
	}
	return again ? larger(late, of_repeats(f, d)) : late;
}

/* nearest - of two packets that race, one comes so much earlier at least;
   what is sent again may be at any time, and near is what is AGAIN, or FAULTY
   where most that is sent again is data */
static double nearest(const struct trial *t, const struct observations *f)
{
	double d = t->rtt_ms / 2, skew = fabs(t->skew_ms);
	double apart = fabs(skew - d), least;

	if (t->approach.method->needs & NEED_SPOOFING)
		apart = fmin(apart, fabs(skew - d / 2));
	least = fmax(fmin(apart, d) / 2, fmin(d / 8, AGAIN));
	if (trial_has_faults(t))
		return fmin(least, FAULTY);
	return sends_again(t, f) ? fmin(least, AGAIN) : least;
}

unsigned lateness_repeats(const struct trial *t)
{
	return trial_has_faults(t) ? FAULTY_REPEATS : REPEATS;
}

/* share - that @late is of what would be too late */
static double share(const struct trial *t, const struct observations *f,
		    double late)
{
	return t->rtt_ms > 0 ? late / nearest(t, f) : 0;
}

double lateness_share(const struct trial *t, const struct observations *f)
{
	return share(t, f, f->late_ms);
}

/* A timer that is a tick late is so with few at once, too. */
double lateness_strain(const struct trial *t, const struct observations *f)
{
	if (trial_has_faults(t))
		return share(t, f, f->cable_late_ms) / CHEAP;
	return share(t, f, f->late_ms) / (sends_again(t, f) ? CHEAP : 1);
}
