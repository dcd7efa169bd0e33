#include "nat/fragment_table.h"

#include "base/clock.h"

#include <string.h>

#define WAY_TIME (30 * NS_PER_S)	/* RFC 791: reassembly takes at least
					   15 s */
#define HOLD_TIME (2 * NS_PER_S)	/* reordering takes less */

static bool same(const struct fragment_key *a, const struct fragment_key *b)
{
	return a->id == b->id && a->protocol == b->protocol &&
	       a->side == b->side && a->ipv6 == b->ipv6 &&
	       !memcmp(a->source, b->source, 16) &&
	       !memcmp(a->destination, b->destination, 16);
}

void fragment_note(struct fragments *f, const struct fragment_key *key,
		   const struct fragment_way *way, int64_t now)
{
	struct fragment_row *row = &f->rows[f->next_row];

	f->next_row = (f->next_row + 1) % FRAGMENT_WAYS;
	*row = (struct fragment_row){ now + WAY_TIME, *key, *way };
}

const struct fragment_way *fragment_way(const struct fragments *f,
					const struct fragment_key *key,
					int64_t now)
{
	/* the newest first: identifications are used again */
	for (unsigned i = 1; i <= FRAGMENT_WAYS; i++) {
		const struct fragment_row *row =
			&f->rows[(f->next_row + FRAGMENT_WAYS - i) %
				 FRAGMENT_WAYS];

		if (row->until > now && same(&row->key, key))
			return &row->way;
	}
	return NULL;
}

bool fragment_hold(struct fragments *f, const struct fragment_key *key,
		   const uint8_t *bytes, size_t length, int64_t now)
{
	struct fragment_held *h = &f->held[f->next_held];

	if (length > FRAGMENT_ROOM)
		return false;
	f->next_held = (f->next_held + 1) % FRAGMENT_HELD;
	h->until = now + HOLD_TIME;
	h->key = *key;
	h->length = (uint16_t)length;
	memcpy(h->bytes, bytes, length);
	return true;
}

struct fragment_held *fragment_next(struct fragments *f, int64_t now,
				    const struct fragment_way **way)
{
	/* the oldest first */
	for (unsigned i = 0; i < FRAGMENT_HELD; i++) {
		struct fragment_held *h =
			&f->held[(f->next_held + i) % FRAGMENT_HELD];

		if (!h->length)
			continue;
		if (h->until <= now) {
			h->length = 0;
			continue;
		}
		*way = fragment_way(f, &h->key, now);
		if (*way)
			return h;
	}
	return NULL;
}
