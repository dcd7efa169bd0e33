#include "predict/timer_model.h"

#include <math.h>

#define TIMER_STEP_MS 80	/* of timers of 1 to 4 s, at 100 ticks a second;
				   32 at 250 */
#define RTO_LEAST_MS 200

/* peers_timer - the peer's retransmission timer, if rounding can let what it
   sends cross what is sent now; NULL: there is none */
static struct model_event *peers_timer(struct model_run *run,
				       const struct model_host *h)
{
	for (unsigned i = 0; i < run->queue.count; i++) {
		struct model_event *e = &run->queue.events[i];

		if (e->kind == EVENT_RETRANSMIT && e->side != h->side &&
		    e->at > run->now &&
		    e->at < run->now + run->d + TIMER_STEP_MS)
			return e;
	}
	return NULL;
}

double timer_model_rounding(struct model_run *run, const struct model_host *h)
{
	struct model_event *peers = peers_timer(run, h);
	double late, apart, least;

	if (run->timers == TIMERS_UNDECIDED)
		run->timers = run_draw(run) ? TIMERS_LATE : TIMERS_ON_TIME;
	late = run->timers == TIMERS_LATE ? TIMER_STEP_MS : 0;
	if (!peers)
		return late;
	/* Both are rounded up to the same steps. */
	apart = peers->at - run->now;
	least = floor(apart / TIMER_STEP_MS) * TIMER_STEP_MS;
	if (apart > run->d)
		return run_draw(run) ? late + apart - least : late;
	if (least + TIMER_STEP_MS > run->d && run_draw(run))
		peers->at = run->now + least + TIMER_STEP_MS;
	return late;
}

double timer_model_data(double round_trip, int sends)
{
	double rto = round_trip + fmax(2 * round_trip, RTO_LEAST_MS);

	if (!sends)
		return fmin(rto, 2 * round_trip + RTO_LEAST_MS);
	return rto * (double)(1 << (sends - 1));
}
