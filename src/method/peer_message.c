#include "method/peer_message.h"

#include "base/result_codes.h"
#include "wire/bytes.h"

#include <stdio.h>
#include <string.h>

/*
 * A greeting is the round trip (4 bytes), the approach's name, a zero byte, 1
 * or 0 (try private candidates?), and the candidates. Programs that know no
 * candidates read the name up to its zero byte, and refuse more than
 * APPROACH_AND_REST bytes after the round trip.
 */
#define APPROACH_AND_REST (PEER_MESSAGE_APPROACH - 1)
#define APPROACH_MOST (APPROACH_AND_REST - 2 - CANDIDATES_MAX * CANDIDATE_BYTES)

static size_t write_greeting(const struct peer_message *m, uint8_t *p)
{
	size_t length = strnlen(m->approach, APPROACH_MOST);

	put32(p, (uint32_t)(m->round_trip / 1000));	/* us: up to 71 min */
	memcpy(p + 4, m->approach, length);
	p += 4 + length;
	p[0] = 0;
	p[1] = m->lan;
	return 4 + length + 2 + candidates_write(&m->candidates, p + 2);
}

static size_t write_syn(const struct peer_message *m, uint8_t *p)
{
	put32(p, m->syn.isn);
	put16(p + 4, m->syn.window);
	memcpy(p + 6, m->syn.options, m->syn.options_length);
	return 6u + m->syn.options_length;
}

size_t peer_message_write(const struct peer_message *m,
			  uint8_t bytes[PEER_MESSAGE_BYTES])
{
	bytes[0] = (uint8_t)m->kind;
	switch (m->kind) {
	case PEER_GREETING:
		return 1 + write_greeting(m, bytes + 1);
	case PEER_SYN:
		return 1 + write_syn(m, bytes + 1);
	case PEER_GONE:
		bytes[1] = m->cause;
		return 2;
	case PEER_READY:
		break;
	}
	return 1;
}

static bool parse_greeting(const uint8_t *p, size_t length,
			  struct peer_message *out)
{
	const uint8_t *end;

	if (length < 4 || length - 4 > APPROACH_AND_REST)
		return false;
	out->round_trip = (int64_t)get32(p) * 1000;
	p += 4;
	length -= 4;
	end = length ? memchr(p, 0, length) : NULL;
	memcpy(out->approach, p, end ? (size_t)(end - p) : length);
	if (!end)
		return true;		/* of a program without candidates */
	length -= (size_t)(end - p) + 1;
	if (!length || end[1] > 1)
		return false;
	out->lan = end[1];
	return candidates_parse(end + 2, length - 1, &out->candidates);
}

static bool parse_syn(const uint8_t *p, size_t length, struct peer_message *out)
{
	if (length < 6 || length - 6 > TCP_OPTIONS_MAX || (length - 6) % 4)
		return false;
	out->syn.isn = get32(p);
	out->syn.window = get16(p + 4);
	out->syn.options_length = (uint8_t)(length - 6);
	memcpy(out->syn.options, p + 6, length - 6);
	return true;
}

static bool parse_body(const uint8_t *p, size_t length,
		       struct peer_message *out)
{
	switch (out->kind) {
	case PEER_GREETING:
		return parse_greeting(p, length, out);
	case PEER_SYN:
		return parse_syn(p, length, out);
	case PEER_READY:
		return true;
	case PEER_GONE:
		if (!length || p[0] >= CAUSE_COUNT)
			return false;
		out->cause = p[0];
		return true;
	}
	return false;
}

bool peer_message_parse(const uint8_t *bytes, size_t length,
			struct peer_message *out)
{
	memset(out, 0, sizeof(*out));
	if (!length)
		return false;
	out->kind = bytes[0];
	if (parse_body(bytes + 1, length - 1, out))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

enum trace_subject peer_message_subject(const struct peer_message *m)
{
	switch (m->kind) {
	case PEER_GREETING:
		return SUBJECT_GREETING;
	case PEER_SYN:
		return SUBJECT_SYN;
	case PEER_READY:
		return SUBJECT_READY;
	case PEER_GONE:
		return SUBJECT_GONE;
	}
	return SUBJECT_NONE;
}

const char *peer_message_text(const struct peer_message *m)
{
	switch (m->kind) {
	case PEER_GREETING:
		return "greeting";
	case PEER_SYN:
		return "SYN's numbers";
	case PEER_READY:
		return "ready";
	case PEER_GONE:
		return "gave up";
	}
	return "unknown";
}
