#include "predict/event_queue.h"

struct model_event *event_queue_add(struct event_queue *q, double at,
				    enum model_event_kind kind, int side)
{
	/* A full queue means an endless exchange. Its result does not count,
	   so further events overwrite the last place. */
	unsigned last = EVENTS - 1;
	struct model_event *e = &q->events[q->count < last ? q->count++ : last];

	*e = (struct model_event){ .at = at, .serial = q->serial++,
				   .kind = kind, .side = side };
	return e;
}

static bool is_before(const struct model_event *x, const struct model_event *y)
{
	return x->at < y->at || (!(x->at > y->at) && x->serial < y->serial);
}

bool event_queue_next(struct event_queue *q, struct model_event *out)
{
	unsigned first = 0;

	if (!q->count)
		return false;
	for (unsigned i = 1; i < q->count; i++)
		if (is_before(&q->events[i], &q->events[first]))
			first = i;
	*out = q->events[first];
	q->events[first] = q->events[--q->count];
	return true;
}
