/* Interned strings: equal strings are one pointer. */
#ifndef TCPTRAV_BASE_STRING_INTERNING_H
#define TCPTRAV_BASE_STRING_INTERNING_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: empty. */
struct string_set {
	char **slots;		/* a hash table with open addressing */
	size_t room;		/* its slots, a power of two; 0: none yet */
	size_t count;		/* strings in it */
};

/*
 * string_intern - find the set's string that equals @text, or add it
 * @is_new: set to whether it was added; may be NULL
 * Return:  owned by the set; NULL when there is no memory
 */
const char *string_intern(struct string_set *set, const char *text,
			  bool *is_new);

/* string_set_free - free all strings; the set is then empty */
void string_set_free(struct string_set *set);

#endif
