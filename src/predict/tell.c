/* A walk in words. */
#include "predict/walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tell(struct walk *w, const char *format, ...)
{
	struct predict_line *l = &w->out->lines[w->out->count];
	va_list arguments;

	if (w->out->count == PREDICT_LINES)
		return;
	w->out->count++;
	l->at_ms = w->now;
	l->order = (uint8_t)w->order;
	va_start(arguments, format);
	vsnprintf(l->text, sizeof(l->text), format, arguments);
	va_end(arguments);
}

static const char *kind_name(const struct parcel *p)
{
	static const char *const names[] = {
		[KIND_SYN] = "SYN", [KIND_SYN_ACK] = "SYN-ACK",
		[KIND_ACK] = "ACK", [KIND_DATA] = "data", [KIND_RST] = "RST",
		[KIND_TIME_EXCEEDED] = "time exceeded",
		[KIND_UNREACHABLE] = "unreachable",
	};

	return names[p->kind];
}

const char *tell_name(const struct parcel *p, char text[32])
{
	if (KIND_IS_ICMP(p->kind))
		snprintf(text, 32, "an ICMP %s", kind_name(p));
	else if (p->maker == MADE_BY_S)
		snprintf(text, 32, "S's %s", kind_name(p));
	else
		snprintf(text, 32, "%c's %s", 'A' + p->from, kind_name(p));
	return text;
}

/* is_consequence - data that is dropped is so because of what became of the
   SYNs: no reason of its own */
static bool is_consequence(const struct parcel *p)
{
	return p->kind == KIND_ACK || p->kind == KIND_DATA;
}

void tell_refused(struct walk *w, const struct box *box,
		  const struct parcel *p, bool answered, const char *why)
{
	size_t used = strlen(w->out->explain), room;
	char name[32], text[192];

	tell(w, "%s %s %s (%s)", box->name, answered ? "answers" : "drops",
	     tell_name(p, name), why);
	snprintf(text, sizeof(text), "%s %s %s (%s).", box->name,
		 answered ? "answered" : "dropped", name, why);
	room = sizeof(w->out->explain) - used;
	if (is_consequence(p) || strstr(w->out->explain, text) ||
	    strlen(text) + 2 > room)
		return;
	snprintf(w->out->explain + used, room, "%s%s", used ? " " : "", text);
}
