/*
 * The lab's own namespaces: PID, mount and network, and a user namespace if the
 * caller may not make the others without one.
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
 * namespaces_enter - call it first in the child: become root in the namespaces,
 * arrange to be killed when the parent ends, leave its session (so that only
 * the parent gets a terminal's signals), and mount a new /proc
 */
bool namespaces_enter(const struct namespaces *n, struct error *e);

/* namespaces_check - can the namespaces be made? Makes some, and removes
   them. */
bool namespaces_check(struct error *e);

#endif
