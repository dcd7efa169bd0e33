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

/* An event of one place, put in words. */
struct sight {
	const struct trace_event *event;
	enum place place;
	struct packet_description words;
	bool used;		/* another one's passage tells it */
	struct sight *arrival;	/* where what was sent came in */
	struct sight *verdict;	/* what a NAT said of it */
};

struct sights {
	const struct ladder *ladder;
	size_t count;
	int64_t last[2];	/* the last event of each host */
	int64_t slowest;	/* the longest that anything took */
	struct sight sight[TIMELINE_MAX];
};

static void sights_add(struct sights *v, const struct trace *s,
		       const struct attempt_result *result, enum place place)
{
	struct packet_text w;
	struct sight *t;
	uint32_t i;

	packet_text_begin(&w, result);
	for (i = 0; i < s->count && i < TRACE_EVENTS; i++) {
		t = &v->sight[v->count++];
		memset(t, 0, sizeof(*t));
		t->event = &s->events[i];
		t->place = place;
		if (event_is_packet(t->event))
			packet_text_next(&w, t->event, &t->words);
		if (place != PLACE_MIDDLE)
			v->last[place] = t->event->at;
	}
}

static int sight_order(const void *x, const void *y)
{
	const struct sight *a = x, *b = y;

	if (a->event->at != b->event->at)
		return a->event->at < b->event->at ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->event < b->event ? -1 : 1;
}

static bool same_packet(const struct sight *sent, const struct sight *other)
{
	const struct segment *a = &sent->words.segment;
	const struct segment *b = &other->words.segment;

	return sent->words.is_tcp && other->words.is_tcp &&
	       a->flags == b->flags && a->window == b->window &&
	       a->payload == b->payload &&
	       (a->id == b->id || sent->event->kind == TRACE_SPOOFED);
}

static bool same_words(const struct sight *said, const struct sight *heard)
{
	char a[TRACE_TEXT + 1], b[TRACE_TEXT + 1];

	return !strcmp(event_text(said->event, a),
		       event_text(heard->event, b));
}

/* The first event of that kind at that place that tells of the same thing. */
static struct sight *find_again(struct sights *v, const struct sight *sent,
				enum place place, enum trace_event_kind kind)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		struct sight *t = &v->sight[i];

		if (t->used || t->place != place || t->event->kind != kind ||
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
static enum place spoofed_for(const struct sights *v, const struct sight *t)
{
	const struct endpoint *to = &t->words.segment.destination;
	const struct ladder *l = v->ladder;

	if ((l->a && endpoint_equal(to, &l->a->seen)) ||
	    (l->b && endpoint_equal(to, &l->b->peer)))
		return PLACE_A;
	if ((l->b && endpoint_equal(to, &l->b->seen)) ||
	    (l->a && endpoint_equal(to, &l->a->peer)))
		return PLACE_B;
	return PLACE_MIDDLE;
}

static void find_arrival(struct sights *v, struct sight *t)
{
	enum place other = t->place == PLACE_A ? PLACE_B : PLACE_A;
	enum trace_event_kind kind = TRACE_PACKET_IN;

	if (t->event->kind == TRACE_SPOOFED)
		other = spoofed_for(v, t);
	else if (t->event->kind == TRACE_MESSAGE_OUT)
		kind = TRACE_MESSAGE_IN;
	else if (t->event->kind != TRACE_PACKET_OUT)
		return;
	if (other != PLACE_MIDDLE)
		t->arrival = find_again(v, t, other, kind);
	if (t->arrival && t->arrival->event->at - t->event->at > v->slowest)
		v->slowest = t->arrival->event->at - t->event->at;
}

static void find_verdict(struct sights *v, struct sight *t)
{
	if (t->arrival || (t->event->kind != TRACE_PACKET_OUT &&
			   t->event->kind != TRACE_SPOOFED))
		return;
	t->verdict = find_again(v, t, PLACE_MIDDLE, TRACE_DROPPED);
	if (!t->verdict)
		t->verdict = find_again(v, t, PLACE_MIDDLE, TRACE_ANSWERED);
}

/* Did a time exceeded or an unreachable come back for it? */
static bool was_quoted(const struct sights *v, const struct sight *sent)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct sight *t = &v->sight[i];
		const struct icmp *m = &t->words.icmp;

		if (t->place == sent->place && t->words.is_icmp &&
		    t->event->kind == TRACE_PACKET_IN &&
		    t->event->at >= sent->event->at &&
		    m->sequence == sent->words.segment.sequence &&
		    m->quoted.id == sent->words.segment.id)
			return true;
	}
	return false;
}

/* Has the other host's trace gone on for so long that it must have come? */
static bool is_overdue(const struct sights *v, const struct sight *sent)
{
	enum place other = sent->place == PLACE_A ? PLACE_B : PLACE_A;
	const struct attempt_result *r = other == PLACE_A ? v->ladder->a :
							    v->ladder->b;

	return v->slowest && r && !r->trace.lost &&
	       v->last[other] > sent->event->at + v->slowest + NS_PER_MS;
}

static void packet_out(const struct sights *v, struct timeline_event *p,
		       const struct sight *t)
{
	p->to = PLACE_MIDDLE;
	if (!t->arrival) {
		p->lost = t->verdict || was_quoted(v, t) || is_overdue(v, t);
		return;
	}
	if (t->words.segment.sequence != t->arrival->words.segment.sequence)
		snprintf(p->reason, sizeof(p->reason), "number rewritten");
}

/* The host that it came to tells it in numbers that people know. */
static void packet_spoofed(const struct sights *v, struct timeline_event *p,
			   const struct sight *t)
{
	const char *heard = t->arrival ?
		strstr(t->arrival->words.text, "SYN-ACK") : NULL;

	p->from_server = true;
	p->served = t->event->at;
	p->to = spoofed_for(v, t);
	if (t->arrival)
		p->at = t->arrival->event->at;
	if (!t->arrival && p->to != PLACE_MIDDLE)
		p->seen[p->to] = t->event->at;
	p->lost = t->verdict;
	snprintf(p->text, sizeof(p->text), "spoofed %s",
		 heard ? heard : "SYN-ACK");
}

static void words_alone(struct timeline_event *p, const struct sight *t)
{
	char said[TRACE_TEXT + 1];

	event_text(t->event, said);
	snprintf(p->text, sizeof(p->text), "%.60s%s%.96s", t->words.text,
		 *t->words.text ? ": " : "", said);
	p->reason[0] = '\0';
	if (p->subject == SUBJECT_ESTABLISHED ||
	    p->subject == SUBJECT_AUTHENTICATED)
		p->tone = TONE_GOOD;
}

static void passage_begin(struct timeline_event *p, const struct sight *t)
{
	memset(p, 0, sizeof(*p));
	p->from = p->to = t->place;
	p->at = t->event->at;
	p->seen[0] = p->seen[1] = p->served = p->ended = TIME_NEVER;
	if (t->verdict) {
		p->ended = t->verdict->event->at;
		p->answered = t->verdict->event->kind == TRACE_ANSWERED;
	}
	if (t->place != PLACE_MIDDLE)
		p->seen[t->place] = t->event->at;
	p->tone = t->words.tone;
	p->subject = (enum trace_subject)t->event->subject;
	p->tcp_flags = t->words.is_tcp ? t->words.segment.flags : 0;
	snprintf(p->text, sizeof(p->text), "%s", t->words.text);
	event_text(t->verdict ? t->verdict->event : t->event, p->reason);
}

static void passage_make(const struct sights *v, struct timeline_event *p,
			 const struct sight *t)
{
	passage_begin(p, t);
	switch (t->event->kind) {
	case TRACE_PACKET_OUT:
		packet_out(v, p, t);
		break;
	case TRACE_PACKET_IN:
		p->from = PLACE_MIDDLE;
		p->from_server = t->words.from_server;
		break;
	case TRACE_SPOOFED:
		packet_spoofed(v, p, t);
		break;
	case TRACE_MESSAGE_OUT:
	case TRACE_MESSAGE_IN:
		p->kind = TIMELINE_MESSAGE;
		p->from_server = t->event->kind == TRACE_MESSAGE_IN;
		p->to_server = !p->from_server && !t->arrival;
		p->from = p->from_server ? PLACE_MIDDLE : p->from;
		p->to = p->to_server ? PLACE_MIDDLE : p->to;
		words_alone(p, t);
		break;
	case TRACE_STATE:
		p->kind = TIMELINE_STATE;
		words_alone(p, t);
		break;
	default:
		p->kind = TIMELINE_NOTE;
		p->tone = TONE_QUIET;
		words_alone(p, t);
		break;
	}
	if (t->arrival) {
		p->to = t->arrival->place;
		p->seen[p->to] = t->arrival->event->at;
	}
}

/* What S spoofed is told when it came, so a little out of order. Stable. */
static void passages_sort(struct timeline_event *p, size_t n)
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
	struct sights *v = calloc(1, sizeof(*v));
	size_t i, n = 0;

	if (!v)
		return 0;
	v->ladder = l;
	if (l->a)
		sights_add(v, &l->a->trace, l->a, PLACE_A);
	if (l->b)
		sights_add(v, &l->b->trace, l->b, PLACE_B);
	if (l->middle)
		sights_add(v, l->middle, NULL, PLACE_MIDDLE);
	qsort(v->sight, v->count, sizeof(v->sight[0]), sight_order);
	for (i = 0; i < v->count; i++)
		find_arrival(v, &v->sight[i]);
	for (i = 0; i < v->count; i++)
		find_verdict(v, &v->sight[i]);
	for (i = 0; i < v->count; i++)
		if (!v->sight[i].used)
			passage_make(v, &out[n++], &v->sight[i]);
	free(v);
	passages_sort(out, n);
	return n;
}
