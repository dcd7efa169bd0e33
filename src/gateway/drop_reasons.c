#include "gateway/drop_reasons.h"

#include <string.h>

/* find_row - find the row of a reason, or add one if there is room */
static uint8_t find_row(struct drop_reasons *c, enum nat_verdict verdict,
			const char *reason)
{
	unsigned i = 0;

	while (i < c->used && (c->rows[i].verdict != verdict ||
			       strcmp(c->rows[i].reason, reason) != 0))
		i++;
	if (i == DROP_REASONS - 1)
		reason = "other reasons";
	if (i == c->used && i < DROP_REASONS)
		c->rows[c->used++] =
			(struct drop_reason_row){ reason, verdict, 0 };
	return (uint8_t)(i < DROP_REASONS ? i : DROP_REASONS - 1);
}

struct drop_reason_row *drop_reasons_count(struct drop_reasons *c,
					   enum nat_verdict verdict,
					   const char *reason)
{
	unsigned slot = (unsigned)(((uintptr_t)reason * 0x9e3779b1u) >> 16);
	unsigned i = 0;

	if (!reason)
		reason = "";
	for (; i < 8; i++) {
		slot = (slot + i) % DROP_REASON_SLOTS;
		if (c->slots[slot].reason == reason &&
		    c->slots[slot].verdict == verdict)
			break;
		if (!c->slots[slot].reason) {
			c->slots[slot].reason = reason;
			c->slots[slot].verdict = (uint8_t)verdict;
			c->slots[slot].row = find_row(c, verdict, reason);
			break;
		}
	}
	i = i < 8 ? c->slots[slot].row : find_row(c, verdict, reason);
	c->rows[i].count++;
	return &c->rows[i];
}

uint64_t drop_reasons_total(const struct drop_reasons *c,
			    enum nat_verdict verdict)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < c->used; i++)
		if (c->rows[i].verdict == verdict)
			total += c->rows[i].count;
	return total;
}
