/*
 * The messages that the two hosts exchange through S, sealed: a struct to bytes
 * and back. The first byte is the kind. A message of an unknown kind is
 * ignored, so that kinds can be added. Pure.
 */
#ifndef TCPTRAV_METHOD_PEER_MESSAGE_H
#define TCPTRAV_METHOD_PEER_MESSAGE_H

#include "base/trace.h"
#include "method/candidates.h"
#include "rendezvous/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_MESSAGE_APPROACH 48	/* bytes of an approach's name */
#define PEER_MESSAGE_BYTES 80		/* longest message */

enum peer_message_kind {
	PEER_GREETING = 1,	/* method, round trip to S, private endpoints */
	PEER_SYN,		/* the sender's SYN, for the SYN-ACK to it */
	PEER_READY,		/* STUNT-2: the hole is open, connect now */
	PEER_GONE,		/* the sender gave up, and why */
};

struct peer_message {
	enum peer_message_kind kind;
	char approach[PEER_MESSAGE_APPROACH];	/* greeting: its name, "stunt2
						   keep-syn" */
	int64_t round_trip;	/* greeting: between the sender and S, ns */
	bool lan;		/* greeting: try private candidates */
	struct candidates candidates;	/* greeting: the sender's private
					   endpoints */
	struct syn_facts syn;	/* SYN: its numbers and options */
	uint8_t cause;		/* gone: enum cause */
};

/* peer_message_write - write @m to @bytes. Return: its length */
size_t peer_message_write(const struct peer_message *m,
			  uint8_t bytes[PEER_MESSAGE_BYTES]);

/* peer_message_parse - read a message. Return: false, with @out cleared, if it
   is malformed or of an unknown kind */
bool peer_message_parse(const uint8_t *bytes, size_t length,
			struct peer_message *out);

/* peer_message_subject - Return: the message's subject in the trace */
enum trace_subject peer_message_subject(const struct peer_message *m);

/* peer_message_text - Return: the message's kind in words, for people */
const char *peer_message_text(const struct peer_message *m);

#endif
