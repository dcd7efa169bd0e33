/*
 * Packets in words, as ladders and capture comments name them: "SYN 0:0(0)
 * ttl 2", "forged SYN-ACK 0:0(0) ack 1", "time exceeded from 192.0.2.1".
 * Pure: read from one host's events, in order.
 */
#ifndef TCPTRAV_REPORT_WORDING_H
#define TCPTRAV_REPORT_WORDING_H

#include "method/attempt.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_TEXT 160

/* What kind of thing it is, for colour. */
enum tone {
	TONE_PLAIN,
	TONE_MARKED,		/* a SYN-ACK with our mark */
	TONE_WARNING,		/* time exceeded */
	TONE_BAD,		/* RST, unreachable, dropped */
	TONE_GOOD,		/* established, authenticated */
	TONE_QUIET,		/* remarks */
};

struct packet_words {
	bool is_tcp, is_icmp;	/* neither: not understood, or cut short */
	struct segment segment;	/* when is_tcp */
	struct icmp icmp;	/* when is_icmp: an error that quotes */
	bool from_server;	/* a spoofed SYN-ACK: S sent it */
	enum tone tone;
	char text[WORDS_TEXT];
};

/* One direction of a connection, from its first SYN on. */
struct wording_flow {
	struct endpoint from, to;
	uint32_t isn;
	uint16_t window;	/* of the SYN */
};

#define WORDING_FLOWS 32

/* What one host has seen so far. */
struct wording {
	const struct attempt_result *result;	/* or NULL: S or a NAT */
	bool server_spoofs;	/* S is known to: marked SYN-ACKs are S's */
	bool marked_seen;	/* the SYN-ACK that the mechanism names */
	size_t count;
	struct wording_flow flows[WORDING_FLOWS];
};

/* wording_begin - before a host's first event */
void wording_begin(struct wording *w, const struct attempt_result *result);

/*
 * wording_packet - put the host's next packet in words
 * Sequence numbers are relative to the latest SYN of their direction, or, when
 * none was seen here, to the number that the hosts told each other. A SYN
 * with another number than its direction's last is said to have a new one.
 */
void wording_packet(struct wording *w, const struct event *e,
		    struct packet_words *out);

/* event_is_packet - does the event carry a packet's bytes? */
bool event_is_packet(const struct event *e);

/* event_text - its text, ended even if the sender did not end it, and without
   what a terminal could take for a command: some of it is S's or the peer's */
const char *event_text(const struct event *e, char buffer[STORY_TEXT + 1]);

#endif
