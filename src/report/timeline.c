/*
 * One packet is known again by what no NAT on its way changes: flags, window,
 * length, IP identification. (Addresses and ports are translated, sequence
 * numbers may be.) It arrives after it left, and only once.
 *
 * A packet that was sent is said to be lost only when that is known: a NAT or
 * a router has said so, or the other host's trace goes on for longer than any
 * packet took and never mentions it.
 */
#include "report/timeline.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_SLACK (NS_PER_MS / 2)	/* captures stamp on their own */

/* An event of one lifeline, put in words. */
struct described_event {
	const struct trace_event *event;
	enum lifeline lifeline;
	struct packet_description description;
	bool used;		/* another one's event tells it */
	struct described_event *arrival; /* where what was sent came in */
	struct described_event *verdict;	/* what a NAT said of it */
};

struct described_events {
	const struct ladder *ladder;
	size_t count;
	int64_t last[2];	/* the last event of each host */
	int64_t slowest;	/* the longest that anything took */
	struct described_event events[TIMELINE_MAX];
};

static void events_add(struct described_events *v, const struct trace *s,
		       const struct attempt_result *result,
		       enum lifeline lifeline)
{
	struct packet_text w;
	struct described_event *t;
	uint32_t i;

	packet_text_begin(&w, result);
	for (i = 0; i < s->count && i < TRACE_EVENTS; i++) {
		t = &v->events[v->count++];
		memset(t, 0, sizeof(*t));
		t->event = &s->events[i];
		t->lifeline = lifeline;
		if (event_is_packet(t->event))
			packet_text_next(&w, t->event, &t->description);
		if (lifeline != LIFELINE_MIDDLE)
			v->last[lifeline] = t->event->at;
	}
}

static int event_order(const void *x, const void *y)
{
	const struct described_event *a = x, *b = y;

	if (a->event->at != b->event->at)
		return a->event->at < b->event->at ? -1 : 1;
	if (a->lifeline != b->lifeline)
		return a->lifeline < b->lifeline ? -1 : 1;
	return a->event < b->event ? -1 : 1;
}

static bool same_packet(const struct described_event *sent,
			const struct described_event *other)
{
	const struct segment *a = &sent->description.segment;
	const struct segment *b = &other->description.segment;

	return sent->description.is_tcp && other->description.is_tcp &&
	       a->flags == b->flags && a->window == b->window &&
	       a->payload == b->payload &&
	       (a->id == b->id || sent->event->kind == TRACE_SPOOFED);
}

static bool same_words(const struct described_event *said,
		       const struct described_event *heard)
{
	char a[TRACE_TEXT + 1], b[TRACE_TEXT + 1];

	return !strcmp(event_text(said->event, a),
		       event_text(heard->event, b));
}

/* The first event of that kind at that lifeline that tells of the same thing.
   */
static struct described_event *
find_counterpart(struct described_events *v, const struct described_event *sent,
		 enum lifeline lifeline, enum trace_event_kind kind)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		struct described_event *t = &v->events[i];

		if (t->used || t->lifeline != lifeline ||
		    t->event->kind != kind ||
		    t->event->at < sent->event->at - CLOCK_SLACK)
			continue;
		if (kind == TRACE_MESSAGE_IN ? same_words(sent, t) :
					       same_packet(sent, t)) {
			t->used = true;
			return t;
		}
	}
	return NULL;
}

/* Which host S's spoofed segment is for: the one that S sees there. */
static enum lifeline spoofed_for(const struct described_events *v,
				 const struct described_event *t)
{
	const struct endpoint *to = &t->description.segment.destination;
	const struct ladder *l = v->ladder;

	if ((l->a && endpoint_equal(to, &l->a->seen)) ||
	    (l->b && endpoint_equal(to, &l->b->peer)))
		return LIFELINE_A;
	if ((l->b && endpoint_equal(to, &l->b->seen)) ||
	    (l->a && endpoint_equal(to, &l->a->peer)))
		return LIFELINE_B;
	return LIFELINE_MIDDLE;
}

static void find_arrival(struct described_events *v, struct described_event *t)
{
	enum lifeline other =
		t->lifeline == LIFELINE_A ? LIFELINE_B : LIFELINE_A;
	enum trace_event_kind kind = TRACE_PACKET_IN;

	if (t->event->kind == TRACE_SPOOFED)
		other = spoofed_for(v, t);
	else if (t->event->kind == TRACE_MESSAGE_OUT)
		kind = TRACE_MESSAGE_IN;
	else if (t->event->kind != TRACE_PACKET_OUT)
		return;
	if (other != LIFELINE_MIDDLE)
		t->arrival = find_counterpart(v, t, other, kind);
	if (t->arrival && t->arrival->event->at - t->event->at > v->slowest)
		v->slowest = t->arrival->event->at - t->event->at;
}

static void find_verdict(struct described_events *v, struct described_event *t)
{
	if (t->arrival || (t->event->kind != TRACE_PACKET_OUT &&
			   t->event->kind != TRACE_SPOOFED))
		return;
	t->verdict = find_counterpart(v, t, LIFELINE_MIDDLE, TRACE_DROPPED);
	if (!t->verdict)
		t->verdict =
			find_counterpart(v, t, LIFELINE_MIDDLE, TRACE_ANSWERED);
}

/* Did a time exceeded or an unreachable come back for it? */
static bool was_quoted(const struct described_events *v,
		       const struct described_event *sent)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct described_event *t = &v->events[i];
		const struct icmp *m = &t->description.icmp;

		if (t->lifeline == sent->lifeline && t->description.is_icmp &&
		    t->event->kind == TRACE_PACKET_IN &&
		    t->event->at >= sent->event->at &&
		    m->sequence == sent->description.segment.sequence &&
		    m->quoted.id == sent->description.segment.id)
			return true;
	}
	return false;
}

/* Has the other host's trace gone on for so long that it must have come? */
static bool is_overdue(const struct described_events *v,
		       const struct described_event *sent)
{
	enum lifeline other =
		sent->lifeline == LIFELINE_A ? LIFELINE_B : LIFELINE_A;
	const struct attempt_result *r = other == LIFELINE_A ? v->ladder->a :
							    v->ladder->b;

	return v->slowest && r && !r->trace.lost &&
	       v->last[other] > sent->event->at + v->slowest + NS_PER_MS;
}

static void describe_sent(const struct described_events *v,
			  struct timeline_event *p,
			  const struct described_event *t)
{
	p->to = LIFELINE_MIDDLE;
	if (!t->arrival) {
		p->lost = t->verdict || was_quoted(v, t) || is_overdue(v, t);
		return;
	}
	if (t->description.segment.sequence !=
	    t->arrival->description.segment.sequence)
		snprintf(p->reason, sizeof(p->reason), "number rewritten");
}

/* The host that it came to tells it in numbers that people know. */
static void describe_spoofed(const struct described_events *v,
			     struct timeline_event *p,
			     const struct described_event *t)
{
	const char *heard = t->arrival ?
		strstr(t->arrival->description.text, "SYN-ACK") : NULL;

	p->from_server = true;
	p->served = t->event->at;
	p->to = spoofed_for(v, t);
	if (t->arrival)
		p->at = t->arrival->event->at;
	if (!t->arrival && p->to != LIFELINE_MIDDLE)
		p->seen[p->to] = t->event->at;
	p->lost = t->verdict;
	snprintf(p->text, sizeof(p->text), "spoofed %s",
		 heard ? heard : "SYN-ACK");
}

static void text_only(struct timeline_event *p, const struct described_event *t)
{
	char said[TRACE_TEXT + 1];

	event_text(t->event, said);
	snprintf(p->text, sizeof(p->text), "%.60s%s%.96s", t->description.text,
		 *t->description.text ? ": " : "", said);
	p->reason[0] = '\0';
	if (p->subject == SUBJECT_ESTABLISHED ||
	    p->subject == SUBJECT_AUTHENTICATED)
		p->tone = TONE_GOOD;
}

static void event_begin(struct timeline_event *p,
			const struct described_event *t)
{
	memset(p, 0, sizeof(*p));
	p->from = p->to = t->lifeline;
	p->at = t->event->at;
	p->seen[0] = p->seen[1] = p->served = p->ended = TIME_NEVER;
	if (t->verdict) {
		p->ended = t->verdict->event->at;
		p->answered = t->verdict->event->kind == TRACE_ANSWERED;
	}
	if (t->lifeline != LIFELINE_MIDDLE)
		p->seen[t->lifeline] = t->event->at;
	p->tone = t->description.tone;
	p->subject = (enum trace_subject)t->event->subject;
	p->tcp_flags = t->description.is_tcp ? t->description.segment.flags : 0;
	snprintf(p->text, sizeof(p->text), "%s", t->description.text);
	event_text(t->verdict ? t->verdict->event : t->event, p->reason);
}

static void event_make(const struct described_events *v,
		       struct timeline_event *p,
		       const struct described_event *t)
{
	event_begin(p, t);
	switch (t->event->kind) {
	case TRACE_PACKET_OUT:
		describe_sent(v, p, t);
		break;
	case TRACE_PACKET_IN:
		p->from = LIFELINE_MIDDLE;
		p->from_server = t->description.from_server;
		break;
	case TRACE_SPOOFED:
		describe_spoofed(v, p, t);
		break;
	case TRACE_MESSAGE_OUT:
	case TRACE_MESSAGE_IN:
		p->kind = TIMELINE_MESSAGE;
		p->from_server = t->event->kind == TRACE_MESSAGE_IN;
		p->to_server = !p->from_server && !t->arrival;
		p->from = p->from_server ? LIFELINE_MIDDLE : p->from;
		p->to = p->to_server ? LIFELINE_MIDDLE : p->to;
		text_only(p, t);
		break;
	case TRACE_STATE:
		p->kind = TIMELINE_STATE;
		text_only(p, t);
		break;
	default:
		p->kind = TIMELINE_NOTE;
		p->tone = TONE_QUIET;
		text_only(p, t);
		break;
	}
	if (t->arrival) {
		p->to = t->arrival->lifeline;
		p->seen[p->to] = t->arrival->event->at;
	}
}

/* What S spoofed is told when it came, so a little out of order. Stable. */
static void timeline_sort(struct timeline_event *p, size_t n)
{
	struct timeline_event moved;
	size_t i, j;

	for (i = 1; i < n; i++) {
		for (j = i; j && p[j - 1].at > p[i].at; j--)
			;
		if (j == i)
			continue;
		moved = p[i];
		memmove(&p[j + 1], &p[j], (i - j) * sizeof(*p));
		p[j] = moved;
	}
}

size_t timeline_make(const struct ladder *l, struct timeline_event *out)
{
	struct described_events *v = calloc(1, sizeof(*v));
	size_t i, n = 0;

	if (!v)
		return 0;
	v->ladder = l;
	if (l->a)
		events_add(v, &l->a->trace, l->a, LIFELINE_A);
	if (l->b)
		events_add(v, &l->b->trace, l->b, LIFELINE_B);
	if (l->middle)
		events_add(v, l->middle, NULL, LIFELINE_MIDDLE);
	qsort(v->events, v->count, sizeof(v->events[0]), event_order);
	for (i = 0; i < v->count; i++)
		find_arrival(v, &v->events[i]);
	for (i = 0; i < v->count; i++)
		find_verdict(v, &v->events[i]);
	for (i = 0; i < v->count; i++)
		if (!v->events[i].used)
			event_make(v, &out[n++], &v->events[i]);
	free(v);
	timeline_sort(out, n);
	return n;
}
