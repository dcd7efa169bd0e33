/*
 * A child process that reads the profile again on request. It keeps the
 * privileges that the process which handles packets gives up. With them it only
 * reads the profile that the command line names.
 */
#ifndef TCPTRAV_CLI_PROFILE_RELOAD_H
#define TCPTRAV_CLI_PROFILE_RELOAD_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <sys/types.h>

struct profile_reload {
	int socket;	/* readable when profile_reload_take() has a result */
	pid_t pid;
};

/* profile_reload_start - fork the child, before other descriptors are opened
 */
bool profile_reload_start(struct profile_reload *r, const char *name,
			  struct error *e);
void profile_reload_end(struct profile_reload *r);

/* profile_reload_request - ask the child to read; false: the child has ended */
bool profile_reload_request(struct profile_reload *r);

enum profile_reload_result { RELOAD_PENDING, RELOAD_DONE, RELOAD_FAILED };

/* profile_reload_take - receive the answer to a request, without blocking
   @profile: set by RELOAD_DONE; @e: set by RELOAD_FAILED */
enum profile_reload_result profile_reload_take(struct profile_reload *r,
					       struct profile *profile,
					       struct error *e);

#endif
