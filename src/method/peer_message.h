/*
 * The messages that the two hosts exchange through S, sealed: a struct to bytes
 * and back. The first byte is the kind. A message of an unknown kind is
 * ignored, so that kinds can be added. Pure.
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
	PEER_GREETING = 1,	/* method, and round trip to S */
	PEER_SYN,		/* the sender's SYN, for the SYN-ACK to it */
	PEER_READY,		/* STUNT-2: the hole is open, connect now */
	PEER_GONE,		/* the sender gave up, and why */
};

struct peer_message {
	enum peer_message_kind kind;
	char what[PEER_MESSAGE_WHAT];	/* greeting: "stunt2 keep-syn" */
	int64_t round_trip;	/* greeting: ns, from the sender to S and
				   back */
	struct syn_facts syn;	/* SYN */
	uint8_t cause;		/* gone: enum cause */
};

/* peer_message_write - Return: the message's length in @bytes */
size_t peer_message_write(const struct peer_message *m,
			  uint8_t bytes[PEER_MESSAGE_ROOM]);

/* peer_message_parse - Return: false, with @out cleared, if it is no message of
   a known kind */
bool peer_message_parse(const uint8_t *bytes, size_t length,
			struct peer_message *out);

/* peer_message_subject - its subject in the trace */
enum trace_subject peer_message_subject(const struct peer_message *m);

/* peer_message_text - its kind in a word or two, for people */
const char *peer_message_text(const struct peer_message *m);

#endif
