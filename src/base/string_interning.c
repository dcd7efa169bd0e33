#include "base/string_interning.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

/* FNV-1a */
static uint64_t hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

/* slot_of - Return: the slot where @text is, or would be added; at least one
   slot is empty */
static char **slot_of(char **slots, size_t room, const char *text)
{
	size_t i = hash(text) & (room - 1);

	while (slots[i] && strcmp(slots[i], text) != 0)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

/* grow - keep the table at most half full, so that searches are short */
static bool grow(struct string_set *set)
{
	size_t room = set->room ? 2 * set->room : FIRST_ROOM;
	char **slots;

	if (2 * (set->count + 1) <= set->room)
		return true;
	slots = calloc(room, sizeof(*slots));
	if (!slots)
		return false;
	for (size_t i = 0; i < set->room; i++)
		if (set->slots[i])
			*slot_of(slots, room, set->slots[i]) = set->slots[i];
	free(set->slots);
	set->slots = slots;
	set->room = room;
	return true;
}

const char *string_intern(struct string_set *set, const char *text,
			  bool *is_new)
{
	char **slot, *kept;

	if (is_new)
		*is_new = false;
	if (!grow(set))
		return NULL;
	slot = slot_of(set->slots, set->room, text);
	kept = *slot;
	if (kept)
		return kept;
	kept = strdup(text);
	if (!kept)
		return NULL;
	*slot = kept;
	set->count++;
	if (is_new)
		*is_new = true;
	return kept;
}

void string_set_free(struct string_set *set)
{
	for (size_t i = 0; i < set->room; i++)
		free(set->slots[i]);
	free(set->slots);
	*set = (struct string_set){ .slots = NULL };
}
