#include "nat/blocklist.h"

#include <string.h>

void blocklist_add(struct blocklist *b, const uint8_t address[16],
		   int64_t until)
{
	struct blocked_address *row = &b->rows[b->next];

	for (unsigned i = 0; i < b->count; i++)
		if (!memcmp(b->rows[i].address, address, 16)) {
			b->rows[i].until = until;
			return;
		}
	memcpy(row->address, address, 16);
	row->until = until;
	b->next = (b->next + 1) % BLOCKLIST_SIZE;
	if (b->count < BLOCKLIST_SIZE)
		b->count++;
}

bool blocklist_has(const struct blocklist *b, const uint8_t address[16],
		   int64_t now)
{
	for (unsigned i = 0; i < b->count; i++)
		if (!memcmp(b->rows[i].address, address, 16))
			return b->rows[i].until > now;
	return false;
}
