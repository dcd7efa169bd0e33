/* Refuses combinations of values that make no sense. */
#ifndef TCPTRAV_PROFILE_VALIDATE_H
#define TCPTRAV_PROFILE_VALIDATE_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>

/*
 * profile_validate - check a profile's values against each other
 * Return: false with an ERROR_USE sentence that names the profile, both axes
 *         and their values, and says why
 */
bool profile_validate(const struct profile *p, struct error *e);

#endif
