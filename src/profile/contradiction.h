/* Values of different axes that make no sense together. */
#ifndef TCPTRAV_PROFILE_CONTRADICTION_H
#define TCPTRAV_PROFILE_CONTRADICTION_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>

/*
 * contradiction_check - does a profile contradict itself?
 * Return: false with an ERROR_USE sentence that names the profile, both axes
 *         and their values, and says why
 */
bool contradiction_check(const struct profile *p, struct error *e);

#endif
