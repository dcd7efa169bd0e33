/*
 * How often which reason was given for a packet that was not forwarded.
 * Bounded; counting costs one look-up by the text's address.
 */
#ifndef TCPTRAV_GATEWAY_DROP_REASONS_H
#define TCPTRAV_GATEWAY_DROP_REASONS_H

#include "nat/nat.h"

#define DROP_REASONS 128		/* rows; the last is for all others */
#define DROP_REASON_SLOTS 512

struct drop_reason_row {
	const char *reason;	/* static text */
	enum nat_verdict verdict;
	uint64_t count;
};

struct drop_reasons {
	struct drop_reason_row rows[DROP_REASONS];
	unsigned used;			/* rows */
	struct {
		const char *reason;	/* by its address */
		uint8_t verdict, row;
	} slots[DROP_REASON_SLOTS];
};

/*
 * drop_reasons_count - one more
 * @reason: static text; equal texts at two addresses are one row
 * Return:  its row, which stays where it is
 */
struct drop_reason_row *drop_reasons_count(struct drop_reasons *c,
					   enum nat_verdict verdict,
					   const char *reason);

/* drop_reasons_total - of all with that verdict */
uint64_t drop_reasons_total(const struct drop_reasons *c,
			    enum nat_verdict verdict);

#endif
