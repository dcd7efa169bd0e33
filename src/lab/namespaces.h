/*
 * The lab's own namespaces: PID, mount and network, and a user namespace
 * where the caller may not have the others without one.
 */
#ifndef TCPTRAV_LAB_NAMESPACES_H
#define TCPTRAV_LAB_NAMESPACES_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct namespaces {
	bool user;			/* there is a user namespace too */
	unsigned uid, gid;		/* the caller's, outside */
};

/*
 * namespaces_fork - fork a child that is the first process of new namespaces
 * @n: for namespaces_enter(), in the child
 * Return: 0 in the child, its pid in the parent; -1 with ERROR_MISSING and
 *         the command that allows it
 */
pid_t namespaces_fork(struct namespaces *n, struct error *e);

/*
 * namespaces_enter - in the child, first of all: become root in them, end
 * with the parent, leave its session (a terminal's signals are its affair),
 * mount the own /proc
 */
bool namespaces_enter(const struct namespaces *n, struct error *e);

/* namespaces_check - can they be had? Nothing is left of the try. */
bool namespaces_check(struct error *e);

#endif
