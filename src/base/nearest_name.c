#include "base/nearest_name.h"

#include <string.h>

#define NAME_LONGEST 64

int name_index(const char *name, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return (int)i;
	return -1;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance over the first NAME_LONGEST letters of each. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_LONGEST + 1];
	size_t a_length = strnlen(a, NAME_LONGEST);
	size_t b_length = strnlen(b, NAME_LONGEST);

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t above = row[j];

			row[j] = smallest(row[j] + 1, row[j - 1] + 1,
					  diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_length];
}

const char *nearest_name(const char *name, const char *const names[],
			 size_t count)
{
	const char *nearest = NULL;
	size_t least = (size_t)-1;

	/* what begins so was probably cut, whatever is nearer otherwise */
	for (size_t i = 0; i < count && *name; i++)
		if (strncmp(name, names[i], strlen(name)) == 0)
			return names[i];
	for (size_t i = 0; i < count; i++) {
		size_t d = distance(name, names[i]);

		if (d < least) {
			least = d;
			nearest = names[i];
		}
	}
	return nearest;
}
