/*
 * The story of an attempt: what happened at one place, event by event.
 * Ladder, record, diagnosis and capture file are renderings of it.
 * Plain data: it is sent between processes as it is.
 */
#ifndef TCPTRAV_BASE_STORY_H
#define TCPTRAV_BASE_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORY_EVENTS 96		/* more are counted, not kept */
#define STORY_BYTES  128	/* kept of each packet, from its IP header */
#define STORY_TEXT   96

enum event_kind {
	EVENT_PACKET_OUT,	/* captured leaving the host (bytes) */
	EVENT_PACKET_IN,	/* captured arriving (bytes) */
	EVENT_SPOOFED,		/* S forged and sent it (bytes) */
	EVENT_MESSAGE_OUT,	/* to the peer or S, through the rendezvous */
	EVENT_MESSAGE_IN,
	EVENT_STATE,		/* introduced, established, authenticated ... */
	EVENT_DROPPED,		/* a NAT dropped it (bytes; text: the axis) */
	EVENT_ANSWERED,		/* a NAT answered it (bytes; text: the axis) */
	EVENT_NOTE,		/* a remark for people */
};

struct event {
	int64_t at;		/* monotonic ns */
	uint8_t kind;		/* enum event_kind */
	uint8_t length;		/* bytes kept */
	uint16_t full_length;	/* of the IP packet, as its header says */
	char text[STORY_TEXT];
	uint8_t bytes[STORY_BYTES];
};

struct story {
	uint32_t count;		/* events kept */
	uint32_t lost;		/* events that found no room */
	struct event events[STORY_EVENTS];
};

void story_begin(struct story *s);

/*
 * story_packet - add a packet
 * @bytes: from the IP header on; at most STORY_BYTES of it are kept
 * @full:  length of the whole IP packet
 * @text:  a remark, or NULL
 */
void story_packet(struct story *s, int64_t at, enum event_kind kind,
		  const void *bytes, size_t length, size_t full,
		  const char *text);

/* story_say - add an event that is words alone */
void story_say(struct story *s, int64_t at, enum event_kind kind,
	       const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* story_size - bytes of @s up to its last event, to send no more of it */
size_t story_size(const struct story *s);

#endif
