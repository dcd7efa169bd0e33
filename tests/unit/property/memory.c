/* Every allocation is counted: the linker leads them here (--wrap). */
#include "property/memory.h"

#include <stdlib.h>

static struct memory made;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

struct memory memory_made(void)
{
	return made;
}

void *__wrap_malloc(size_t size)
{
	made.count++;
	made.bytes += size;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	made.count++;
	made.bytes += count * size;
	return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	made.count++;
	made.bytes += size;
	return __real_realloc(old, size);
}
