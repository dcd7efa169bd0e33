#include "tally.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash(const char *text)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 16777619u;
	return h;
}

/* place - the text's place in the index, whether it is there or not */
static uint32_t *place(const struct text_tally *t, const char *text)
{
	size_t at = hash(text) & (t->index_room - 1);

	while (t->index[at] &&
	       strcmp(t->rows[t->index[at] - 1].text, text) != 0)
		at = (at + 1) & (t->index_room - 1);
	return &t->index[at];
}

static bool grow(struct text_tally *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	struct tally_row *rows = realloc(t->rows, room * sizeof(*rows));
	uint32_t *index;

	if (!rows)
		return false;
	t->rows = rows;
	index = calloc(2 * room, sizeof(*index));
	if (!index)
		return false;
	free(t->index);
	t->index = index;
	t->index_room = 2 * room;
	t->room = room;
	for (size_t i = 0; i < t->count; i++)
		*place(t, rows[i].text) = (uint32_t)i + 1;
	return true;
}

struct tally_row *tally_add(struct text_tally *t, const char *text)
{
	uint32_t *at;
	char *copy;

	if (t->count == t->room && !grow(t))
		return NULL;
	at = place(t, text);
	if (!*at) {
		copy = strdup(text);
		if (!copy)
			return NULL;
		t->rows[t->count] = (struct tally_row){ .text = copy };
		*at = (uint32_t)++t->count;
	}
	t->rows[*at - 1].count++;
	return &t->rows[*at - 1];
}

static int by_text(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static int by_count(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return by_text(a, b);
}

void tally_sort(struct text_tally *t)
{
	if (t->count)
		qsort(t->rows, t->count, sizeof(*t->rows), by_count);
}

void tally_sort_text(struct text_tally *t)
{
	if (t->count)
		qsort(t->rows, t->count, sizeof(*t->rows), by_text);
}

void tally_free(struct text_tally *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->rows[i].text);
		free(t->rows[i].note);
	}
	free(t->rows);
	free(t->index);
	*t = (struct text_tally){ .count = 0 };
}
