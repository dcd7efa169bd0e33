#include "base/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void trace_begin(struct trace *s)
{
	s->count = 0;
	s->lost = 0;
}

/* Append an event. Its bytes are not cleared. Return: NULL if it is full */
static struct trace_event *event_add(struct trace *s, int64_t at,
				     enum trace_event_kind kind)
{
	struct trace_event *e;

	if (s->count == TRACE_EVENTS) {
		s->lost++;
		return NULL;
	}
	e = &s->events[s->count++];
	e->at = at;
	e->kind = (uint8_t)kind;
	e->subject = SUBJECT_NONE;
	e->length = 0;
	e->full_length = 0;
	memset(e->text, 0, sizeof(e->text));
	return e;
}

void trace_packet(struct trace *s, int64_t at, enum trace_event_kind kind,
		  const void *bytes, size_t length, size_t full,
		  const char *text)
{
	struct trace_event *e = event_add(s, at, kind);

	if (!e)
		return;
	if (length > TRACE_BYTES)
		length = TRACE_BYTES;
	memcpy(e->bytes, bytes, length);
	e->length = (uint8_t)length;
	e->full_length = full > UINT16_MAX ? UINT16_MAX : (uint16_t)full;
	if (text)
		snprintf(e->text, sizeof(e->text), "%s", text);
}

void trace_text(struct trace *s, int64_t at, enum trace_event_kind kind,
		const char *format, ...)
{
	struct trace_event *e = event_add(s, at, kind);
	va_list arguments;

	if (!e)
		return;
	va_start(arguments, format);
	vsnprintf(e->text, sizeof(e->text), format, arguments);
	va_end(arguments);
}

void trace_about(struct trace *s, int64_t at, enum trace_event_kind kind,
		 enum trace_subject subject, const char *format, ...)
{
	struct trace_event *e = event_add(s, at, kind);
	va_list arguments;

	if (!e)
		return;
	e->subject = (uint8_t)subject;
	va_start(arguments, format);
	vsnprintf(e->text, sizeof(e->text), format, arguments);
	va_end(arguments);
}

size_t trace_size(const struct trace *s)
{
	return offsetof(struct trace, events) +
	       s->count * sizeof(s->events[0]);
}
