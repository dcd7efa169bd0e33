#include "nat/blocklist.h"

#include <string.h>

void ban_add(struct bans *b, const uint8_t address[16], int64_t until)
{
	struct ban *row = &b->rows[b->next];

	for (unsigned i = 0; i < b->count; i++)
		if (!memcmp(b->rows[i].address, address, 16)) {
			b->rows[i].until = until;
			return;
		}
	memcpy(row->address, address, 16);
	row->until = until;
	b->next = (b->next + 1) % BANS;
	if (b->count < BANS)
		b->count++;
}

bool ban_has(const struct bans *b, const uint8_t address[16], int64_t now)
{
	for (unsigned i = 0; i < b->count; i++)
		if (!memcmp(b->rows[i].address, address, 16))
			return b->rows[i].until > now;
	return false;
}
