/* Names the field in which two packets differ. Pure. */
#ifndef TCPTRAV_TESTS_FIDELITY_FIELDS_H
#define TCPTRAV_TESTS_FIDELITY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * fields_differ - the first field in which two packets differ, checksums last
 * Return: false when they are the same
 */
bool fields_differ(const uint8_t *a, size_t a_length, const uint8_t *b,
		   size_t b_length, char *name, size_t room);

#endif
