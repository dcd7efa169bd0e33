#include "show.h"

#include "base/clock.h"
#include "wire/bytes.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#include <string.h>

#define PACKET_TEXT 320

/* address_name - as in the paper's figures */
static void address_name(uint32_t address, char out[ADDRESS_TEXT])
{
	static const char *const names[] = { "", "'", "''", "-router" };
	uint32_t near = address - ADDRESS_NEAR, far = address - ADDRESS_FAR;

	if (address == ADDRESS_OUTSIDE)
		snprintf(out, ADDRESS_TEXT, "NAT");
	else if (address == ADDRESS_INSIDE)
		snprintf(out, ADDRESS_TEXT, "NAT-inside");
	else if (near < SLOTS * ADDRESSES)
		snprintf(out, ADDRESS_TEXT, "host%s", names[near % ADDRESSES]);
	else if (far < SLOTS * ADDRESSES)
		snprintf(out, ADDRESS_TEXT, "peer%s", names[far % ADDRESSES]);
	else
		address_text(address, out);
}

static size_t ends_text(const struct ipv4 *ip, const uint8_t *l4,
			size_t length, char *out, size_t room)
{
	char source[ADDRESS_TEXT], destination[ADDRESS_TEXT];
	bool ports = ip->protocol != IPV4_ICMP && length >= 4;

	address_name(ip->source, source);
	address_name(ip->destination, destination);
	if (!ports)
		return (size_t)snprintf(out, room, "%s > %s", source,
					destination);
	return (size_t)snprintf(out, room, "%s:%u > %s:%u", source, get16(l4),
				destination, get16(l4 + 2));
}

/* segment_words - segment_text(), the window and a SACK block */
static void segment_words(const struct segment *s, uint32_t isn,
			  uint32_t peer_isn, char out[SEGMENT_TEXT])
{
	size_t at;

	segment_text(s, isn, peer_isn, out);
	at = strlen(out);
	if (!(s->flags & (TCP_SYN | TCP_RST)))
		at += (size_t)snprintf(out + at, SEGMENT_TEXT - at,
				       " win %u", s->window);
	if (s->flags & TCP_SYN || at >= SEGMENT_TEXT)
		return;
	for (int i = 0; i + 12 <= s->options_length; i += 4)
		if (s->options[i + 2] == 5 && s->options[i + 3] == 10)
			snprintf(out + at, SEGMENT_TEXT - at, " <sack %u:%u>",
				 get32(s->options + i + 4) - peer_isn,
				 get32(s->options + i + 8) - peer_isn);
}

static void icmp_text(const uint8_t *l4, size_t length,
		      const uint32_t isn[2], char *out, size_t room);

/* packet_text - @bytes: a packet or a quote, from its IP header */
static void packet_text(const uint8_t *bytes, size_t length, bool quoted,
			const uint32_t isn[2], char *out, size_t room)
{
	char text[SEGMENT_TEXT] = "";
	const uint8_t *l4;
	struct ipv4 ip;
	struct segment s;
	size_t at;
	int from;

	out[0] = '\0';
	if (!ipv4_parse(bytes, length, &ip))
		return;
	l4 = bytes + ip.header_length;
	length -= ip.header_length;
	at = ends_text(&ip, l4, length, out, room);
	from = ip.destination - ADDRESS_FAR < SLOTS * ADDRESSES ?
		NAT_INSIDE : NAT_OUTSIDE;
	if (segment_parse(bytes, length + ip.header_length, &s))
		segment_words(&s, isn[from], isn[!from], text);
	else if (ip.protocol == IPV4_TCP && length >= 8)
		snprintf(text, sizeof(text), "TCP %u, cut at %zu",
			 get32(l4 + 4) - isn[from], length);
	else if (ip.protocol == IPV4_UDP && length >= 8)
		snprintf(text, sizeof(text), "UDP (%zu)", length - 8);
	else if (ip.protocol == IPV4_ICMP && !quoted && length >= ICMP_HEADER)
		icmp_text(l4, length, isn, text, sizeof(text));
	else if (length < 8)
		snprintf(text, sizeof(text), "cut at %zu", length);
	if (at < room)
		snprintf(out + at, room - at, " %s%s", text,
			 !quoted && ip.ttl != 64 && ip.ttl != 63 ?
			 " [TTL low]" : "");
}

static void icmp_text(const uint8_t *l4, size_t length,
		      const uint32_t isn[2], char *out, size_t room)
{
	char quote[PACKET_TEXT] = "";

	if (l4[0] == ICMP_TYPE_ECHO || l4[0] == ICMP_TYPE_ECHO_REPLY) {
		snprintf(out, room, "echo%s id %u",
			 l4[0] ? "" : " reply", get16(l4 + 4));
		return;
	}
	packet_text(l4 + ICMP_HEADER, length - ICMP_HEADER, true, isn, quote,
		    sizeof(quote));
	snprintf(out, room, "ICMP %u/%u {%s}", l4[0], l4[1], quote);
}

static void show_outputs(FILE *f, const char *who, const struct sequence *s,
			 const struct nat_trace *t, unsigned step)
{
	const uint32_t *isn = s->isn[s->steps[step].flow];
	char outcome[OUTCOME_TEXT], text[PACKET_TEXT];

	fprintf(f, "       %-6s %s", who,
		trace_outcome(t, &s->steps[step], step, outcome));
	for (unsigned i = 0; i < t->count; i++) {
		if (t->outputs[i].step != step)
			continue;
		packet_text(t->outputs[i].bytes, t->outputs[i].length, false,
			    isn, text, sizeof(text));
		fprintf(f, ": %s%s", text,
			checksums_hold(t->outputs[i].bytes,
				       t->outputs[i].length) ? "" :
			" [checksum]");
	}
	if (!strcmp(who, "model") && t->state[step] && *t->state[step])
		fprintf(f, " (%s)", t->state[step]);
	fputc('\n', f);
}

static void show_bytes(FILE *f, const char *who, const struct nat_trace *t,
		       unsigned step)
{
	for (unsigned i = 0; i < t->count; i++) {
		if (t->outputs[i].step != step)
			continue;
		fprintf(f, "       %-6s ", who);
		for (size_t j = 0; j < t->outputs[i].length && j < 80; j++)
			fprintf(f, "%02x%s", t->outputs[i].bytes[j],
				j % 4 == 3 ? " " : "");
		fputc('\n', f);
	}
}

static void show_step(FILE *f, const struct sequence *s, unsigned step,
		      unsigned slot, const struct nat_trace *kernel)
{
	const struct sequence_step *t = &s->steps[step];
	struct external_ports b;
	uint8_t bytes[BUILD_ROOM];
	char name[STEP_TEXT], text[PACKET_TEXT], pause[16] = "";
	size_t length;

	external_ports_begin(&b, s);
	if (step)
		b = kernel->bound[step - 1];
	length = packet_build(s, step, slot, &b, bytes);
	packet_text(bytes, length, false, s->isn[t->flow], text,
		    sizeof(text));
	if (t->pause_ms)
		snprintf(pause, sizeof(pause), "+%.1f s",
			 t->pause_ms / 1000.0);
	fprintf(f, "    %2u %-7s %-11s %s: %s\n", step + 1, pause,
		kernel->state[step], step_name(t, name), text);
}

void show_sequence(FILE *f, const struct sequence *s, unsigned slot,
		   const struct nat_trace *kernel,
		   const struct nat_trace *model, const struct difference *d)
{
	for (unsigned i = 0; i < s->step_count; i++) {
		bool differs = d && !d->identical && i == d->step;

		show_step(f, s, i, slot, kernel);
		if (d && !differs && (d->identical || i < d->step)) {
			show_outputs(f, "both", s, kernel, i);
			continue;
		}
		show_outputs(f, "kernel", s, kernel, i);
		if (model)
			show_outputs(f, "model", s, model, i);
		if (differs && d->field[0]) {
			fprintf(f, "       field  %s\n", d->field);
			show_bytes(f, "kernel", kernel, i);
			show_bytes(f, "model", model, i);
		}
		if (differs)
			return;
	}
}
