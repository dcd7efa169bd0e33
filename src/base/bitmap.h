/* A bitmap in bytes: bit N is bit N % 8 of byte N / 8. */
#ifndef TCPTRAV_BASE_BITMAP_H
#define TCPTRAV_BASE_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

static inline bool bitmap_test(const uint8_t *bitmap, unsigned bit)
{
	return bitmap[bit / 8] >> bit % 8 & 1;
}

static inline void bitmap_set(uint8_t *bitmap, unsigned bit)
{
	bitmap[bit / 8] |= (uint8_t)(1U << bit % 8);
}

#endif
