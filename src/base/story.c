#include "base/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void story_begin(struct story *s)
{
	s->count = 0;
	s->lost = 0;
}

/* The next free event, cleared but for its bytes; NULL when the story is
   full. */
static struct event *event_add(struct story *s, int64_t at,
			       enum event_kind kind)
{
	struct event *e;

	if (s->count == STORY_EVENTS) {
		s->lost++;
		return NULL;
	}
	e = &s->events[s->count++];
	e->at = at;
	e->kind = (uint8_t)kind;
	e->length = 0;
	e->full_length = 0;
	memset(e->text, 0, sizeof(e->text));
	return e;
}

void story_packet(struct story *s, int64_t at, enum event_kind kind,
		  const void *bytes, size_t length, size_t full,
		  const char *text)
{
	struct event *e = event_add(s, at, kind);

	if (!e)
		return;
	if (length > STORY_BYTES)
		length = STORY_BYTES;
	memcpy(e->bytes, bytes, length);
	e->length = (uint8_t)length;
	e->full_length = full > UINT16_MAX ? UINT16_MAX : (uint16_t)full;
	if (text)
		snprintf(e->text, sizeof(e->text), "%s", text);
}

void story_say(struct story *s, int64_t at, enum event_kind kind,
	       const char *format, ...)
{
	struct event *e = event_add(s, at, kind);
	va_list arguments;

	if (!e)
		return;
	va_start(arguments, format);
	vsnprintf(e->text, sizeof(e->text), format, arguments);
	va_end(arguments);
}

size_t story_size(const struct story *s)
{
	return offsetof(struct story, events) +
	       s->count * sizeof(s->events[0]);
}
