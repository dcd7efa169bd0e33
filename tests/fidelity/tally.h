/* Counts texts. */
#ifndef TCPTRAV_TESTS_FIDELITY_TALLY_H
#define TCPTRAV_TESTS_FIDELITY_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally_row {
	char *text;
	unsigned count;
	void *note;			/* the caller's; freed with the row */
};

struct text_tally {
	struct tally_row *rows;
	size_t count, room;
	uint32_t *index;		/* by hash, of a row plus 1 */
	size_t index_room;
};

/*
 * tally_add - count a text once more
 * Return: its row, good until the next call; NULL if out of memory
 */
struct tally_row *tally_add(struct text_tally *t, const char *text);

/* tally_sort - the most frequent first; nothing may be added after it */
void tally_sort(struct text_tally *t);
/* tally_sort_text - by the texts, likewise */
void tally_sort_text(struct text_tally *t);
void tally_free(struct text_tally *t);

#endif
