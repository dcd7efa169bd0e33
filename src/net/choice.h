/* What a NAT's name on the command line stands for. */
#ifndef TCPTRAV_NET_CHOICE_H
#define TCPTRAV_NET_CHOICE_H

#include "base/error.h"
#include "net/kernel_nats.h"
#include "profile/axis.h"

#include <stdbool.h>

enum choice_kind {
	CHOICE_PROFILE,		/* the engine, with a profile */
	CHOICE_KERNEL,		/* netfilter */
	CHOICE_NONE,		/* "none": a plain router */
	CHOICE_EXEC,		/* "exec:PATH": a program of the user's */
};

#define CHOICE_EXEC_PREFIX "exec:"
#define CHOICE_PATH 512
#define CHOICE_NAME 4096	/* more than a change of every axis needs */

struct choice {
	enum choice_kind kind;
	struct profile profile;			/* of CHOICE_PROFILE */
	const struct kernel_nat *kernel;	/* of CHOICE_KERNEL */
	char path[CHOICE_PATH];			/* of CHOICE_EXEC */
};

/*
 * choice_make - look a NAT's name up; a profile's may have changes after it
 * (profile_find())
 * Return: false with ERROR_USE (no such NAT: the nearest one; a malformed
 *         profile: its line; a change that is none, or of what takes none) or
 *         ERROR_MISSING (a program that is none)
 */
bool choice_make(const char *name, struct choice *out, struct error *e);

/* choice_forwards - is it a router for both directions? */
bool choice_forwards(const struct choice *c);
/* choice_is_bare - has it no addresses, the kernel's stack keeping out? */
bool choice_is_bare(const struct choice *c);

#endif
