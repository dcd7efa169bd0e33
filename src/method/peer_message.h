/*
 * Letters: what the two hosts tell each other through S, sealed (DESIGN 5).
 * Pure: a struct to a few bytes and back. The first byte is the kind; an
 * unknown kind is passed over, so that kinds can be added.
 */
#ifndef TCPTRAV_METHOD_PEER_MESSAGE_H
#define TCPTRAV_METHOD_PEER_MESSAGE_H

#include "base/trace.h"
#include "rendezvous/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_MESSAGE_WHAT 48
#define PEER_MESSAGE_ROOM 80

enum peer_message_kind {
	PEER_GREETING = 1,	/* what is run, and the round trip to S */
	PEER_SYN,		/* the own SYN, for the peer's SYN-ACK */
	PEER_READY,		/* STUNT-2: the hole is open, connect now */
	PEER_GONE,		/* it failed here, and why */
};

struct peer_message {
	enum peer_message_kind kind;
	char what[PEER_MESSAGE_WHAT];	/* greeting: "natblaster low" */
	int64_t round_trip;	/* greeting: ns */
	struct syn_facts syn;
	uint8_t cause;		/* gone: enum cause */
};

/* peer_message_write - Return: how many of @bytes are used */
size_t peer_message_write(const struct peer_message *l,
			  uint8_t bytes[PEER_MESSAGE_ROOM]);

/* peer_message_parse - Return: false, with @out cleared, for what is no letter
   */
bool peer_message_parse(const uint8_t *bytes, size_t length,
			struct peer_message *out);

/* peer_message_subject - what it is about, for the trace */
enum trace_subject peer_message_subject(const struct peer_message *l);

/* peer_message_text - what it is, in a word or two, for the trace */
const char *peer_message_text(const struct peer_message *l);

#endif
