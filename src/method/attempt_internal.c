#include "method/attempt_internal.h"

#include <stdarg.h>
#include <stdio.h>

void attempt_note(struct attempt *a)
{
	const struct trace *s = &a->out->trace;

	if (a->observer && a->observer->event && s->count && !s->lost)
		a->observer->event(a->observer->argument,
				   &s->events[s->count - 1]);
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

void attempt_what(const struct attempt *a, char what[PEER_MESSAGE_WHAT])
{
	const struct approach *approach = &a->config->approach;

	snprintf(what, PEER_MESSAGE_WHAT, "%s%s%s", approach->method->name,
		 approach->variant ? " " : "", approach_variant_name(approach));
}

void attempt_tell_peer(struct attempt *a, const struct peer_message *l)
{
	uint8_t bytes[PEER_MESSAGE_ROOM];

	if (!client_send_to_peer(&a->client, bytes,
				 peer_message_write(l, bytes)))
		return;
	trace_about(&a->out->trace, a->host->do_->now(a->host),
		    TRACE_MESSAGE_OUT, peer_message_subject(l), "%s",
		    peer_message_text(l));
	attempt_note(a);
}
