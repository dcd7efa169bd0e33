/*
 * The trace of an attempt: the events at one host, at S, or at one NAT. Ladder,
 * record, diagnosis and capture file are made from it. Plain data, sent between
 * processes as it is.
 */
#ifndef TCPTRAV_BASE_TRACE_H
#define TCPTRAV_BASE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_EVENTS 96		/* more are counted, not kept */
#define TRACE_BYTES  128	/* kept of each packet, from its IP header */
#define TRACE_TEXT   96

enum trace_event_kind {
	TRACE_PACKET_OUT,	/* captured leaving the host (bytes) */
	TRACE_PACKET_IN,	/* captured arriving (bytes) */
	TRACE_SPOOFED,		/* S forged and sent it (bytes) */
	TRACE_MESSAGE_OUT,	/* to the peer or S, through the rendezvous */
	TRACE_MESSAGE_IN,
	TRACE_STATE,		/* introduced, established, authenticated ... */
	TRACE_DROPPED,		/* a NAT dropped it (bytes; text: the axis) */
	TRACE_ANSWERED,		/* a NAT answered it (bytes; text: the axis) */
	TRACE_NOTE,		/* a remark for people */
};

/* What a message, a state or a note is about. Code decides by it; the text is
   for people. */
enum trace_subject {
	SUBJECT_NONE,
	SUBJECT_INTRODUCTION,	/* S told the peer's endpoint */
	SUBJECT_GREETING,	/* between the hosts: the sender's method */
	SUBJECT_SYN,		/* the sender's SYN, for the SYN-ACK to it */
	SUBJECT_READY,		/* the sender's hole is open */
	SUBJECT_GONE,		/* the sender gave up */
	SUBJECT_SPOOF_REQUEST,	/* to S */
	SUBJECT_SPOOF_DONE,	/* from S */
	SUBJECT_NO_SYN,		/* the host's kernel refused to send one */
	SUBJECT_ESTABLISHED,
	SUBJECT_AUTHENTICATED,
};

struct trace_event {
	int64_t at;		/* monotonic ns */
	uint8_t kind;		/* enum trace_event_kind */
	uint8_t subject;	/* enum trace_subject */
	uint8_t length;		/* bytes of the packet kept */
	uint16_t full_length;	/* of the IP packet, as its header says */
	char text[TRACE_TEXT];
	uint8_t bytes[TRACE_BYTES];
};

struct trace {
	uint32_t count;		/* events kept */
	uint32_t lost;		/* events that did not fit */
	struct trace_event events[TRACE_EVENTS];
};

/* trace_begin - make the trace empty */
void trace_begin(struct trace *s);

/*
 * trace_packet - add a packet
 * @bytes: from the IP header on; at most TRACE_BYTES of it are kept
 * @full:  length of the whole IP packet
 * @text:  a remark, or NULL
 */
void trace_packet(struct trace *s, int64_t at, enum trace_event_kind kind,
		  const void *bytes, size_t length, size_t full,
		  const char *text);

/* trace_text - add an event with a text, without a subject */
void trace_text(struct trace *s, int64_t at, enum trace_event_kind kind,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

/* trace_about - add an event with a subject and a text */
void trace_about(struct trace *s, int64_t at, enum trace_event_kind kind,
		 enum trace_subject subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* trace_size - Return: the size of @s up to its last event: the bytes that must
   be sent */
size_t trace_size(const struct trace *s);

#endif
