#include "lab/lateness.h"

#include "base/clock.h"
#include "lab/middle.h"
#include "lab/trial.h"
#include "method/passage.h"
#include "wire/tcp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TO_S 0.75		/* of d */
#define THROUGH_S 1.5
#define CHEAP 4			/* is a repeat there, beside fewer at once */
#define AGAIN 4			/* ms: an eighth of a step of the wheel's */

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
static bool decides(const struct passage *p)
{
	return strstr(p->text, "SYN") || !strncmp(p->text, "ready", 5);
}

/* of_way - of one packet or message that both hosts have seen */
static double of_way(const struct passage *p, double d)
{
	double way = p->kind == PASSAGE_MESSAGE ? THROUGH_S * d : d;

	if ((p->kind != PASSAGE_PACKET && p->kind != PASSAGE_MESSAGE) ||
	    !decides(p) ||
	    p->from == PLACE_MIDDLE || p->to == PLACE_MIDDLE ||
	    p->seen[0] == TIME_NEVER || p->seen[1] == TIME_NEVER)
		return 0;
	return ms(llabs(p->seen[0] - p->seen[1])) - way;
}

static double of_ways(const struct findings *f, double d)
{
	const struct ladder ladder = {
		.a = &f->result[0], .b = &f->result[1],
	};
	struct passage *p = malloc(PASSAGES_MAX * sizeof(*p));
	size_t count = p ? passages_find(&ladder, p) : 0;
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = larger(most, of_way(&p[i], d));
	free(p);
	return most;
}

/* of_introduction - from S's to the host's notice of it */
static double of_introduction(const struct findings *f,
			      const struct attempt_result *r, double d)
{
	int64_t at = middle_introduced(f, r->session[r->order & 1]);

	if (!at || !r->introduced_at)
		return 0;
	return ms(r->introduced_at - at) - TO_S * d;
}

/* of_silence - S is there, and answers at once: who had no word of it, where
   no packet is lost, was without a CPU until it gave up */
static double of_silence(const struct lab_trial *t,
			 const struct attempt_result *r)
{
	return r->cause == CAUSE_RENDEZVOUS_LOST ? trial_timeout(t) : 0;
}

static bool is_own_syn(const struct event *e)
{
	struct segment s;

	return e->kind == EVENT_PACKET_OUT &&
		segment_parse(e->bytes, e->length, &s) &&
		(s.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* of_first_syn - beyond what it was to be held; a host that waits for the
   other's hole sends none then, so only those that don't are asked */
static double of_first_syn(const struct attempt_result *r, double held,
			   bool waits)
{
	for (uint32_t i = 0; !waits && i < r->story.count; i++) {
		const struct event *e = &r->story.events[i];

		if (e->at >= r->introduced_at && is_own_syn(e))
			return ms(e->at - r->introduced_at) - held;
	}
	return 0;
}

double lateness(const struct lab_trial *t, const struct findings *f)
{
	double d = t->rtt_ms / 2, late;

	if (!(d > 0) || !f->has[0] || !f->has[1])
		return 0;
	if (trial_has_faults(t))
		return f->cable_late_ms;
	late = of_ways(f, d);
	for (int i = 0; i < 2; i++) {
		const struct attempt_result *r = &f->result[i];
		double skew = i ? t->skew_ms : -t->skew_ms;
		bool ordered = t->approach.variant ?
			t->approach.method->variant_ordered :
			t->approach.method->ordered;

		late = larger(late, of_introduction(f, r, d));
		late = larger(late, of_silence(t, r));
		late = larger(late, of_first_syn(r, skew > 0 ? skew : 0,
						 ordered && !r->opener));
	}
	return late;
}

/* nearest - of two packets that race, one comes so much earlier at least;
   what is sent again may be at any time, and near is what is AGAIN */
static double nearest(const struct lab_trial *t)
{
	double d = t->rtt_ms / 2, skew = fabs(t->skew_ms);
	double apart = fmin(fabs(skew - d), fabs(skew - d / 2));
	double least = fmax(fmin(apart, d / 2), d / 8);

	return trial_has_faults(t) ? fmin(least, AGAIN) : least;
}

double lateness_share(const struct lab_trial *t, double late_ms)
{
	return t->rtt_ms > 0 ? late_ms / nearest(t) : 0;
}

double lateness_strain(const struct lab_trial *t, double late_ms)
{
	double share = lateness_share(t, late_ms);

	return trial_has_faults(t) ? share / CHEAP : share;
}
