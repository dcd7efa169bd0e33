/* What a NAT's name on the command line stands for. */
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
#define NAT_SPEC_TEXT 4096	/* more than a change of every axis needs */

struct nat_spec {
	enum nat_spec_kind kind;
	struct profile profile;			/* of NAT_SPEC_PROFILE */
	const struct kernel_nat *kernel;	/* of NAT_SPEC_KERNEL */
	char path[NAT_SPEC_PATH];			/* of NAT_SPEC_EXEC */
};

/*
 * nat_spec_parse - look a NAT's name up; a profile's may have changes after it
 * (profile_find())
 * Return: false with ERROR_USE (no such NAT: the nearest one; a malformed
 *         profile: its line; a change that is none, or of what takes none) or
 *         ERROR_MISSING (a program that is none)
 */
bool nat_spec_parse(const char *name, struct nat_spec *out, struct error *e);

/* nat_spec_forwards - is it a router for both directions? */
bool nat_spec_forwards(const struct nat_spec *c);
/* nat_spec_is_bare - has it no addresses, the kernel's stack keeping out? */
bool nat_spec_is_bare(const struct nat_spec *c);

#endif
