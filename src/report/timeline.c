/*
 * A sent and a received packet are the same if they agree in what no NAT
 * changes: flags, window, length and IP identification. (NATs translate
 * addresses and ports, and some rewrite sequence numbers.) A packet arrives
 * after it was sent, and only once.
 *
 * A sent packet is shown as lost only if that is certain: a NAT or a router
 * reported it, or the other host's trace continues for longer than the slowest
 * packet took and does not have it.
 */
#include "report/timeline.h"

#include "base/clock.h"
#include "wire/ipv4.h"
#include "wire/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_SLACK (NS_PER_MS / 2)	/* between two captures' time stamps */

/* An event of one lifeline and the description of its packet. */
struct described_event {
	const struct trace_event *trace;
	enum lifeline lifeline;
	struct packet_description description;
	bool used;		/* it is part of another event */
	struct described_event *arrival; /* at the other host */
	struct described_event *verdict; /* a NAT's report about it */
};

struct described_events {
	const struct ladder *ladder;
	size_t count;
	int64_t last[2];	/* the last event of each host */
	int64_t slowest;	/* the longest time from sending to arrival */
	struct described_event events[TIMELINE_MAX];
};

static void events_add(struct described_events *all, const struct trace *s,
		       const struct attempt_result *result,
		       enum lifeline lifeline)
{
	struct packet_text context;
	struct described_event *event;
	uint32_t i;

	packet_text_begin(&context, result);
	for (i = 0; i < s->count && i < TRACE_EVENTS; i++) {
		event = &all->events[all->count++];
		memset(event, 0, sizeof(*event));
		event->trace = &s->events[i];
		event->lifeline = lifeline;
		if (event_is_packet(event->trace))
			packet_text_next(&context, event->trace,
					 &event->description);
		if (lifeline != LIFELINE_MIDDLE)
			all->last[lifeline] = event->trace->at;
	}
}

static int event_order(const void *x, const void *y)
{
	const struct described_event *a = x, *b = y;

	if (a->trace->at != b->trace->at)
		return a->trace->at < b->trace->at ? -1 : 1;
	if (a->lifeline != b->lifeline)
		return a->lifeline < b->lifeline ? -1 : 1;
	return a->trace < b->trace ? -1 : 1;
}

/* payload_of - Return: where a datagram's payload begins in its bytes */
static size_t payload_of(const struct trace_event *e)
{
	return ipv4_header_length(e->bytes) + UDP_HEADER;
}

/* same_datagram - is the payload equal? A sealed one has its own counter. */
static bool same_datagram(const struct trace_event *a,
			  const struct trace_event *b)
{
	size_t at = payload_of(a);

	return a->length == b->length && a->full_length == b->full_length &&
	       at == payload_of(b) && at < a->length &&
	       memcmp(a->bytes + at, b->bytes + at, a->length - at) == 0;
}

static bool same_packet(const struct described_event *sent,
			const struct described_event *other)
{
	const struct segment *a = &sent->description.segment;
	const struct segment *b = &other->description.segment;

	if (sent->description.is_udp && other->description.is_udp)
		return same_datagram(sent->trace, other->trace);
	return sent->description.is_tcp && other->description.is_tcp &&
	       a->flags == b->flags && a->window == b->window &&
	       a->payload == b->payload &&
	       (a->id == b->id || sent->trace->kind == TRACE_SPOOFED);
}

/* find_counterpart - the first unused event of @kind at @lifeline with the same
   packet or message as @sent; NULL: there is none */
static struct described_event *
find_counterpart(struct described_events *all,
		 const struct described_event *sent, enum lifeline lifeline,
		 enum trace_event_kind kind)
{
	char said[TRACE_TEXT + 1], heard[TRACE_TEXT + 1];

	event_text(sent->trace, said);
	for (size_t i = 0; i < all->count; i++) {
		struct described_event *event = &all->events[i];

		if (event->used || event->lifeline != lifeline ||
		    event->trace->kind != kind ||
		    event->trace->at < sent->trace->at - CLOCK_SLACK)
			continue;
		if (kind == TRACE_MESSAGE_IN ?
			    !strcmp(said, event_text(event->trace, heard)) :
			    same_packet(sent, event)) {
			event->used = true;
			return event;
		}
	}
	return NULL;
}

/* spoofed_for - the host whose public endpoint is the destination of S's
   spoofed segment */
static enum lifeline spoofed_for(const struct described_events *all,
				 const struct described_event *event)
{
	const struct endpoint *to = &event->description.segment.destination;
	const struct ladder *l = all->ladder;

	if ((l->a && endpoint_equal(to, &l->a->seen)) ||
	    (l->b && endpoint_equal(to, &l->b->peer)))
		return LIFELINE_A;
	if ((l->b && endpoint_equal(to, &l->b->seen)) ||
	    (l->a && endpoint_equal(to, &l->a->peer)))
		return LIFELINE_B;
	return LIFELINE_MIDDLE;
}

static void find_arrival(struct described_events *all,
			 struct described_event *event)
{
	enum lifeline other =
		event->lifeline == LIFELINE_A ? LIFELINE_B : LIFELINE_A;
	enum trace_event_kind kind = TRACE_PACKET_IN;

	if (event->trace->kind == TRACE_SPOOFED)
		other = spoofed_for(all, event);
	else if (event->trace->kind == TRACE_MESSAGE_OUT)
		kind = TRACE_MESSAGE_IN;
	else if (event->trace->kind != TRACE_PACKET_OUT)
		return;
	if (other != LIFELINE_MIDDLE)
		event->arrival = find_counterpart(all, event, other, kind);
	if (event->arrival &&
	    event->arrival->trace->at - event->trace->at > all->slowest)
		all->slowest = event->arrival->trace->at - event->trace->at;
}

static void find_verdict(struct described_events *all,
			 struct described_event *event)
{
	if (event->arrival || (event->trace->kind != TRACE_PACKET_OUT &&
			       event->trace->kind != TRACE_SPOOFED))
		return;
	event->verdict =
		find_counterpart(all, event, LIFELINE_MIDDLE, TRACE_DROPPED);
	if (!event->verdict)
		event->verdict = find_counterpart(all, event, LIFELINE_MIDDLE,
						  TRACE_ANSWERED);
}

/* Did its sender receive a time exceeded or an unreachable about it? */
static bool was_quoted(const struct described_events *all,
		       const struct described_event *sent)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct described_event *event = &all->events[i];
		const struct icmp *m = &event->description.icmp;

		if (event->lifeline == sent->lifeline &&
		    event->description.is_icmp &&
		    event->trace->kind == TRACE_PACKET_IN &&
		    event->trace->at >= sent->trace->at &&
		    m->sequence == sent->description.segment.sequence &&
		    m->quoted.id == sent->description.segment.id)
			return true;
	}
	return false;
}

/* Does the other host's trace go on for so long that it would have arrived? */
static bool is_overdue(const struct described_events *all,
		       const struct described_event *sent)
{
	enum lifeline other =
		sent->lifeline == LIFELINE_A ? LIFELINE_B : LIFELINE_A;
	const struct attempt_result *r = other == LIFELINE_A ? all->ladder->a :
							    all->ladder->b;

	return all->slowest && r && !r->trace.lost &&
	       all->last[other] > sent->trace->at + all->slowest + NS_PER_MS;
}

static void describe_sent(const struct described_events *all,
			  struct timeline_event *out,
			  const struct described_event *event)
{
	out->to = LIFELINE_MIDDLE;
	if (!event->arrival) {
		out->lost = event->verdict || was_quoted(all, event) ||
			    is_overdue(all, event);
		return;
	}
	if (event->description.segment.sequence !=
	    event->arrival->description.segment.sequence)
		snprintf(out->reason, sizeof(out->reason), "number rewritten");
}

/* The text is the receiver's, whose sequence numbers are relative. */
static void describe_spoofed(const struct described_events *all,
			     struct timeline_event *out,
			     const struct described_event *event)
{
	const char *heard = event->arrival ?
		strstr(event->arrival->description.text, "SYN-ACK") : NULL;

	out->from_server = true;
	out->served = event->trace->at;
	out->to = spoofed_for(all, event);
	if (event->arrival)
		out->at = event->arrival->trace->at;
	if (!event->arrival && out->to != LIFELINE_MIDDLE)
		out->seen[out->to] = event->trace->at;
	out->lost = event->verdict;
	snprintf(out->text, sizeof(out->text), "spoofed %s",
		 heard ? heard : "SYN-ACK");
}

static void set_text(struct timeline_event *out,
		     const struct described_event *event)
{
	char said[TRACE_TEXT + 1];

	event_text(event->trace, said);
	snprintf(out->text, sizeof(out->text), "%.60s%s%.96s",
		 event->description.text, *event->description.text ? ": " : "",
		 said);
	out->reason[0] = '\0';
	if (out->subject == SUBJECT_ESTABLISHED ||
	    out->subject == SUBJECT_AUTHENTICATED)
		out->tone = TONE_GOOD;
}

static void event_begin(struct timeline_event *out,
			const struct described_event *event)
{
	memset(out, 0, sizeof(*out));
	out->from = out->to = event->lifeline;
	out->at = event->trace->at;
	out->seen[0] = out->seen[1] = out->served = out->ended = TIME_NEVER;
	if (event->verdict) {
		out->ended = event->verdict->trace->at;
		out->answered = event->verdict->trace->kind == TRACE_ANSWERED;
	}
	if (event->lifeline != LIFELINE_MIDDLE)
		out->seen[event->lifeline] = event->trace->at;
	out->tone = event->description.tone;
	out->subject = (enum trace_subject)event->trace->subject;
	out->tcp_flags = event->description.is_tcp
				 ? event->description.segment.flags
				 : 0;
	snprintf(out->text, sizeof(out->text), "%s", event->description.text);
	event_text(event->verdict ? event->verdict->trace : event->trace,
		   out->reason);
}

static void event_make(const struct described_events *all,
		       struct timeline_event *out,
		       const struct described_event *event)
{
	event_begin(out, event);
	switch (event->trace->kind) {
	case TRACE_PACKET_OUT:
		describe_sent(all, out, event);
		break;
	case TRACE_PACKET_IN:
		out->from = LIFELINE_MIDDLE;
		out->from_server = event->description.from_server;
		break;
	case TRACE_SPOOFED:
		describe_spoofed(all, out, event);
		break;
	case TRACE_MESSAGE_OUT:
	case TRACE_MESSAGE_IN:
		out->kind = TIMELINE_MESSAGE;
		out->from_server = event->trace->kind == TRACE_MESSAGE_IN;
		out->to_server = !out->from_server && !event->arrival;
		out->from = out->from_server ? LIFELINE_MIDDLE : out->from;
		out->to = out->to_server ? LIFELINE_MIDDLE : out->to;
		set_text(out, event);
		break;
	case TRACE_STATE:
		out->kind = TIMELINE_STATE;
		set_text(out, event);
		break;
	default:
		out->kind = TIMELINE_NOTE;
		out->tone = TONE_QUIET;
		set_text(out, event);
		break;
	}
	if (event->arrival) {
		out->to = event->arrival->lifeline;
		out->seen[out->to] = event->arrival->trace->at;
	}
}

/* timeline_sort - by time, stable. Only spoofed packets are out of order: their
   time is that of their arrival. */
static void timeline_sort(struct timeline_event *out, size_t n)
{
	struct timeline_event moved;
	size_t i, j;

	for (i = 1; i < n; i++) {
		for (j = i; j && out[j - 1].at > out[i].at; j--)
			;
		if (j == i)
			continue;
		moved = out[i];
		memmove(&out[j + 1], &out[j], (i - j) * sizeof(*out));
		out[j] = moved;
	}
}

size_t timeline_make(const struct ladder *l, struct timeline_event *out)
{
	struct described_events *all = calloc(1, sizeof(*all));
	size_t i, n = 0;

	if (!all)
		return 0;
	all->ladder = l;
	if (l->a)
		events_add(all, &l->a->trace, l->a, LIFELINE_A);
	if (l->b)
		events_add(all, &l->b->trace, l->b, LIFELINE_B);
	if (l->middle)
		events_add(all, l->middle, NULL, LIFELINE_MIDDLE);
	qsort(all->events, all->count, sizeof(all->events[0]), event_order);
	for (i = 0; i < all->count; i++)
		find_arrival(all, &all->events[i]);
	for (i = 0; i < all->count; i++)
		find_verdict(all, &all->events[i]);
	for (i = 0; i < all->count; i++)
		if (!all->events[i].used)
			event_make(all, &out[n++], &all->events[i]);
	free(all);
	timeline_sort(out, n);
	return n;
}
