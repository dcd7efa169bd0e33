/* The settings that a NAT derives from its profile: timeouts, and the behaviour
   of each protocol. */
#ifndef TCPTRAV_NAT_APPLY_PROFILE_H
#define TCPTRAV_NAT_APPLY_PROFILE_H

#include "nat/nat_internal.h"

/* nat_apply_profile - set @n's derived settings from @n->config.profile */
void nat_apply_profile(struct nat *n);

#endif
