/*
 * The packets of both trials are numbered by sender and name: A's first SYN,
 * A's second SYN. Sequence numbers are left out, because a packet that was lost
 * changes those of the packets behind it.
 */
#include "report/trace_difference.h"

#include "base/clock.h"
#include "report/nat_log.h"
#include "wire/tcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME 48

/* Which packets or messages are compared. */
enum event_class { HANDSHAKE, MESSAGES, OTHER_PACKETS, EVENT_CLASSES };

/* What identifies an event in both trials. */
struct event_key {
	enum timeline_kind kind;
	enum lifeline from, receiver;	/* the receiver of what the middle
					   sends; else A */
	char name[NAME];		/* "SYN", "forged SYN-ACK" */
	unsigned number;		/* of that name and sender, from 0 */
};

/* An event in one of the trials, or its absence. */
struct event_pair {
	struct event_key key;
	const struct timeline_event *event[2];	/* in each trial; or NULL */
	int64_t decided;	/* ns after the introduction */
};

bool kept_timeline_make(const struct ladder *l, struct kept_timeline *out)
{
	struct timeline_event *all = calloc(TIMELINE_MAX, sizeof(*all));
	struct timeline_event *less;

	*out = (struct kept_timeline){ .zero = l->zero };
	if (!all)
		return false;
	out->count = timeline_make(l, all);
	less = realloc(all, (out->count + 1) * sizeof(*all));
	if (less)
		all = less;
	out->events = all;
	return true;
}

void kept_timeline_free(struct kept_timeline *t)
{
	free(t->events);
	*t = (struct kept_timeline){ .events = NULL };
}

/* ---- which event is which ---- */

/* event_name - the words of the event's text before its numbers */
static void event_name(const struct timeline_event *event, char name[NAME])
{
	static const char *const ends[] = { " ack ", " ttl ", " from ",
					    " new ISN", ": " };
	const char *text = event->text;
	size_t length = strlen(text);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const char *end = strstr(text, ends[i]);

		if (end && (size_t)(end - text) < length)
			length = (size_t)(end - text);
	}
	if (event->kind == TIMELINE_PACKET)
		for (size_t i = 0; i + 1 < length; i++)
			if (text[i] == ' ' && text[i + 1] >= '0' &&
			    text[i + 1] <= '9')
				length = i;
	snprintf(name, NAME, "%.*s", (int)length, text);
}

static enum event_class class_of(const struct timeline_event *event)
{
	if (event->kind == TIMELINE_MESSAGE)
		return MESSAGES;
	if (event->kind != TIMELINE_PACKET)
		return EVENT_CLASSES;
	if (event->tcp_flags & (TCP_SYN | TCP_RST) || event->from_server ||
	    (!event->tcp_flags && event->tone != TONE_PLAIN))
		return HANDSHAKE;
	return OTHER_PACKETS;
}

static struct event_key key_of(const struct timeline_event *event)
{
	struct event_key key = { .kind = event->kind, .from = event->from };

	if (event->from_server)
		key.from = LIFELINE_MIDDLE;
	if (key.from == LIFELINE_MIDDLE)
		key.receiver = event->to;
	event_name(event, key.name);
	return key;
}

static bool same_name(const struct event_key *x, const struct event_key *y)
{
	return x->kind == y->kind && x->from == y->from &&
	       x->receiver == y->receiver && !strcmp(x->name, y->name);
}

/* numbered_key - the key of event @i of the timeline */
static struct event_key numbered_key(const struct kept_timeline *t, size_t i)
{
	struct event_key key = key_of(&t->events[i]);

	for (size_t before = 0; before < i; before++) {
		struct event_key other = key_of(&t->events[before]);

		key.number += same_name(&key, &other);
	}
	return key;
}

/* find_event - the event with that key; NULL: there is none */
static const struct timeline_event *find_event(const struct kept_timeline *t,
					       const struct event_key *key)
{
	unsigned number = 0;

	for (size_t i = 0; i < t->count; i++) {
		struct event_key other = key_of(&t->events[i]);

		if (same_name(key, &other) && number++ == key->number)
			return &t->events[i];
	}
	return NULL;
}

/* ---- how it fares ---- */

static bool arrives(const struct timeline_event *event)
{
	return event && !event->lost && event->to != LIFELINE_MIDDLE;
}

static bool fares_alike(const struct timeline_event *x,
			const struct timeline_event *y)
{
	if (!x || !y || arrives(x) != arrives(y))
		return false;
	return x->kind != TIMELINE_PACKET || arrives(x) ||
	       (x->answered == y->answered && !strcmp(x->reason, y->reason));
}

/* decision_time - when it arrived or a NAT dropped it; TIME_NEVER: unknown */
static int64_t decision_time(const struct timeline_event *event, int64_t zero)
{
	if (!event)
		return TIME_NEVER;
	if (event->ended != TIME_NEVER)
		return event->ended - zero;
	return arrives(event) ? event->seen[event->to] - zero : TIME_NEVER;
}

/* find_pair - the events of @class that do not fare alike in both trials and
   are decided first; Return: false: there are none */
static bool find_pair(const struct kept_timeline *const t[2],
		      enum event_class class, struct event_pair *out)
{
	bool found = false;

	for (size_t which = 0; which < 2; which++)
		for (size_t i = 0; i < t[which]->count; i++) {
			struct event_pair pair = { .decided = TIME_NEVER };

			if (class_of(&t[which]->events[i]) != class)
				continue;
			pair.key = numbered_key(t[which], i);
			for (size_t k = 0; k < 2; k++) {
				int64_t at;

				pair.event[k] = find_event(t[k], &pair.key);
				at = decision_time(pair.event[k], t[k]->zero);
				if (at < pair.decided)
					pair.decided = at;
			}
			if (fares_alike(pair.event[0], pair.event[1]) ||
			    (found && pair.decided >= out->decided))
				continue;
			*out = pair;
			found = true;
		}
	return found;
}

/* ---- in words ---- */

static const char *ordinal(unsigned number)
{
	static const char *const words[] = { "", "second ", "third " };

	return number < 3 ? words[number] : "later ";
}

/* subject_text - "A's SYN", "S's spoofed SYN-ACK", "time exceeded" */
static void subject_text(const struct event_key *key, bool from_server,
			 char out[NAME + 24])
{
	if (key->from == LIFELINE_MIDDLE && !from_server)
		snprintf(out, NAME + 24, "%s%s", ordinal(key->number),
			 key->name);
	else
		snprintf(out, NAME + 24, "%c's %s%s",
			 key->from == LIFELINE_MIDDLE ? 'S' :
			 key->from == LIFELINE_A ? 'A' : 'B',
			 ordinal(key->number), key->name);
}

static char host_letter(enum lifeline host)
{
	return host == LIFELINE_B ? 'B' : 'A';
}

/* receiver_of - the host that the packet is for */
static enum lifeline receiver_of(const struct event_key *key)
{
	if (key->from == LIFELINE_MIDDLE)
		return key->receiver;
	return key->from == LIFELINE_A ? LIFELINE_B : LIFELINE_A;
}

/* answer_text - " with RST": the packet that its sender receives after a NAT
   has answered; "" if none is seen */
static void answer_text(const struct kept_timeline *t,
			const struct timeline_event *event,
			char out[NAME + 8])
{
	char name[NAME];

	out[0] = '\0';
	for (size_t i = 0; i < t->count; i++) {
		const struct timeline_event *answer = &t->events[i];

		if (answer->kind != TIMELINE_PACKET ||
		    answer->from != LIFELINE_MIDDLE ||
		    answer->to != event->from || answer->tone != TONE_BAD ||
		    answer->at < event->ended)
			continue;
		event_name(answer, name);
		snprintf(out, NAME + 8, " with %s", name);
		return;
	}
}

/* refused_text - a NAT dropped or answered it: "NAT B drops A's SYN (...)" */
static void refused_text(const struct kept_timeline *t,
			 const struct timeline_event *event,
			 const char *subject, char out[DIFFERENCE_TEXT])
{
	size_t length = strcspn(event->reason, ":");
	const char *why = event->reason + length;
	char name[NAT_TITLE], title[NAT_TITLE], answer[NAME + 8] = "";

	snprintf(name, sizeof(name), "%.*s", (int)length, event->reason);
	nat_log_title(name, title);
	why += strspn(why, ": ");
	if (event->answered)
		answer_text(t, event, answer);
	snprintf(out, DIFFERENCE_TEXT, "%s %s %s%s%s%s%s", title,
		 event->answered ? "answers" : "drops", subject, answer,
		 *why ? " (" : "", why, *why ? ")" : "");
}

/* absent_text - it is in the other trial only */
static void absent_text(const struct event_key *key, bool from_server,
			char out[DIFFERENCE_TEXT])
{
	bool message = key->kind == TIMELINE_MESSAGE;

	if (key->from != LIFELINE_MIDDLE)
		snprintf(out, DIFFERENCE_TEXT, "%c %s %s%s",
			 host_letter(key->from),
			 message ? "does not say" : "sends no",
			 ordinal(key->number), key->name);
	else
		snprintf(out, DIFFERENCE_TEXT, "%c receives no %s%s",
			 host_letter(key->receiver), ordinal(key->number),
			 from_server ? "SYN-ACK of S's" : key->name);
}

/* fate_text - what happens to it in trial @t, which is number @which */
static void fate_text(const struct kept_timeline *t,
		      const struct event_pair *pair, size_t which,
		      char out[DIFFERENCE_TEXT])
{
	const struct timeline_event *event = pair->event[which];
	const struct timeline_event *any = event ? event :
						   pair->event[1 - which];
	char subject[NAME + 24];

	subject_text(&pair->key, any->from_server, subject);
	if (!event)
		absent_text(&pair->key, any->from_server, out);
	else if (event->kind == TIMELINE_MESSAGE &&
		 pair->key.from != LIFELINE_MIDDLE)
		snprintf(out, DIFFERENCE_TEXT, "%c says %s%s",
			 host_letter(pair->key.from),
			 ordinal(pair->key.number), pair->key.name);
	else if (arrives(event) && pair->key.from == LIFELINE_MIDDLE &&
		 !event->from_server)
		snprintf(out, DIFFERENCE_TEXT, "%c receives %s",
			 host_letter(event->to), subject);
	else if (arrives(event))
		snprintf(out, DIFFERENCE_TEXT, "%s reaches %c", subject,
			 host_letter(event->to));
	else if (event->lost && *event->reason)
		refused_text(t, event, subject, out);
	else
		snprintf(out, DIFFERENCE_TEXT, "%s does not reach %c", subject,
			 host_letter(receiver_of(&pair->key)));
}

/* ---- the order of events at a host ---- */

/* What a host sent and received, in order of time. */
struct host_events {
	size_t count;
	size_t index[TIMELINE_MAX];	/* in the timeline */
};

static void collect_host_events(const struct kept_timeline *t,
				enum lifeline host, struct host_events *out)
{
	const struct timeline_event *events = t->events;

	out->count = 0;
	for (size_t i = 0; i < t->count && i < TIMELINE_MAX; i++) {
		enum event_class class = class_of(&events[i]);
		int64_t at = events[i].seen[host];
		size_t place = out->count;

		if (at == TIME_NEVER ||
		    (class != HANDSHAKE && class != MESSAGES))
			continue;
		for (; place && events[out->index[place - 1]].seen[host] > at;
		     place--)
			out->index[place] = out->index[place - 1];
		out->index[place] = i;
		out->count++;
	}
}

/* order_differs - find the first place at which the events of @host are not the
   same in both trials; Return: when, in ns; TIME_NEVER: at no place */
static int64_t order_differs(const struct kept_timeline *const t[2],
			     enum lifeline host, size_t at[2])
{
	struct host_events events[2];
	struct event_key keys[2];

	for (size_t k = 0; k < 2; k++)
		collect_host_events(t[k], host, &events[k]);
	for (size_t i = 0; i < events[0].count && i < events[1].count; i++) {
		for (size_t k = 0; k < 2; k++) {
			at[k] = events[k].index[i];
			keys[k] = numbered_key(t[k], at[k]);
		}
		if (!same_name(&keys[0], &keys[1]) ||
		    keys[0].number != keys[1].number)
			return t[0]->events[at[0]].seen[host] - t[0]->zero;
	}
	return TIME_NEVER;
}

/* order_text - "at B, A's SYN comes before B's SYN"; "comes first", if the
   trial @t lacks the second event */
static void order_text(const struct kept_timeline *t, enum lifeline host,
		       const char *first, const char *second,
		       const struct event_key *second_key,
		       char out[DIFFERENCE_TEXT])
{
	bool both = find_event(t, second_key);

	snprintf(out, DIFFERENCE_TEXT, "at %c, %s comes %s%s",
		 host_letter(host), first, both ? "before " : "first",
		 both ? second : "");
}

/* find_order - say which events come in another order, if the first ones do so
   before @limit, in ns after the introduction */
static bool find_order(const struct kept_timeline *const t[2], int64_t limit,
		       char of_one[DIFFERENCE_TEXT],
		       char of_two[DIFFERENCE_TEXT])
{
	struct event_key keys[2];
	char subject[2][NAME + 24];
	size_t at[2][2];
	int64_t when[2];
	enum lifeline host;

	when[0] = order_differs(t, LIFELINE_A, at[0]);
	when[1] = order_differs(t, LIFELINE_B, at[1]);
	host = when[1] < when[0] ? LIFELINE_B : LIFELINE_A;
	if (when[host] >= limit)
		return false;
	for (size_t k = 0; k < 2; k++) {
		keys[k] = numbered_key(t[k], at[host][k]);
		subject_text(&keys[k], t[k]->events[at[host][k]].from_server,
			     subject[k]);
	}
	order_text(t[0], host, subject[0], subject[1], &keys[1], of_one);
	order_text(t[1], host, subject[1], subject[0], &keys[0], of_two);
	return true;
}

bool trace_difference(const struct kept_timeline *one,
		      const struct kept_timeline *two,
		      char of_one[DIFFERENCE_TEXT],
		      char of_two[DIFFERENCE_TEXT])
{
	const struct kept_timeline *const t[2] = { one, two };
	struct event_pair pair = { .decided = TIME_NEVER };
	bool found = find_pair(t, HANDSHAKE, &pair);
	bool is_sent_once = !pair.event[0] || !pair.event[1];

	of_one[0] = of_two[0] = '\0';
	/* A packet that only one trial has follows from something else. */
	if (is_sent_once && find_order(t, pair.decided, of_one, of_two))
		return true;
	if (!found)
		found = find_pair(t, MESSAGES, &pair) ||
			find_pair(t, OTHER_PACKETS, &pair);
	if (!found)
		return false;
	fate_text(one, &pair, 0, of_one);
	fate_text(two, &pair, 1, of_two);
	return true;
}
