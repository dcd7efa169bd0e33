/* The guest kernel of virtual time, as `make virtual` left it in a cache. */
#ifndef TCPTRAV_VIRTUAL_KERNEL_H
#define TCPTRAV_VIRTUAL_KERNEL_H

#include "base/error.h"

#include <limits.h>
#include <stdbool.h>

/*
 * guest_kernel_find - find the guest kernel that --kernel names
 * @name:  a series, such as "6.12": its newest kernel that this program's
 *	   recipe built, in the user's cache ($XDG_CACHE_HOME/tcptrav or
 *	   ~/.cache/tcptrav), else in /var/cache/tcptrav. A text with a '/':
 *	   that file, whatever built it. NULL: the series 6.1
 * @path:  the executable's path; unchanged on failure
 * Return: false with ERROR_USE if @name is neither; with ERROR_MISSING if no
 *         such kernel is there, and the `make virtual` that builds it
 */
bool guest_kernel_find(const char *name, char path[PATH_MAX],
		       struct error *e);

#endif
