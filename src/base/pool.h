/* Strings, each kept once: equal ones are the same pointer. */
#ifndef TCPTRAV_BASE_POOL_H
#define TCPTRAV_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: empty. */
struct pool {
	char **slots;		/* a hash table, open addressing */
	size_t room;		/* of it, a power of two; 0: none yet */
	size_t count;		/* strings in it */
};

/*
 * pool_keep - the pool's string that is equal to @text
 * @is_new: was it not in it before? May be NULL.
 * Return:  it, to live as long as the pool; NULL when memory is short
 */
const char *pool_keep(struct pool *p, const char *text, bool *is_new);

/* pool_free - forget all of them; it is then empty */
void pool_free(struct pool *p);

#endif
