#include "predict/udp_model.h"

#include "predict/log.h"
#include "predict/path_model.h"

#include <math.h>

#define INTERVAL_MS 200		/* between knocks, at least */
#define PACED 40		/* knocks in an attempt's time */

enum { SEARCHING, HEARD, CONNECTED };	/* levels */

static double interval(const struct model_run *run)
{
	return fmax(run->timeout / PACED, INTERVAL_MS);
}

static void wake_at(struct model_run *run, const struct model_host *h,
		    double at)
{
	event_queue_add(&run->queue, at, EVENT_WAKE, h->side);
}

void udp_model_begin(struct model_run *run)
{
	double skew = run->setup->trial->skew_ms;

	for (int side = 0; side < SIDES; side++) {
		struct model_host *h = &run->hosts[side];
		double later = side == B ? skew : -skew;

		h->step = STEP_PROVE;
		h->deadline = INTRODUCED * run->d + run->timeout;
		h->knocks = (struct model_knocks){
			.remote = run->hosts[!side].public,
			.start = INTRODUCED * run->d + fmax(later, 0),
		};
		h->knocks.next = h->knocks.start;
		wake_at(run, h, h->knocks.start);
		wake_at(run, h, h->deadline);
	}
}

/* knock - send one, and choose when to send the next */
static void knock(struct model_run *run, struct model_host *h)
{
	struct model_knocks *k = &h->knocks;
	const struct sym_packet p = {
		.kind = KIND_KNOCK, .from = h->side, .to = !h->side,
		.source = h->local, .destination = k->remote,
		.ttl = TTL_USUAL, .acks = SYM_SEQ_NONE, .level = k->level,
	};

	run_log(run, "%c knocks%s", 'A' + h->side,
		k->level == SEARCHING ? "" :
		k->level == HEARD ? ": it has heard the peer" :
				    ": it is connected");
	k->told = k->level;
	k->next = run->now + interval(run);
	if ((k->peer_connected && k->told == CONNECTED) ||
	    k->next + interval(run) > h->deadline)
		k->next = INFINITY;
	else
		wake_at(run, h, k->next);
	path_model_send(run, &p);
}

static void fail(struct model_run *run, struct model_host *h)
{
	struct sym_endpoint second;

	h->step = STEP_OVER;
	h->over_at = run->now;
	h->outcome = OUTCOME_FAILED;
	h->cause = h->knocks.heard ? CAUSE_KNOCK_REFUSED :
				     CAUSE_NOTHING_ARRIVED;
	if (path_model_probe_port(run, h, &second) &&
	    !sym_endpoint_equal(second, h->public))
		h->cause = CAUSE_PORT_NOT_PREDICTED;
	run_log(run, "%c gives up: %s", 'A' + h->side, cause_name(h->cause));
}

void udp_model_continue(struct model_run *run, struct model_host *h)
{
	if (run->now >= h->knocks.next)
		knock(run, h);
	if (h->step != STEP_OVER && run->now >= h->deadline)
		fail(run, h);
}

static void connect(struct model_run *run, struct model_host *h)
{
	h->step = STEP_OVER;
	h->over_at = h->authenticated_at = run->now;
	h->outcome = OUTCOME_CONNECTED;
	h->cause = CAUSE_NONE;
	h->candidate = CANDIDATE_OF_PUBLIC;
	h->mechanism = h->knocks.first == SEARCHING ?
		MECHANISM_KNOCK_THROUGH_HOLE : MECHANISM_KNOCK_ANSWERED;
	run_log(run, "%c: authenticated, and the peer has heard it",
		'A' + h->side);
}

void udp_model_receive(struct model_run *run, struct model_host *h,
		       const struct sym_packet *p)
{
	struct model_knocks *k = &h->knocks;
	int before = k->level;

	if (p->kind != KIND_KNOCK)
		return;
	if (!k->heard)
		k->first = p->level;
	k->heard = true;
	k->remote = p->source;
	k->peer_connected |= p->level == CONNECTED;
	if (p->level >= HEARD)
		k->level = CONNECTED;
	else if (k->level == SEARCHING)
		k->level = HEARD;
	if (p->level >= HEARD && h->step != STEP_OVER)
		connect(run, h);
	if (k->level > before) {
		k->next = fmax(run->now, k->start);
		wake_at(run, h, k->next);
	} else if (k->peer_connected && k->told == CONNECTED) {
		k->next = INFINITY;
	}
}
