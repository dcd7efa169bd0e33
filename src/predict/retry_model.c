#include "predict/retry_model.h"

#define RETRY_MS 1500		/* usual, of 1 to 2 s */
#define RETRY_LEAST_MS 1000
#define RETRY_MOST_MS 2000
#define RETRY_NEEDS_MS 1000
#define CONNECTS_MAX 4
#define SYN_AGAIN_MS 1000	/* the kernel's first retransmission */

/* retry_time - of a refused connect(): a random time of the interval, in its
   middle, early or late, or such that the SYN crosses the one that the peer's
   kernel retransmits, if that is possible */
static double retry_time(struct model_run *run, const struct model_host *h)
{
	const struct model_host *peer = &run->hosts[!h->side];
	double peer_syn = peer->seen.sent ? peer->syn_at :
					    run_start_time(run, peer);
	double crossing = SYN_AGAIN_MS + run->d / 2 + peer_syn;
	bool crosses = crossing > run->now + RETRY_LEAST_MS &&
		       crossing < run->now + RETRY_MOST_MS;

	switch (choices_take(&run->choices, crosses ? 4 : 3)) {
	case 0:
		return run->now + RETRY_MS;
	case 1:
		return run->now + RETRY_LEAST_MS;
	case 2:
		return run->now + RETRY_MOST_MS;
	default:
		return crossing;
	}
}

void retry_model_connect(struct model_run *run, struct model_host *h)
{
	double needs = RETRY_LEAST_MS + RETRY_NEEDS_MS, at;

	if (h->retry_decided || h->connects >= CONNECTS_MAX ||
	    run->now + needs > h->deadline)
		return;
	h->retry_decided = true;
	at = retry_time(run, h);
	if (at + RETRY_NEEDS_MS > h->deadline)
		return;
	h->retry_pending = true;
	event_queue_add(&run->queue, at, EVENT_CONNECT_AGAIN, h->side);
}

void retry_model_private(struct model_run *run, struct model_host *h)
{
	static const double later[] = { RETRY_MS, RETRY_LEAST_MS,
					RETRY_MOST_MS };

	if (run->now + RETRY_LEAST_MS + RETRY_NEEDS_MS > h->deadline)
		return;
	h->private_again = true;
	event_queue_add(&run->queue, run->now +
			later[choices_take(&run->choices, 3)],
			EVENT_CONNECT_PRIVATELY, h->side);
}
