#include "predict/forging_model.h"

#include "predict/log.h"
#include "predict/path_model.h"

#include <math.h>

#define AGAIN_MS 750		/* usual, of 0.5 to 1 s */
#define AGAIN_LEAST_MS 500
#define AGAIN_MOST_MS 1000
#define AGAIN_LATE_MS 990	/* before anything that takes just a second */
#define SYN_AGAIN_MS 1000	/* the kernel's first retransmission */

/* has_closing_nat - is there a NAT before the host that admits no SYN-ACK after
   a time exceeded? */
static bool has_closing_nat(struct model_run *run, int side)
{
	for (int i = 0; i < path_model_nat_count(run, side); i++) {
		int after = path_model_nat(run, side, i)->profile->
			    after_time_exceeded_in;

		if (after != AFTER_BOTH && after != AFTER_SYN_ACK)
			return true;
	}
	return false;
}

/* syn_ack_between - the SYN-ACK that @from's kernel would send to @to's SYN;
   each host has read the number off its own SYN */
static struct sym_packet syn_ack_between(const struct model_host *from,
					 const struct model_host *to)
{
	return (struct sym_packet){
		.kind = KIND_SYN_ACK, .from = from->side, .to = to->side,
		.ttl = TTL_USUAL, .sequence = { from->connecting.isn, 0 },
		.acks = { to->connecting.isn, 0 },
	};
}

void forging_model_forge(struct model_run *run, struct model_host *h)
{
	struct model_host *peer = &run->hosts[!h->side];
	struct sym_packet p = syn_ack_between(h, peer);

	p.maker = MADE_BY_FORGER;
	p.source = h->local;
	p.destination = peer->public;
	h->seen.forged_out = true;
	run_log(run, "%c forges its SYN-ACK", 'A' + h->side);
	path_model_send(run, &p);
}

void forging_model_spoof(struct model_run *run)
{
	double delay = run->setup->path == PATH_ONE_NAT ? DELAY_TO_S - 0.5 :
							  DELAY_TO_S;

	if (++run->spoof_requests < SIDES)
		return;
	for (int side = 0; side < SIDES; side++) {
		struct model_host *h = &run->hosts[side];
		struct model_host *peer = &run->hosts[!side];
		struct sym_packet p = syn_ack_between(peer, h);

		p.maker = MADE_BY_S;
		p.source = peer->public;
		p.destination = h->public;
		if (!run->setup->trial->spoofing_dropped)
			event_queue_add(&run->queue, run->now + delay * run->d,
					EVENT_AT_NAT, side)
				->packet = p;
		event_queue_add(&run->queue, run->now + DELAY_TO_S * run->d,
				EVENT_MESSAGE, side)
			->message = MESSAGE_SPOOFED;
	}
	run_log(run, "S spoofs both SYN-ACKs");
}

/* repeat_time - when the host forges again, or asks S again: a random time of
   the interval, early, late or in the middle, or, where a NAT admits a SYN-ACK
   only after the SYN is retransmitted, while it does */
static double repeat_time(struct model_run *run, const struct model_host *h)
{
	double from = h->forged_at + AGAIN_LEAST_MS;
	double until = h->forged_at + AGAIN_MOST_MS;

	for (int side = 0; side < SIDES; side++) {
		double opens = run->hosts[side].syn_at + SYN_AGAIN_MS -
			       h->forged_delay[side];

		if (h->forged_delay[side] < 0 || !has_closing_nat(run, side))
			continue;
		from = fmax(from, opens);
		until = fmin(until, opens + run->d);
	}
	switch (choices_take(&run->choices, from < until ? 4 : 3)) {
	case 0:
		return h->forged_at + AGAIN_MS;
	case 1:
		return h->forged_at + AGAIN_LEAST_MS;
	case 2:
		return h->forged_at + AGAIN_LATE_MS;
	default:
		return (from + until) / 2;
	}
}

void forging_model_forge_again(struct model_run *run, struct model_host *h)
{
	if (h->step == STEP_OVER)
		return;
	if (!h->repeats) {
		h->repeats = true;
		event_queue_add(&run->queue, repeat_time(run, h),
				EVENT_FORGE_AGAIN, h->side);
	} else if (h->asked_spoofing) {
		event_queue_add(&run->queue, run->now + DELAY_TO_S * run->d,
				EVENT_SPOOF, h->side);
	} else {
		forging_model_forge(run, h);
	}
}

void forging_model_schedule(struct model_run *run, struct model_host *h,
			    const double delay[SIDES])
{
	h->forged_at = run->now;
	for (int side = 0; side < SIDES; side++)
		h->forged_delay[side] = delay[side];
	/* the time is drawn only if the attempt has not ended by then */
	event_queue_add(&run->queue, run->now + AGAIN_LEAST_MS,
			EVENT_FORGE_AGAIN, h->side);
}
