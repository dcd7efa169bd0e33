#include "predict/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void run_log(struct model_run *run, const char *format, ...)
{
	struct prediction_line *l = &run->out->lines[run->out->count];
	va_list arguments;

	if (run->out->count == PREDICT_LINES)
		return;
	run->out->count++;
	l->at_ms = run->now;
	l->order = (uint8_t)run->order;
	va_start(arguments, format);
	vsnprintf(l->text, sizeof(l->text), format, arguments);
	va_end(arguments);
}

const char *sym_packet_name(const struct sym_packet *p, char text[32])
{
	static const char *const names[] = {
		[KIND_SYN] = "SYN", [KIND_SYN_ACK] = "SYN-ACK",
		[KIND_ACK] = "ACK", [KIND_DATA] = "data", [KIND_RST] = "RST",
		[KIND_KNOCK] = "datagram",
		[KIND_TIME_EXCEEDED] = "time exceeded",
		[KIND_UNREACHABLE] = "unreachable",
	};

	if (KIND_IS_ICMP(p->kind))
		snprintf(text, 32, "an ICMP %s", names[p->kind]);
	else if (p->maker == MADE_BY_S)
		snprintf(text, 32, "S's %s", names[p->kind]);
	else
		snprintf(text, 32, "%c's %s", 'A' + p->from, names[p->kind]);
	return text;
}

void run_log_refused(struct model_run *run, const struct model_nat *nat,
		     const struct sym_packet *p, bool answered, const char *why)
{
	/* a dropped ACK or data is a consequence of dropped SYNs: it explains
	   nothing */
	bool explains = p->kind != KIND_ACK && p->kind != KIND_DATA;
	size_t used = strlen(run->out->explain), room;
	char name[32], text[192];

	run_log(run, "%s %s %s (%s)", nat->name,
		 answered ? "answers" : "drops", sym_packet_name(p, name),
		 why);
	snprintf(text, sizeof(text), "%s %s %s (%s).", nat->name,
		 answered ? "answered" : "dropped", name, why);
	room = sizeof(run->out->explain) - used;
	if (!explains || strstr(run->out->explain, text) ||
	    strlen(text) + 2 > room)
		return;
	snprintf(run->out->explain + used, room, "%s%s", used ? " " : "",
		 text);
}
