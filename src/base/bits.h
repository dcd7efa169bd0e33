/* A set of numbers as bits: number N is bit N % 8 of byte N / 8. Pure. */
#ifndef TCPTRAV_BASE_BITS_H
#define TCPTRAV_BASE_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool bits_have(const uint8_t *bits, unsigned number)
{
	return bits[number / 8] >> number % 8 & 1;
}

static inline void bits_add(uint8_t *bits, unsigned number)
{
	bits[number / 8] |= (uint8_t)(1U << number % 8);
}

#endif
