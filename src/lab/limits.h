/*
 * What a system allows a user to have at once: descriptors, processes, network
 * namespaces. Many cells want many of them, and it is better to say so before
 * the first is built than at the thousandth.
 */
#ifndef TCPTRAV_LAB_LIMITS_H
#define TCPTRAV_LAB_LIMITS_H

#include "base/error.h"
#include "lab/cell.h"

#include <stdbool.h>

/*
 * limits_raise - may there be @jobs cells with those needs at once?
 * The soft limits of this process and of its children are raised as far as
 * they have to be.
 * Return: false with ERROR_MISSING and what allows it
 */
bool limits_raise(const struct cell_needs *needs, unsigned jobs,
		  struct error *e);

#endif
