/* Lists of valid names: look a name up, or suggest the nearest one. */
#ifndef TCPTRAV_BASE_NEAREST_NAME_H
#define TCPTRAV_BASE_NEAREST_NAME_H

#include <stddef.h>

/*
 * name_index - find the index of @name in @names
 * @count: how many names there are
 * Return: the index, or -1
 */
int name_index(const char *name, const char *const names[], size_t count);

/*
 * nearest_name - find the first valid name that begins with @name; else the one
 * with the smallest edit distance to it
 * Return: one of @names; NULL only when @count is 0
 */
const char *nearest_name(const char *name, const char *const names[],
			 size_t count);

#endif
