/*
 * A guest: User-mode Linux in virtual time, an ordinary process of the user
 * that runs a part of a plan (virtual/guest_main.h) and ends.
 */
#ifndef TCPTRAV_VIRTUAL_GUEST_H
#define TCPTRAV_VIRTUAL_GUEST_H

#include "base/error.h"

#include <stdbool.h>

/* The guest's wall clock at its boot and at the beginning of each trial:
   2005-10-19, in seconds since 1970. */
#define GUEST_WALL_CLOCK 1129680000

struct guest {
	const char *kernel;	/* path */
	const char *folder;	/* of the guest alone; "part" is in it */
	bool streams;		/* join standard input, output and errors with
				   those of the part's command */
};

/*
 * guest_run - start the guest, pass on what it reports, and wait until it has
 * ended; none of its processes is left
 * @to:     SOCK_SEQPACKET (lab/init_channel.h); when it is closed at the other
 *          end, the guest is killed
 * @status: the exit status of the part's command, or 0
 * Return:  false with an error: it could not be started, or it ended without
 *          saying how
 * Call it in a process of its own, which has no other children.
 */
bool guest_run(const struct guest *g, int to, int *status, struct error *e);

#endif
