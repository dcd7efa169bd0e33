/*
 * Letters: what the two hosts tell each other through S, sealed (DESIGN 5).
 * Pure: a struct to a few bytes and back. The first byte is the kind; an
 * unknown kind is passed over, so that kinds can be added.
 */
#ifndef TCPTRAV_METHOD_LETTER_H
#define TCPTRAV_METHOD_LETTER_H

#include "rendezvous/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LETTER_WHAT 48
#define LETTER_ROOM 80

enum letter_kind {
	LETTER_GREETING = 1,	/* what is run, and the round trip to S */
	LETTER_SYN,		/* the own SYN, for the peer's SYN-ACK */
	LETTER_READY,		/* STUNT-2: the hole is open, connect now */
	LETTER_GONE,		/* it failed here, and why */
};

struct letter {
	enum letter_kind kind;
	char what[LETTER_WHAT];	/* greeting: "natblaster low" */
	int64_t round_trip;	/* greeting: ns */
	struct syn_facts syn;
	uint8_t cause;		/* gone: enum cause */
};

/* letter_write - Return: how many of @bytes are used */
size_t letter_write(const struct letter *l, uint8_t bytes[LETTER_ROOM]);

/* letter_read - Return: false, with @out cleared, for what is no letter */
bool letter_read(const uint8_t *bytes, size_t length, struct letter *out);

/* letter_text - what it is, in a word or two, for the story */
const char *letter_text(const struct letter *l);

#endif
