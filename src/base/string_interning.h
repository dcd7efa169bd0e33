/* Strings, each kept once: equal ones are the same pointer. */
#ifndef TCPTRAV_BASE_STRING_INTERNING_H
#define TCPTRAV_BASE_STRING_INTERNING_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: empty. */
struct string_set {
	char **slots;		/* a hash table, open addressing */
	size_t room;		/* of it, a power of two; 0: none yet */
	size_t count;		/* strings in it */
};

/*
 * string_intern - the pool's string that is equal to @text
 * @is_new: was it not in it before? May be NULL.
 * Return:  it, to live as long as the pool; NULL when memory is short
 */
const char *string_intern(struct string_set *p, const char *text, bool *is_new);

/* string_set_free - forget all of them; it is then empty */
void string_set_free(struct string_set *p);

#endif
