/* Whom a mapping lets in: the axes `filtering` and `unsolicited-syn`. */
#ifndef TCPTRAV_NAT_FILTER_H
#define TCPTRAV_NAT_FILTER_H

#include "nat/table.h"
#include "profile/axis.h"

/*
 * filter_passes - may a packet that belongs to no session enter?
 * @m: the mapping that it is addressed to
 */
bool filter_passes(struct nat_table *t, const struct profile *profile,
		   const struct nat_mapping *m,
		   const struct endpoint *remote);

/*
 * filter_reason - why a SYN was refused and what it is answered with
 * @mapped: a mapping has the port that it is addressed to
 * Return:  "filtering = address-port, unsolicited-syn = drop"
 */
const char *filter_reason(const struct profile *profile, bool mapped);

/* filter_datagram_reason - "filtering = address-port" */
const char *filter_datagram_reason(const struct profile *profile, bool mapped);

#endif
