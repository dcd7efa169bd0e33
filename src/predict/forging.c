/* SYN-ACKs made by hand: a host's own, and those that S spoofs for both. */
#include "predict/walk.h"

#include <math.h>

#define TO_S 0.75		/* d */
#define AGAIN_MS 750		/* 0.5 to 1 s */
#define AGAIN_LEAST_MS 500
#define AGAIN_MOST_MS 1000
#define AGAIN_LATE_MS 990	/* before anything that takes just a second */
#define SYN_AGAIN_MS 1000	/* the kernel's */

/* has - is there such a NAT before the host? */
static bool has(const struct walk *w, int side,
		bool (*such)(const struct profile *p))
{
	bool one = w->set->road == ROAD_ONE_NAT;
	unsigned count = one ? 1 : w->set->levels[side];

	for (unsigned i = 0; i < count; i++)
		if (such(w->set->nats[one ? A : side][i]))
			return true;
	return false;
}

/* closes - does a time exceeded end what lets a SYN-ACK through? */
static bool closes(const struct profile *p)
{
	return p->after_time_exceeded_in != AFTER_BOTH &&
	       p->after_time_exceeded_in != AFTER_SYN_ACK;
}

/* marked - the SYN-ACK that @from's kernel would have sent to @to's SYN: the
   numbers are those that each has read off its own SYN */
static struct parcel marked(const struct host *from, const struct host *to)
{
	return (struct parcel){
		.kind = KIND_SYN_ACK, .from = from->side, .to = to->side,
		.ttl = TTL_USUAL, .sequence = { from->connecting.isn, 0 },
		.acks = { to->connecting.isn, 0 },
	};
}

void forging_forge(struct walk *w, struct host *h)
{
	struct host *peer = &w->hosts[!h->side];
	struct parcel p = marked(h, peer);

	p.maker = MADE_BY_FORGER;
	p.source = h->local;
	p.destination = peer->public;
	h->clues.forged_out = true;
	tell(w, "%c forges its SYN-ACK", 'A' + h->side);
	road_send(w, &p);
}

/* S has both SYNs' numbers once both have asked; then it answers for each */
void forging_spoof(struct walk *w)
{
	double way = w->set->road == ROAD_ONE_NAT ? TO_S - 0.5 : TO_S;

	if (++w->spoof_asked < SIDES)
		return;
	for (int side = 0; side < SIDES; side++) {
		struct host *h = &w->hosts[side], *peer = &w->hosts[!side];
		struct parcel p = marked(peer, h);
		struct event *e;

		p.maker = MADE_BY_S;
		p.source = peer->public;
		p.destination = h->public;
		if (!w->set->spoofing_dropped) {
			e = walk_at(w, w->now + way * w->d, EVENT_PARCEL,
				    side);
			e->parcel = p;
		}
		e = walk_at(w, w->now + TO_S * w->d, EVENT_LETTER, side);
		e->letter = LETTER_TOLD_SPOOFED;
	}
	tell(w, "S spoofs both SYN-ACKs");
}

void forging_again(struct walk *w, struct host *h)
{
	if (h->step == STEP_OVER)
		return;
	w->drew = true;		/* when, is random */
	if (h->asked_spoofing)
		walk_at(w, w->now + TO_S * w->d, EVENT_SPOOF, h->side);
	else
		forging_forge(w, h);
}

void forging_again_later(struct walk *w, struct host *h,
			 const double way[SIDES])
{
	double from = w->now + AGAIN_LEAST_MS, until = w->now + AGAIN_MOST_MS;
	double after = AGAIN_MS;

	if (w->reversed)
		after = w->hosts[!h->side].repeats ? AGAIN_LEAST_MS :
						     AGAIN_LATE_MS;
	h->repeats = true;
	for (int side = 0; side < SIDES; side++) {
		double opens = w->hosts[side].syn_at + SYN_AGAIN_MS - way[side];

		if (way[side] < 0 || !has(w, side, closes))
			continue;
		from = fmax(from, opens);
		until = fmin(until, opens + w->d);
	}
	walk_at(w, w->lucky[h->side] && from < until ? (from + until) / 2 :
		   w->now + after, EVENT_AGAIN, h->side);
}
