/*
 * The messages between a host and S: one JSON object a line, at most 4 KiB
 * (docs/rendezvous.md). Pure.
 *
 *	host to S	hello join relay spoof bye
 *	S to host	observed introduction relay spoofed error
 */
#ifndef TCPTRAV_RENDEZVOUS_MESSAGE_H
#define TCPTRAV_RENDEZVOUS_MESSAGE_H

#include "base/endpoint.h"
#include "base/error.h"
#include "rendezvous/code.h"
#include "rendezvous/udp_observation.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_LINE 4096	/* bytes of a line, with its newline */
#define SEALED_MAX 1500		/* bytes, before base 64 */
#define REASON_TEXT 200

enum message_kind {
	MESSAGE_HELLO,		/* {"type":"hello","version":1}; wants_udp */
	MESSAGE_OBSERVED,	/* endpoint: where S sees the host; token */
	MESSAGE_JOIN,		/* session, nonce */
	MESSAGE_INTRODUCTION,	/* endpoint: the peer's; nonce: the peer's;
				   spoofing: this S can spoof; udp */
	MESSAGE_RELAY,		/* sealed */
	MESSAGE_SPOOF,		/* syn: the host's own */
	MESSAGE_SPOOFED,	/* S has sent both SYN-ACKs */
	MESSAGE_ERROR,		/* reason, text */
	MESSAGE_BYE,		/* the host leaves */
	MESSAGE_KINDS,
};

/* What S must know of a SYN to forge an answer to it. */
struct syn_facts {
	uint32_t isn;
	uint16_t window;
	uint8_t options_length;
	uint8_t options[TCP_OPTIONS_MAX];
};

struct message {
	enum message_kind kind;
	unsigned version;
	bool wants_udp;		/* S shall observe a UDP endpoint, too */
	bool has_token;		/* S observes UDP endpoints */
	uint8_t token[TOKEN_BYTES];	/* for udp_observation.h */
	struct endpoint endpoint;
	struct endpoint udp;	/* the peer's UDP endpoint; port 0: S has not
				   observed one */
	char session[SESSION_NAME_TEXT];
	uint8_t nonce[NONCE_BYTES];
	bool spoofing;
	size_t sealed_length;
	uint8_t sealed[SEALED_MAX];
	struct syn_facts syn;
	char reason[32];	/* a token: "session-full", "nonsense",
				   "line-too-long", "idle", "peer-left",
				   "no-spoofing", "out-of-order", "busy",
				   "too-much", "version" */
	char text[REASON_TEXT];	/* for people */
};

#define MESSAGE_VERSION 1

/* message_name - the kind's name on the wire: "hello" */
const char *message_name(enum message_kind kind);

/*
 * message_print - write a message as a line, with its newline, not terminated
 * Return: its length
 */
size_t message_print(const struct message *m, char line[MESSAGE_LINE]);

/*
 * message_parse - read a line, without its newline
 * Return: false, with @out cleared, and an error that quotes the line
 */
bool message_parse(const char *line, size_t length, struct message *out,
		   struct error *e);

#endif
