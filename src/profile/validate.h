/* Refuses combinations of values that make no sense. */
#ifndef TCPTRAV_PROFILE_VALIDATE_H
#define TCPTRAV_PROFILE_VALIDATE_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>

/*
 * profile_validate - check a profile's values against each other
 * Return: false with ERROR_USE: the error names the profile, both axes and
 *         their values, and the reason
 */
bool profile_validate(const struct profile *p, struct error *e);

#endif
