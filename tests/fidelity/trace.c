#include "trace.h"

#include "wire/icmp.h"
#include "wire/ipv4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool trace_add(struct nat_trace *t, unsigned step, enum nat_side side,
	       const uint8_t *bytes, size_t length)
{
	struct output *more = realloc(t->outputs,
				      (t->count + 1) * sizeof(*more));
	uint8_t *copy = malloc(length);

	if (more)
		t->outputs = more;
	if (!more || !copy) {
		free(copy);
		return false;
	}
	memcpy(copy, bytes, length);
	more[t->count++] = (struct output){
		.step = (uint8_t)step, .side = side, .length = length,
		.bytes = copy,
	};
	return true;
}

void trace_free(struct nat_trace *t)
{
	for (unsigned i = 0; i < t->count; i++)
		free(t->outputs[i].bytes);
	free(t->outputs);
	*t = (struct nat_trace){ .count = 0 };
}

const struct output *trace_find(const struct nat_trace *t, unsigned step,
				enum nat_side side, unsigned number)
{
	for (unsigned i = 0; i < t->count; i++)
		if (t->outputs[i].step == step &&
		    t->outputs[i].side == side && !number--)
			return &t->outputs[i];
	return NULL;
}

static void output_word(const struct output *o, const struct sequence_step *s,
			char *out, size_t room)
{
	const uint8_t *l4;
	struct ipv4 ip;

	if (!ipv4_parse(o->bytes, o->length, &ip)) {
		snprintf(out, room, "garbage");
		return;
	}
	l4 = o->bytes + ip.header_length;
	if (o->side != s->side)
		snprintf(out, room, "%s",
			 (o->side == NAT_OUTSIDE && ip.source ==
			  ADDRESS_OUTSIDE) || (o->side == NAT_INSIDE &&
			  ip.destination != ADDRESS_OUTSIDE) ?
			 "forward" : "leak");
	else if (ip.protocol == IPV4_ICMP)
		snprintf(out, room, "answer ICMP %u/%u", icmp_type(l4),
			 icmp_code(l4));
	else if (ip.protocol == IPV4_TCP)
		snprintf(out, room, "answer %s",
			 tcp_flags(l4) & TCP_RST ? "RST" : "TCP");
	else
		snprintf(out, room, "answer of protocol %u", ip.protocol);
}

char *trace_outcome(const struct nat_trace *t, const struct sequence_step *s,
		    unsigned step, char buffer[OUTCOME_TEXT])
{
	size_t length = 0;

	snprintf(buffer, OUTCOME_TEXT, "drop");
	for (unsigned i = 0; i < t->count; i++) {
		if (t->outputs[i].step != step ||
		    length + 4 > OUTCOME_TEXT)
			continue;
		if (length)
			length += (size_t)snprintf(buffer + length,
						   OUTCOME_TEXT - length,
						   " + ");
		output_word(&t->outputs[i], s, buffer + length,
			    OUTCOME_TEXT - length);
		length += strlen(buffer + length);
	}
	return buffer;
}
