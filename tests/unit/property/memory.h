/* What has been allocated so far, freed or not. */
#ifndef TCPTRAV_TESTS_PROPERTY_MEMORY_H
#define TCPTRAV_TESTS_PROPERTY_MEMORY_H

#include <stddef.h>

struct memory {
	size_t count, bytes;
};

struct memory memory_made(void);

#endif
