#include "sequence.h"

#include <stdio.h>
#include <string.h>

const char *const sequence_word_names[WORD_COUNT] = {
	[WORD_SYN] = "SYN", [WORD_SYN_ACK] = "SYNACK", [WORD_ACK] = "ACK",
	[WORD_DATA] = "DATA", [WORD_FIN] = "FIN", [WORD_RST] = "RST",
	[WORD_RST_ACK] = "RSTACK", [WORD_DATAGRAM] = "UDP",
	[WORD_ECHO] = "ECHO", [WORD_REPLY] = "REPLY", [WORD_ERROR] = "ICMP",
	[WORD_TIME_EXCEEDED] = "TE", [WORD_UNREACHABLE] = "UNREACH",
};

static const char *const mutations[MUTATION_COUNT] = {
	[MUTATION_SEQ_OLD] = "seq old", [MUTATION_SEQ_EDGE] = "seq at edge",
	[MUTATION_SEQ_BEYOND] = "seq beyond", [MUTATION_SEQ_ANY] = "seq any",
	[MUTATION_ACK_OLD] = "ack old", [MUTATION_ACK_BEYOND] = "ack beyond",
	[MUTATION_ACK_ANY] = "ack any", [MUTATION_FLAGS] = "flags",
	[MUTATION_WINDOW] = "window", [MUTATION_OPTIONS] = "options",
	[MUTATION_SACK] = "SACK beyond", [MUTATION_AGAIN] = "again",
};

static const char *const faults[FAULT_COUNT] = {
	[FAULT_CHECKSUM] = "checksum wrong",
	[FAULT_IP_CHECKSUM] = "IP checksum wrong",
	[FAULT_CUT] = "cut", [FAULT_OFFSET_SMALL] = "offset small",
	[FAULT_OFFSET_LARGE] = "offset large",
	[FAULT_NO_CHECKSUM] = "without checksum",
};

static const char *const misquotes[MISQUOTE_COUNT] = {
	[MISQUOTE_NEAR_PORT] = "quotes a wrong near port",
	[MISQUOTE_FAR_PORT] = "quotes a wrong far port",
	[MISQUOTE_FAR_ADDRESS] = "quotes a wrong far address",
	[MISQUOTE_SEQUENCE] = "quotes a wrong sequence number",
	[MISQUOTE_SWAPPED] = "quotes swapped",
	[MISQUOTE_IP_CHECKSUM] = "quotes a wrong IP checksum",
	[MISQUOTE_CHECKSUM] = "quotes a wrong checksum",
	[MISQUOTE_SHORT] = "quotes too little",
	[MISQUOTE_HEADER_ONLY] = "quotes a header only",
};

/* A segment's kind as its flags say, whatever it was meant to be. */
static void segment_kind(uint8_t flags, char out[24])
{
	static const uint8_t plain[] = {
		[WORD_SYN] = TCP_SYN, [WORD_SYN_ACK] = TCP_SYN | TCP_ACK,
		[WORD_ACK] = TCP_ACK, [WORD_DATA] = TCP_PSH | TCP_ACK,
		[WORD_FIN] = TCP_FIN | TCP_ACK, [WORD_RST] = TCP_RST,
		[WORD_RST_ACK] = TCP_RST | TCP_ACK,
	};
	static const char letters[] = "FSRPAUEC";
	size_t length;

	for (int word = WORD_SYN; word <= WORD_RST_ACK; word++)
		if (flags == plain[word]) {
			snprintf(out, 24, "%s", sequence_word_names[word]);
			return;
		}
	length = (size_t)snprintf(out, 24, "TCP:");
	for (int i = 0; i < 8; i++)
		if (flags & 1 << i)
			out[length++] = letters[i];
	out[length] = '\0';
}

static void kind_text(const struct sequence_step *s, char out[24])
{
	if (s->word >= WORD_ERROR)
		snprintf(out, 24, "ICMP %u/%u", s->type, s->code);
	else if (s->protocol == 6)
		segment_kind(s->flags, out);
	else
		snprintf(out, 24, "%s", sequence_word_names[s->word]);
}

char *step_name(const struct sequence_step *s, char buffer[STEP_TEXT])
{
	const char *side = s->side == NAT_INSIDE ? "out" : "in";
	const char *note = s->misquote ? misquotes[s->misquote] :
		s->fault ? faults[s->fault] : mutations[s->mutation];
	char kind[24];

	kind_text(s, kind);
	if (s->ttl == 1)
		note = "TTL 1";
	snprintf(buffer, STEP_TEXT, "%s-%s%s%s%s%s", kind, side,
		 s->word >= WORD_ERROR && s->quoted == UINT8_MAX ? "?" : "",
		 note ? " (" : "", note ? note : "", note ? ")" : "");
	return buffer;
}
