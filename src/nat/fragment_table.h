/*
 * Fragments (RFC 4787 REQ-14). Only the first fragment of a packet has ports.
 * Its fate is noted, and the later fragments get the same. Later fragments
 * that come before the first one are held until it comes.
 *
 * The table is bounded: a flood of fragments displaces other fragments and
 * nothing else (REQ-14a).
 */
#ifndef TCPTRAV_NAT_FRAGMENT_TABLE_H
#define TCPTRAV_NAT_FRAGMENT_TABLE_H

#include "nat/nat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAGMENT_ROWS = 256,	/* packets whose first fragment came */
	FRAGMENT_HELD = 64,	/* fragments that are held */
	FRAGMENT_ROOM = 1600,	/* bytes of each; a longer one is not held */
};

/* What the fragments of one packet have in common, as they arrive. */
struct fragment_key {
	uint8_t source[16], destination[16];	/* IPv4: the first four bytes,
						   the rest 0 */
	uint32_t id;
	uint8_t protocol;
	uint8_t side;			/* enum nat_side */
	bool ipv6;
};

/* What happened to the first fragment. */
struct fragment_fate {
	uint8_t source[16], destination[16];	/* as sent */
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

/* fragment_table_add - store the fate of a first fragment */
void fragment_table_add(struct fragment_table *f,
			const struct fragment_key *key,
			const struct fragment_fate *fate, int64_t now);

/* fragment_table_find - Return: the fate of the first fragment; NULL: it has
   not arrived */
const struct fragment_fate *fragment_table_find(const struct fragment_table *f,
						const struct fragment_key *key,
						int64_t now);

/* fragment_table_hold - keep a later fragment whose first fragment has not
   arrived. Return: false if it is too long */
bool fragment_table_hold(struct fragment_table *f,
			 const struct fragment_key *key, const uint8_t *bytes,
			 size_t length, int64_t now);

/*
 * fragment_table_next - get the next held fragment whose first fragment has
 * arrived
 * @fate:  of the first one
 * Return: the fragment; the caller sets its length to 0 to remove it. NULL:
 *         none
 */
struct held_fragment *fragment_table_next(struct fragment_table *f, int64_t now,
					  const struct fragment_fate **fate);

#endif
