/*
 * How many packets were dropped or answered for each reason. Bounded;
 * counting costs one look-up by the address of the reason's text.
 */
#ifndef TCPTRAV_GATEWAY_DROP_REASONS_H
#define TCPTRAV_GATEWAY_DROP_REASONS_H

#include "nat/nat.h"

#define DROP_REASONS 128	/* rows; the last is for all other reasons */
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
		const char *reason;	/* hashed by its address */
		uint8_t verdict, row;
	} slots[DROP_REASON_SLOTS];
};

/*
 * drop_reasons_count - count a packet
 * @reason: static text; equal texts at two addresses share a row
 * Return:  the row, whose place does not change
 */
struct drop_reason_row *drop_reasons_count(struct drop_reasons *c,
					   enum nat_verdict verdict,
					   const char *reason);

/* drop_reasons_total - Return: the number of packets with that verdict */
uint64_t drop_reasons_total(const struct drop_reasons *c,
			    enum nat_verdict verdict);

#endif
