/*
 * Packets in words, as ladders and capture comments name them: "SYN 0:0(0)
 * ttl 2", "forged SYN-ACK 0:0(0) ack 1", "time exceeded from 192.0.2.1".
 * Pure: read from one host's events, in order.
 */
#ifndef TCPTRAV_REPORT_PACKET_TEXT_H
#define TCPTRAV_REPORT_PACKET_TEXT_H

#include "method/attempt.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DESCRIPTION_TEXT 160

/* What kind of thing it is, for colour. */
enum tone {
	TONE_PLAIN,
	TONE_MARKED,		/* a SYN-ACK with our mark */
	TONE_WARNING,		/* time exceeded */
	TONE_BAD,		/* RST, unreachable, dropped */
	TONE_GOOD,		/* established, authenticated */
	TONE_QUIET,		/* remarks */
};

struct packet_description {
	bool is_tcp, is_icmp;	/* neither: not understood, or cut short */
	struct segment segment;	/* when is_tcp */
	struct icmp icmp;	/* when is_icmp: an error that quotes */
	bool from_server;	/* a spoofed SYN-ACK: S sent it */
	enum tone tone;
	char text[DESCRIPTION_TEXT];
};

/* One direction of a connection, from its first SYN on. */
struct packet_text_flow {
	struct endpoint from, to;
	uint32_t isn;
	uint16_t window;	/* of the SYN */
};

#define PACKET_TEXT_FLOWS 32

/* What one host has seen so far. */
struct packet_text {
	const struct attempt_result *result;	/* or NULL: S or a NAT */
	bool server_spoofs;	/* S is known to: marked SYN-ACKs are S's */
	bool marked_seen;	/* the SYN-ACK that the mechanism names */
	size_t count;
	struct packet_text_flow flows[PACKET_TEXT_FLOWS];
};

/* packet_text_begin - before a host's first event */
void packet_text_begin(struct packet_text *w,
		       const struct attempt_result *result);

/*
 * packet_text_next - put the host's next packet in words
 * Sequence numbers are relative to the latest SYN of their direction, or, when
 * none was seen here, to the number that the hosts told each other. A SYN
 * with another number than its direction's last is said to have a new one.
 */
void packet_text_next(struct packet_text *w, const struct trace_event *e,
		      struct packet_description *out);

/* event_is_packet - does the event carry a packet's bytes? */
bool event_is_packet(const struct trace_event *e);

/* event_text - its text, ended even if the sender did not end it, and without
   what a terminal could take for a command: some of it is S's or the peer's */
const char *event_text(const struct trace_event *e,
		       char buffer[TRACE_TEXT + 1]);

#endif
