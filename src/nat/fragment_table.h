/*
 * Fragments (RFC 4787 REQ-14). Only the first one of a packet has ports; what
 * became of it is noted, and those behind it get the same. Those that come
 * before it are held until it is there.
 *
 * All of it is bounded: a flood of fragments drives out other fragments, and
 * nothing else (REQ-14a).
 */
#ifndef TCPTRAV_NAT_FRAGMENT_TABLE_H
#define TCPTRAV_NAT_FRAGMENT_TABLE_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAGMENT_ROWS = 256,	/* packets of which the first is known */
	FRAGMENT_HELD = 64,	/* fragments that wait */
	FRAGMENT_ROOM = 1600,	/* bytes of each: more than an Ethernet frame's;
				   a longer one is not held */
};

/* What the fragments of one packet have in common, as they come in. */
struct fragment_key {
	uint8_t source[16], destination[16];	/* IPv4: the first four bytes,
						   the rest 0 */
	uint32_t id;
	uint8_t protocol;
	uint8_t side;			/* enum nat_side */
	bool ipv6;
};

/* What became of the first. */
struct fragment_fate {
	uint8_t source[16], destination[16];	/* as it left */
	uint32_t id;
	enum nat_verdict verdict;
	const char *reason;		/* of NAT_DROP */
};

struct fragment_row {
	int64_t until;
	struct fragment_key key;
	struct fragment_fate fate;
};

struct held_fragment {
	int64_t until;
	struct fragment_key key;
	uint16_t length;		/* 0: an empty place */
	uint8_t bytes[FRAGMENT_ROOM];
};

struct fragment_table {
	unsigned next_row, next_held;
	struct fragment_row rows[FRAGMENT_ROWS];
	struct held_fragment held[FRAGMENT_HELD];
};

/* fragment_table_add - the first one has come, and this became of it */
void fragment_table_add(struct fragment_table *f,
			const struct fragment_key *key,
			const struct fragment_fate *fate, int64_t now);

/* fragment_table_find - what became of the first one; NULL: it has not come */
const struct fragment_fate *fragment_table_find(const struct fragment_table *f,
						const struct fragment_key *key,
						int64_t now);

/* fragment_table_hold - keep one whose first has not come
   Return: false when it is too long */
bool fragment_table_hold(struct fragment_table *f,
			 const struct fragment_key *key, const uint8_t *bytes,
			 size_t length, int64_t now);

/*
 * fragment_table_next - the next one held whose first has come, taken out
 * Return: it, good until the next call, with its fate; NULL: none
 */
struct held_fragment *fragment_table_next(struct fragment_table *f, int64_t now,
					  const struct fragment_fate **fate);

#endif
