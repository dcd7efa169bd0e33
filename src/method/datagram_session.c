#include "method/datagram_session.h"

#include <string.h>

#define END_INTERVAL KNOCK_INTERVAL

void datagram_session_begin(struct datagram_session *s,
			    const struct knocking *k, int64_t now)
{
	*s = (struct datagram_session){
		.channel = k->channel,
		.remote = k->remote,
		.keepalive = k->keepalive * NS_PER_S,
		/* the first keep-alive is due: it tells a peer that still
		   knocks that this host is connected */
		.silent_since = now - k->keepalive * NS_PER_S,
		.heard_at = now,
		.end_at = TIME_NEVER,
	};
}

static size_t seal_kind(struct datagram_session *s, enum datagram_kind kind,
			const void *data, size_t length, int64_t now,
			uint8_t out[SEALED_DATAGRAM_MAX])
{
	uint8_t content[SEALED_DATAGRAM_PLAIN] = { (uint8_t)kind };

	if (length > DATAGRAM_PAYLOAD)
		return 0;
	if (length)
		memcpy(content + 1, data, length);
	s->silent_since = now;
	return sealed_channel_seal(&s->channel, content, 1 + length, out);
}

size_t datagram_session_send(struct datagram_session *s, const void *data,
			     size_t length, int64_t now,
			     uint8_t out[SEALED_DATAGRAM_MAX])
{
	return seal_kind(s, DATAGRAM_DATA, data, length, now, out);
}

long datagram_session_receive(struct datagram_session *s,
			      const struct endpoint *from,
			      const uint8_t *datagram, size_t length,
			      int64_t now, uint8_t data[SEALED_DATAGRAM_MAX])
{
	uint8_t content[SEALED_DATAGRAM_MAX];
	bool newest;
	long n = sealed_channel_unseal(&s->channel, datagram, length, content,
				       &newest);

	if (n < 0)
		return -1;
	if (newest)
		s->remote = *from;
	s->heard_at = now;
	if (n == 0)
		return -1;	/* a keep-alive */
	switch (content[0]) {
	case DATAGRAM_DATA:
		memcpy(data, content + 1, (size_t)n - 1);
		return n - 1;
	case DATAGRAM_END:
		s->peer_ended = s->answer_end = true;
		break;
	case DATAGRAM_END_SEEN:
		s->end_seen = true;
		s->end_at = TIME_NEVER;
		break;
	case DATAGRAM_KNOCK:
		/* the peer may not know yet that this host is connected */
		if (n >= KNOCK_BYTES && content[1] < KNOCK_CONNECTED)
			s->silent_since = now - s->keepalive;
		break;
	default:
		break;		/* of a later version */
	}
	return -1;
}

void datagram_session_end(struct datagram_session *s, int64_t now)
{
	if (s->ends == 0 && s->end_at == TIME_NEVER)
		s->end_at = now;
}

size_t datagram_session_tick(struct datagram_session *s, int64_t now,
			     uint8_t out[SEALED_DATAGRAM_MAX], int64_t *next)
{
	int64_t keepalive_at = s->silent_since + s->keepalive;

	*next = now;
	if (s->answer_end) {
		s->answer_end = false;
		return seal_kind(s, DATAGRAM_END_SEEN, NULL, 0, now, out);
	}
	if (now >= s->end_at && s->ends == ENDS_MAX) {
		s->end_seen = true;
		s->end_at = TIME_NEVER;
	}
	if (now >= s->end_at) {
		s->ends++;
		s->end_at = now + END_INTERVAL;
		return seal_kind(s, DATAGRAM_END, NULL, 0, now, out);
	}
	if (now >= keepalive_at) {
		s->silent_since = now;
		return sealed_channel_seal(&s->channel, "", 0, out);
	}
	*next = keepalive_at < s->end_at ? keepalive_at : s->end_at;
	return 0;
}

bool datagram_session_is_over(const struct datagram_session *s)
{
	return s->end_seen && s->peer_ended && !s->answer_end;
}

bool datagram_session_is_lost(const struct datagram_session *s, int64_t now)
{
	return now - s->heard_at >= SILENT_INTERVALS * s->keepalive;
}
