#include "base/string_interning.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_AT_FIRST 64

/* FNV-1a */
static uint64_t hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

/* The slot where @text is, or would be. There is always an empty one. */
static char **slot_of(char **slots, size_t room, const char *text)
{
	size_t i = hash(text) & (room - 1);

	while (slots[i] && strcmp(slots[i], text) != 0)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

/* Never more than half full, or the searches get long. */
static bool make_room(struct string_set *p)
{
	size_t room = p->room ? 2 * p->room : ROOM_AT_FIRST;
	char **slots;

	if (2 * (p->count + 1) <= p->room)
		return true;
	slots = calloc(room, sizeof(*slots));
	if (!slots)
		return false;
	for (size_t i = 0; i < p->room; i++)
		if (p->slots[i])
			*slot_of(slots, room, p->slots[i]) = p->slots[i];
	free(p->slots);
	p->slots = slots;
	p->room = room;
	return true;
}

const char *string_intern(struct string_set *p, const char *text, bool *is_new)
{
	char **slot, *kept;

	if (is_new)
		*is_new = false;
	if (!make_room(p))
		return NULL;
	slot = slot_of(p->slots, p->room, text);
	kept = *slot;
	if (kept)
		return kept;
	kept = strdup(text);
	if (!kept)
		return NULL;
	*slot = kept;
	p->count++;
	if (is_new)
		*is_new = true;
	return kept;
}

void string_set_free(struct string_set *p)
{
	for (size_t i = 0; i < p->room; i++)
		free(p->slots[i]);
	free(p->slots);
	*p = (struct string_set){ .slots = NULL };
}
