/* What the engine derives from its profile: timeouts and behaviour by
   protocol. */
#ifndef TCPTRAV_NAT_NAT_PROFILE_H
#define TCPTRAV_NAT_NAT_PROFILE_H

#include "nat/nat_internal.h"

/* nat_profile_apply - derive it anew from @n->config.profile */
void nat_profile_apply(struct nat *n);

#endif
