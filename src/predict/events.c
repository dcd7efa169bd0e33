/* The events of a walk, in order of time. */
#include "predict/walk.h"

struct event *walk_at(struct walk *w, double at, enum event_kind kind,
		      int side)
{
	/* A walk that had more would have gone round in a circle: the last
	   place then serves for all that is left, and nothing of it counts. */
	unsigned at_most = EVENTS - 1;
	struct event *e = &w->events[w->event_count < at_most ?
				     w->event_count++ : at_most];

	*e = (struct event){ .at = at, .serial = w->serial++, .kind = kind,
			     .side = side };
	return e;
}

static bool is_before(const struct event *x, const struct event *y)
{
	return x->at < y->at || (!(x->at > y->at) && x->serial < y->serial);
}

bool walk_next(struct walk *w, struct event *out)
{
	unsigned first = 0;

	if (!w->event_count)
		return false;
	for (unsigned i = 1; i < w->event_count; i++)
		if (is_before(&w->events[i], &w->events[first]))
			first = i;
	*out = w->events[first];
	w->events[first] = w->events[--w->event_count];
	return true;
}
