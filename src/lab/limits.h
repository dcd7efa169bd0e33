/*
 * Checks that the system allows as many descriptors, processes and network
 * namespaces as the lab's cells need. It is called before the first cell is
 * built, so that a large lab does not fail halfway.
 */
#ifndef TCPTRAV_LAB_LIMITS_H
#define TCPTRAV_LAB_LIMITS_H

#include "base/error.h"
#include "lab/cell.h"

#include <stdbool.h>

/*
 * limits_raise - check that @jobs cells with these needs can exist at once
 * Raises the limits of this process, which its children inherit, as far as
 * necessary and allowed.
 * Return: false with ERROR_MISSING, and a command that raises the limit
 */
bool limits_raise(const struct cell_needs *needs, unsigned jobs,
		  struct error *e);

#endif
