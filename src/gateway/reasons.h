/*
 * How often which reason was given for a packet that was not forwarded.
 * Bounded; counting costs one look-up by the text's address.
 */
#ifndef TCPTRAV_GATEWAY_REASONS_H
#define TCPTRAV_GATEWAY_REASONS_H

#include "nat/nat.h"

#define REASONS 128		/* rows; the last is for all others */
#define REASON_SLOTS 512

struct reason_row {
	const char *reason;	/* static text */
	enum nat_verdict verdict;
	uint64_t count;
};

struct reasons {
	struct reason_row rows[REASONS];
	unsigned used;			/* rows */
	struct {
		const char *reason;	/* by its address */
		uint8_t verdict, row;
	} slots[REASON_SLOTS];
};

/*
 * reasons_count - one more
 * @reason: static text; equal texts at two addresses are one row
 * Return:  its row, which stays where it is
 */
struct reason_row *reasons_count(struct reasons *c, enum nat_verdict verdict,
				 const char *reason);

/* reasons_total - of all with that verdict */
uint64_t reasons_total(const struct reasons *c, enum nat_verdict verdict);

#endif
