/*
 * Descriptions of packets for ladders and capture comments: "SYN 0:0(0) ttl 2",
 * "forged SYN-ACK 0:0(0) ack 1", "time exceeded from 192.0.2.1". They are made
 * from one host's events, in order. Pure.
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

/* How an event is coloured. */
enum tone {
	TONE_PLAIN,
	TONE_MARKED,		/* a SYN-ACK with our mark */
	TONE_WARNING,		/* time exceeded */
	TONE_BAD,		/* RST, unreachable, dropped */
	TONE_GOOD,		/* established, authenticated */
	TONE_QUIET,		/* remarks */
};

struct packet_description {
	bool is_tcp, is_icmp, is_udp;	/* none: another protocol, or
					   truncated */
	struct segment segment;	/* when is_tcp */
	struct icmp icmp;	/* when is_icmp: an error with its quote */
	bool from_server;	/* a spoofed SYN-ACK, sent by S */
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
	bool server_spoofs;	/* marked SYN-ACKs are known to be S's */
	bool marked_seen;	/* the SYN-ACK of the mechanism was seen */
	size_t count;
	struct packet_text_flow flows[PACKET_TEXT_FLOWS];
};

/* packet_text_begin - prepare @context for a host's first event */
void packet_text_begin(struct packet_text *context,
		       const struct attempt_result *result);

/*
 * packet_text_next - describe the host's next packet
 * Sequence numbers are relative to the latest SYN of their direction; if none
 * was seen here, to the ISN that the hosts told each other. A SYN whose ISN
 * differs from its direction's last is marked "new ISN".
 */
void packet_text_next(struct packet_text *context, const struct trace_event *e,
		      struct packet_description *out);

/* event_is_packet - does the event carry a packet's bytes? */
bool event_is_packet(const struct trace_event *e);

/*
 * event_text - copy the event's text to @buffer and terminate it
 * Characters that are not printable ASCII become "?": S or the peer may have
 * sent the text, and it goes to terminals.
 * Return: @buffer
 */
const char *event_text(const struct trace_event *e,
		       char buffer[TRACE_TEXT + 1]);

#endif
