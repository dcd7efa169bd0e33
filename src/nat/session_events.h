/* The NAT's table as its user sees it: entries and events. */
#ifndef TCPTRAV_NAT_SESSION_EVENTS_H
#define TCPTRAV_NAT_SESSION_EVENTS_H

#include "nat/nat_internal.h"

/* session_event, mapping_event - report a change to nat_config.event, if the
   user set it */
void session_event(const struct nat *n, enum nat_event_kind kind,
		   const struct nat_session *s);
void mapping_event(const struct nat *n, enum nat_event_kind kind,
		   const struct nat_mapping *m);

/* nat_endpoint_of - the endpoint with its address written out */
struct nat_endpoint nat_endpoint_of(const struct nat *n, bool ipv6,
				    const struct endpoint *e);

#endif
