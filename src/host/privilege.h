/* The error message for a missing capability. */
#ifndef TCPTRAV_HOST_PRIVILEGE_H
#define TCPTRAV_HOST_PRIVILEGE_H

#include "base/error.h"

struct privilege {
	const char *name;	/* "CAP_NET_RAW" */
	const char *setcap;	/* what setcap must be given, with what the same
				   program needs besides: "cap_net_raw+ep" */
};

extern const struct privilege privilege_net_raw, privilege_net_admin;

/*
 * privilege_error - write an error that names what needs a capability and how
 * to allow it
 * @what:  what needs it, as the sentence's subject: "capturing packets"
 * Return: always false
 */
bool privilege_error(struct error *e, const char *what,
		     const struct privilege *p);

#endif
