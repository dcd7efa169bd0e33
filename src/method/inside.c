#include "method/inside.h"

#include <stdarg.h>
#include <stdio.h>

void attempt_late(struct attempt *a, int64_t due)
{
	int64_t late = a->host->do_->now(a->host) - due;

	if (late > a->out->late)
		a->out->late = late;
}

void attempt_note(struct attempt *a)
{
	const struct story *s = &a->out->story;

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

void attempt_what(const struct attempt *a, char what[LETTER_WHAT])
{
	snprintf(what, LETTER_WHAT, "%s%s%s", a->method->name,
		 a->config->variant ? " " : "",
		 a->config->variant ? a->method->variant : "");
}

void attempt_letter(struct attempt *a, const struct letter *l)
{
	uint8_t bytes[LETTER_ROOM];

	if (!client_letter(&a->client, bytes, letter_write(l, bytes)))
		return;
	story_say(&a->out->story, a->host->do_->now(a->host),
		  EVENT_MESSAGE_OUT, "%s", letter_text(l));
	attempt_note(a);
}
