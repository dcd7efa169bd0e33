#include "method/attempt_internal.h"

#include <stdarg.h>
#include <stdio.h>

int64_t attempt_now(const struct attempt *a)
{
	return a->host->ops->now(a->host);
}

enum outcome attempt_fail(struct attempt *a, enum outcome outcome,
			  enum cause cause, const char *format, ...)
{
	va_list arguments;

	a->out->outcome = (uint8_t)outcome;
	a->out->cause = (uint8_t)cause;
	va_start(arguments, format);
	vsnprintf(a->out->explain, sizeof(a->out->explain), format, arguments);
	va_end(arguments);
	return outcome;
}

/* Pass the newest event of the trace to the observer. A full trace stores no
   more events, so there is no newest one then (t->lost). */
static void notify_observer(const struct attempt *a)
{
	const struct trace *t = &a->out->trace;

	if (a->observer && a->observer->event && t->count && !t->lost)
		a->observer->event(a->observer->argument,
				   &t->events[t->count - 1]);
}

void attempt_trace(struct attempt *a, int64_t at, enum trace_event_kind kind,
		   enum trace_subject subject, const char *format, ...)
{
	char text[TRACE_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	trace_about(&a->out->trace, at, kind, subject, "%s", text);
	notify_observer(a);
}

void attempt_trace_packet(struct attempt *a, const struct captured_packet *p)
{
	trace_packet(&a->out->trace, p->at,
		     p->outgoing ? TRACE_PACKET_OUT : TRACE_PACKET_IN,
		     p->bytes, p->length, p->full_length, NULL);
	notify_observer(a);
}

void attempt_approach_name(const struct attempt *a,
			   char name[PEER_MESSAGE_APPROACH])
{
	const struct approach *approach = &a->config->approach;

	snprintf(name, PEER_MESSAGE_APPROACH, "%s%s%s", approach->method->name,
		 approach->variant ? " " : "", approach_variant_name(approach));
}

void attempt_tell_peer(struct attempt *a, const struct peer_message *m)
{
	uint8_t bytes[PEER_MESSAGE_BYTES];

	if (client_send_to_peer(&a->client, bytes,
				peer_message_write(m, bytes)))
		attempt_trace(a, attempt_now(a), TRACE_MESSAGE_OUT,
			      peer_message_subject(m), "%s",
			      peer_message_text(m));
}
