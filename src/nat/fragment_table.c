#include "nat/fragment_table.h"

#include "base/clock.h"

#include <string.h>

#define FATE_TIME (30 * NS_PER_S)	/* RFC 791: reassembly takes at least
					   15 s */
#define HOLD_TIME (2 * NS_PER_S)	/* reordering takes less */

static bool keys_equal(const struct fragment_key *a,
		       const struct fragment_key *b)
{
	return a->id == b->id && a->protocol == b->protocol &&
	       a->side == b->side && a->ipv6 == b->ipv6 &&
	       !memcmp(a->source, b->source, 16) &&
	       !memcmp(a->destination, b->destination, 16);
}

void fragment_table_add(struct fragment_table *f,
			const struct fragment_key *key,
			const struct fragment_fate *fate, int64_t now)
{
	struct fragment_row *row = &f->rows[f->next_row];

	f->next_row = (f->next_row + 1) % FRAGMENT_ROWS;
	*row = (struct fragment_row){ now + FATE_TIME, *key, *fate };
}

const struct fragment_fate *fragment_table_find(const struct fragment_table *f,
						const struct fragment_key *key,
						int64_t now)
{
	/* the newest first: identifications are used again */
	for (unsigned i = 1; i <= FRAGMENT_ROWS; i++) {
		const struct fragment_row *row =
			&f->rows[(f->next_row + FRAGMENT_ROWS - i) %
				 FRAGMENT_ROWS];

		if (row->until > now && keys_equal(&row->key, key))
			return &row->fate;
	}
	return NULL;
}

bool fragment_table_hold(struct fragment_table *f,
			 const struct fragment_key *key, const uint8_t *bytes,
			 size_t length, int64_t now)
{
	struct held_fragment *h = &f->held[f->next_held];

	if (length > FRAGMENT_ROOM)
		return false;
	f->next_held = (f->next_held + 1) % FRAGMENT_HELD;
	h->until = now + HOLD_TIME;
	h->key = *key;
	h->length = (uint16_t)length;
	memcpy(h->bytes, bytes, length);
	return true;
}

struct held_fragment *fragment_table_next(struct fragment_table *f, int64_t now,
					  const struct fragment_fate **fate)
{
	/* the oldest first */
	for (unsigned i = 0; i < FRAGMENT_HELD; i++) {
		struct held_fragment *h =
			&f->held[(f->next_held + i) % FRAGMENT_HELD];

		if (!h->length)
			continue;
		if (h->until <= now) {
			h->length = 0;
			continue;
		}
		*fate = fragment_table_find(f, &h->key, now);
		if (*fate)
			return h;
	}
	return NULL;
}
