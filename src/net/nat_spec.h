/* A NAT, as named on the command line. */
#ifndef TCPTRAV_NET_NAT_SPEC_H
#define TCPTRAV_NET_NAT_SPEC_H

#include "base/error.h"
#include "net/kernel_nats.h"
#include "profile/axis.h"

#include <stdbool.h>

enum nat_spec_kind {
	NAT_SPEC_PROFILE,		/* the engine, with a profile */
	NAT_SPEC_KERNEL,		/* netfilter */
	NAT_SPEC_NONE,		/* "none": a plain router */
	NAT_SPEC_EXEC,		/* "exec:PATH": a program of the user's */
};

#define NAT_SPEC_EXEC_PREFIX "exec:"
#define NAT_SPEC_PATH 512
#define NAT_SPEC_TEXT 4096	/* more than changing every axis needs */

struct nat_spec {
	enum nat_spec_kind kind;
	struct profile profile;			/* of NAT_SPEC_PROFILE */
	const struct kernel_nat *kernel;	/* of NAT_SPEC_KERNEL */
	char path[NAT_SPEC_PATH];			/* of NAT_SPEC_EXEC */
};

/*
 * nat_spec_parse - look up a NAT's name; a profile's may be followed by changes
 * (profile_find())
 * Return: false with ERROR_USE (unknown name: the nearest one; a malformed
 *         profile: its line; an invalid change, or one of a NAT that takes
 *         none) or ERROR_MISSING (a program that cannot be run)
 */
bool nat_spec_parse(const char *name, struct nat_spec *out, struct error *e);

/* nat_spec_forwards - does it forward in both directions, as a plain router? */
bool nat_spec_forwards(const struct nat_spec *c);
/* nat_spec_is_bare - do its interfaces have no addresses, so that the kernel's
   stack stays out? */
bool nat_spec_is_bare(const struct nat_spec *c);

#endif
